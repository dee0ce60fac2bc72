"""Somebody gives the command line what it can't use: it says so, and nothing is lost."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from digitpad import paths
from digitpad.__main__ import main
from tests.cli.conftest import Digitpad


def test_a_picture_of_too_many_pixels_is_told_and_the_others_are_read(
    digitpad: Digitpad, tmp_path: Path, picture_file: Path
) -> None:
    huge = tmp_path / "huge.png"
    Image.new("1", (12_000, 12_000), 1).save(huge)

    finished = digitpad("read", huge, picture_file)

    assert (finished.returncode, finished.stdout) == (2, f"{picture_file}: 6\n")
    assert finished.stderr == (
        f"digitpad: {huge}: “huge.png” is too large: 12000 × 12000 pixels. "
        "Crop it, or save it at a smaller size.\n"
    )


def test_a_file_of_no_bytes_is_told(digitpad: Digitpad, tmp_path: Path) -> None:
    (tmp_path / "photo.png").touch()

    finished = digitpad("read", tmp_path / "photo.png")

    assert (finished.returncode, finished.stdout) == (2, "")
    assert "“photo.png” is empty. Save or copy it again." in finished.stderr


def test_an_empty_name_is_not_the_folder_one_is_in(digitpad: Digitpad) -> None:
    finished = digitpad("read", "")

    assert (finished.returncode, finished.stdout) == (2, "")
    assert "the name of a file or folder is missing" in finished.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["models"], ["models", "show"], ["read", "PICTURE"]])
def test_output_that_can_not_be_written_is_told(picture_file: Path, arguments: list[str]) -> None:
    given = [str(picture_file) if argument == "PICTURE" else argument for argument in arguments]
    command = [sys.executable, "-m", "digitpad", *given]
    with Path("/dev/full").open("wb") as full:
        finished = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)

    assert finished.returncode == 2
    assert finished.stderr == (
        "digitpad: The output can't be written: No space left on device. "
        "Free some space, then try again.\n"
    )


def test_a_file_that_fails_where_nobody_expects_it_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, "Input/output error", "card.json")

    monkeypatch.setattr("digitpad.cli.models.open_library", fail)

    assert main(["models"]) == 2
    assert capsys.readouterr().err == (
        "digitpad: “card.json” can't be used: Input/output error. Check its name and its rights.\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="closes a descriptor as POSIX does")
def test_closed_output_is_told(picture_file: Path) -> None:
    command = [sys.executable, "-m", "digitpad", "read", str(picture_file)]
    finished = subprocess.run(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: os.close(1)
    )

    assert finished.returncode == 2
    assert finished.stderr == (
        "digitpad: Standard output is closed. Send it to a file or a terminal.\n"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "can't be listed: Permission denied. Check that you may read it."),
        ("7.png", "“7.png” may not be read by you. Change its permissions, or copy it first."),
    ],
)
def test_what_may_not_be_read_is_told_and_the_others_are_read(
    digitpad: Digitpad, picture_file: Path, closed_folder: Path, name: str, message: str
) -> None:
    finished = digitpad("read", closed_folder / name, picture_file)

    assert (finished.returncode, finished.stdout) == (2, f"{picture_file}: 6\n")
    assert message in finished.stderr


def test_a_folder_that_may_not_be_written_to_is_told_and_stays_as_it_is(
    digitpad: Digitpad, picture_file: Path, closed_folder: Path
) -> None:
    closed_folder.chmod(0o500)

    finished = digitpad("read", picture_file, "--output", closed_folder / "out.csv")

    assert (finished.returncode, finished.stdout) == (2, "")
    assert "out.csv” could not be written: Permission denied. Check that you may" in finished.stderr
    assert [file.name for file in closed_folder.iterdir()] == ["7.png"]


def test_a_choice_that_cant_be_saved_is_told_and_the_old_one_stays(
    digitpad: Digitpad, closed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_folder.chmod(0o700)
    (closed_folder / "models").mkdir()
    choice = closed_folder / "models" / "active.json"
    choice.write_text(json.dumps({"name": "mine"}))
    (closed_folder / "models").chmod(0o500)
    monkeypatch.setenv("DIGITPAD_HOME", str(closed_folder))

    finished = digitpad("models", "activate", "default")

    assert finished.returncode == 2
    assert "models”: Permission denied. Check that you may" in finished.stderr
    assert paths.user_models() == choice.parent
    assert json.loads(choice.read_text()) == {"name": "mine"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("pen.jsonl", b"", "holds no digits. Name another strokes file."),
        ("pen.jsonl", b"{}", "is no strokes file: line 1 can't be read"),
        ("pen.jsonl.gz", b"junk", "is no strokes file: Not a gzipped file"),
        ("labels.csv", b"file,text\n", "lists no files. Add a row for each of them."),
    ],
)
def test_data_of_nothing_is_told(
    digitpad: Digitpad, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)

    finished = digitpad("evaluate", tmp_path if name.endswith("csv") else tmp_path / name)

    assert (finished.returncode, finished.stdout) == (2, "")
    assert message in finished.stderr
