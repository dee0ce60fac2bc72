import json
import shutil
from pathlib import Path

from tests.cli.conftest import Digitpad
from tests.written_digits import PATHS, save_mnist, write_digit

KEYS = {"n", "accuracy", "digits", "character_error_rate", "confusion", "mistakes", "kinds"}


def test_every_form_of_data_in_json(digitpad: Digitpad, tmp_path: Path, picture_file: Path) -> None:
    mnist = save_mnist(tmp_path / "mnist.npz", train=10, test=30)
    pen = tmp_path / "pen.jsonl"
    pen.write_text(
        "".join(
            json.dumps(
                {"label": int(d), "writer": d, "strokes": [s.points for s in write_digit(d)]}
            )
            + "\n"
            for d in PATHS
        )
    )
    single, pages = tmp_path / "single", tmp_path / "pages"
    for folder in (single, pages):
        folder.mkdir()
        shutil.copy(picture_file, folder / "6.png")
    (pages / "labels.csv").write_text("file,text\n6.png,5\n")

    figures = {}
    for data, arguments in ((mnist, ()), (pen, ("--writers", "0-3")), (single, ()), (pages, ())):
        finished = digitpad("evaluate", data, "--json", *arguments)
        assert finished.returncode == 0
        figures[data] = json.loads(finished.stdout)
        assert figures[data].keys() >= KEYS

    assert figures[mnist]["n"] == 30
    assert figures[mnist]["accuracy"] > 0.9
    assert (figures[pen]["n"], figures[pen]["accuracy"], figures[pen]["mistakes"]) == (4, 1, [])
    assert figures[pen]["confusion"][3] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert figures[pen]["classes"][3] == {
        "label": 3,
        "n": 1,
        "read": 1,
        "right": 1,
        "precision": 1,
        "recall": 1,
        "f1": 1,
    }
    assert figures[pen]["classes"][4]["recall"] is None
    assert figures[single]["accuracy"] == 1
    assert figures[pages]["character_error_rate"] == 1
    (mistake,) = figures[pages]["mistakes"]
    assert (mistake["source"], mistake["expected"], mistake["read"]) == ("6.png", "5", "6")
    assert figures[mnist]["calibration_error"] < 0.2


def test_a_table_for_a_person(digitpad: Digitpad, tmp_path: Path, picture_file: Path) -> None:
    folder = tmp_path / "single"
    folder.mkdir()
    shutil.copy(picture_file, folder / "7.png")

    finished = digitpad("evaluate", folder, "--model", "default")

    assert finished.returncode == 0
    assert "accuracy              0.0000" in finished.stdout
    assert "7.png: 6 (7)" in finished.stdout
    lines = [line.split() for line in finished.stdout.splitlines()]
    assert ["6", "0", "1", "0", "0.0000", "–", "–"] in lines
    assert ["7", "1", "0", "0", "–", "0.0000", "–"] in lines


def test_tables_by_difficulty_and_by_style(
    digitpad: Digitpad, tmp_path: Path, picture_file: Path
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("1.png", "2.png"):
        shutil.copy(picture_file, pages / name)
    (pages / "labels.csv").write_text("file,text,difficulty\n1.png,6,plain\n2.png,86,rotated 90\n")
    pen = tmp_path / "pen.jsonl"
    pen.write_text(
        "".join(
            json.dumps(
                {
                    "label": label,
                    "style": style,
                    "strokes": [s.points for s in write_digit(digit)],
                }
            )
            + "\n"
            for digit, label, style in (("7", 7, "plain 7"), ("5", None, "letter S"))
        )
    )

    by_difficulty = digitpad("evaluate", pages).stdout
    by_style = digitpad("evaluate", pen, "--jobs", 1).stdout

    lines = [line.split() for line in by_difficulty.splitlines()]
    assert ["plain", "1", "1", "1", "1", "0.0000"] in lines
    assert ["rotated", "90", "1", "0", "0", "2", "0.5000", "worst"] in lines
    lines = [line.split() for line in by_style.splitlines()]
    assert ["plain", "7", "1", "1.0000"] in lines
    assert lines[-1] == ["1:", "5", "(no", "digit)"] or "flagged 1" in by_style
    assert "no digits             1, flagged" in by_style
    assert "digits flagged        0 of 1 (0.00 %)" in by_style
    assert "calibration error" not in by_difficulty
