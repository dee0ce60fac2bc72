import csv
from pathlib import Path

import pytest

from digitpad.core.images import load_image
from tests.cli.conftest import Digitpad


def test_pages_and_their_table(digitpad: Digitpad, tmp_path: Path, data_folder: Path) -> None:
    arguments = ("--count", 3, "--seed", 7, "--data", data_folder, "--difficulty", "tiny", "chalk")

    finished = digitpad("compose", tmp_path / "new" / "one", *arguments, "--jobs", 1)
    again = digitpad("compose", tmp_path / "two", *arguments, "--jobs", 2)

    assert (finished.returncode, again.returncode) == (0, 0)
    assert "3 pages" in finished.stderr
    with (tmp_path / "new" / "one" / "labels.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert list(rows[0]) == ["file", "text", "difficulty"]
    assert [row["difficulty"] for row in rows] == ["tiny", "chalk", "tiny"]
    for row in rows:
        assert set(row["text"]) <= set("0123456789 \n")
        assert load_image(tmp_path / "two" / row["file"]).ndim == 3
    files = sorted(file.name for file in (tmp_path / "new" / "one").iterdir())
    assert files == sorted([*(row["file"] for row in rows), "labels.csv"])
    for name in files:
        first, second = (tmp_path / folder / name for folder in ("new/one", "two"))
        assert first.read_bytes() == second.read_bytes()


def test_composed_pages_are_evaluated_by_difficulty(
    digitpad: Digitpad, tmp_path: Path, data_folder: Path
) -> None:
    difficulties = ("tiny", "large")
    digitpad(
        *("compose", tmp_path / "pages", "--count", 2, "--data", data_folder, "--jobs", 1),
        *("--difficulty", *difficulties),
    )

    finished = digitpad("evaluate", tmp_path / "pages")

    assert finished.returncode == 0
    table = finished.stdout.partition("exact")[2].splitlines()
    assert [line.split()[0] for line in table[1:3]] == list(difficulties)


def test_without_data_it_says_what_to_do(digitpad: Digitpad, tmp_path: Path) -> None:
    for arguments in ((), ("--data", tmp_path)):
        finished = digitpad("compose", tmp_path / "out", *arguments)

        assert finished.returncode == 2
        assert "--data" in finished.stderr
        assert not (tmp_path / "out").exists()


def test_what_is_there_is_not_mixed_with_new_pages(
    digitpad: Digitpad, tmp_path: Path, data_folder: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")

    finished = digitpad("compose", tmp_path / "full", "--data", data_folder)

    assert finished.returncode == 2
    assert "full" in finished.stderr
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--count", "0"),
        ("--count", "many"),
        ("--seed", "-1"),
        ("--difficulty", "impossible"),
        ("--split", "test"),
    ],
)
def test_what_makes_no_sense(
    digitpad: Digitpad, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    finished = digitpad("compose", tmp_path / "out", *arguments)

    assert finished.returncode == 2
    assert finished.stderr.startswith("usage:")
