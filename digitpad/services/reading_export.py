"""What was read, as a file for other programs: text, CSV or JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digitpad.core.errors import StorageError
from digitpad.core.reading import Reading
from digitpad.services.reading_json import describe_digit, describe_reading
from digitpad.services.spreadsheets import MARK, escape, write_name, write_row

_CORNERS = ("upper_left", "upper_right", "lower_right", "lower_left")
_JUDGEMENTS = ("symbol", "confidence", "digit_probability", "corrected")

CSV_COLUMNS = (
    "file",
    "row",
    "column",
    *_JUDGEMENTS,
    "x",
    "y",
    "width",
    "height",
    *(f"{corner}_{axis}" for corner in _CORNERS for axis in "xy"),
)


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
    return "\n".join(f"{escape(each.name)}\n{each.reading.text}\n" for each in readings)


def _write_csv(readings: Sequence[NamedReading]) -> str:
    rows = [write_row(CSV_COLUMNS)]
    for each in readings:
        name = write_name(each.name)
        for row, line in enumerate(each.reading.lines, start=1):
            for column, digit in enumerate(line, start=1):
                described = describe_digit(digit)
                judgements = (described[key] for key in _JUDGEMENTS)
                corners = (value for corner in described["corners"] for value in corner)
                place = (*described["box"], *corners)
                rows.append(write_row((name, row, column, *judgements, *place)))
    return MARK + "".join(rows)


def _write_json(readings: Sequence[NamedReading]) -> str:
    pictures = [{"file": each.name, **describe_reading(each.reading)} for each in readings]
    return json.dumps({"pictures": pictures}, indent=1) + "\n"


FORMATS = (
    Format(".txt", "Text", _write_text),
    Format(".csv", "CSV, a row for each digit", _write_csv),
    Format(".json", "JSON, a record for each digit", _write_json),
)
