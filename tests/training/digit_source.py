"""A few digits of our own to compose pages of, where there is no data."""

import numpy as np

from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.training.composition.digit_source import DigitSource
from digitpad.training.data.datasets import LabelledDrawing
from tests.written_digits import PATHS, write_digit


def make_source() -> DigitSource:
    images = [np.round(255 * normalize(rasterize(write_digit(digit)))) for digit in PATHS]
    drawings = [(LabelledDrawing(int(digit), "1", write_digit(digit)),) for digit in PATHS]
    return DigitSource(
        tuple(image[np.newaxis].astype(np.uint8) for image in images), {"1": tuple(drawings)}
    )
