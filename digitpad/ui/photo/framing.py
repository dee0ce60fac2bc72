"""Working on a frame with pointer and keys."""

from enum import Enum

from PySide6.QtCore import QPointF, Qt

from digitpad.core.layout import Box
from digitpad.core.reading import Digit
from digitpad.core.strokes import Point
from digitpad.ui.photo.frame import Frame
from digitpad.ui.photo.picture_geometry import Direction, Extent, FramePart, find_frame_part

_INSET = 0.08
"""At first the crop stands this far inside the picture, so that its handles are seen."""

_NEW_SIDE = 0.1
"""Of the picture: how large a new box is where there is no digit to go by."""

_REACH_PX = 8.0
"""How far beside a line a pointer still takes it, on screen."""

_NUDGE_PX = 8.0
_FINE_NUDGE_PX = 1.0

_CURSORS = {
    FramePart.INSIDE: Qt.CursorShape.SizeAllCursor,
    FramePart.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    FramePart.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    FramePart.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    FramePart.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    FramePart.LEFT: Qt.CursorShape.SizeHorCursor,
    FramePart.RIGHT: Qt.CursorShape.SizeHorCursor,
    FramePart.TOP: Qt.CursorShape.SizeVerCursor,
    FramePart.BOTTOM: Qt.CursorShape.SizeVerCursor,
}


class Purpose(Enum):
    """What a frame is for."""

    CROP = "crop"
    NEW_BOX = "new box"


class Framing:
    """A frame, what it is for, and how pointer and keys change it.

    Parameters
    ----------
    purpose : Purpose
        What it is for.
    extent : Extent
        The picture.
    box : Box
        Where it is at first.
    is_one_drag : bool
        Whether it ends when the pointer lets go.
    """

    def __init__(
        self, purpose: Purpose, extent: Extent, box: Box, *, is_one_drag: bool = False
    ) -> None:
        self.purpose = purpose
        self.is_one_drag = is_one_drag
        self._frame = Frame(extent, box)

    @classmethod
    def start(
        cls,
        purpose: Purpose,
        extent: Extent,
        *,
        crop: Box | None,
        near: Digit | None,
        middle: Point,
    ) -> "Framing":
        """Begin with a frame to be moved and resized.

        Parameters
        ----------
        purpose : Purpose
            What it is for.
        extent : Extent
            The picture.
        crop : Box or None
            What is read so far.
        near : Digit or None
            A new box is as large as this digit.
        middle : (float, float)
            Where a new box stands.
        """
        if purpose is Purpose.CROP:
            return cls(purpose, extent, crop or _inset(extent))
        side = _NEW_SIDE * max(extent.width, extent.height)
        width, height = (near.box.width, near.box.height) if near else (side, side)
        # A slim 1 is no measure for other digits.
        width = min(max(width, height * 0.6), extent.width)
        height = min(height, extent.height)
        left = min(max(middle[0] - width / 2, 0), extent.width - width)
        top = min(max(middle[1] - height / 2, 0), extent.height - height)
        return cls(purpose, extent, Box(left, top, width, height))

    @classmethod
    def drawn_from(cls, start: QPointF, extent: Extent) -> "Framing":
        """Begin to draw a new box with the pointer."""
        framing = cls(Purpose.NEW_BOX, extent, Box(start.x(), start.y(), 0, 0), is_one_drag=True)
        framing._frame.draw(start.x(), start.y())
        return framing

    @property
    def box(self) -> Box:
        """Where it is, in pixels of the picture."""
        return self._frame.box

    @property
    def extent(self) -> Extent:
        """The picture."""
        return self._frame.extent

    @property
    def is_held(self) -> bool:
        """Whether the pointer holds it."""
        return self._frame.is_held

    def reset(self) -> None:
        """Make it the whole picture."""
        self._frame.reset()

    def press(self, at: QPointF, scale: float) -> None:
        """Take the part that is pointed at in a view of this scale, or begin a new frame."""
        self._frame.press(at.x(), at.y(), _REACH_PX / scale)

    def drag(self, at: QPointF) -> None:
        """Follow the pointer."""
        self._frame.drag(at.x(), at.y())

    def release(self) -> None:
        """Let go."""
        self._frame.release()

    def nudge(self, direction: Direction, modifiers: Qt.KeyboardModifier, scale: float) -> None:
        """Move it with an arrow key; Shift resizes it, and Alt makes the step small."""
        is_fine = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        is_resizing = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        step_px = (_FINE_NUDGE_PX if is_fine else _NUDGE_PX) / scale
        self._frame.nudge(direction, step_px, is_resizing=is_resizing)

    def cursor(self, at: QPointF, scale: float) -> Qt.CursorShape:
        """Return the cursor that tells what a drag from there would do."""
        part = find_frame_part(frame=self.box, x=at.x(), y=at.y(), reach_px=_REACH_PX / scale)
        return Qt.CursorShape.CrossCursor if part is None else _CURSORS[part]


def _inset(extent: Extent) -> Box:
    left, top = extent.width * _INSET, extent.height * _INSET
    return Box(left, top, extent.width - 2 * left, extent.height - 2 * top)
