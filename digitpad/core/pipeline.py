"""From a drawing or a picture to what it says."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.drawing_reader import DrawingReader
from digitpad.core.errors import EmptyInkError
from digitpad.core.images import Picture
from digitpad.core.ink_network import InkNetwork
from digitpad.core.layout import Box, arrange_lines, bounding_box, find_gaps
from digitpad.core.looking import look_at
from digitpad.core.normalization import Ink, normalize
from digitpad.core.orientation import Upright, count_turns, set_upright
from digitpad.core.reading import Digit, Reading
from digitpad.core.segmentation import Crop, cut_box, find_digits
from digitpad.core.stroke_width import prepare_crop
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


def read_image(picture: Picture, classifier: Classifier, ink_network: InkNetwork) -> Reading:
    """Read the digits in a photograph or scan.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB, upright.
    classifier : Classifier
        The network to read with.
    ink_network : InkNetwork
        The network that finds what was written.

    Returns
    -------
    Reading
        Boxes in pixels of `picture`; no lines if there is nothing to read.
    """
    return trace_image(picture, classifier, ink_network).reading


def trace_image(picture: Picture, classifier: Classifier, ink_network: InkNetwork) -> Trace:
    """Read a picture as `read_image` does, and keep the steps on the way.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB, upright.
    classifier : Classifier
        The network to read with.
    ink_network : InkNetwork
        The network that finds what was written.

    Returns
    -------
    Trace
        The steps at working size, and the reading.
    """
    start = time.perf_counter()
    look = look_at(picture, ink_network, classifier)
    upright = set_upright(look.marks, look.sample)
    crops = find_digits(upright.marks, upright.digits, classifier)
    rows = arrange_lines([crop.box for crop in crops])
    gaps = find_gaps([[crops[i].box for i in row] for row in rows])
    lines = tuple(
        tuple(
            _place(crops[i], upright, look.scale, follows_gap)
            for i, follows_gap in zip(row, row_gaps, strict=True)
        )
        for row, row_gaps in zip(rows, gaps, strict=True)
    )
    reading = Reading(lines, (time.perf_counter() - start) * 1000)
    return Trace(look.page.flattened, look.page.ink, look.scale, reading)


def _place(crop: Crop, upright: Upright, scale: float, follows_gap: bool) -> Digit:
    corners = tuple((x / scale, y / scale) for x, y in upright.find_corners(crop.box))
    if not upright.is_turned:
        box = crop.box.scaled(1 / scale)
        return Digit(box, crop.image, crop.probabilities, follows_gap=follows_gap)
    box = bounding_box(Box(x, y, 0, 0) for x, y in corners)
    return Digit(box, crop.image, crop.probabilities, corners, follows_gap)


def read_box(
    picture: Picture,
    box: Box,
    classifier: Classifier,
    ink_network: InkNetwork,
    neighbor: Digit | None = None,
) -> Digit:
    """Read what stands in a box of a picture as one digit.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    box : Box
        In pixels of `picture`; it may reach beyond it.
    classifier : Classifier
        The network to read with.
    ink_network : InkNetwork
        The network that finds what was written.
    neighbor : Digit or None
        One that was read in the same picture, whose corners tell which way up it is; without it,
        the picture is upright.

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
    look = look_at(part, ink_network, classifier)
    found, ink = cut_box(look.page.ink, box.moved(-left, -top).scaled(look.scale))
    found = found.scaled(1 / look.scale).moved(left, top)
    turn = count_turns(neighbor.outline) if neighbor else 0
    image = normalize(prepare_crop(np.ascontiguousarray(np.rot90(ink, turn))))
    probabilities = classifier.classify(image[np.newaxis])[0]
    outline = Digit(found, image, probabilities).outline
    # Clockwise from the corner that is the upper left one of the turned digit.
    corners = outline[turn:] + outline[:turn] if turn else ()
    return Digit(found, image, probabilities, corners)


def _cut_out(picture: Picture, box: Box, margin: float) -> tuple[Picture, int, int]:
    left, top = max(0, round(box.x - margin)), max(0, round(box.y - margin))
    right, bottom = max(left, round(box.right + margin)), max(top, round(box.bottom + margin))
    return picture[top:bottom, left:right], left, top
