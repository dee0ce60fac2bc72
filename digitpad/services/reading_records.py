"""What is written about a file that was read: as text, as JSON lines, or as CSV."""

import csv
import json
from dataclasses import dataclass
from typing import Any, Protocol

from digitpad.core.errors import DigitpadError
from digitpad.core.reading import Reading
from digitpad.services.picture_files import SourceFile
from digitpad.services.reading_json import describe_reading
from digitpad.services.spreadsheets import MARK, escape, write_name, write_row

CSV_COLUMNS = (
    "file",
    "text",
    "digits",
    "least_confidence",
    "error",
    "elapsed_ms",
    "bytes",
    "modified",
    "model",
)

_JSON_START = b'{"file": '


@dataclass(frozen=True)
class Record:
    """One file, and what came of reading it.

    Parameters
    ----------
    file : SourceFile
        What was read.
    model : str
        What it was read with, name and digest.
    outcome : Reading or DigitpadError
        What it says, or why it could not be read.
    """

    file: SourceFile
    model: str
    outcome: Reading | DigitpadError


@dataclass(frozen=True)
class Written:
    """What a line that was written earlier tells.

    Parameters
    ----------
    path : str
        Of the file, as the line has it.
    size_bytes : int or None
        As it was then.
    modified : str
        As it was then.
    model : str
        What it was read with.
    has_digits : bool
        Whether anything was found.
    is_error : bool
        Whether it could not be read.
    """

    path: str
    size_bytes: int | None
    modified: str
    model: str
    has_digits: bool
    is_error: bool


class RecordFormat(Protocol):
    """How records are written, one after the other."""

    header: str
    """What stands before them."""

    def write(self, record: Record) -> str:
        """Return a record, its end included; empty if there is nothing to say."""
        ...


class ResumableFormat(RecordFormat, Protocol):
    """A format whose lines tell what was read, so that an interrupted run can go on."""

    name: str
    """What a person calls it."""

    mark: str
    """What tells other programs how a file is encoded."""

    def parse(self, line: str) -> Written:
        """Return what a line tells; raises ValueError if it is none of this format."""
        ...

    def can_begin_with(self, line: bytes) -> bool:
        """Return whether a file of this format can have such a first line, or half a line."""
        ...

    def write_name(self, name: str) -> str:
        """Return a path or a model's name as lines have it."""
        ...


class Text:
    """The digits alone, or after the file's name; nothing for what can't be read."""

    header = ""

    def __init__(self, has_names: bool) -> None:
        self._has_names = has_names

    def write(self, record: Record) -> str:
        """Return the text; rows of it apart by a space if it stands after a name."""
        if isinstance(record.outcome, DigitpadError):
            return ""
        text = record.outcome.text
        return f"{record.file.path}: {' '.join(text.split())}\n" if self._has_names else f"{text}\n"


class JsonLines:
    """One JSON object a line, with every digit of every row."""

    name = "JSON lines"
    mark = header = ""

    def write(self, record: Record) -> str:
        """Return an object of ASCII, so that it survives any encoding."""
        file, outcome = record.file, record.outcome
        content: dict[str, Any] = {"file": file.path}
        if isinstance(outcome, DigitpadError):
            content |= {"error": outcome.message, "hint": outcome.hint}
        else:
            content |= describe_reading(outcome)
        content |= {"bytes": file.size_bytes, "modified": file.modified, "model": record.model}
        return json.dumps(content) + "\n"

    def parse(self, line: str) -> Written:
        """Return what an object tells."""
        try:
            content = json.loads(line)
            return Written(
                str(content["file"]),
                content["bytes"],
                str(content["modified"]),
                str(content["model"]),
                bool(content.get("lines")),
                "error" in content,
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"no record: {line!r}") from error

    def can_begin_with(self, line: bytes) -> bool:
        """Return whether `line` is an object of ours, or the beginning of one."""
        if line.endswith(b"\n"):
            try:
                return bool(self.parse(line.decode()))
            except ValueError:
                return False
        return line.startswith(_JSON_START[: len(line)])

    def write_name(self, name: str) -> str:
        """Return the name itself; JSON can hold any."""
        return name


class Csv:
    """One row a file, to load into a spreadsheet and sort by `least_confidence`."""

    name = "CSV"
    mark = MARK
    header = write_row(CSV_COLUMNS)

    def write(self, record: Record) -> str:
        """Return a row on one line, whatever is in names; rows of the text apart by " | "."""
        file, outcome = record.file, record.outcome
        values: dict[str, Any] = {
            "file": write_name(file.path),
            "bytes": file.size_bytes,
            "modified": file.modified,
            "model": write_name(record.model),
        }
        if isinstance(outcome, DigitpadError):
            values["error"] = escape(str(outcome))
        else:
            confidences = [digit.confidence for digit in outcome.digits]
            values |= {
                "text": outcome.text.replace("\n", " | "),
                "digits": sum(digit.is_digit for digit in outcome.digits),
                "least_confidence": f"{min(confidences):.4f}" if confidences else "",
                "elapsed_ms": f"{outcome.elapsed_ms:.3f}",
            }
        return write_row(values.get(column) for column in CSV_COLUMNS)

    def parse(self, line: str) -> Written:
        """Return what a row tells."""
        try:
            rows = list(csv.reader([line], strict=True))
        except csv.Error as error:
            raise ValueError(f"no record: {line!r}") from error
        if len(rows) != 1 or len(rows[0]) != len(CSV_COLUMNS):
            raise ValueError(f"no record: {line!r}")
        cells = dict(zip(CSV_COLUMNS, rows[0], strict=True))
        if not (cells["bytes"] or "0").isdecimal():
            raise ValueError(f"no record: {line!r}")
        return Written(
            cells["file"],
            int(cells["bytes"]) if cells["bytes"] else None,
            cells["modified"],
            cells["model"],
            bool(cells["text"]),
            bool(cells["error"]),
        )

    def can_begin_with(self, line: bytes) -> bool:
        """Return whether `line` is our header, or the beginning of it."""
        head = (self.mark + self.header).encode()
        return line == head or (not line.endswith(b"\n") and head.startswith(line))

    def write_name(self, name: str) -> str:
        """Return a name as a spreadsheet may have it."""
        return write_name(name)
