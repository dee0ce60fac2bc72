"""A reading as JSON has it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.services.reading_json import describe_digit, describe_reading

PROBABILITIES = np.array([0, 0, 0, 0, 0, 0, 0, 0.05, 0.8, 0], np.float32)
EIGHT = Digit(Box(1, 2.128, 3, 4), np.zeros((28, 28), np.float32), PROBABILITIES, follows_gap=True)


def test_a_digit() -> None:
    assert describe_digit(EIGHT) == {
        "label": 8,
        "symbol": "8",
        "is_digit": True,
        "digit_probability": pytest.approx(0.85),
        "confidence": 0.8,
        "corrected": False,
        "probabilities": [0, 0, 0, 0, 0, 0, 0, 0.05, 0.8, 0],
        "box": [1, 2.13, 3, 4],
        "corners": [[1, 2.13], [4, 2.13], [4, 6.13], [1, 6.13]],
        "follows_gap": True,
    }


def test_a_digit_that_was_corrected() -> None:
    described = describe_digit(replace(EIGHT, correction=3))

    assert (described["label"], described["symbol"]) == (3, "3")
    assert (described["corrected"], described["confidence"]) == (True, 1)


def test_corners_of_a_turned_digit() -> None:
    corners = ((0.0, 5.0), (10.0, 0.0), (15.0, 10.0), (5.0, 15.0))

    assert describe_digit(replace(EIGHT, corners=corners))["corners"] == [
        list(corner) for corner in corners
    ]


def test_a_reading_is_what_json_can_hold() -> None:
    described = describe_reading(Reading(((EIGHT,), (EIGHT, EIGHT)), 1.23456))

    assert json.loads(json.dumps(described)) == described
    assert described["text"] == "8\n8 8"
    assert [len(line) for line in described["lines"]] == [1, 2]
    assert described["elapsed_ms"] == 1.235
