import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import DatasetError, DigitpadError
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.services.data_sets import DataSet, NamedImages, choose_data_set, list_data_sets
from digitpad.services.inspection import Inspection, JudgedDigit, inspect
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.samples.records import Sample, Source
from digitpad.services.samples.store import SampleStore
from digitpad.training.evaluation import evaluate
from tests.networks import NETWORK_FILES
from tests.written_digits import save_mnist, write, write_digit


@pytest.fixture
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), paths.user_models()).default()


def look(model: Model, place: Path) -> Inspection:
    return inspect(model, choose_data_set(place), lambda done, count: None)


def find(inspection: Inspection, expected: int | None, read: int | None) -> list[JudgedDigit]:
    return [d for d in inspection.digits if (d.expected, d.read) == (expected, read)]


def save_drawings(file: Path, labels: str, written: str) -> Path:
    """Save drawings of digits under labels that may be wrong; “-” is no digit."""
    lines = (
        {
            "label": None if label == "-" else int(label),
            "style": f"plain {digit}",
            "strokes": [stroke.points for stroke in write_digit(digit)],
        }
        for label, digit in zip(labels, written, strict=True)
    )
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def save_page(file: Path, text: str) -> None:
    ink = np.pad(rasterize(write(text).strokes), 60)
    assert cv2.imwrite(str(file), 250 - 220 * ink)


def test_every_image_is_kept_with_what_was_read(model: Model, tmp_path: Path) -> None:
    file = save_mnist(tmp_path / "mnist.npz", train=10, test=60)
    with np.load(file) as arrays:
        saved = dict(arrays)
    saved["y_test"][3] = 8  # It shows a 3.
    np.savez(file, **saved)

    inspection = look(model, tmp_path)

    assert inspection.evaluation == evaluate(tmp_path, NETWORK_FILES)
    assert (inspection.model, inspection.data) == ("default", tmp_path.name)
    assert len(inspection.digits) == 60
    np.testing.assert_array_equal(inspection.digits[7].image, saved["x_test"][7])
    wrong = find(inspection, 8, 3)
    assert [(digit.source, digit.is_right, digit.strokes) for digit in wrong] == [("3", False, ())]
    assert wrong[0] in inspection.mistakes
    digit = wrong[0].to_digit()
    assert (digit.label, digit.confidence) == (3, wrong[0].confidence)
    assert digit.image.max() == pytest.approx(saved["x_test"][3].max() / 255)


def test_mistakes_begin_with_the_surest(model: Model, tmp_path: Path) -> None:
    file = save_mnist(tmp_path / "mnist.npz", train=10, test=40)
    with np.load(file) as arrays:
        saved = dict(arrays)
    saved["y_test"] = (saved["y_test"] + 1) % 10
    np.savez(file, **saved)

    sure = [digit.confidence for digit in look(model, file).mistakes]

    assert len(sure) > 30
    assert sure == sorted(sure, reverse=True)


def test_drawings_keep_their_strokes(model: Model, tmp_path: Path) -> None:
    file = save_drawings(tmp_path / "pen.jsonl", "0123457-", "01234567")

    inspection = look(model, file)

    assert inspection.evaluation == evaluate(file, NETWORK_FILES)
    assert len(inspection.digits) == 8
    (mistake,) = find(inspection, 7, 6)
    assert (mistake.source, mistake.kind) == ("6", "plain 6")
    assert [stroke.points for stroke in mistake.strokes] == [
        stroke.points for stroke in write_digit("6")
    ]
    (invented,) = find(inspection, None, 7)
    assert not invented.is_right
    assert set(inspection.mistakes) == {mistake, invented}


def test_pages_are_taken_apart(model: Model, tmp_path: Path) -> None:
    save_page(tmp_path / "a.png", "47")
    save_page(tmp_path / "b.png", "25")
    table = "file,text,difficulty\na.png,4 9,plain\nb.png,2 5 0,ruled\n"
    (tmp_path / "labels.csv").write_text(table)

    inspection = look(model, tmp_path)

    assert inspection.evaluation == evaluate(tmp_path, NETWORK_FILES)
    assert [(digit.expected, digit.read) for digit in inspection.digits] == [
        (4, 4),
        (9, 7),
        (2, 2),
        (5, 5),
        (0, None),
    ]
    (mistake,) = find(inspection, 9, 7)
    assert (mistake.file, mistake.kind) == (tmp_path / "a.png", "plain")
    assert mistake.image.max() > 200
    (missed,) = find(inspection, 0, None)
    assert (missed.confidence, missed.image.any()) == (0, False)


def test_it_says_how_far_it_is_and_ends_when_it_is_told(model: Model, tmp_path: Path) -> None:
    file = save_mnist(tmp_path / "mnist.npz", train=10, test=1_200)
    told = []

    inspect(model, choose_data_set(file), lambda *progress: told.append(progress))

    assert told == [(0, 1200), (500, 1200), (1000, 1200), (1200, 1200)]

    class CancelledError(Exception):
        pass

    def cancel(done: int, count: int) -> None:
        if done:
            raise CancelledError

    with pytest.raises(CancelledError):
        inspect(model, choose_data_set(file), cancel)


def test_there_is_always_something_to_judge_on(model: Model, tmp_path: Path) -> None:
    names = [data.name for data in list_data_sets()]
    assert names == ["Styles of the world"]

    save_mnist(paths.data() / "mnist.npz", train=20, test=10)

    data = {data.name: data for data in list_data_sets()}
    assert list(data) == ["MNIST test digits", "MNIST validation digits", "Styles of the world"]
    test = data["MNIST test digits"].load()
    assert isinstance(test, NamedImages)
    assert (len(test.images), test.names[3]) == (10, "3")
    with pytest.raises(DatasetError):  # They would be the last 5,000 of 60,000.
        data["MNIST validation digits"].load()
    styles = data["Styles of the world"].load()
    assert isinstance(styles, tuple)
    assert {drawing.label for drawing in styles} == set(range(10))


def test_samples_that_were_kept(model: Model) -> None:
    with SampleStore(paths.samples_file()) as store:
        (data,) = [data for data in list_data_sets() if data.name == "My samples"]
        with pytest.raises(DatasetError, match="no samples yet"):
            data.load()
        images = [normalize(rasterize(write_digit(label))) for label in "38"]
        pixels = [(image * 255).astype(np.uint8) for image in images]
        store.add(
            [
                Sample(pixels[0], 3, Source.DRAWING, strokes=write_digit("3")),
                Sample(pixels[1], 5, Source.IMPORT, origin="5 mine.png", crop=b"png"),
            ]
        )

    inspection = inspect(model, data, lambda done, count: None)

    (mistake,) = find(inspection, 5, 8)
    assert mistake.source.startswith("5 mine.png ")
    assert mistake.strokes == ()
    (right,) = find(inspection, 3, 3)
    assert right.source.startswith("drawing 20")
    assert [len(s.points) for s in right.strokes] == [len(s.points) for s in write_digit("3")]


@pytest.mark.parametrize("name", ["gone", "empty", "broken.jsonl", "mnist.npz", "picture"])
def test_data_that_can_not_be_read(model: Model, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.jsonl").write_text("{")
    (tmp_path / "mnist.npz").write_bytes(b"no archive")
    (tmp_path / "picture").mkdir()
    (tmp_path / "picture" / "3.png").write_bytes(b"no picture")

    with pytest.raises(DigitpadError) as caught:
        look(model, tmp_path / name)

    assert caught.value.hint


def test_a_model_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(paths.bundled_models() / "default", folder)
    default = ModelLibrary(paths.bundled_models(), paths.user_models()).default()
    model = Model("mine", folder, default.card, is_bundled=False)
    model.litert_file.unlink()
    nothing = NamedImages(
        np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8), ("0",), ((),), ("",)
    )

    with pytest.raises(DigitpadError, match="mine"):
        inspect(model, DataSet("digits", lambda: nothing), lambda done, count: None)
