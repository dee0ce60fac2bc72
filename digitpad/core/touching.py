"""Digits that touch -> the ways to cut them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.layout import Box
from digitpad.core.normalization import INK_THRESHOLD, Ink

_SURVEY_PX = 48
"""Height at which cuts are looked for."""

_PAPER = 0.02
"""What a cut's way through bare paper costs, compared to ink: short ways are better."""

_ROWS = (0.3, 0.5, 0.7)
"""Heights at which cuts are told apart."""

_LEAST_PART = 0.06
"""No part of a digit's ink smaller than this is worth cutting off."""

_DEEPEST = 4.0
"""No cut goes through more ink than this times the thickest stroke."""

_CRUMB = 0.06
"""What a cut leaves of a neighbour, as a part of the ink, is no part of the digit."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A line from the top to the bottom of a mark, on which it may be cut.

    Parameters
    ----------
    columns : (H,) float32
        Where it runs in each row, in pixels of the mark's ink.
    depth_px : float
        How much ink it goes through.
    """

    columns: NDArray[np.float32]
    depth_px: float


@dataclass(frozen=True, eq=False)
class Part:
    """What lies between two cuts.

    Parameters
    ----------
    first, last : int
        The cuts it lies between, 0 being the mark's left end.
    box : Box
        Around its ink, in pixels of the mark's ink.
    ink : (h, w) float32 in [0, 1]
        What is in the box.
    """

    first: int
    last: int
    box: Box
    ink: Ink


def find_cuts(ink: Ink, thickness_px: float, most: int) -> tuple[Cut, ...]:
    """Find where several digits in one mark may touch.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        The mark alone.
    thickness_px : float
        The width of its strokes.
    most : int
        So many cuts at most.

    Returns
    -------
    tuple of Cut
        From left to right: where the way from top to bottom goes through the least ink.

    References
    ----------
    Casey & Lecolinet, "A survey of methods and strategies in character segmentation", 1996;
    Avidan & Shamir, "Seam carving for content-aware image resizing", 2007, for the shortest way.
    """
    height, width = ink.shape
    scale = _SURVEY_PX / height
    size = max(3, round(width * scale)), _SURVEY_PX
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    cost = small.astype(np.float32, copy=False) + np.float32(_PAPER)
    down, up = _cost_from_top(cost), _cost_from_top(cost[::-1])[::-1]
    total = down + up - cost
    left_of = np.cumsum(small, axis=1)
    found: list[tuple[float, float, NDArray[np.intp]]] = []
    for row in (round(part * _SURVEY_PX) for part in _ROWS):
        for column in _local_minima(total[row]):
            way = _follow(down, up, row, column)
            share = float(left_of[np.arange(_SURVEY_PX), way].sum() / left_of[:, -1].sum())
            if _LEAST_PART < share < 1 - _LEAST_PART:
                depth = float(small[np.arange(_SURVEY_PX), way].sum())
                found.append((depth, share, way))
    chosen: list[tuple[float, float, NDArray[np.intp]]] = []
    for depth, share, way in sorted(found, key=lambda cut: cut[0]):
        is_new = all(abs(share - other) > _LEAST_PART / 2 for _, other, _ in chosen)
        if is_new and depth / scale <= _DEEPEST * thickness_px and len(chosen) < most:
            chosen.append((depth, share, way))
    rows = np.arange(height)
    at_rows = (np.arange(_SURVEY_PX) + 0.5) / scale - 0.5
    return tuple(
        Cut(np.interp(rows, at_rows, (way + 0.5) / scale).astype(np.float32), depth / scale)
        for depth, _, way in sorted(chosen, key=lambda cut: cut[1])
    )


def cut_parts(ink: Ink, cuts: Sequence[Cut], widest_px: float) -> tuple[Part, ...]:
    """Cut a mark in all the ways its cuts allow.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        The mark alone.
    cuts : sequence of Cut
        From left to right.
    widest_px : float
        Wider parts are left out.

    Returns
    -------
    tuple of Part
        Between any two cuts or ends of the mark, except the whole of it.
    """
    height, width = ink.shape
    ends = np.zeros(height, np.float32), np.full(height, width, np.float32)
    lines: list[NDArray[np.float32]] = [ends[0], *(cut.columns for cut in cuts), ends[1]]
    columns = np.arange(width)
    # A pixel lies between the ends that as many lines are left of it as their numbers say.
    strip = np.zeros(ink.shape, np.int32)
    for line in lines[1:-1]:
        strip += columns >= line[:, np.newaxis]
    parts = []
    for first in range(len(lines) - 1):
        for last in range(first + 1, len(lines)):
            least_px = float((lines[last] - lines[first]).min())
            if (first, last) == (0, len(lines) - 1) or least_px > widest_px:
                continue
            own = np.where((strip >= first) & (strip < last), ink, np.float32(0))
            part = _drop_crumbs(own, first, last)
            if part is not None and part.box.width <= widest_px:
                parts.append(part)
    return tuple(parts)


def _drop_crumbs(ink: Ink, first: int, last: int) -> Part | None:
    mask = (ink > INK_THRESHOLD).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if count == 1:
        return None
    is_kept = np.concatenate([[False], areas >= _CRUMB * areas.sum()])
    kept = np.where(is_kept[labels], ink, np.float32(0))
    x, y, width, height = cv2.boundingRect(kept.astype(bool).astype(np.uint8))
    return Part(first, last, Box(x, y, width, height), kept[y : y + height, x : x + width])


def _cost_from_top(cost: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cost of the cheapest way from the top to each pixel, its own included."""
    # Nothing comes from beyond the sides.
    total = np.pad(cost, ((0, 0), (1, 1)), constant_values=np.inf)
    slanting = np.float32(2**0.5) * cost
    for row in range(1, len(cost)):
        above = total[row - 1]
        aside = np.minimum(above[:-2], above[2:]) + slanting[row]
        total[row, 1:-1] = np.minimum(above[1:-1] + cost[row], aside)
    return total[:, 1:-1]


def _local_minima(values: NDArray[np.float32]) -> list[int]:
    """Return where values are lowest, the middle of each flat valley."""
    minima, start = [], 0
    for i in range(1, len(values) + 1):
        if i < len(values) and values[i] == values[start]:
            continue
        falls = start > 0 and values[start - 1] > values[start]
        rises = i < len(values) and values[i] > values[start]
        if falls and rises:
            minima.append((start + i - 1) // 2)
        start = i
    return minima


def _follow(
    down: NDArray[np.float32], up: NDArray[np.float32], row: int, column: int
) -> NDArray[np.intp]:
    """Return the columns of the cheapest way from top to bottom through one pixel."""
    way = np.empty(len(down), np.intp)
    way[row] = column
    for totals, steps in ((down, range(row - 1, -1, -1)), (up, range(row + 1, len(down)))):
        here = column
        for at in steps:
            low = max(0, here - 1)
            here = low + int(np.argmin(totals[at, low : here + 2]))
            way[at] = here
    return way
