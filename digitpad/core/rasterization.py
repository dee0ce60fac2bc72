"""Strokes -> ink, as wide as MNIST's whatever they were drawn with."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import EmptyInkError
from digitpad.core.normalization import DIGIT_PX, Ink
from digitpad.core.strokes import Stroke

STROKE_RATIO = 2.15 / DIGIT_PX
"""Stroke width by longest side. MNIST's strokes are 2.4 px wide (median) at 20 px; OpenCV's
anti-aliased lines come out some 12 % wider than asked, so less is asked for."""

RASTER_PX = 160
"""Longest side of a rasterised digit: eight times the final one, so scaling smooths it well."""

_FRACTION_BITS = 4
_TOLERANCE_PX = 0.25


def rasterize(strokes: Sequence[Stroke], stroke_ratio: float = STROKE_RATIO) -> Ink:
    """Turn the strokes of one digit into ink whose stroke width suits MNIST.

    The picture's size and the stroke width follow from the digit's own extent, so the result
    doesn't depend on the canvas, the screen's scale or the pen's width on screen.

    Parameters
    ----------
    strokes : sequence of Stroke
        All strokes of one digit.
    stroke_ratio : float
        Stroke width divided by the longest side of the digit, ink included.

    Returns
    -------
    (H, W) float32 in [0, 1]
        1 is full ink; longest side about `RASTER_PX`, plus a margin of 4 px.

    Raises
    ------
    EmptyInkError
        If there is no stroke.
    """
    return rasterize_paths([np.asarray(stroke.points) for stroke in strokes], stroke_ratio)


def rasterize_paths(
    paths: Sequence[NDArray[np.float64]],
    stroke_ratio: float,
    pressures: Sequence[float] | None = None,
) -> Ink:
    """Do what `rasterize` does, from the strokes' points as (n, 2) arrays.

    Each path is as many times wider than `stroke_ratio` as `pressures` say; 1 is as it is.
    """
    if not paths:
        raise EmptyInkError("There is nothing to read.", "Write a digit first.")
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    width_px = RASTER_PX * stroke_ratio
    extent = float((high - low).max())
    scale = (RASTER_PX - width_px) / extent if extent > 0 else 1.0
    # Room for what OpenCV draws beyond the width it is asked for.
    margin = width_px / 2 + 4
    picture_width, picture_height = np.ceil((high - low) * scale + 2 * margin).astype(int)
    picture = np.zeros((picture_height, picture_width), np.uint8)
    for path, pressure in zip(paths, pressures or [1.0] * len(paths), strict=True):
        placed = ((path - low) * scale + margin).astype(np.float32)
        # A smooth curve has many more points than its picture can show.
        placed = cv2.approxPolyDP(placed, _TOLERANCE_PX, closed=False)
        fixed = np.round(placed * (1 << _FRACTION_BITS)).astype(np.int32)
        # A line needs two ends; a dot is a line to itself.
        line = fixed if len(fixed) > 1 else np.repeat(fixed, 2, axis=0)
        cv2.polylines(
            picture,
            [line],
            isClosed=False,
            color=255,
            thickness=max(1, round(width_px * pressure)),
            lineType=cv2.LINE_AA,
            shift=_FRACTION_BITS,
        )
    return picture.astype(np.float32) / np.float32(255)
