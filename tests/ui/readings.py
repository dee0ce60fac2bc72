"""Readings for tests, as sure or doubtful as wanted."""

from dataclasses import replace

import numpy as np

from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading


def make_digit(label: int, confidence: float = 0.97, second: int | None = None) -> Digit:
    """Return a digit whose image is a bar as far to the right as its label."""
    other = second if second is not None else (label + 1) % 10
    probabilities = np.zeros(10, np.float32)
    probabilities[label] = confidence
    probabilities[other] = 1 - confidence
    image = np.zeros((28, 28), np.float32)
    image[4:24, 4 + 2 * label : 6 + 2 * label] = 1
    return Digit(Box(20 + 60 * label, 40, 50, 80), image, probabilities)


def make_scribble(nearest: int, second: int) -> Digit:
    """Return something that is no digit; what it is nearest to has small probabilities."""
    likely = make_digit(nearest, 0.66, second)
    return replace(likely, probabilities=likely.probabilities * np.float32(0.125))


def make_reading(*rows: str, confidence: float = 0.97) -> Reading:
    """Return a reading of `rows` of digits."""
    lines = tuple(tuple(make_digit(int(c), confidence) for c in row) for row in rows)
    return Reading(lines, elapsed_ms=0.4)
