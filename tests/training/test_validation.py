import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.training.data.allographs import list_styles
from digitpad.training.data.datasets import LabelledDrawing, LabelledImages
from digitpad.training.validation import (
    ALLOGRAPHS,
    MNIST,
    NON_DIGITS,
    PEN,
    ValidationSet,
    build_validation,
    describe_reliability,
    measure_validation,
)
from tests.written_digits import PATHS, write_digit

DRAWINGS = tuple(LabelledDrawing(int(digit), "1", write_digit(digit)) for digit in PATHS)


def build(allographs: int, non_digits: int) -> ValidationSet:
    images = np.stack([normalize(rasterize(write_digit(digit))) for digit in PATHS])
    labels = np.array([int(digit) for digit in PATHS], np.uint8)
    digits = LabelledImages((images * 255).astype(np.uint8), labels)
    return build_validation(digits, DRAWINGS, allographs, non_digits)


@pytest.fixture(scope="module")
def validation() -> ValidationSet:
    return build(100, 70)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(paths.bundled_models() / "default" / "model.tflite")


def test_it_holds_all_four_sources(validation: ValidationSet) -> None:
    counts = {name: int((validation.sources == name).sum()) for name in set(validation.sources)}

    assert counts == {MNIST: 10, PEN: 10, ALLOGRAPHS: 100, NON_DIGITS: 70}
    assert validation.images.shape == (190, 28, 28)
    assert (validation.labels[validation.sources == NON_DIGITS] == 10).all()
    assert validation.is_digit.sum() == 120


def test_kinds_name_styles(validation: ValidationSet) -> None:
    styles = {style for _, style in list_styles()}

    assert set(validation.kinds[validation.sources == ALLOGRAPHS]) == styles
    assert set(validation.kinds[validation.sources == MNIST]) == {MNIST}
    assert "scribble" in validation.kinds[validation.sources == NON_DIGITS]


def test_it_is_always_the_same(validation: ValidationSet) -> None:
    again = build(100, 70)

    np.testing.assert_array_equal(again.images, validation.images)
    np.testing.assert_array_equal(again.labels, validation.labels)


def test_figures(validation: ValidationSet, classifier: Classifier) -> None:
    metrics = measure_validation(validation, classifier.classify(validation.images))

    assert metrics["mnist_validation"] == metrics["pen_validation"] == 1
    assert metrics["allographs_validation"] >= 0.95
    assert metrics["digits_flagged_validation"] <= 0.02
    assert metrics["no_digits_flagged_validation"] >= 0.9
    assert metrics["calibration_error_validation"] < 0.05


def test_figures_of_what_is_not_there_are_left_out(classifier: Classifier) -> None:
    validation = build(0, 0)

    metrics = measure_validation(validation, classifier.classify(validation.images))

    assert metrics.keys() == {
        "mnist_validation",
        "pen_validation",
        "calibration_error_validation",
    }


def test_reliability_counts_every_digit(validation: ValidationSet, classifier: Classifier) -> None:
    bins = describe_reliability(validation, classifier.classify(validation.images))

    assert sum(part["count"] for part in bins) == 120
    assert [part["confidence"] for part in bins] == sorted(part["confidence"] for part in bins)
