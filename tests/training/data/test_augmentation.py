import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.training.config import AUGMENTATIONS
from digitpad.training.data.augmentation import (
    NONE,
    STRENGTHS,
    augment_image,
    augment_strokes,
)
from tests.written_digits import PATHS, write_digit

VARIED = [name for name, strength in STRENGTHS.items() if not strength.is_plain]


def vary(digit: str, strength: str, form: str, seed: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    strokes = write_digit(digit)
    if form == "strokes":
        return augment_strokes(strokes, STRENGTHS[strength], rng)
    return augment_image(normalize(rasterize(strokes)), STRENGTHS[strength], rng)


def test_a_configuration_can_name_every_strength() -> None:
    assert STRENGTHS.keys() == AUGMENTATIONS.keys()


@pytest.mark.parametrize("form", ["image", "strokes"])
@pytest.mark.parametrize("strength", VARIED)
@pytest.mark.parametrize("digit", PATHS)
def test_varied_digits_stay_placed_as_mnists(digit: str, strength: str, form: str) -> None:
    shift_px = STRENGTHS[strength].shift_px
    for seed in range(20):
        image = vary(digit, strength, form, seed)

        rows, columns = np.nonzero(image > 0)
        longest = max(np.ptp(rows), np.ptp(columns)) + 1
        weights = image / image.sum()
        center = np.array(
            [
                (weights.sum(axis=1) * np.arange(28)).sum(),
                (weights.sum(axis=0) * np.arange(28)).sum(),
            ]
        )
        assert image.shape == (28, 28)
        assert image.dtype == np.float32
        assert 0 <= image.min() < image.max() <= 1
        assert image.max() == pytest.approx(1)
        assert longest == 20
        # A change of the ink's gamma moves the centre a little.
        assert abs(center - 14).max() <= 0.5 + shift_px + 0.25


@pytest.mark.parametrize("form", ["image", "strokes"])
@pytest.mark.parametrize("strength", VARIED)
def test_the_seed_decides(strength: str, form: str) -> None:
    first, again, other = (vary("5", strength, form, seed) for seed in (1, 1, 2))

    np.testing.assert_array_equal(first, again)
    assert abs(first - other).mean() > 0.005


def test_none_changes_nothing() -> None:
    for digit in PATHS:
        plain = normalize(rasterize(write_digit(digit)))

        np.testing.assert_array_equal(vary(digit, "none", "image", 1), plain)
        np.testing.assert_allclose(vary(digit, "none", "strokes", 1), plain, atol=0.05)


def test_variations_are_drawn_around_the_digit_itself() -> None:
    plain = normalize(rasterize(write_digit("7")))
    for form in ("image", "strokes"):
        mean = np.mean([vary("7", "full", form, seed) for seed in range(100)], axis=0)

        alike, mirrored = (
            np.corrcoef(mean.ravel(), other.ravel())[0, 1] for other in (plain, plain[:, ::-1])
        )
        assert alike > 0.7 > mirrored


def test_faint_and_tiny_digits_survive() -> None:
    rng = np.random.default_rng(1)
    speck = np.zeros((28, 28), np.float32)
    speck[13:15, 13:15] = 1
    for image in (speck, speck * np.float32(0.2)):
        for _ in range(50):
            assert augment_image(image, STRENGTHS["full"], rng).max() > 0.1


def test_no_augmentation_is_the_one_called_none() -> None:
    assert STRENGTHS["none"] == NONE
