import json
import shutil
from pathlib import Path

from tests.cli.conftest import Digitpad
from tests.written_digits import PATHS, save_mnist, write_digit

KEYS = {"n", "accuracy", "digits", "character_error_rate", "confusion", "mistakes"}


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
    assert figures[single]["accuracy"] == 1
    assert figures[pages]["character_error_rate"] == 1
    assert figures[pages]["mistakes"] == [{"source": "6.png", "expected": "5", "read": "6"}]


def test_a_table_for_a_person(digitpad: Digitpad, tmp_path: Path, picture_file: Path) -> None:
    folder = tmp_path / "single"
    folder.mkdir()
    shutil.copy(picture_file, folder / "7.png")

    finished = digitpad("evaluate", folder, "--model", "default")

    assert finished.returncode == 0
    assert "accuracy              0.0000" in finished.stdout
    assert "7.png: 6 (7)" in finished.stdout
