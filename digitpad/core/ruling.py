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

_TRACE_PX = 1000
"""Longest side at which lines are looked for."""

_SLENDER = 50
"""No pen's stroke is so many times longer than wide."""


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
    lines = [(False, line) for line in trace_lines(gray)]
    lines += [(True, line) for line in trace_lines(np.ascontiguousarray(gray.T))]
    printed = [line for line in lines if line[1].length_px > _SLENDER * line[1].width_px]
    printed += [
        (is_upright, line)
        for is_upright, line in lines
        if line.length_px <= _SLENDER * line.width_px
        and _is_held(line, [other for turned, other in printed if turned != is_upright])
    ]
    height, width = picture.shape[:2]
    return [
        _scale(line, 1 / scale, is_upright, (width, height) if is_upright else (height, width))
        for is_upright, line in printed
    ]


def _is_light_on_dark(gray: Values) -> bool:
    side = round(0.06 * max(gray.shape)) | 1
    spread = (gray - cv2.blur(gray, (side, side)))[::2, ::2]
    return float((spread**3).mean()) > 0


def _is_held(line: Line, across: Sequence[Line]) -> bool:
    """Whether the line goes from one of the lines across it to another."""
    ends = ((line.left, line.rows[0]), (line.right, line.rows[-1]))
    return all(any(_reaches(end, other) for other in across) for end in ends)


def _reaches(end: tuple[float, float], other: Line) -> bool:
    column, row = end
    if not other.left - STRIP_PX <= row <= other.right + STRIP_PX:
        return False
    positions = other.left + STRIP_PX * np.arange(len(other.rows))
    return bool(abs(np.interp(row, positions, other.rows) - column) < 0.75 * STRIP_PX)


def _scale(line: Line, scale: float, is_upright: bool, size: tuple[int, int]) -> RuledLine:
    """Return the line at full size, longer by a strip at either end."""
    height, width = size
    columns = scale * (line.left + STRIP_PX * np.arange(len(line.rows)))
    rows = scale * (line.rows + 0.5) - 0.5
    left = max(0, int(columns[0] - 1.5 * scale * STRIP_PX))
    right = min(width, int(columns[-1] + 1.5 * scale * STRIP_PX))
    all_columns = np.arange(left, right)
    path = np.interp(all_columns, columns, rows)
    first_slope = (rows[1] - rows[0]) / (columns[1] - columns[0])
    last_slope = (rows[-1] - rows[-2]) / (columns[-1] - columns[-2])
    path += np.minimum(all_columns - columns[0], 0) * first_slope
    path += np.maximum(all_columns - columns[-1], 0) * last_slope
    return RuledLine(is_upright, left, np.clip(path, 0, height - 1))


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
