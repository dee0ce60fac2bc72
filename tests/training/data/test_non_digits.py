import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.reading import LIKELY_DIGIT
from digitpad.training.data.datasets import LabelledDrawing
from digitpad.training.data.non_digits import NonDigits
from tests.written_digits import PATHS, write_digit

DRAWINGS = tuple(LabelledDrawing(int(digit), "1", write_digit(digit)) for digit in PATHS)
KINDS = (
    "letter",
    "symbol",
    "scribble",
    "part of a digit",
    "turned digit",
    "two digits",
    "two digits, drawn",
)


@pytest.fixture(scope="module")
def source() -> NonDigits:
    images = [normalize(rasterize(write_digit(digit))) * 255 for digit in PATHS]
    labels = [int(digit) for digit in PATHS]
    return NonDigits(np.array(images, np.uint8), np.array(labels, np.uint8), DRAWINGS)


def test_without_drawings_there_are_no_drawn_pairs(source: NonDigits) -> None:
    images = np.full((3, 28, 28), 255, np.uint8)

    assert source.kinds == KINDS
    assert NonDigits(images, np.arange(3, dtype=np.uint8), ()).kinds == KINDS[:-1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_read_and_no_two_are_alike(source: NonDigits, kind: str) -> None:
    rng = np.random.default_rng(2)
    made = [source.draw(rng, kind) for _ in range(30)]
    images = [normalize(rasterize(m) if isinstance(m, tuple) else m) for m in made]

    assert {image.shape for image in images} == {(28, 28)}
    assert all(image.max() == pytest.approx(1) for image in images)
    assert len({image.tobytes() for image in images}) > 8


@pytest.mark.parametrize("kind", KINDS)
def test_the_bundled_model_knows_them_for_no_digits(source: NonDigits, kind: str) -> None:
    classifier = Classifier(paths.bundled_models() / "default" / "model.tflite")
    rng = np.random.default_rng(3)
    made = [source.draw(rng, kind) for _ in range(100)]
    images = np.stack([normalize(rasterize(m) if isinstance(m, tuple) else m) for m in made])

    is_flagged = classifier.classify(images).sum(axis=1) < LIKELY_DIGIT

    assert is_flagged.mean() >= 0.85


def test_two_digits_stand_side_by_side(source: NonDigits) -> None:
    rng = np.random.default_rng(4)
    for _ in range(30):
        ink = source.draw(rng, "two digits")

        assert not isinstance(ink, tuple)
        assert ink.shape[1] > 0.5 * ink.shape[0]
        assert ink.max() == pytest.approx(1, abs=0.01)
