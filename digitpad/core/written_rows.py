"""Rows of a drawing, which stay as they are while one writes on."""

from collections.abc import Sequence
from heapq import nsmallest

from digitpad.core.layout import Box, bounding_box

_NEIGHBOURS = 2
"""So many digits tell where a row is; one alone may be small, or a comma."""

_FARTHEST = 0.6
"""A digit of a row lies no farther above or below its neighbours, as a part of the height."""


def arrange_rows(boxes: Sequence[Box]) -> tuple[tuple[int, ...], ...]:
    """Put boxes into reading order: rows from top to bottom, each from left to right.

    Unlike `layout.arrange_lines`, which sees a page when all is written, this goes by the order
    of writing. What is written later never moves what was there before to another row, nor a row
    to another place.

    Parameters
    ----------
    boxes : sequence of Box
        One a digit, in the order in which they were written.

    Returns
    -------
    tuple of rows
        Each row holds indices into `boxes`.
    """
    rows: list[list[int]] = []
    for index, box in enumerate(boxes):
        distances = [_distance(box, [boxes[i] for i in row]) for row in rows]
        nearest = min(range(len(rows)), key=distances.__getitem__, default=None)
        if nearest is None or distances[nearest] > _FARTHEST:
            rows.append([index])
        else:
            rows[nearest].append(index)
    rows.sort(key=lambda row: boxes[row[0]].center[1])
    return tuple(tuple(sorted(row, key=lambda i: boxes[i].center[0])) for row in rows)


def _distance(box: Box, row: Sequence[Box]) -> float:
    """Return how far a box lies above or below its neighbours in a row, by their height."""
    # The nearest ones, because a row may slant.
    x, y = box.center
    around = bounding_box(nsmallest(_NEIGHBOURS, row, lambda other: abs(other.center[0] - x)))
    height = max(box.height, around.height, 1e-6)
    return abs(y - around.center[1]) / height
