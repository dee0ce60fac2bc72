import dataclasses

import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.errors import ModelError
from digitpad.core.normalization import DIGIT_PX, INK_THRESHOLD
from digitpad.core.reading import LIKELY_DIGIT
from digitpad.training.data.datasets import LabelledImages
from digitpad.training.model_card import LITERT_FILE
from digitpad.training.rehearsal.generator import DigitGenerator
from digitpad.training.rehearsal.source import (
    GeneratedDigits,
    RehearsalShares,
    WrittenDigits,
    draw_rehearsal,
)


@pytest.fixture(scope="module")
def teacher() -> Classifier:
    return Classifier(paths.bundled_models() / "default" / LITERT_FILE)


@pytest.fixture(scope="module")
def generated(teacher: Classifier) -> GeneratedDigits:
    return GeneratedDigits(DigitGenerator.load(paths.digit_generator()), teacher)


def test_images_come_with_what_they_probably_show(
    generated: GeneratedDigits, teacher: Classifier
) -> None:
    drawn = draw_rehearsal(generated, teacher, 1000, np.random.default_rng(1))

    assert drawn.images.shape == (1000, 28, 28)
    assert drawn.images.dtype == drawn.probabilities.dtype == np.float32
    assert drawn.probabilities.shape == (1000, 11)
    np.testing.assert_allclose(drawn.probabilities.sum(axis=1), 1, atol=1e-5)
    assert 0 <= drawn.images.min() <= drawn.images.max() <= 1
    assert all((image > INK_THRESHOLD).any(axis=0).sum() <= DIGIT_PX for image in drawn.images)


def test_every_digit_is_about_as_frequent_and_in_no_order(
    generated: GeneratedDigits,
) -> None:
    drawn = generated.draw(2000, np.random.default_rng(2))
    labels = drawn.probabilities[:, :10].argmax(axis=1)

    counts = np.bincount(labels, minlength=10)
    assert counts.min() > 150
    assert counts.max() < 260
    assert len(set(labels[:40])) > 5


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_as_much_is_no_digit_as_is_asked_for(
    generated: GeneratedDigits, teacher: Classifier, share: float
) -> None:
    shares = RehearsalShares(0, share)
    drawn = draw_rehearsal(generated, teacher, 600, np.random.default_rng(3), shares)

    flagged = drawn.probabilities[:, 10] > LIKELY_DIGIT
    assert flagged.mean() == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("count", [1, 7, 30])
def test_few_can_be_drawn(generated: GeneratedDigits, teacher: Classifier, count: int) -> None:
    drawn = draw_rehearsal(generated, teacher, count, np.random.default_rng(4))

    assert len(drawn) == count


def test_the_same_chance_draws_the_same_and_another_another(
    generated: GeneratedDigits, teacher: Classifier
) -> None:
    first, again, other = (
        draw_rehearsal(generated, teacher, 200, np.random.default_rng(n)) for n in (5, 5, 6)
    )

    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.probabilities, again.probabilities)
    assert not np.array_equal(first.images, other.images)


def test_digits_of_a_data_set_are_what_they_are_labelled() -> None:
    images = np.zeros((4, 28, 28), np.uint8)
    for number in range(4):
        images[number, 4:24, 6 + 3 * number : 10 + 3 * number] = 255
    digits = LabelledImages(images, np.array([1, 2, 3, 4], np.uint8))

    drawn = WrittenDigits(digits).draw(42, np.random.default_rng(7))

    labels = drawn.probabilities.argmax(axis=1)
    assert set(np.bincount(labels, minlength=11)[1:5]) <= {10, 11}
    np.testing.assert_array_equal(drawn.probabilities.max(axis=1), 1)
    is_same = [
        np.array_equal(image, images[label - 1] / np.float32(255))
        for image, label in zip(drawn.images, labels, strict=True)
    ]
    # The others are varied.
    assert 10 < sum(is_same) < 35


def test_a_generator_that_writes_no_digits_is_told(teacher: Classifier) -> None:
    good = DigitGenerator.load(paths.digit_generator())
    flat = tuple(np.zeros_like(kernel) for kernel in good.kernels)
    dumb = dataclasses.replace(good, kernels=flat)

    with pytest.raises(ModelError, match="writes nothing that the bundled model takes for a digit"):
        GeneratedDigits(dumb, teacher).draw(5, np.random.default_rng(1))
