"""Where a person points and what that does to boxes: pure functions, in picture pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from digitpad.core.layout import Box


class Direction(Enum):
    """Where an arrow key leads."""

    LEFT = (-1, 0)
    RIGHT = (1, 0)
    UP = (0, -1)
    DOWN = (0, 1)


class CropPart(Enum):
    """What a crop box can be taken by: which edges move, as (x, y) signs."""

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


def find_box(*, boxes: Sequence[Box], x: float, y: float, reach_px: float) -> int | None:
    """Return which box a person points at, or None.

    Parameters
    ----------
    boxes : sequence of Box
        May overlap.
    x, y : float
        Where they point.
    reach_px : float
        How far outside a box still counts.

    Returns
    -------
    int or None
        Index of the box; where several are hit, of that whose middle is nearest.
    """
    hits = [i for i, box in enumerate(boxes) if _distance(box, x, y) <= reach_px]
    return min(hits, key=lambda i: _squared_distance_to_middle(boxes[i], x, y), default=None)


def step_box(
    *, rows: Sequence[Sequence[Box]], current: int | None, direction: Direction
) -> int | None:
    """Return which box an arrow key leads to.

    Parameters
    ----------
    rows : rows of Box
        In reading order.
    current : int or None
        Index over all rows; None starts at the first box, or at the last one when going back.
    direction : Direction
        Left and right follow the reading order across rows; up and down go to the nearest box
        of the next row.

    Returns
    -------
    int or None
        `current` at the end of the way; None if there is no box.
    """
    places = [(i, box) for i, row in enumerate(rows) for box in row]
    if not places:
        return None
    if current is None:
        return 0 if direction in (Direction.RIGHT, Direction.DOWN) else len(places) - 1
    step_x, step_y = direction.value
    if step_x:
        return min(max(current + step_x, 0), len(places) - 1)
    row, box = places[current]
    candidates = [i for i, (other, _) in enumerate(places) if other == row + step_y]
    x = box.center[0]
    return min(candidates, key=lambda i: abs(places[i][1].center[0] - x), default=current)


def find_crop_part(*, crop: Box, x: float, y: float, reach_px: float) -> CropPart | None:
    """Return what part of a crop box a person takes, or None outside it.

    Corners win over sides, and sides over the inside; sides can be taken anywhere.
    """
    if _distance(crop, x, y) > reach_px:
        return None
    near_x = _nearer_edge(x, crop.x, crop.right, reach_px)
    near_y = _nearer_edge(y, crop.y, crop.bottom, reach_px)
    return CropPart((near_x, near_y))


def drag_crop(
    *, crop: Box, part: CropPart, dx: float, dy: float, extent: Extent, least_px: float
) -> Box:
    """Return the crop box after one part of it was dragged.

    Parameters
    ----------
    crop : Box
        As it was when the drag began.
    part : CropPart
        What it was taken by; `INSIDE` moves the whole box.
    dx, dy : float
        How far the pointer went.
    extent : Extent
        The picture, which the box doesn't leave.
    least_px : float
        No side gets shorter than this.
    """
    if part is CropPart.INSIDE:
        return crop.moved(
            min(max(dx, -crop.x), extent.width - crop.right),
            min(max(dy, -crop.y), extent.height - crop.bottom),
        )
    side_x, side_y = part.value
    left, right = _drag_edges(crop.x, crop.right, side_x, dx, extent.width, least_px)
    top, bottom = _drag_edges(crop.y, crop.bottom, side_y, dy, extent.height, least_px)
    return Box(left, top, right - left, bottom - top)


def span_crop(
    *, start: tuple[float, float], end: tuple[float, float], extent: Extent, least_px: float
) -> Box:
    """Return the crop box drawn from one corner to the opposite one, kept inside the picture."""
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


def _squared_distance_to_middle(box: Box, x: float, y: float) -> float:
    middle_x, middle_y = box.center
    return (middle_x - x) ** 2 + (middle_y - y) ** 2


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
