"""From a drawing or a picture to what it says."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.grouping import group_strokes
from digitpad.core.images import fit_working_size
from digitpad.core.ink import extract_ink
from digitpad.core.layout import Box, bounding_box
from digitpad.core.normalization import SIDE_PX, DigitImage, normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.reading import Digit, Reading
from digitpad.core.segmentation import find_digits
from digitpad.core.strokes import Drawing


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
