"""Readings as files for other programs."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from digitpad.core.errors import StorageError
from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.services.reading_export import FORMATS, Format, NamedReading, export_readings


def make_digit(label: int, x: float, sum_to: float = 1.0) -> Digit:
    probabilities = np.full(10, 0.01 * sum_to, np.float32)
    probabilities[label] = 0.91 * sum_to
    return Digit(Box(x, 10.123, 20, 30), np.zeros((28, 28), np.float32), probabilities)


CORNERS = ((0.0, 5.0), (10.0, 0.0), (15.0, 10.0), (5.0, 15.0))
READING = Reading(
    (
        (make_digit(4, 0), replace(make_digit(7, 30), correction=1, follows_gap=True)),
        (replace(make_digit(3, 0, sum_to=0.2), corners=CORNERS),),
    )
)


def test_text_is_what_is_copied_and_names_each_picture_of_several() -> None:
    one = NamedReading("a.jpg", READING)

    assert export_readings([one], ".txt") == "4 1\n?\n"
    assert export_readings([one, one], ".TXT") == "a.jpg\n4 1\n?\n\na.jpg\n4 1\n?\n"


def test_csv_has_a_row_for_each_digit() -> None:
    content = export_readings([NamedReading("=photo, of “7”.jpg", READING)], ".csv")

    first, second, third = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
    assert first["file"] == "./=photo, of “7”.jpg"
    assert [(each["row"], each["column"]) for each in (first, second, third)] == [
        ("1", "1"),
        ("1", "2"),
        ("2", "1"),
    ]
    assert [each["symbol"] for each in (first, second, third)] == ["4", "1", "?"]
    assert [each["corrected"] for each in (first, second)] == ["False", "True"]
    assert (first["confidence"], second["confidence"]) == ("0.91", "1.0")
    assert float(third["digit_probability"]) == pytest.approx(0.2)
    assert [first[name] for name in ("x", "y", "width", "height")] == ["0", "10.12", "20", "30"]
    assert (first["lower_right_x"], first["lower_right_y"]) == ("20", "40.12")
    assert (third["upper_right_x"], third["upper_right_y"]) == ("10.0", "0.0")


def test_json_has_every_digit_of_each_picture() -> None:
    content = json.loads(export_readings([NamedReading("a", READING)] * 2, ".json"))

    picture = content["pictures"][1]
    assert (picture["file"], picture["text"]) == ("a", "4 1\n?")
    assert [[digit["symbol"] for digit in line] for line in picture["lines"]] == [["4", "1"], ["?"]]


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_may_hold_what_utf8_cant(form: Format) -> None:
    content = export_readings([NamedReading("gr\udcfcn\n.jpg", READING)] * 2, form.suffix)

    assert "gr\\udcfcn\\n.jpg" in content
    content.encode()


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_read_is_a_file_all_the_same(form: Format) -> None:
    content = export_readings([NamedReading("a", Reading())], form.suffix)

    assert content.endswith("\n")


def test_another_suffix_is_refused_with_those_there_are() -> None:
    with pytest.raises(StorageError, match=r"xlsx") as refused:
        export_readings([NamedReading("a", READING)], ".xlsx")

    assert ".csv" in refused.value.hint
