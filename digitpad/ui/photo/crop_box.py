"""The crop box while a person works on it."""

from digitpad.core.layout import Box
from digitpad.ui.photo.picture_geometry import (
    CropPart,
    Direction,
    Extent,
    drag_crop,
    find_crop_part,
    span_crop,
)

_INSET = 0.08
"""At first the box stands this far inside the picture, so that its handles are seen."""

_LEAST_PX = 8.0


class CropBox:
    """A crop box that can be moved, resized and drawn anew.

    Parameters
    ----------
    extent : Extent
        The picture.
    box : Box or None
        The crop to start from; None starts a little inside the picture.
    """

    def __init__(self, extent: Extent, box: Box | None = None) -> None:
        self._extent = extent
        self._box = box or Box(
            extent.width * _INSET,
            extent.height * _INSET,
            extent.width * (1 - 2 * _INSET),
            extent.height * (1 - 2 * _INSET),
        )
        self._start: tuple[float, float] | None = None
        self._box_at_start = self._box
        self._part: CropPart | None = None

    @property
    def box(self) -> Box:
        """What would be read, in pixels of the picture."""
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
        self._part = find_crop_part(crop=self._box, x=x, y=y, reach_px=reach_px)

    def drag(self, x: float, y: float) -> None:
        """Follow the pointer, if it holds the box."""
        if self._start is None:
            return
        if self._part is None:
            self._box = span_crop(
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
        part = CropPart.BOTTOM_RIGHT if is_resizing else CropPart.INSIDE
        self._move(self._box, part, step_x * step_px, step_y * step_px)

    def _move(self, box: Box, part: CropPart, dx: float, dy: float) -> None:
        self._box = drag_crop(
            crop=box, part=part, dx=dx, dy=dy, extent=self._extent, least_px=_LEAST_PX
        )
