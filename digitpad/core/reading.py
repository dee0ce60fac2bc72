"""From a drawing or a picture to what it says."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.images import fit_working_size
from digitpad.core.ink import extract_ink
from digitpad.core.layout import Box, bounding_box
from digitpad.core.normalization import SIDE_PX, DigitImage, normalize
from digitpad.core.segmentation import find_digits
from digitpad.core.strokes import Drawing, group_strokes, rasterize

SURE = 0.9
"""From this confidence on a digit is called sure."""


@dataclass(frozen=True, eq=False)
class Digit:
    """One digit that was read.

    Parameters
    ----------
    box : Box
        Where it stands in the picture or drawing.
    image : (28, 28) float32 in [0, 1]
        What the network saw.
    probabilities : (10,) float32
        One a class, summing to 1.
    """

    box: Box
    image: DigitImage
    probabilities: NDArray[np.float32]

    @property
    def label(self) -> int:
        """The most probable class, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Probability of that class, 0 to 1."""
        return float(self.probabilities.max())

    @property
    def is_sure(self) -> bool:
        """Whether the reading needs no second look."""
        return self.confidence >= SURE

    @property
    def ranking(self) -> tuple[int, ...]:
        """All classes, the most probable first."""
        return tuple(int(label) for label in np.argsort(-self.probabilities, kind="stable"))


@dataclass(frozen=True)
class Reading:
    """Everything read in one picture or drawing.

    Parameters
    ----------
    lines : rows of Digit
        In reading order; empty when there is nothing to read.
    elapsed_ms : float
        How long it took, in milliseconds.
    """

    lines: tuple[tuple[Digit, ...], ...] = field(default=())
    elapsed_ms: float = 0.0

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits in reading order."""
        return tuple(digit for line in self.lines for digit in line)

    @property
    def text(self) -> str:
        """The digits as text, one line a row; empty when there is nothing to read."""
        return "\n".join("".join(str(digit.label) for digit in line) for line in self.lines)


def read_drawing(drawing: Drawing, classifier: Classifier) -> Reading:
    """Read what was drawn.

    Parameters
    ----------
    drawing : Drawing
        Any number of digits, side by side or in rows.
    classifier : Classifier
        The network to read with.

    Returns
    -------
    Reading
        Boxes in the drawing's own coordinates; no lines if there is nothing to read.
    """
    start = time.perf_counter()
    rows = group_strokes(drawing)
    boxes = [[bounding_box(stroke.box for stroke in digit) for digit in row] for row in rows]
    images = [[normalize(rasterize(digit)) for digit in row] for row in rows]
    return _classify(boxes, images, classifier, start)


def read_image(picture: NDArray[np.uint8], classifier: Classifier) -> Reading:
    """Read the digits in a photograph or scan.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB, upright.
    classifier : Classifier
        The network to read with.

    Returns
    -------
    Reading
        Boxes in pixels of `picture`; no lines if there is nothing to read.
    """
    start = time.perf_counter()
    working, scale = fit_working_size(picture)
    rows = find_digits(extract_ink(working))
    boxes = [[crop.box.scaled(1 / scale) for crop in row] for row in rows]
    images = [[normalize(crop.ink) for crop in row] for row in rows]
    return _classify(boxes, images, classifier, start)


def _classify(
    boxes: Sequence[Sequence[Box]],
    images: Sequence[Sequence[DigitImage]],
    classifier: Classifier,
    start: float,
) -> Reading:
    every = [image for row in images for image in row]
    stacked = np.stack(every) if every else np.empty((0, SIDE_PX, SIDE_PX), np.float32)
    rows_of_probabilities = iter(classifier.classify(stacked))
    lines = tuple(
        tuple(
            Digit(box, image, next(rows_of_probabilities))
            for box, image in zip(row_boxes, row_images, strict=True)
        )
        for row_boxes, row_images in zip(boxes, images, strict=True)
    )
    return Reading(lines, (time.perf_counter() - start) * 1000)
