import numpy as np
import pytest

from digitpad.core.classifier import Classifier
from digitpad.core.normalization import SIDE_PX, normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.saliency import PATCH_PX, measure_saliency
from tests.networks import CLASSIFIER
from tests.written_digits import write_digit


class PixelReader(Classifier):
    """Reads 3 as far as one pixel is inked, and else 5."""

    def __init__(self, row: int, column: int) -> None:
        self._place = np.s_[:, row, column]
        self.calls = 0

    def classify(self, images: np.ndarray) -> np.ndarray:
        self.calls += 1
        probabilities = np.zeros((len(images), 10), np.float32)
        probabilities[:, 3] = 0.1 + 0.8 * images[self._place]
        probabilities[:, 5] = 0.9 - 0.8 * images[self._place]
        return probabilities


@pytest.mark.parametrize(("row", "column"), [(14, 14), (0, 0), (27, 3), (2, 27)])
def test_what_matters_is_found_wherever_it_is(row: int, column: int) -> None:
    image = np.ones((SIDE_PX, SIDE_PX), np.float32)
    reader = PixelReader(row, column)

    saliency = measure_saliency(image, reader)

    assert reader.calls == 1
    assert (saliency.label, saliency.probability) == (3, pytest.approx(0.9))
    # Every patch over that pixel covers it; of those over its neighbours, not all do.
    assert saliency.drops[row, column] == saliency.drops.max() == pytest.approx(0.8)
    apart = np.maximum(*np.abs(np.indices(image.shape) - np.array([[[row]], [[column]]])))
    assert (saliency.drops[apart < PATCH_PX] > 0).all()
    assert np.abs(saliency.drops[apart >= PATCH_PX]).max() < 1e-6


def test_what_speaks_against_the_reading_is_negative() -> None:
    image = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    image[10, 10] = 0.4

    saliency = measure_saliency(image, PixelReader(10, 10))

    assert saliency.label == 5
    assert saliency.drops[10, 10] == pytest.approx(-0.32)


def test_paper_matters_to_nobody() -> None:
    saliency = measure_saliency(np.zeros((SIDE_PX, SIDE_PX), np.float32), PixelReader(5, 5))

    assert not saliency.drops.any()


def test_the_bundled_model_looks_at_the_stem_of_a_seven() -> None:
    image = normalize(rasterize(write_digit("7")))

    saliency = measure_saliency(image, CLASSIFIER)

    assert saliency.label == 7
    assert saliency.drops.max() > 0.1
    far = (image > 0.1).nonzero()[0].max() + PATCH_PX
    assert not saliency.drops[far:].any()
