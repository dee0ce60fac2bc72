"""Ink -> marks: connected ink on the sheet, before anyone asks what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.binding import find_binding
from digitpad.core.layout import Box, bounding_box
from digitpad.core.normalization import Ink

SOFT = 0.15
"""Ink up to this is the soft edge of a stroke, by which digits don't touch yet."""

_BORDER_RATIO = 0.4
"""A mark that runs along the picture's border for this part of its length is no digit."""

_LINE_RATIO = 0.1
"""A mark from border to border that is this thin is the edge of a sheet, or a line."""

_FRAME_RATIO, _FRAMED = 0.5, 2
"""A mark of this part of the picture's size, with so many marks inside it, is no digit; a large
digit may have a broken piece inside."""

_LEAST_PX = 8
"""Marks smaller than this are specks."""

_SPECK_RATIO = 0.35
"""Marks smaller than this part of the page's typical digit are dots and specks."""

_FULL_RATIO, _PUNCTUATION_RATIO = 0.6, 0.5
"""Marks from the first part of the typical height on are digits for certain; those below the
second may be commas and the like, if a digit is beside them."""

_BESIDE, _LOW = 0.8, 0.6
"""A comma is within this part of the typical height of its digit, and begins below this part of
its height."""

_WIDEST = 2.5
"""No digit is so many times wider than high: that is a line, or several digits that touch."""

_STRAIGHT = 2.5
"""A flat mark lower than this many times its thickness is one straight stroke."""

_BLOB = 0.7
"""A mark this thick for its length is a dot, a blot or a shadow, not written with strokes."""

_ALIKE = 1.4
"""Digits of one hand differ in height up to this much from the typical one."""


@dataclass(frozen=True, eq=False)
class Mark:
    """Connected ink, or several pieces of it that belong together.

    Parameters
    ----------
    box : Box
        Where it is, in pixels of the page's ink.
    labels : tuple of int
        Its pieces, by their number in `Marks.labels`.
    area : int
        Pixels of ink.
    thickness_px : float
        The width of its thickest stroke.
    border_px : int
        How long it runs along the picture's border.
    """

    box: Box
    labels: tuple[int, ...]
    area: int
    thickness_px: float
    border_px: int

    @property
    def longest_px(self) -> float:
        """The longer side of its box."""
        return max(self.box.width, self.box.height)


@dataclass(frozen=True, eq=False)
class Marks:
    """All marks of a page.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        The page.
    labels : (H, W) int32
        The number of the piece each pixel belongs to, 0 for paper and soft edges.
    every : tuple of Mark
        One a piece, in no order; without the surroundings of the sheet.
    """

    ink: Ink
    labels: NDArray[np.int32]
    every: tuple[Mark, ...]

    def cut(self, box: Box, labels: Sequence[int]) -> Ink:
        """Return the ink of the pieces `labels` inside `box`, their neighbours' removed."""
        window = np.s_[int(box.y) : int(box.bottom), int(box.x) : int(box.right)]
        # Label 0 holds every mark's soft edge, too.
        is_own = np.isin(self.labels[window], (0, *labels))
        cut: Ink = np.where(is_own, self.ink[window], np.float32(0))
        return cut


def find_marks(ink: Ink) -> Marks:
    """Find what is connected on a page.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        A page whose paper is exactly 0.

    Returns
    -------
    Marks
        Without the sheet's outline, bindings, frames, and the shadows at the picture's border.
    """
    height, width = ink.shape
    labels, marks = _label((ink > SOFT).astype(np.uint8))
    return Marks(ink, labels, tuple(_drop_surroundings(marks, Box(0, 0, width, height))))


def join_marks(marks: Sequence[Mark]) -> Mark:
    """Return `marks`, of which there is at least one, as one."""
    return Mark(
        bounding_box(mark.box for mark in marks),
        tuple(label for mark in marks for label in mark.labels),
        sum(mark.area for mark in marks),
        max(mark.thickness_px for mark in marks),
        sum(mark.border_px for mark in marks),
    )


def typical_height_px(marks: Sequence[Mark]) -> float:
    """Return the height that most of the writing has.

    Parameters
    ----------
    marks : sequence of Mark
        Specks and dots may be among them, and a heading in larger digits.

    Returns
    -------
    float
        In pixels; 0 if there are no marks.
    """
    if not marks:
        return 0.0
    heights = np.sort([mark.box.height for mark in marks])
    # By their height, not their number: there may be more specks than digits.
    below = np.concatenate([[0.0], np.cumsum(heights)])
    first = np.searchsorted(heights, heights / _ALIKE)
    last = np.searchsorted(heights, heights * _ALIKE, side="right")
    best = int(np.argmax(below[last] - below[first]))
    return float(np.median(heights[first[best] : last[best]]))


def select_digits(marks: Sequence[Mark]) -> list[Mark]:
    """Leave out what is too small, too flat or too solid to be a digit."""
    written = [mark for mark in marks if mark.longest_px > _LEAST_PX and _is_written(mark)]
    inside = [mark for mark in written if mark.border_px == 0] or written
    typical_px = typical_height_px(inside)
    large = [mark for mark in written if mark.box.height >= _FULL_RATIO * typical_px]
    return [
        mark
        for mark in written
        if mark.box.height >= _SPECK_RATIO * typical_px
        and not (
            mark.box.height < _PUNCTUATION_RATIO * typical_px
            and any(_is_off_line(mark.box, digit.box, typical_px) for digit in large)
        )
        # What the picture's border cuts through is a digit only if it is as large as others.
        and (mark.border_px == 0 or 0.6 < mark.box.height / typical_px < 1.7)
    ]


def _is_off_line(small: Box, digit: Box, typical_px: float) -> bool:
    """Whether `small` is where a comma or an apostrophe of `digit` would be."""
    gap_x = max(small.x, digit.x) - min(small.right, digit.right)
    top, bottom = small.y - digit.y, small.bottom - digit.y
    hangs = _LOW * digit.height < top < 1.2 * digit.height
    hovers = -0.4 * digit.height < top and bottom < (1 - _LOW) * digit.height
    return gap_x < _BESIDE * typical_px and (hangs or hovers)


def _is_written(mark: Mark) -> bool:
    is_line = mark.box.height < _STRAIGHT * mark.thickness_px
    is_flat = mark.box.width > _WIDEST * mark.box.height
    return not (is_flat and is_line) and mark.thickness_px <= _BLOB * mark.longest_px


def _label(mask: NDArray[np.uint8]) -> tuple[NDArray[np.int32], list[Mark]]:
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
        marks.append(Mark(Box(x, y, w, h), (label,), area, 2 * radius.max(), int(border_px)))
    return labels.astype(np.int32, copy=False), marks


def _drop_surroundings(marks: Sequence[Mark], page: Box) -> list[Mark]:
    """Drop what is not on the sheet: its outline, its binding, the table, the edge's shadow."""
    page_px = max(page.width, page.height)
    edges = [mark for mark in marks if _is_edge(mark, page)]
    marks = [mark for mark in marks if mark not in edges]
    bands = [_widen(edge.box) for edge in edges if _shortest_px(edge.box) < 0.1 * page_px]
    marks = [mark for mark in marks if not any(_contains(band, mark.box) for band in bands)]
    marks = _drop_binding(marks, page)
    frames = [
        mark
        for mark in marks
        if mark.longest_px > _FRAME_RATIO * page_px
        and sum(_frames(mark.box, other.box) for other in marks) >= _FRAMED
    ]
    marks = [mark for mark in marks if mark not in frames]
    return [mark for mark in marks if all(_contains(frame.box, mark.box) for frame in frames)]


def _drop_binding(marks: Sequence[Mark], page: Box) -> list[Mark]:
    large = [mark for mark in marks if mark.longest_px > _LEAST_PX]
    is_bound = find_binding([mark.box for mark in large], page)
    bound = {mark for mark, is_hole in zip(large, is_bound, strict=True) if is_hole}
    return [mark for mark in marks if mark not in bound]


def _is_edge(mark: Mark, page: Box) -> bool:
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
