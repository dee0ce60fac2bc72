import json
from pathlib import Path

import pytest

from digitpad.core.strokes import Drawing
from tests.cli.conftest import Digitpad


def test_the_text_of_one_file(digitpad: Digitpad, drawing_file: Path) -> None:
    finished = digitpad("read", drawing_file)

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "31\n85\n", "")


def test_the_text_of_several_files(
    digitpad: Digitpad, drawing_file: Path, picture_file: Path
) -> None:
    finished = digitpad("read", drawing_file, picture_file)

    assert finished.returncode == 0
    assert finished.stdout == f"{drawing_file}: 31 85\n{picture_file}: 6\n"


def test_json_is_as_promised(
    digitpad: Digitpad, drawing_file: Path, picture_file: Path, blank_file: Path
) -> None:
    finished = digitpad("read", "--json", drawing_file, picture_file, blank_file)

    assert finished.returncode == 0
    drawing, picture, blank = (json.loads(line) for line in finished.stdout.splitlines())
    for shown, file in ((drawing, drawing_file), (picture, picture_file), (blank, blank_file)):
        assert shown.keys() == {
            "file",
            "text",
            "lines",
            "elapsed_ms",
            "bytes",
            "modified",
            "model",
        }
        assert shown["file"] == str(file)
        assert shown["elapsed_ms"] > 0
    assert drawing["text"] == "31\n85"
    assert [[digit["label"] for digit in line] for line in drawing["lines"]] == [[3, 1], [8, 5]]
    assert (blank["text"], blank["lines"]) == ("", [])
    ((digit,),) = picture["lines"]
    assert digit.keys() == {
        "label",
        "symbol",
        "is_digit",
        "digit_probability",
        "confidence",
        "corrected",
        "probabilities",
        "box",
        "corners",
        "follows_gap",
    }
    assert (digit["label"], digit["symbol"], digit["is_digit"]) == (6, "6", True)
    assert len(digit["probabilities"]) == 10
    assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert digit["confidence"] == max(digit["probabilities"]) == digit["probabilities"][6]
    x, y, width, height = digit["box"]
    assert digit["corners"][0] == pytest.approx([x, y])
    assert digit["corners"][2] == pytest.approx([x + width, y + height], abs=0.02)
    assert 50 < x < 100
    assert 50 < y < 75
    assert height == pytest.approx(160, abs=15)
    assert width < height


def test_a_bad_file_among_good_ones(
    digitpad: Digitpad, drawing_file: Path, picture_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.png").write_text("hello")

    finished = digitpad(
        "read", drawing_file, tmp_path / "gone.png", tmp_path / "text.png", picture_file
    )

    assert finished.returncode == 2
    assert finished.stdout == f"{drawing_file}: 31 85\n{picture_file}: 6\n"
    assert len(finished.stderr.splitlines()) == 2
    assert "gone.png" in finished.stderr
    assert "text.png" in finished.stderr


def test_nothing_found_in_any(digitpad: Digitpad, blank_file: Path) -> None:
    assert digitpad("read", blank_file).returncode == 1
    assert digitpad("read", blank_file, blank_file).returncode == 1


def test_an_empty_drawing_is_told(digitpad: Digitpad, tmp_path: Path) -> None:
    file = tmp_path / "empty.json"
    file.write_text(Drawing(()).to_json())

    finished = digitpad("read", file)

    assert finished.returncode == 1
    assert finished.stderr == (
        "digitpad: No digits were found. “digitpad FILE” shows in the window what was looked at.\n"
    )


def test_found_in_one(digitpad: Digitpad, blank_file: Path, picture_file: Path) -> None:
    assert digitpad("read", blank_file, picture_file).returncode == 0


@pytest.mark.parametrize("name", ["missing.png", "empty.json", "empty.png", "drawing.json"])
def test_what_cant_be_read(digitpad: Digitpad, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.json").touch()
    (tmp_path / "empty.png").touch()
    (tmp_path / "drawing.json").write_text('{"format": "digitpad-drawing", "version": 9}')

    finished = digitpad("read", tmp_path / name)

    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("digitpad: ")


def test_a_named_model(digitpad: Digitpad, drawing_file: Path) -> None:
    assert digitpad("read", drawing_file, "--model", "default").stdout == "31\n85\n"
    assert digitpad("read", drawing_file, "--model", "nobody").returncode == 2
