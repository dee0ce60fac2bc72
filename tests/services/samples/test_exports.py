import csv
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import SampleError, StorageError
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.samples.exports import EXPORT_FORMATS, export_samples
from digitpad.services.samples.imports import import_samples
from digitpad.services.samples.predictions import judge_samples
from digitpad.services.samples.records import SampleFilter, Source
from digitpad.services.samples.store import SampleStore
from tests.samples import make_drawn, make_sample
from tests.written_digits import save_mnist

FORMS = {form.name: form for form in EXPORT_FORMATS}
every_form = pytest.mark.parametrize("name", FORMS)


@pytest.fixture
def store() -> Iterator[SampleStore]:
    with SampleStore(paths.samples_file()) as opened:
        yield opened


@pytest.fixture(scope="module")
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), Path("none")).default()


@pytest.mark.parametrize(
    ("name", "inside"), [("png", ""), ("idx", "train-images-idx3-ubyte"), ("npz", "")]
)
def test_what_is_exported_comes_back_the_same(
    store: SampleStore, model: Model, tmp_path: Path, name: str, inside: str
) -> None:
    ids = store.add(make_sample(number) for number in (3, 14, 15, 92, 65))
    target = tmp_path / "folders" / "out.npz"

    export_samples(store, ids[1:], target, FORMS[name])

    with SampleStore(tmp_path / "other" / "samples.db") as other:
        import_samples(other, target / inside, model, lambda done, total: None)
        expected = sorted((s.label, s.image.tobytes()) for s in store.load(ids[1:]))
        assert sorted((s.label, s.image.tobytes()) for s in other.load(other.find())) == expected
    assert [place.name for place in target.parent.iterdir()] == ["out.npz"]


def test_a_folder_of_pictures_is_one_a_person_can_use(store: SampleStore, tmp_path: Path) -> None:
    ids = store.add([make_sample(7), make_sample(17), make_sample(4)])

    export_samples(store, ids, tmp_path / "out", FORMS["png"])

    files = sorted(place.relative_to(tmp_path) for place in tmp_path.rglob("*.png"))
    assert files == [Path("out/4/4-3.png"), Path("out/7/7-1.png"), Path("out/7/7-2.png")]
    shown = cv2.imread(str(tmp_path / files[0]), cv2.IMREAD_UNCHANGED)
    assert (shown == make_sample(4).image).all()


def test_a_table_has_all_that_is_known(store: SampleStore, tmp_path: Path) -> None:
    named = make_sample(5, source=Source.PHOTO)
    ids = store.add([make_drawn(3), named])

    export_samples(store, ids, tmp_path / "out.csv", FORMS["csv"])

    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["label"] for row in rows] == ["3", "5"]
    assert [row["read"] for row in rows] == ["4", ""]
    assert rows[0]["model"] == "default@0123456789ab"
    assert rows[1]["file"] == "page 5.png"
    pixels = [int(rows[1][f"pixel_{number}"]) for number in range(784)]
    assert (np.array(pixels).reshape(28, 28) == named.image).all()


def test_an_empty_folder_and_a_file_are_written_over(store: SampleStore, tmp_path: Path) -> None:
    ids = store.add([make_sample(1)])
    (tmp_path / "out").mkdir()
    (tmp_path / "out.csv").write_text("old")

    export_samples(store, ids, tmp_path / "out", FORMS["png"])
    export_samples(store, ids, tmp_path / "out.csv", FORMS["csv"])

    assert (tmp_path / "out" / "1" / "1-1.png").is_file()
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").startswith("id,label")


@pytest.mark.parametrize("name", ["png", "idx"])
def test_a_folder_with_something_in_it_is_left_alone(
    store: SampleStore, tmp_path: Path, name: str
) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(StorageError, match="is there already"):
        export_samples(store, store.add([make_sample(1)]), tmp_path, FORMS[name])

    assert [place.name for place in tmp_path.iterdir() if place.name != "home"] == ["mine.txt"]


@every_form
def test_no_samples(store: SampleStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(SampleError, match="no samples to export"):
        export_samples(store, [], tmp_path / "out", FORMS[name])


@every_form
def test_a_disk_that_fills_up_leaves_nothing(
    store: SampleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ids = store.add(make_sample(number) for number in range(5))

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    monkeypatch.setattr(Path, "write_bytes", fail)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(StorageError, match="No space left") as told:
        export_samples(store, ids, out / "samples", FORMS[name])

    assert "Free some space" in told.value.hint
    assert list(out.iterdir()) == []


def test_a_model_reads_what_it_has_not_read_yet(
    store: SampleStore, model: Model, tmp_path: Path
) -> None:
    import_samples(store, save_mnist(tmp_path / "m.npz"), model, lambda done, total: None)
    wrong = store.find(SampleFilter(labels=frozenset({7})))[0]
    store.relabel({wrong: 1})
    progress: list[tuple[int, int]] = []

    assert judge_samples(store, model, lambda done, total: progress.append((done, total))) == 600

    assert progress == [(0, 600), (512, 600), (600, 600)]
    name = f"default@{model.card.sha256['model.tflite'][:12]}"
    disagreeing = store.find(SampleFilter(disagrees_with=name))
    assert wrong in disagreeing
    assert len(disagreeing) < 30
    assert judge_samples(store, model, lambda done, total: None) == 0
    assert store.predictions([wrong], name)[wrong].label == 7
