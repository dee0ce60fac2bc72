"""Boxes, and the order in which a person would read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_ENOUGH_NEIGHBOURS = 5
"""From so many pairs of neighbours on, the slant of the rows can be told."""

_SLIMMEST = 0.5
"""Of its height; a slimmer digit is given this width when gaps are measured."""

_LEAST_GAP, _CERTAIN_GAP = 0.7, 3.0
"""Of the digits' height: no narrower gap parts numbers, and every wider one does."""

_LEAST_STEP, _STEP_RATIO = 0.4, 0.6
"""A gap stands out if it is wider than the next narrower one by this part of the height, and by
this part of that gap."""

_TYPICAL_GAP = 0.6
"""Of the digits' height: the gap within a number where there are too few to tell."""

_ENOUGH_GAPS = 3
"""From so many gaps on, a row tells by itself how wide its gaps usually are."""


@dataclass(frozen=True)
class Box:
    """An upright rectangle.

    Parameters
    ----------
    x, y : float
        Left and top edge, in pixels of the picture or drawing, y down.
    width, height : float
        Size in pixels.
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge, in pixels."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge, in pixels."""
        return self.y + self.height

    @property
    def center(self) -> tuple[float, float]:
        """The middle, as (x, y) in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2

    def scaled(self, factor: float) -> "Box":
        """Return the box in a picture `factor` times as large."""
        return Box(self.x * factor, self.y * factor, self.width * factor, self.height * factor)

    def moved(self, dx: float, dy: float) -> "Box":
        """Return the box shifted by (dx, dy) pixels."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)


def bounding_box(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all of `boxes`, of which there is at least one."""
    every = list(boxes)
    x, y = min(box.x for box in every), min(box.y for box in every)
    right, bottom = max(box.right for box in every), max(box.bottom for box in every)
    return Box(x, y, right - x, bottom - y)


def arrange_lines(boxes: Sequence[Box]) -> tuple[tuple[int, ...], ...]:
    """Put boxes into reading order: rows from top to bottom, each from left to right.

    The rows may slant across the page. Once they are level, a box joins the row whose end it
    overlaps vertically by at least half of the smaller height.

    Parameters
    ----------
    boxes : sequence of Box
        One a digit, in any order.

    Returns
    -------
    tuple of rows
        Each row holds indices into `boxes`.
    """
    slant = find_slant(boxes)
    level = [box.moved(0, -slant * box.center[0]) for box in boxes]
    rows: list[list[int]] = []
    for index in sorted(range(len(level)), key=lambda i: level[i].x):
        best, best_overlap = None, 0.5
        for row in rows:
            overlap = _vertical_overlap(level[index], _row_end(level, row))
            if overlap > best_overlap:
                best, best_overlap = row, overlap
        if best is None:
            rows.append([index])
        else:
            best.append(index)
    rows.sort(key=lambda row: median(level[i].center[1] for i in row))
    return tuple(tuple(row) for row in rows)


def find_gaps(rows: Sequence[Sequence[Box]]) -> tuple[tuple[bool, ...], ...]:
    """Tell where one number ends and the next begins.

    Parameters
    ----------
    rows : sequence of rows of Box
        The boxes of a page's digits in reading order.

    Returns
    -------
    rows of bool
        Whether the gap before the box is wider than between the digits of one number; False for
        the first of a row.
    """
    sizes = [max(box.height, box.width) for row in rows for box in row]
    # Not each digit's own height: a row may hold a small or a tall one.
    height = (median(sizes) if sizes else 0.0) or 1.0
    gaps = [[_gap(*pair, height) for pair in pairwise(row)] for row in rows]
    every = [gap for row in gaps for gap in row]
    # Two or three digits don't tell how wide this person's gaps are.
    of_page = _narrowest_wide(every if len(every) >= _ENOUGH_GAPS else [*every, _TYPICAL_GAP])
    marked = []
    for row, row_gaps in zip(rows, gaps, strict=True):
        # A row that was written wider than the others is still one number.
        least = _narrowest_wide(row_gaps) if len(row_gaps) >= _ENOUGH_GAPS else of_page
        marked.append((False, *(gap >= least for gap in row_gaps))[: len(row)])
    return tuple(marked)


def _gap(left: Box, right: Box, height: float) -> float:
    """Return the gap between two neighbours, as a part of the digits' usual height."""
    # Around a slim 1 in a row of evenly spaced digits the gaps are wide.
    room = [max(0.0, _SLIMMEST * height - box.width) / 2 for box in (left, right)]
    return max(0.0, (right.x - left.right - sum(room)) / height)


def _narrowest_wide(gaps: Sequence[float]) -> float:
    """Return the narrowest gap that parts numbers: the first that stands out from narrower ones."""
    for narrow, wide in pairwise(sorted(gaps)):
        if wide >= _LEAST_GAP and wide - narrow >= max(_LEAST_STEP, _STEP_RATIO * narrow):
            return min(wide, _CERTAIN_GAP)
    return _CERTAIN_GAP


def find_slant(boxes: Sequence[Box]) -> float:
    """Return how far the rows fall from left to right, as a part of the way.

    Parameters
    ----------
    boxes : sequence of Box
        One a digit, in any order.

    Returns
    -------
    float
        0 if they are too few to tell.
    """
    slopes = []
    centers = [box.center for box in boxes]
    for box, (x, y) in zip(boxes, centers, strict=True):
        right, reach = box.right, 0.6 * box.height
        neighbours = [
            (other_x - x, other_y - y)
            for other_x, other_y in centers
            if other_x > right and abs(other_y - y) < reach
        ]
        if neighbours:
            dx, dy = min(neighbours)
            slopes.append(dy / dx)
    # Few digits say more about themselves than about the row.
    return median(slopes) if len(slopes) >= _ENOUGH_NEIGHBOURS else 0.0


def _row_end(boxes: Sequence[Box], row: list[int]) -> Box:
    # The last three digits, so that one small or low digit doesn't end its row.
    return bounding_box(boxes[i] for i in row[-3:])


def _vertical_overlap(first: Box, second: Box) -> float:
    shared = min(first.bottom, second.bottom) - max(first.y, second.y)
    return shared / max(min(first.height, second.height), 1e-6)
