"""What a pen wrote: strokes, drawings, and their ink."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import DrawingError, EmptyInkError
from digitpad.core.layout import Box, arrange_lines, bounding_box
from digitpad.core.normalization import DIGIT_PX, Ink

STROKE_RATIO = 2.15 / DIGIT_PX
"""Stroke width by longest side. MNIST's strokes are 2.4 px wide (median) at 20 px; OpenCV's
anti-aliased lines come out some 12 % wider than asked, so less is asked for."""

RASTER_PX = 160
"""Longest side of a rasterised digit: eight times the final one, so scaling smooths it well."""

DOT_RATIO = 0.25
"""A drawing whose extent is less than this part of its pen width is a dot, not a digit."""

DEFAULT_WIDTH_PX = 14.0
"""Pen width on screen where nothing says otherwise."""

_FORMAT = "digitpad-drawing"
_FRACTION_BITS = 4

Point = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    """One movement from pen down to pen up.

    Parameters
    ----------
    points : tuple of (x, y)
        Device-independent pixels of the canvas, y down; at least one.
    width_px : float
        Pen width on screen. Reading doesn't depend on it.
    """

    points: tuple[Point, ...]
    width_px: float = DEFAULT_WIDTH_PX

    @property
    def box(self) -> Box:
        """The box around the pen's path, without the pen's width."""
        xs, ys = zip(*self.points, strict=True)
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


@dataclass(frozen=True)
class Drawing:
    """Strokes in the order they were written.

    Parameters
    ----------
    strokes : tuple of Stroke
        Oldest first.
    revision : int
        Grows with every change, so that a late reading of an older drawing can be told apart.
    """

    strokes: tuple[Stroke, ...] = field(default=())
    revision: int = 0

    def with_strokes(self, strokes: Sequence[Stroke]) -> "Drawing":
        """Return the next revision, holding `strokes`."""
        return Drawing(tuple(strokes), self.revision + 1)

    def to_json(self) -> str:
        """Return the drawing as the text of a drawing file."""
        strokes = [{"width_px": s.width_px, "points": s.points} for s in self.strokes]
        return json.dumps({"format": _FORMAT, "version": 1, "strokes": strokes})

    @classmethod
    def from_json(cls, text: str) -> "Drawing":
        """Read the text of a drawing file.

        Raises
        ------
        DrawingError
            If the text is no drawing, or one made by a newer digitpad.
        """
        try:
            content = json.loads(text)
            if content["format"] != _FORMAT or content["version"] != 1:
                raise ValueError(f"format {content['format']} {content['version']}")
            strokes = [parse_stroke(s["points"], float(s["width_px"])) for s in content["strokes"]]
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise DrawingError(
                "This file holds no drawing that digitpad can read.",
                "Open a drawing that was saved with File › Save drawing.",
            ) from error
        return cls(tuple(strokes))


def parse_stroke(points: object, width_px: float = DEFAULT_WIDTH_PX) -> Stroke:
    """Make a stroke of what a file holds.

    Parameters
    ----------
    points : object
        A list of [x, y], hopefully.
    width_px : float
        Pen width on screen.

    Returns
    -------
    Stroke
        With at least one point, all of them finite.

    Raises
    ------
    ValueError, TypeError, OverflowError
        If that is no stroke.
    """
    array = np.asarray(points, np.float64)
    if array.ndim != 2 or array.shape[1] != 2 or not len(array) or not np.isfinite(array).all():
        raise ValueError("a stroke is a list of [x, y]")
    if abs(array).max() > 1e6 or not 0 < width_px < 1e4:
        raise ValueError("a stroke lies outside any canvas")
    return Stroke(tuple((float(x), float(y)) for x, y in array), width_px)


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


def rasterize_paths(paths: Sequence[NDArray[np.float64]], stroke_ratio: float) -> Ink:
    """Do what `rasterize` does, from the strokes' points as (n, 2) arrays."""
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
    fixed = np.round(((points - low) * scale + margin) * (1 << _FRACTION_BITS)).astype(np.int32)
    for path in np.split(fixed, np.cumsum([len(path) for path in paths])[:-1]):
        # A line needs two ends; a dot is a line to itself.
        line = path if len(path) > 1 else np.repeat(path, 2, axis=0)
        cv2.polylines(
            picture,
            [line],
            isClosed=False,
            color=255,
            thickness=max(1, round(width_px)),
            lineType=cv2.LINE_AA,
            shift=_FRACTION_BITS,
        )
    return picture.astype(np.float32) / np.float32(255)


def group_strokes(drawing: Drawing) -> tuple[tuple[tuple[Stroke, ...], ...], ...]:
    """Sort a drawing's strokes into digits, and the digits into rows.

    Strokes that overlap sideways, or nearly touch, belong to one digit: the bar of a 4 or of a
    crossed 7, the slash of a 0, the roof of a 5.

    Parameters
    ----------
    drawing : Drawing
        Any number of digits.

    Returns
    -------
    rows of digits of strokes
        In reading order. Dots that stand alone are left out.
    """
    groups = _join_strokes(drawing.strokes)
    digits = [group for group in groups if not _is_dot(group)]
    boxes = [bounding_box(stroke.box for stroke in group) for group in digits]
    return tuple(tuple(digits[i] for i in row) for row in arrange_lines(boxes))


def _join_strokes(strokes: Sequence[Stroke]) -> list[tuple[Stroke, ...]]:
    groups: list[tuple[Stroke, ...]] = []
    for stroke in strokes:
        joined: tuple[Stroke, ...] = (stroke,)
        # One stroke may bridge groups that stood apart, so every group is asked each time.
        apart = []
        for group in groups:
            if _belong_together(group, joined):
                joined = group + joined
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups


def _belong_together(first: Sequence[Stroke], second: Sequence[Stroke]) -> bool:
    one, two = (bounding_box(stroke.box for stroke in group) for group in (first, second))
    left, right = (one, two) if one.center[0] < two.center[0] else (two, one)
    low, high = (one, two) if one.height < two.height else (two, one)
    gap_x = max(one.x, two.x) - min(one.right, two.right)
    gap_y = max(one.y, two.y) - min(one.bottom, two.bottom)
    whole = bounding_box((one, two))
    size = max(high.height, low.width / 2, high.width / 2)
    if gap_y <= 0:
        # The stem of an open 4 stands a little to the right of its hook, and lower.
        is_stem = right.width < 0.4 * right.height and right.y - left.y > 0.2 * whole.height
        return gap_x < (0.12 if is_stem else 0.02) * size
    shared = -gap_x / max(min(one.width, two.width), 1e-6)
    # The roof of a 5 or the foot of a 1 may hover above or below the rest.
    is_bar = low.height < 0.35 * high.height and gap_y < 0.25 * size and shared > 0.2
    # An 8 may be two circles, one on the other.
    is_stacked = gap_y < 0.12 * whole.height and shared > 0.6
    return is_bar or is_stacked


def _is_dot(strokes: Sequence[Stroke]) -> bool:
    box = bounding_box(stroke.box for stroke in strokes)
    return max(box.width, box.height) < DOT_RATIO * max(s.width_px for s in strokes)
