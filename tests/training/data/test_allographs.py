import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.training.data.allographs import STYLES, list_styles, synthesize
from digitpad.training.data.stroke_templates import StrokeTemplate, write_template
from digitpad.training.validation import synthesize_allographs


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(paths.bundled_models() / "default" / "model.tflite")


def test_every_digit_has_its_styles() -> None:
    assert set(STYLES) == set(range(10))
    names = [style for _, style in list_styles()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("label", "style"), list_styles())
def test_the_bundled_model_reads_every_style(
    label: int, style: str, classifier: Classifier
) -> None:
    rng = np.random.default_rng(label)
    drawings = [synthesize(label, rng, style) for _ in range(40)]

    images = np.stack([normalize(rasterize(drawing.strokes)) for drawing in drawings])

    assert {(drawing.label, drawing.style) for drawing in drawings} == {(label, style)}
    assert (classifier.classify(images).argmax(axis=1) == label).mean() >= 0.85


def test_the_seed_decides_and_no_two_are_alike() -> None:
    first, again = (
        [synthesize(7, np.random.default_rng(seed)).strokes for seed in range(20)] for _ in range(2)
    )

    assert first == again
    assert len(set(first)) == 20


def test_validation_holds_every_style_as_often() -> None:
    drawings = synthesize_allographs(3 * len(list_styles()))

    counts = {drawing.style: 0 for drawing in drawings}
    for drawing in drawings:
        counts[drawing.style] += 1
    assert set(counts.values()) == {3}


def test_strokes_stay_as_many_and_in_order() -> None:
    for seed in range(20):
        roof, bar = synthesize(7, np.random.default_rng(seed), "crossed 7").strokes

        assert roof.box.height > 2 * bar.box.height
        assert roof.box.y < bar.box.y + bar.box.height < roof.box.bottom


def test_a_corner_stays_sharp_and_a_curve_is_round() -> None:
    rng = np.random.default_rng(1)
    (corner,) = write_template(StrokeTemplate.parse("0,0 / 1,0 / 1,1"), rng)
    (curve,) = write_template(StrokeTemplate.parse("0,0 1,0 1,1"), rng)

    assert len(corner.points) == 4  # Two lines, whose common end counts twice.
    assert len(curve.points) > 10


def test_extremes_must_be_alike() -> None:
    with pytest.raises(ValueError, match="same points"):
        StrokeTemplate.parse("0,0 1,1", "0,0 / 1,0 / 1,1")
