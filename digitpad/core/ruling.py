"""Ruled, squared and table paper: its lines found, and taken out from under the ink."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.lighting import shrink
from digitpad.core.line_tracing import STRIP_PX, Line, trace_lines

Values = NDArray[np.float32]
_Path = tuple[NDArray[np.float64], NDArray[np.float64]]

_TRACE_PX = 1000
"""Longest side at which lines are looked for."""

_SLENDER = 50
"""No pen's stroke is so many times longer than wide."""


_CLEAR_SCORE = 2.5
"""A line less clear than this is printed only if it goes from one printed line to another."""

_AS_WIDE = 1.6
"""Such a line is not so many times wider than those."""

_BESIDE_PX, _UNBROKEN = 4, 0.93
"""Along this part of its length it is darker than what lies so far beside it."""


@dataclass(frozen=True, eq=False)
class RuledLine:
    """One printed line, in the picture's pixels.

    Parameters
    ----------
    is_upright : bool
        Whether it runs from top to bottom; its rows and columns then change places.
    left : int
        Column where it begins.
    rows : (n,) float64
        Where its middle is, at this column and each one after it.
    """

    is_upright: bool
    left: int
    rows: NDArray[np.float64]


def find_ruling(picture: Picture) -> list[RuledLine]:
    """Find the lines that are printed on the paper.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.

    Returns
    -------
    list of RuledLine
        Lines too long for their width to be strokes of a pen, and shorter ones between them.
    """
    small, scale = shrink(picture, _TRACE_PX)
    gray = cv2.transform(small, np.full((1, 3), 1 / 3)).astype(np.float32)
    if _is_light_on_dark(gray):
        gray = 255 - gray
    views = (gray, np.ascontiguousarray(gray.T))
    lines = [trace_lines(view) for view in views]
    printed = [[line for line in family if _is_slender(line)] for family in lines]
    paths = [[_lengthen(line) for line in family] for family in printed]
    for i, view in enumerate(views):
        held = (_hold(line, printed[1 - i], view) for line in lines[i] if not _is_slender(line))
        paths[i] += [path for path in held if path is not None]
    sizes = (picture.shape[:2], picture.shape[1::-1])
    return [
        _scale(path, 1 / scale, is_upright, sizes[is_upright])
        for is_upright in (False, True)
        for path in paths[is_upright]
    ]


def _is_light_on_dark(gray: Values) -> bool:
    side = round(0.06 * max(gray.shape)) | 1
    spread = (gray - cv2.blur(gray, (side, side)))[::2, ::2]
    return float((spread**3).mean()) > 0


def _is_slender(line: Line) -> bool:
    return line.score > _CLEAR_SCORE and line.length_px > _SLENDER * line.width_px


def _lengthen(line: Line) -> _Path:
    """Return the line with the parts of strips that it may have at its ends."""
    extra = 1.5 * STRIP_PX
    columns = np.concatenate([[line.left - extra], line.columns, [line.right + extra]])
    rises = np.diff(line.rows)[[0, -1]] * 1.5
    rows = np.concatenate([[line.rows[0] - rises[0]], line.rows, [line.rows[-1] + rises[1]]])
    return columns, rows


def _hold(line: Line, across: Sequence[Line], pixels: Values) -> _Path | None:
    """Return the line from one printed line to another, if that is how far it goes."""
    middle = float(line.rows.mean())
    crossings = sorted(
        (float(np.interp(middle, other.columns, other.rows)), other.width_px)
        for other in across
        if other.left - STRIP_PX <= middle <= other.right + STRIP_PX
    )
    first = [c for c in crossings if abs(c[0] - line.left) < 1.5 * STRIP_PX]
    last = [c for c in crossings if abs(c[0] - line.right) < 1.5 * STRIP_PX]
    if not first or not last or last[-1][0] - first[0][0] < STRIP_PX:
        return None
    if line.width_px > _AS_WIDE * max(first[0][1], last[-1][1]):
        return None
    columns = np.arange(round(first[0][0]) + 2, round(last[-1][0]) - 1)
    columns = columns[(columns >= 0) & (columns < pixels.shape[1])]
    slope, start = np.polyfit(line.columns, line.rows, 1)
    rows = start + slope * columns
    offsets = np.arange(-_BESIDE_PX - 1, _BESIDE_PX + 2)
    places = np.clip(np.round(rows).astype(int)[:, np.newaxis] + offsets, 0, len(pixels) - 1)
    band = pixels[places, columns[:, np.newaxis]]
    dips = np.minimum(band[:, 0], band[:, -1]) - band[:, _BESIDE_PX:-_BESIDE_PX].min(axis=1)
    typical = np.median(dips)
    if typical <= 0 or (dips > 0.4 * typical).mean() < _UNBROKEN:
        return None
    return columns.astype(np.float64), rows


def _scale(path: _Path, scale: float, is_upright: bool, size: tuple[int, int]) -> RuledLine:
    """Return the path at full size, as far as it is in the picture."""
    height, width = size
    columns, rows = (scale * (values + 0.5) - 0.5 for values in path)
    left, right = max(0, round(columns[0])), min(width, round(columns[-1]) + 1)
    path_rows = np.interp(np.arange(left, right), columns, rows)
    return RuledLine(is_upright, left, np.clip(path_rows, 0, height - 1))


def mask_ruling(shape: tuple[int, int], lines: Sequence[RuledLine]) -> NDArray[np.bool_]:
    """Return where in a picture of this shape the lines are, and what is close to them."""
    mask = np.zeros(shape, np.uint8)
    for line in lines:
        points = np.stack([line.left + np.arange(len(line.rows)), line.rows], axis=1)[::8]
        if line.is_upright:
            points = points[:, ::-1]
        width = max(3, round(0.004 * max(shape)))
        cv2.polylines(mask, [np.round(points).astype(np.int32)], False, 1, width)
    return mask.view(np.bool_)
