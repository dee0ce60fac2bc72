"""A rectangle that a person works on: the crop, or the box of a digit that was missed."""

from digitpad.core.layout import Box
from digitpad.ui.photo.picture_geometry import (
    Direction,
    Extent,
    FramePart,
    drag_frame,
    find_frame_part,
    span_frame,
)

_LEAST_PX = 4.0


class Frame:
    """A rectangle that can be moved, resized and drawn anew.

    Parameters
    ----------
    extent : Extent
        The picture.
    box : Box
        Where it is at first.
    """

    def __init__(self, extent: Extent, box: Box) -> None:
        self._extent = extent
        self._box = box
        self._start: tuple[float, float] | None = None
        self._box_at_start = self._box
        self._part: FramePart | None = None

    @property
    def box(self) -> Box:
        """Where it is, in pixels of the picture."""
        return self._box

    @property
    def extent(self) -> Extent:
        """The picture."""
        return self._extent

    @property
    def is_held(self) -> bool:
        """Whether the pointer holds it."""
        return self._start is not None

    def reset(self) -> None:
        """Make it the whole picture."""
        self._box = self._extent.box

    def press(self, x: float, y: float, reach_px: float) -> None:
        """Take the part at (x, y); outside the box, begin a new one."""
        self._start = (x, y)
        self._box_at_start = self._box
        self._part = find_frame_part(frame=self._box, x=x, y=y, reach_px=reach_px)

    def draw(self, x: float, y: float) -> None:
        """Begin a new one at (x, y), wherever the old one is."""
        self._start, self._part = (x, y), None

    def drag(self, x: float, y: float) -> None:
        """Follow the pointer, if it holds the box."""
        if self._start is None:
            return
        if self._part is None:
            self._box = span_frame(
                start=self._start, end=(x, y), extent=self._extent, least_px=_LEAST_PX
            )
        else:
            self._move(self._box_at_start, self._part, x - self._start[0], y - self._start[1])

    def release(self) -> None:
        """Let go."""
        self._start = None

    def nudge(self, direction: Direction, step_px: float, *, is_resizing: bool) -> None:
        """Move the box by a step, or its lower right corner."""
        step_x, step_y = direction.value
        part = FramePart.BOTTOM_RIGHT if is_resizing else FramePart.INSIDE
        self._move(self._box, part, step_x * step_px, step_y * step_px)

    def _move(self, box: Box, part: FramePart, dx: float, dy: float) -> None:
        self._box = drag_frame(
            frame=box, part=part, dx=dx, dy=dy, extent=self._extent, least_px=_LEAST_PX
        )
