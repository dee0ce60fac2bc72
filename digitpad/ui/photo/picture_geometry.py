"""Where a person points and what that does to boxes: pure functions, in picture pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import dist, inf
from statistics import fmean

from digitpad.core.layout import Box
from digitpad.core.strokes import Point

Outline = Sequence[Point]


class Direction(Enum):
    """Where an arrow key leads."""

    LEFT = (-1, 0)
    RIGHT = (1, 0)
    UP = (0, -1)
    DOWN = (0, 1)


class FramePart(Enum):
    """What a frame can be taken by: which edges move, as (x, y) signs."""

    INSIDE = (0, 0)
    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    RIGHT = (1, 0)
    BOTTOM_RIGHT = (1, 1)
    BOTTOM = (0, 1)
    BOTTOM_LEFT = (-1, 1)
    LEFT = (-1, 0)

    def place(self, box: Box) -> tuple[float, float]:
        """Return where this part of `box` is: a corner, the middle of a side, or the middle."""
        side_x, side_y = self.value
        x, y = box.center
        return x + side_x * box.width / 2, y + side_y * box.height / 2


@dataclass(frozen=True)
class Extent:
    """The size of a picture, in pixels."""

    width: float
    height: float

    @property
    def box(self) -> Box:
        """The whole picture."""
        return Box(0, 0, self.width, self.height)


def find_outline(*, outlines: Sequence[Outline], x: float, y: float, reach_px: float) -> int | None:
    """Return which outline a person points at, or None.

    Parameters
    ----------
    outlines : sequence of corners
        Convex; turned ones too. They may overlap.
    x, y : float
        Where they point.
    reach_px : float
        How far outside an outline still counts.

    Returns
    -------
    int or None
        Index of the outline; where several are hit, of that whose middle is nearest.
    """
    hits = [i for i, each in enumerate(outlines) if _distance_to(each, x, y, reach_px) <= reach_px]
    return min(hits, key=lambda i: dist(find_middle(outlines[i]), (x, y)), default=None)


def find_middle(outline: Outline) -> Point:
    """Return the point in the middle of an outline's corners."""
    return fmean(x for x, _ in outline), fmean(y for _, y in outline)


def step_outline(
    *, rows: Sequence[Sequence[Outline]], current: int | None, direction: Direction
) -> int | None:
    """Return which outline an arrow key leads to.

    Parameters
    ----------
    rows : rows of outlines
        In reading order.
    current : int or None
        Index over all rows; None starts at the first one, or at the last one when going back.
    direction : Direction
        Left and right follow the reading order across rows; up and down go to the nearest one
        of the next row.

    Returns
    -------
    int or None
        `current` at the end of the way; None if there is no outline.
    """
    places = [(i, find_middle(outline)) for i, row in enumerate(rows) for outline in row]
    if not places:
        return None
    if current is None:
        return 0 if direction in (Direction.RIGHT, Direction.DOWN) else len(places) - 1
    step_x, step_y = direction.value
    if step_x:
        return min(max(current + step_x, 0), len(places) - 1)
    row, middle = places[current]
    candidates = [i for i, (other, _) in enumerate(places) if other == row + step_y]
    # Not the nearest column: the rows of a page that lies on its side stand upright.
    return min(candidates, key=lambda i: dist(places[i][1], middle), default=current)


def find_frame_part(*, frame: Box, x: float, y: float, reach_px: float) -> FramePart | None:
    """Return what part of a frame a person takes, or None outside it.

    Corners win over sides, and sides over the inside; sides can be taken anywhere.
    """
    if _distance(frame, x, y) > reach_px:
        return None
    near_x = _nearer_edge(x, frame.x, frame.right, reach_px)
    near_y = _nearer_edge(y, frame.y, frame.bottom, reach_px)
    return FramePart((near_x, near_y))


def drag_frame(
    *, frame: Box, part: FramePart, dx: float, dy: float, extent: Extent, least_px: float
) -> Box:
    """Return the frame after one part of it was dragged.

    Parameters
    ----------
    frame : Box
        As it was when the drag began.
    part : FramePart
        What it was taken by; `INSIDE` moves the whole box.
    dx, dy : float
        How far the pointer went.
    extent : Extent
        The picture, which the box doesn't leave.
    least_px : float
        No side gets shorter than this.
    """
    if part is FramePart.INSIDE:
        return frame.moved(
            min(max(dx, -frame.x), extent.width - frame.right),
            min(max(dy, -frame.y), extent.height - frame.bottom),
        )
    side_x, side_y = part.value
    left, right = _drag_edges(frame.x, frame.right, side_x, dx, extent.width, least_px)
    top, bottom = _drag_edges(frame.y, frame.bottom, side_y, dy, extent.height, least_px)
    return Box(left, top, right - left, bottom - top)


def span_frame(
    *, start: tuple[float, float], end: tuple[float, float], extent: Extent, least_px: float
) -> Box:
    """Return the frame drawn from one corner to the opposite one, kept inside the picture."""
    left, right = _span_edges(start[0], end[0], extent.width, least_px)
    top, bottom = _span_edges(start[1], end[1], extent.height, least_px)
    return Box(left, top, right - left, bottom - top)


def snap_crop(*, crop: Box, extent: Extent) -> Box | None:
    """Return the crop box on whole pixels, or None if it is the whole picture."""
    left, top = round(crop.x), round(crop.y)
    right, bottom = max(round(crop.right), left + 1), max(round(crop.bottom), top + 1)
    snapped = Box(left, top, right - left, bottom - top)
    return None if snapped == extent.box else snapped


def turn_box(*, box: Box, extent: Extent, quarter_turns: int) -> Box:
    """Return where a box lies once its picture was turned clockwise.

    Parameters
    ----------
    box : Box
        In the picture as it was.
    extent : Extent
        The picture's size as it was.
    quarter_turns : int
        Clockwise; negative is anticlockwise.
    """
    for _ in range(quarter_turns % 4):
        box = Box(extent.height - box.bottom, box.x, box.height, box.width)
        extent = Extent(extent.height, extent.width)
    return box


def _distance(box: Box, x: float, y: float) -> float:
    return max(box.x - x, x - box.right, box.y - y, y - box.bottom, 0.0)


def _distance_to(outline: Outline, x: float, y: float, reach_px: float) -> float:
    """Return how far a point is outside an outline; more than `reach_px` is not measured."""
    if not (
        min(corner[0] for corner in outline) - reach_px <= x
        and x <= max(corner[0] for corner in outline) + reach_px
    ):
        return inf
    sides = list(zip(outline, (*outline[1:], outline[0]), strict=True))
    turns = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for (ax, ay), (bx, by) in sides]
    if min(turns) >= 0 or max(turns) <= 0:
        return 0.0
    return min(_distance_to_side(start, end, (x, y)) for start, end in sides)


def _distance_to_side(start: Point, end: Point, point: Point) -> float:
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x**2 + along_y**2
    part = ((point[0] - start[0]) * along_x + (point[1] - start[1]) * along_y) / (length or 1.0)
    part = min(max(part, 0.0), 1.0)
    return dist((start[0] + part * along_x, start[1] + part * along_y), point)


def _nearer_edge(value: float, low: float, high: float, reach_px: float) -> int:
    # A small box keeps an inside to be moved by.
    reach_px = min(reach_px, (high - low) / 3) if low < value < high else reach_px
    if min(abs(value - low), abs(value - high)) > reach_px:
        return 0
    return -1 if abs(value - low) < abs(value - high) else 1


def _drag_edges(
    low: float, high: float, side: int, delta: float, limit: float, least_px: float
) -> tuple[float, float]:
    least_px = min(least_px, limit)
    if side < 0:
        low = min(max(low + delta, 0.0), max(high - least_px, 0.0))
    elif side > 0:
        high = max(min(high + delta, limit), min(low + least_px, limit))
    return low, high


def _span_edges(start: float, end: float, limit: float, least_px: float) -> tuple[float, float]:
    least_px = min(least_px, limit)
    low, high = (min(max(value, 0.0), limit) for value in sorted((start, end)))
    if high - low < least_px:
        low = min(low, limit - least_px)
        high = low + least_px
    return low, high
