import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from digitpad import paths
from digitpad.__main__ import main
from digitpad.services.samples.records import Source
from digitpad.services.samples.store import SampleStore
from tests.cli.conftest import Digitpad
from tests.samples import make_drawn, make_sample
from tests.written_digits import save_mnist


@pytest.fixture
def ids() -> list[int]:
    """Keep five samples: drawn 0 to 2, and two of photos, 3 and 13."""
    with SampleStore(paths.samples_file()) as store:
        drawn = store.add(make_drawn(number) for number in range(3))
        return drawn + store.add(make_sample(n, source=Source.PHOTO) for n in (3, 13))


def labels() -> list[int]:
    with SampleStore(paths.samples_file()) as store:
        return [sample.label for sample in store.load(store.find()[::-1])]


def test_without_samples_it_says_how_to_get_some(digitpad: Digitpad) -> None:
    finished = digitpad("samples")

    assert (finished.returncode, finished.stdout) == (0, "")
    assert "import some" in finished.stderr


def test_counts_and_lists(digitpad: Digitpad, ids: list[int]) -> None:
    rows = [line.split() for line in digitpad("samples").stdout.splitlines()]
    assert rows[0] == ["digit", "drawing", "photo", "practice", "import", "all"]
    assert rows[4] == ["3", "0", "2", "0", "0", "2"]
    assert rows[-1] == ["all", "3", "2", "0", "0", "5"]

    counted = json.loads(digitpad("samples", "list", "--json", "--label", "1-3").stdout)
    assert counted["samples"] == 4
    assert {"label": 3, "source": "photo", "samples": 2} in counted["kinds"]

    listed = digitpad("samples", "list", "--each", "--source", "drawing").stdout.splitlines()
    assert [line.split()[:2] for line in listed] == [["3", "2"], ["2", "1"], ["1", "0"]]
    assert "read as 3" in listed[0]

    days = ("--since", "2026-03-02", "--until", "2026-03-04")
    lines = digitpad("samples", "list", "--each", "--json", *days).stdout.splitlines()
    assert [json.loads(line)["label"] for line in lines] == [3, 2, 1]


def test_import_disagree_and_export(digitpad: Digitpad, tmp_path: Path) -> None:
    file = save_mnist(tmp_path / "mnist.npz", train=40, test=10)
    imported = digitpad("samples", "import", file)
    assert (imported.returncode, imported.stdout) == (0, "40 samples added.\n")
    again = digitpad("samples", "import", file)
    assert again.stdout == "0 samples added; 40 were there already.\n"
    digitpad("samples", "relabel", 5, 1)

    wrong = digitpad("samples", "list", "--each", "--disagree").stdout.splitlines()
    assert wrong[-1].split()[:2] == ["1", "5"]
    exported = digitpad("samples", "export", tmp_path / "out.npz", "--label", "2,3")
    assert exported.returncode == 0
    with np.load(tmp_path / "out.npz") as arrays:
        assert sorted(set(arrays["labels"].tolist())) == [2, 3]
    assert digitpad("samples", "export", tmp_path / "out").returncode == 0
    assert len(list((tmp_path / "out").rglob("*.png"))) == 40
    assert digitpad("samples", "export", tmp_path / "idx", "--format", "idx").returncode == 0
    assert (tmp_path / "idx" / "train-labels-idx1-ubyte").stat().st_size == 48


def test_pictures_that_cannot_be_read_are_named(digitpad: Digitpad, tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"3 {number}.png").write_bytes(b"damaged")

    finished = digitpad("samples", "import", tmp_path)

    assert (finished.returncode, finished.stdout) == (2, "0 samples added.\n")
    assert finished.stderr.count("is damaged or") + finished.stderr.count("is no picture") == 20
    assert "and 5 more" in finished.stderr


def test_relabel_delete_and_undelete(digitpad: Digitpad, ids: list[int]) -> None:
    relabelled = digitpad("samples", "relabel", 9, ids[0], ids[1])
    assert relabelled.stdout == "2 samples labelled 9.\n"
    assert labels() == [9, 9, 2, 3, 3]

    deleted = digitpad("samples", "delete", "--source", "photo")
    assert deleted.stdout.startswith("2 samples deleted; for 30 days")
    assert labels() == [9, 9, 2]
    command = deleted.stdout.split("digitpad ")[1].split()
    assert digitpad(*command).stdout == "2 samples brought back.\n"
    assert labels() == [9, 9, 2, 3, 3]


def test_backup_and_restore(digitpad: Digitpad, ids: list[int], tmp_path: Path) -> None:
    backup = tmp_path / "samples.zip"
    assert digitpad("samples", "backup", backup).stdout == f"5 samples in “{backup}”.\n"
    assert set(zipfile.ZipFile(backup).namelist()) == {"manifest.json", "samples.db"}
    digitpad("samples", "delete", ids[0])
    with SampleStore(paths.samples_file()) as store:
        store.add([make_sample(8)])

    assert digitpad("samples", "restore", backup).stdout == "1 sample added.\n"
    replaced = digitpad("samples", "restore", backup, "--replace")
    assert replaced.stdout == "0 samples added, 1 deleted.\n"
    assert sorted(labels()) == [0, 1, 2, 3, 3]


def test_a_backup_is_made_by_itself(digitpad: Digitpad, ids: list[int]) -> None:
    digitpad("samples")

    (backup,) = (paths.samples_file().parent / "backups").iterdir()
    paths.samples_file().write_bytes(b"damaged")
    finished = digitpad("samples", "list", "--each")
    assert finished.returncode == 0
    assert len(finished.stdout.splitlines()) == 5
    assert "were damaged; those of the backup of" in finished.stderr
    assert backup.is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "gone"], "can't be imported"),
        (["import", "."], "no pictures whose digits are known"),
        (["export", "out"], "no samples to export"),
        (["export", "out.docx"], "In which format"),
        (["backup", "/dev/null/backup.zip"], "can't be used"),
        (["restore", "gone.zip"], "can't be opened"),
        (["delete"], "Which samples?"),
        (["delete", "1", "--label", "3"], "Which samples?"),
        (["delete", "1"], "There is no sample 1."),
        (["delete", "--label", "3"], "There are no such samples."),
        (["relabel", "3", "77"], "There is no sample 77."),
        (["undelete"], "Which samples are to come back?"),
        (["relabel", "12", "1"], "invalid choice"),
        (["list", "--label", "12"], "not of digits"),
        (["list", "--since", "yesterday"], "is no day"),
        (["list", "--source", "dreams"], "dreams"),
        (["list", "--disagree", "--model", "gone"], "There is no model “gone”."),
        (["forget"], "invalid choice"),
    ],
)
def test_wrong_use_is_told(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(["samples", *arguments])
    except SystemExit as ended:  # So argparse ends what it can't make sense of.
        status = int(ended.code or 0)

    told = capsys.readouterr()
    assert (status, told.out) == (2, "")
    assert words in told.err
