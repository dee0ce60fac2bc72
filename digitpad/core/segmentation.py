"""Ink -> the crops of its digits, in reading order."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import EmptyInkError
from digitpad.core.layout import Box, arrange_lines, bounding_box
from digitpad.core.normalization import Ink
from digitpad.core.stroke_width import prepare_crop

_LEAST_PX, _LEAST_RATIO = 8, 0.008
"""Marks smaller than this, or than this part of the page, are specks on it."""

_SOFT = 0.15
"""Ink up to this is the soft edge of a stroke, by which digits don't touch yet."""

_SPECK_RATIO = 0.35
"""Marks smaller than this part of the page's typical digit are dots and specks."""

_WIDEST = 2.5
"""No digit is so many times wider than high: that is a line, a dash or an edge."""

_BLOB = 0.6
"""A mark this thick for its length is a dot, a blot or a shadow, not written with strokes."""

_TALLEST, _ENOUGH_MARKS = 1.4, 4
"""No digit is so many times higher than the typical one, where there are this many."""

_BORDER_RATIO = 0.4
"""A mark that runs along the picture's border for this part of its length is no digit."""

_LINE_RATIO = 0.1
"""A mark from border to border that is this thin is the edge of a sheet, or a line."""

_FRAME_RATIO = 0.5
"""A mark of this part of the picture's size, with marks inside it, is no digit."""


@dataclass(frozen=True, eq=False)
class Crop:
    """One digit's ink, cut out of the page.

    Parameters
    ----------
    box : Box
        Where it stood, in pixels of the page's ink.
    ink : (h, w) float32 in [0, 1]
        The digit alone, its neighbours removed, ready for `normalize`. Its size is not the box's.
    """

    box: Box
    ink: Ink


@dataclass(frozen=True, eq=False)
class _Mark:
    """Connected ink, or several pieces of it that belong together."""

    box: Box
    labels: tuple[int, ...]
    area: int
    thickness_px: float
    border_px: int

    @property
    def longest_px(self) -> float:
        """The longer side of its box."""
        return max(self.box.width, self.box.height)


def find_digits(ink: Ink) -> tuple[tuple[Crop, ...], ...]:
    """Cut a page into its digits.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        A page whose paper is exactly 0, from `extract_ink`.

    Returns
    -------
    rows of Crop
        In reading order; empty if there is nothing to read. Dots, specks, lines, frames and the
        shadows at the page's border are left out.
    """
    height, width = ink.shape
    labels, marks = _find_marks((ink > _SOFT).astype(np.uint8))
    digits = _select_digits(
        _join_pieces(_drop_surroundings(marks, Box(0, 0, width, height))),
        least_px=max(_LEAST_PX, _LEAST_RATIO * max(height, width)),
    )
    rows = arrange_lines([mark.box for mark in digits])
    return tuple(
        tuple(_cut(ink, labels, digits[i].box, digits[i].labels) for i in row) for row in rows
    )


def cut_box(ink: Ink, box: Box) -> Crop:
    """Cut out what stands in a box.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        A page whose paper is exactly 0, from `extract_ink`.
    box : Box
        In pixels of `ink`; it may reach beyond it.

    Returns
    -------
    Crop
        Its box fits the ink. Neighbours that only reach into `box` are left out.

    Raises
    ------
    EmptyInkError
        If nothing is written there.
    """
    height, width = ink.shape
    left, top = max(0, round(box.x)), max(0, round(box.y))
    right, bottom = min(width, round(box.right)), min(height, round(box.bottom))
    window = np.s_[top : max(top, bottom), left : max(left, right)]
    count, found = cv2.connectedComponents((ink > _SOFT).astype(np.uint8))
    labels = found.astype(np.int32, copy=False)
    inside = np.bincount(labels[window].ravel(), minlength=count)
    # A box around nothing whole is around a part of something: the person means that part.
    is_own = 2 * inside > np.bincount(labels.ravel(), minlength=count)
    if not is_own[1:].any():
        is_own = inside > 0
    own = tuple(int(label) for label in np.flatnonzero(is_own) if label)
    rows, columns = np.nonzero(np.isin(labels[window], own))
    if rows.size == 0:
        raise EmptyInkError("There is nothing to read.", "Draw the box around a digit.")
    x, y = left + int(columns.min()), top + int(rows.min())
    fitting = Box(x, y, left + int(columns.max()) + 1 - x, top + int(rows.max()) + 1 - y)
    return _cut(ink, labels, fitting, own)


def _find_marks(mask: NDArray[np.uint8]) -> tuple[NDArray[np.int32], list[_Mark]]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    height, width = mask.shape
    marks = []
    for label in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[label])
        if max(w, h) < 3:
            continue
        piece = labels[y : y + h, x : x + w] == label
        radius = cv2.distanceTransform(np.pad(piece.astype(np.uint8), 1), cv2.DIST_L2, 3)
        border_px = (
            (piece[0].sum() if y == 0 else 0)
            + (piece[-1].sum() if y + h == height else 0)
            + (piece[:, 0].sum() if x == 0 else 0)
            + (piece[:, -1].sum() if x + w == width else 0)
        )
        marks.append(_Mark(Box(x, y, w, h), (label,), area, 2 * radius.max(), int(border_px)))
    return labels.astype(np.int32, copy=False), marks


def _drop_surroundings(marks: Sequence[_Mark], page: Box) -> list[_Mark]:
    """Drop what is not on the sheet: its outline, the table, the shadow along its edge."""
    page_px = max(page.width, page.height)
    edges = [mark for mark in marks if _is_edge(mark, page)]
    marks = [mark for mark in marks if mark not in edges]
    bands = [_widen(edge.box) for edge in edges if _shortest_px(edge.box) < 0.1 * page_px]
    marks = [mark for mark in marks if not any(_contains(band, mark.box) for band in bands)]
    frames = [
        mark
        for mark in marks
        if mark.longest_px > _FRAME_RATIO * page_px
        and any(_frames(mark.box, other.box) for other in marks)
    ]
    marks = [mark for mark in marks if mark not in frames]
    return [mark for mark in marks if all(_contains(frame.box, mark.box) for frame in frames)]


def _is_edge(mark: _Mark, page: Box) -> bool:
    box = mark.box
    spans = box.height > page.height - 2 or box.width > page.width - 2
    return mark.border_px > _BORDER_RATIO * mark.longest_px or (
        spans and _shortest_px(box) < _LINE_RATIO * mark.longest_px
    )


def _widen(box: Box) -> Box:
    # What lies close along an edge is its ragged part.
    margin = _shortest_px(box) / 2
    return Box(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin)


def _shortest_px(box: Box) -> float:
    return min(box.width, box.height)


def _contains(outer: Box, box: Box) -> bool:
    x, y = box.center
    return outer.x < x < outer.right and outer.y < y < outer.bottom


def _frames(outer: Box, box: Box) -> bool:
    return (
        outer.x < box.x
        and outer.y < box.y
        and outer.right > box.right
        and outer.bottom > box.bottom
        and 0.08 < box.height / outer.height < 0.5
    )


def _join_pieces(marks: Sequence[_Mark]) -> list[_Mark]:
    """Join the pieces of broken digits, the largest first."""
    typical_px = _typical_height_px(marks)
    is_page = sum(mark.box.height > 0.5 * typical_px for mark in marks) >= _ENOUGH_MARKS
    # Where rows are close, only the height tells a broken digit from two.
    tallest_px = _TALLEST * typical_px if is_page else float("inf")
    joined: list[_Mark] = []
    for mark in sorted(marks, key=lambda m: -m.box.height):
        for i, other in enumerate(joined):
            if _belong_together(other.box, mark.box, tallest_px):
                joined[i] = _join(other, mark)
                break
        else:
            joined.append(mark)
    return joined


def _join(first: _Mark, second: _Mark) -> _Mark:
    return _Mark(
        bounding_box((first.box, second.box)),
        first.labels + second.labels,
        first.area + second.area,
        max(first.thickness_px, second.thickness_px),
        first.border_px + second.border_px,
    )


def _belong_together(one: Box, two: Box, tallest_px: float) -> bool:
    """Whether the lower box `two` is a piece of the digit in `one`."""
    gap_x = max(one.x, two.x) - min(one.right, two.right)
    gap_y = max(one.y, two.y) - min(one.bottom, two.bottom)
    size = max(one.height, one.width / 2)
    if max(two.width, two.height) < 0.15 * size:
        # Crumbs of a broken stroke lie on its way; dots keep a distance.
        return max(gap_x, gap_y) < 0.03 * size
    if gap_y <= 0:
        return gap_x < -0.3 * two.width or (two.height < 0.5 * size and gap_x < 0.05 * size)
    shared = -gap_x / max(min(one.width, two.width), 1e-6)
    is_bar = two.height < 0.35 * one.height and gap_y < 0.2 * size and shared > 0.2
    # A stroke may break in the middle, a slanting one too.
    whole_px = bounding_box((one, two)).height
    is_stacked = gap_y < 0.05 * whole_px and gap_x < 0.02 * whole_px
    return is_bar or (is_stacked and whole_px < tallest_px)


def _select_digits(marks: Sequence[_Mark], least_px: float) -> list[_Mark]:
    written = [mark for mark in marks if mark.longest_px >= least_px and _is_written(mark)]
    inside = [mark for mark in written if mark.border_px == 0] or written
    typical_px = _typical_height_px(inside)
    return [
        mark
        for mark in written
        if mark.box.height >= _SPECK_RATIO * typical_px
        # What the picture's border cuts through is a digit only if it is as large as others.
        and (mark.border_px == 0 or 0.6 < mark.box.height / typical_px < 1.7)
    ]


def _typical_height_px(marks: Sequence[_Mark]) -> float:
    """Return the height above and below which there is as much ink."""
    if not marks:
        return 0.0
    by_height = sorted(marks, key=lambda mark: mark.box.height)
    areas = np.cumsum([mark.area for mark in by_height])
    return by_height[int(np.searchsorted(areas, areas[-1] / 2))].box.height


def _is_written(mark: _Mark) -> bool:
    return (
        mark.box.width <= _WIDEST * mark.box.height and mark.thickness_px <= _BLOB * mark.longest_px
    )


def _cut(ink: Ink, labels: NDArray[np.int32], box: Box, own: Sequence[int]) -> Crop:
    window = np.s_[int(box.y) : int(box.bottom), int(box.x) : int(box.right)]
    # Label 0 holds the paper and every mark's soft edge.
    is_own = np.isin(labels[window], (0, *own))
    digit = np.where(is_own, ink[window], np.float32(0))
    return Crop(box, prepare_crop(digit))
