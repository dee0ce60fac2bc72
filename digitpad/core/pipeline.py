"""From a drawing or a picture to what it says."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.drawing_reader import DrawingReader
from digitpad.core.errors import EmptyInkError
from digitpad.core.images import Picture, fit_working_size
from digitpad.core.ink import clean_page, extract_ink
from digitpad.core.layout import Box, find_gaps
from digitpad.core.normalization import SIDE_PX, DigitImage, Ink, normalize
from digitpad.core.reading import Digit, Reading
from digitpad.core.segmentation import cut_box, find_digits
from digitpad.core.strokes import Drawing

_SURROUNDINGS = 1.0
"""So many times its longer side around a box is looked at, too."""


def read_drawing(drawing: Drawing, classifier: Classifier) -> Reading:
    """Read what was drawn; see `DrawingReader`, which reads it again as it grows.

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
    return DrawingReader(classifier).read(drawing)


@dataclass(frozen=True, eq=False)
class Trace:
    """How a picture was read, step by step.

    Parameters
    ----------
    flattened : (H, W) uint8
        The picture at working size under even light, its paper near white and its ink dark.
    ink : (H, W) float32 in [0, 1]
        What was told from the paper, at the same size.
    scale : float
        The width of both divided by that of the picture.
    reading : Reading
        What was read, its boxes in pixels of the picture.
    """

    flattened: NDArray[np.uint8]
    ink: Ink
    scale: float
    reading: Reading


def read_image(picture: Picture, classifier: Classifier) -> Reading:
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
    return trace_image(picture, classifier).reading


def trace_image(picture: Picture, classifier: Classifier) -> Trace:
    """Read a picture as `read_image` does, and keep the steps on the way.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB, upright.
    classifier : Classifier
        The network to read with.

    Returns
    -------
    Trace
        The steps at working size, and the reading.
    """
    start = time.perf_counter()
    working, scale = fit_working_size(picture)
    page = clean_page(working)
    rows = find_digits(page.ink)
    boxes = [[crop.box.scaled(1 / scale) for crop in row] for row in rows]
    images = [[normalize(crop.ink) for crop in row] for row in rows]
    return Trace(page.flattened, page.ink, scale, _classify(boxes, images, classifier, start))


def read_box(picture: Picture, box: Box, classifier: Classifier) -> Digit:
    """Read what stands in a box of a picture as one digit.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB, upright.
    box : Box
        In pixels of `picture`; it may reach beyond it.
    classifier : Classifier
        The network to read with.

    Returns
    -------
    Digit
        Its box fits the ink that was found in `box`, in pixels of `picture`.

    Raises
    ------
    EmptyInkError
        If nothing is written there.
    """
    # Paper and pen are told by what is around, too.
    part, left, top = _cut_out(picture, box, margin=_SURROUNDINGS * max(box.width, box.height))
    if part.size == 0:
        raise EmptyInkError("There is nothing to read.", "Draw the box around a digit.")
    working, scale = fit_working_size(part)
    crop = cut_box(extract_ink(working), box.moved(-left, -top).scaled(scale))
    image = normalize(crop.ink)
    found = crop.box.scaled(1 / scale).moved(left, top)
    return Digit(found, image, classifier.classify(image[np.newaxis])[0])


def _cut_out(picture: Picture, box: Box, margin: float) -> tuple[Picture, int, int]:
    left, top = max(0, round(box.x - margin)), max(0, round(box.y - margin))
    right, bottom = max(left, round(box.right + margin)), max(top, round(box.bottom + margin))
    return picture[top:bottom, left:right], left, top


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
            Digit(box, image, next(rows_of_probabilities), follows_gap=follows_gap)
            for box, image, follows_gap in zip(row_boxes, row_images, row_gaps, strict=True)
        )
        for row_boxes, row_images, row_gaps in zip(boxes, images, find_gaps(boxes), strict=True)
    )
    return Reading(lines, (time.perf_counter() - start) * 1000)
