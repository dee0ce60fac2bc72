"""A spiral's holes and wires along a side of a sheet: marks as regular as no hand writes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.layout import Box

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

_BAND = 0.2
"""A binding lies within this part of the picture from one of its sides."""

_FEWEST, _SHORTEST = 12, 0.4
"""So many holes at least, along this part of the side."""

_ALIKE, _SLANT = 1.35, 0.3
"""The next hole is as wide and as high but for the first factor, and but for the second part of
the way in the same direction as the side."""

_STEP, _MISSED = 0.15, 3
"""Part by which the way to the next hole may change; every so many-th must have been found."""

_REGULAR, _STRAIGHT = 0.012, 0.03
"""Standard deviation of holes from where they belong, along the side and across it, as part of
their distance. Digits written as evenly as one can stray by 0.04 along it."""

_SAME = 0.06
"""Standard deviation of the holes' sizes, as part of them, on the way from first to last."""

_MOST = 1_000
"""So many marks along one side are noise."""


@dataclass(frozen=True, eq=False)
class _Side:
    """All marks as seen from a side of the picture, in pixels.

    Parameters
    ----------
    centers, sizes : (n, 2) float64
        Along the side, and away from it.
    depth_px, length_px : float
        Of the picture.
    """

    centers: Floats
    sizes: Floats
    depth_px: float
    length_px: float


def find_binding(boxes: Sequence[Box], page: Box) -> NDArray[np.bool_]:
    """Tell what belongs to a binding.

    Parameters
    ----------
    boxes : sequence of Box
        The marks of a page, without specks.
    page : Box
        The picture.

    Returns
    -------
    (n,) bool
        True for the holes and wires along a side, and for whatever lies outside of them.
    """
    is_bound = np.zeros(len(boxes), np.bool_)
    if len(boxes) < _FEWEST:
        return is_bound
    for side in _face_sides(boxes, page):
        # Wires may be one row and their holes another.
        while (holes := _find_holes(side, np.flatnonzero(~is_bound))).size:
            is_bound |= _lies_outside(side, holes)
            is_bound[holes] = True
    return is_bound


def _face_sides(boxes: Sequence[Box], page: Box) -> list[_Side]:
    x, y = np.array([box.center for box in boxes], np.float64).T
    sizes = np.array([(box.height, box.width) for box in boxes], np.float64)
    upright = [
        _Side(np.stack([y, depth], 1), sizes, page.width, page.height)
        for depth in (x, page.width - x)
    ]
    lying = [
        _Side(np.stack([x, depth], 1), sizes[:, ::-1], page.height, page.width)
        for depth in (y, page.height - y)
    ]
    return upright + lying


def _find_holes(side: _Side, free: Numbers) -> Numbers:
    """Return the longest row of holes among the marks `free`, in order; it may be empty."""
    near = free[side.centers[free, 1] < _BAND * side.depth_px]
    if not _FEWEST <= len(near) <= _MOST:
        return np.empty(0, np.intp)
    following = _find_following(side.centers[near], side.sizes[near])
    rows = (near[_follow(start, following, side.centers[near])] for start in range(len(near)))
    holes = (row for row in rows if len(row) >= _FEWEST and _is_regular(side, row))
    return max(holes, key=len, default=np.empty(0, np.intp))


def _find_following(centers: Floats, sizes: Floats) -> Numbers:
    """Return the number of the next mark of each one's size along the side, or -1."""
    along, across = np.moveaxis(centers[np.newaxis] - centers[:, np.newaxis], 2, 0)
    factors = np.abs(np.log(sizes[np.newaxis] / sizes[:, np.newaxis])).max(axis=2)
    is_ahead = (along > 0) & (np.abs(across) < _SLANT * along) & (factors < np.log(_ALIKE))
    distance = np.where(is_ahead, np.hypot(along, across), np.inf)
    return np.where(is_ahead.any(axis=1), distance.argmin(axis=1), -1)


def _follow(start: int, following: Numbers, centers: Floats) -> list[int]:
    """Go on from mark to mark as long as the way to the next remains the same."""
    row, step = [start], None
    while (after := int(following[row[-1]])) >= 0:
        way = centers[after] - centers[row[-1]]
        if step is None:
            step = way
        missed = max(1, round(float(np.hypot(*way) / np.hypot(*step))))
        if missed > _MISSED or np.hypot(*(way / missed - step)) > _STEP * np.hypot(*step):
            break
        step = way / missed
        row.append(after)
    return row


def _is_regular(side: _Side, holes: Numbers) -> bool:
    """Whether marks are and stand as a machine punches them."""
    places = side.centers[holes]
    if np.ptp(places[:, 0]) < _SHORTEST * side.length_px:
        return False
    steps = np.hypot(*np.diff(places, axis=0).T)
    pitch = float(np.median(steps))
    numbers = np.concatenate([[0], np.cumsum(np.round(steps / pitch))])
    along, across = (_stray(numbers, axis) / pitch for axis in places.T)
    size = _stray(numbers, np.log(side.sizes[holes]).mean(axis=1))
    return along < _REGULAR and across < _STRAIGHT and size < _SAME


def _stray(numbers: Floats, values: Floats) -> float:
    """Return how far values stray from a curve: holes seen at an angle draw together."""
    curve = np.polyval(np.polyfit(numbers, values, 2), numbers)
    return float((values - curve).std())


def _lies_outside(side: _Side, holes: Numbers) -> NDArray[np.bool_]:
    """Tell what lies between a row of holes and the side."""
    inner = side.centers[:, 1] + side.sizes[:, 1] / 2
    line = np.polyfit(side.centers[holes, 0], inner[holes], 1)
    return np.asarray(inner <= np.polyval(line, side.centers[:, 0]))
