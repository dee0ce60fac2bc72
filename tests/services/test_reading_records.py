import csv
import io
import json

import numpy as np
import pytest

from digitpad.core.errors import ImageError
from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.services.picture_files import SourceFile
from digitpad.services.reading_records import (
    CSV_COLUMNS,
    Csv,
    JsonLines,
    Record,
    ResumableFormat,
    Text,
)

ODD_NAMES = [
    "plain.png",
    "a,b;c'\".png",
    "new\nline\r.png",
    "gr\udcfcn €.png",
    "=cmd|'/c calc'!A1.png",
    "-1.png",
    "+1.png",
    "@x.png",
    "\t=1.png",
    "line\u2028.png",
]


def digit(label: int, confidence: float = 0.9, follows_gap: bool = False) -> Digit:
    probabilities = np.zeros(10, np.float32)
    probabilities[label] = confidence
    image = np.zeros((28, 28), np.float32)
    return Digit(Box(1, 2, 3, 4), image, probabilities, follows_gap=follows_gap)


def record(name: str = "a.png", *, error: bool = False) -> Record:
    file = SourceFile(name, 12, "2026-01-02T03:04:05.000006+00:00")
    if error:
        return Record(file, "default@1", ImageError(f"“{name}” is\nbad.", "Try again."))
    lines = ((digit(0), digit(4, 0.75)), (digit(2, 0.3), digit(8, 0.8, follows_gap=True)))
    return Record(file, "default@1", Reading(lines, 1.5))


def cells(line: str) -> dict[str, str]:
    (row,) = csv.reader(io.StringIO(line))
    return dict(zip(CSV_COLUMNS, row, strict=True))


def test_text() -> None:
    assert Text(has_names=False).write(record()) == "04\n? 8\n"
    assert Text(has_names=True).write(record()) == "a.png: 04 ? 8\n"
    assert Text(has_names=True).write(record(error=True)) == ""


def test_json_has_every_digit() -> None:
    content = json.loads(JsonLines().write(record()))

    assert content["text"] == "04\n? 8"
    assert (content["bytes"], content["model"]) == (12, "default@1")
    assert [[shown["symbol"] for shown in line] for line in content["lines"]] == [
        ["0", "4"],
        ["?", "8"],
    ]


def test_json_of_what_could_not_be_read() -> None:
    content = json.loads(JsonLines().write(record(error=True)))

    assert content["error"] == "“a.png” is\nbad."
    assert content["hint"] == "Try again."
    assert "text" not in content


def test_csv_is_what_one_sorts_and_filters() -> None:
    read, failed = cells(Csv().write(record())), cells(Csv().write(record(error=True)))

    assert read | {"modified": ""} == {
        "file": "a.png",
        "text": "04 | ? 8",
        "digits": "3",
        "least_confidence": "0.3000",
        "error": "",
        "elapsed_ms": "1.500",
        "bytes": "12",
        "modified": "",
        "model": "default@1",
    }
    assert failed["error"] == r"“a.png” is\nbad. Try again."
    assert failed["text"] == failed["digits"] == failed["least_confidence"] == ""


def test_csv_of_an_empty_page() -> None:
    row = cells(Csv().write(Record(SourceFile("a.png", 1, ""), "m", Reading())))

    assert (row["text"], row["digits"], row["least_confidence"]) == ("", "0", "")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_are_no_formulas_in_a_spreadsheet(name: str) -> None:
    line = Csv().write(record(name))

    assert line.count("\n") == 1
    assert cells(line)["file"][0] not in "=+-@\t\r"
    line.encode()


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("lines", [JsonLines(), Csv()])
@pytest.mark.parametrize("error", [False, True])
def test_a_line_tells_what_was_read(name: str, lines: ResumableFormat, error: bool) -> None:
    line = lines.write(record(name, error=error))

    written = lines.parse(line)

    assert line.count("\n") == 1
    assert written.path == lines.write_name(name)
    assert written.size_bytes == 12
    assert written.modified == "2026-01-02T03:04:05.000006+00:00"
    assert written.model == "default@1"
    assert (written.has_digits, written.is_error) == (not error, error)


@pytest.mark.parametrize("lines", [JsonLines(), Csv()])
@pytest.mark.parametrize(
    "line",
    ["", "\n", "{}\n", "[]\n", "null\n", '"file"\n', "a,b\n", '"a\n', "\0\0\n", "[" * 9999],
)
def test_what_is_no_record(lines: ResumableFormat, line: str) -> None:
    with pytest.raises(ValueError, match="no record"):
        lines.parse(line)


@pytest.mark.parametrize("lines", [JsonLines(), Csv()])
def test_every_beginning_of_a_file_is_known_again(lines: ResumableFormat) -> None:
    first = (lines.mark + lines.header).encode() or lines.write(record()).encode()

    assert all(lines.can_begin_with(first[:length]) for length in range(1, len(first) + 1))
    assert not lines.can_begin_with(b"hello\n")
    assert not lines.can_begin_with(b"hello")
    assert not lines.can_begin_with(b"\xff\xd8\xff\xe0")
