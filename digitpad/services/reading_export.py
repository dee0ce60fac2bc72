"""What was read, as a file for other programs: text, CSV or JSON."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from digitpad.core.errors import StorageError
from digitpad.core.reading import Digit, Reading

_CORNERS = ("upper_left", "upper_right", "lower_right", "lower_left")

CSV_COLUMNS = (
    "file",
    "row",
    "column",
    "text",
    "confidence",
    "digit_probability",
    "corrected",
    "x",
    "y",
    "width",
    "height",
    *(f"{corner}_{axis}" for corner in _CORNERS for axis in "xy"),
)

_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class NamedReading:
    """A reading and what it is of.

    Parameters
    ----------
    name : str
        A file, or what a picture without one is called.
    reading : Reading
        What was read in it.
    """

    name: str
    reading: Reading


@dataclass(frozen=True)
class Format:
    """A form in which readings can be written.

    Parameters
    ----------
    suffix : str
        Of its files, with the dot.
    title : str
        What a person calls it.
    write : function from NamedReadings to str
        Makes the content of a file.
    """

    suffix: str
    title: str
    write: Callable[[Sequence[NamedReading]], str]

    @property
    def filter(self) -> str:
        """How a file dialog offers it."""
        return f"{self.title} (*{self.suffix})"


def export_readings(readings: Sequence[NamedReading], suffix: str) -> str:
    """Return readings in the form that goes with a file's suffix.

    Parameters
    ----------
    readings : sequence of NamedReading
        What to write.
    suffix : str
        One of those of `FORMATS`, in any case.

    Returns
    -------
    str
        With a line break at its end.

    Raises
    ------
    StorageError
        If no form goes with the suffix.
    """
    for form in FORMATS:
        if form.suffix == suffix.lower():
            return form.write(readings)
    known = ", ".join(form.suffix for form in FORMATS)
    raise StorageError(
        f"“{suffix}” is no form in which a reading can be saved.", f"Use one of {known}."
    )


def _write_text(readings: Sequence[NamedReading]) -> str:
    if len(readings) == 1:
        return f"{readings[0].reading.text}\n"
    return "\n".join(f"{each.name}\n{each.reading.text}\n" for each in readings)


def _write_csv(readings: Sequence[NamedReading]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for each in readings:
        # Spreadsheets would take such a name for a formula.
        name = f"./{each.name}" if each.name.startswith(_FORMULA_STARTS) else each.name
        for row, column, digit in _number(each.reading):
            x, y, width, height = (round(value, 2) for value in astuple(digit.box))
            flat = [value for corner in _round_corners(digit) for value in corner]
            writer.writerow(
                {
                    "file": name,
                    "row": row,
                    "column": column,
                    **_describe(digit),
                    **{"x": x, "y": y, "width": width, "height": height},
                    **dict(zip(CSV_COLUMNS[-len(flat) :], flat, strict=True)),
                }
            )
    # Without the mark spreadsheets take names for Latin-1.
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + file.getvalue()


def _write_json(readings: Sequence[NamedReading]) -> str:
    pictures = [
        {
            "file": each.name,
            "text": each.reading.text,
            "digits": [
                {
                    "row": row,
                    "column": column,
                    **_describe(digit),
                    "box": [round(value, 2) for value in astuple(digit.box)],
                    "corners": _round_corners(digit),
                }
                for row, column, digit in _number(each.reading)
            ],
        }
        for each in readings
    ]
    return json.dumps({"pictures": pictures}, ensure_ascii=False, indent=1) + "\n"


def _number(reading: Reading) -> Iterator[tuple[int, int, Digit]]:
    """Go through all digits with the numbers of their row and column, from 1."""
    for row, line in enumerate(reading.lines, start=1):
        for column, digit in enumerate(line, start=1):
            yield row, column, digit


def _describe(digit: Digit) -> dict[str, Any]:
    return {
        "text": digit.symbol,
        "confidence": round(digit.confidence, 6),
        "digit_probability": round(digit.digit_probability, 6),
        "corrected": digit.correction is not None,
    }


def _round_corners(digit: Digit) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in digit.outline]


FORMATS = (
    Format(".txt", "Text", _write_text),
    Format(".csv", "CSV, a row for each digit", _write_csv),
    Format(".json", "JSON, a record for each digit", _write_json),
)
