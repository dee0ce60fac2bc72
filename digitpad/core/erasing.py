"""What an eraser takes away from strokes: pure geometry."""

import itertools
import math
from collections.abc import Sequence

from digitpad.core.strokes import Point, Stroke

_SPECK_PX = 0.5
"""A piece shorter than this is what rounding leaves, not something a person wrote."""


def erase(strokes: Sequence[Stroke], start: Point, end: Point, radius_px: float) -> list[Stroke]:
    """Cut strokes wherever a round eraser touches their ink.

    Parameters
    ----------
    strokes : sequence of Stroke
        What is there.
    start, end : Point
        The eraser's centre moves straight from one to the other.
    radius_px : float
        The eraser's radius.

    Returns
    -------
    list of Stroke
        In the order they had; a stroke that wasn't touched is the very same object.
    """
    kept: list[Stroke] = []
    for stroke in strokes:
        # Half the pen's width more, so that the round ends of what is left stay outside.
        reach = radius_px + stroke.width_px / 2
        kept += _cut(stroke, start, end, reach) if _is_near(stroke, start, end, reach) else [stroke]
    return kept


def _is_near(stroke: Stroke, start: Point, end: Point, reach: float) -> bool:
    box = stroke.box
    return (
        box.x <= max(start[0], end[0]) + reach
        and box.right >= min(start[0], end[0]) - reach
        and box.y <= max(start[1], end[1]) + reach
        and box.bottom >= min(start[1], end[1]) - reach
    )


def _cut(stroke: Stroke, start: Point, end: Point, reach: float) -> list[Stroke]:
    points = stroke.points
    if len(points) == 1:
        return [] if find_overlap(points[0], points[0], start, end, reach) else [stroke]
    pieces: list[list[Point]] = [[points[0]]]
    is_touched = False
    for here, there in itertools.pairwise(points):
        overlap = find_overlap(here, there, start, end, reach)
        if overlap is None:
            pieces[-1].append(there)
            continue
        is_touched = True
        pieces[-1].append(_between(here, there, overlap[0]))
        pieces.append([_between(here, there, overlap[1]), there])
    if not is_touched:
        return [stroke]
    return [Stroke(tuple(piece), stroke.width_px) for piece in pieces if _length(piece) > _SPECK_PX]


def find_overlap(
    here: Point, there: Point, start: Point, end: Point, reach: float
) -> tuple[float, float] | None:
    """Find which part of a line an eraser covers.

    Parameters
    ----------
    here, there : Point
        The ends of the line; they may be the same.
    start, end : Point
        The eraser's centre moves from one to the other.
    reach : float
        The eraser's radius.

    Returns
    -------
    (from, to) in [0, 1], or None
        Fractions of the way from `here` to `there`; None if the eraser misses the line.

    Notes
    -----
    What the eraser covers is two circles and the rectangle between them. Together they are
    convex, so what they share with a line is one piece, from the first entry to the last exit.
    """
    parts = (
        _overlap_circle(here, there, start, reach),
        _overlap_circle(here, there, end, reach),
        _overlap_rectangle(here, there, start, end, reach),
    )
    found = [part for part in parts if part is not None]
    if not found:
        return None
    return min(low for low, _ in found), max(high for _, high in found)


def _overlap_circle(
    here: Point, there: Point, center: Point, radius: float
) -> tuple[float, float] | None:
    dx, dy = there[0] - here[0], there[1] - here[1]
    x, y = here[0] - center[0], here[1] - center[1]
    a, b, c = dx * dx + dy * dy, x * dx + y * dy, x * x + y * y - radius * radius
    if a == 0:
        return (0.0, 1.0) if c <= 0 else None
    discriminant = b * b - a * c
    if discriminant < 0:
        return None
    root = math.sqrt(discriminant)
    return _clip((-b - root) / a, (-b + root) / a)


def _overlap_rectangle(
    here: Point, there: Point, start: Point, end: Point, reach: float
) -> tuple[float, float] | None:
    length = math.dist(start, end)
    if length == 0:
        return None
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    x, y = here[0] - start[0], here[1] - start[1]
    dx, dy = there[0] - here[0], there[1] - here[1]
    # Along the eraser's way and across it, the rectangle is two slabs.
    along = _overlap_slab(x * ux + y * uy, dx * ux + dy * uy, 0.0, length)
    across = _overlap_slab(y * ux - x * uy, dy * ux - dx * uy, -reach, reach)
    if along is None or across is None:
        return None
    return _clip(max(along[0], across[0]), min(along[1], across[1]))


def _overlap_slab(
    position: float, speed: float, low: float, high: float
) -> tuple[float, float] | None:
    if speed == 0:
        return (0.0, 1.0) if low <= position <= high else None
    one, two = (low - position) / speed, (high - position) / speed
    return min(one, two), max(one, two)


def _clip(low: float, high: float) -> tuple[float, float] | None:
    low, high = max(low, 0.0), min(high, 1.0)
    return (low, high) if low <= high else None


def _between(here: Point, there: Point, fraction: float) -> Point:
    return (
        here[0] + (there[0] - here[0]) * fraction,
        here[1] + (there[1] - here[1]) * fraction,
    )


def _length(points: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(points))
