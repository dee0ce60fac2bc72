"""The picture, with the boxes of its digits and a crop box on it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QTransform,
)
from PySide6.QtWidgets import QToolTip, QWidget

from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.ui.photo.crop_box import CropBox
from digitpad.ui.photo.picture_geometry import (
    CropPart,
    Direction,
    Extent,
    find_box,
    find_crop_part,
    snap_crop,
    step_box,
)
from digitpad.ui.photo.picture_item import to_image
from digitpad.ui.photo.picture_overlay import (
    Emphasis,
    describe_digit,
    paint_crop,
    paint_digits,
    paint_shade,
)
from digitpad.ui.photo.picture_view import PictureView

_REACH_PX = 8.0
"""How far beside a line a pointer still takes it, on screen."""

_NUDGE_PX = 8.0
_FINE_NUDGE_PX = 1.0

_UNIT_SIDE_PX = 1000
"""A picture this large is exported with lines 1 px wide."""

_DIRECTIONS: dict[int, Direction] = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}

_CURSORS = {
    CropPart.INSIDE: Qt.CursorShape.SizeAllCursor,
    CropPart.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    CropPart.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    CropPart.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    CropPart.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    CropPart.LEFT: Qt.CursorShape.SizeHorCursor,
    CropPart.RIGHT: Qt.CursorShape.SizeHorCursor,
    CropPart.TOP: Qt.CursorShape.SizeVerCursor,
    CropPart.BOTTOM: Qt.CursorShape.SizeVerCursor,
}


class PhotoView(PictureView):
    """Shows what was read in a picture: pick a digit, draw a crop box.

    Signals
    -------
    digit_selected(Digit or None)
        A box was clicked or reached by an arrow key, or none is selected any more.
    crop_ended(bool)
        The crop box is gone: applied (`crop` has changed) or not.
    """

    digit_selected = Signal(object)
    crop_ended = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crop: Box | None = None
        self._crop_box: CropBox | None = None
        self._digits: tuple[Digit, ...] = ()
        self._rows: list[list[Box]] = []
        self._selected: int | None = None
        self._hovered: int | None = None
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Picture")

    @property
    def crop(self) -> Box | None:
        """What is read, in whole pixels; None is all of the picture."""
        return self._crop

    @property
    def crop_box(self) -> CropBox | None:
        """The crop box being worked on, or None."""
        return self._crop_box

    @property
    def selected_digit(self) -> Digit | None:
        """The digit whose box is selected."""
        return None if self._selected is None else self._digits[self._selected]

    @property
    def fitted_rect(self) -> QRectF:
        if self._crop is None or self._crop_box is not None:
            return self.picture_rect
        return _to_rect(self._crop)

    def show_picture(self, pixels: NDArray[np.uint8] | None, crop: Box | None = None) -> None:
        """Show a picture, (H, W, 3) uint8 RGB, and what part of it is read."""
        if pixels is self.pixels and crop == self._crop:
            return
        self._leave_crop()
        self.show_reading(None)
        self._crop = crop
        self.set_pixels(pixels)
        self.viewport().update()

    def show_reading(self, reading: Reading | None) -> None:
        """Show the boxes of what was read; none are selected."""
        self._select(None)
        self._hovered = None
        self._digits = reading.digits if reading else ()
        self._rows = [[digit.box for digit in line] for line in reading.lines] if reading else []
        words = "" if reading is None else reading.text or "Nothing to read in this picture"
        self.setAccessibleDescription(words)
        self.viewport().update()

    def select_digit(self, digit: Digit) -> None:
        """Select the box of one of the digits shown."""
        self._select(next((i for i, other in enumerate(self._digits) if other is digit), None))

    def start_crop(self) -> None:
        """Put a crop box on the picture."""
        if self.pixels is None or self._crop_box is not None:
            return
        self._select(None)
        size = self.picture_rect.size()
        self._crop_box = CropBox(Extent(size.width(), size.height()), self._crop)
        self.fit()
        self.setFocus()
        self.viewport().update()

    def reset_crop(self) -> None:
        """Make the crop box the whole picture."""
        if self._crop_box is not None:
            self._crop_box.reset()
            self.viewport().update()

    def apply_crop(self) -> None:
        """Read only what is inside the crop box."""
        if self._crop_box is not None:
            self._crop = snap_crop(crop=self._crop_box.box, extent=self._crop_box.extent)
            self._leave_crop(is_applied=True)

    def cancel_crop(self) -> None:
        """Take the crop box away; what is read stays as it was."""
        self._leave_crop()

    def to_image(self) -> QImage:
        """Return what is read of the picture, at its full size, with the boxes painted on."""
        if self.pixels is None:
            return QImage()
        area = _to_rect(self._crop) if self._crop else self.picture_rect
        image = to_image(self.pixels).copy(area.toRect())
        painter = QPainter(image)
        paint_digits(
            painter,
            self._digits,
            to_target=QTransform.fromTranslate(-area.x(), -area.y()),
            accent=self._accent(),
            unit_px=max(1.0, max(area.width(), area.height()) / _UNIT_SIDE_PX),
        )
        painter.end()
        return image

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self.pixels is None:
            return
        painter.save()
        painter.resetTransform()
        to_view = self.viewportTransform()
        box = self._crop_box.box if self._crop_box else self._crop
        if box is not None:
            paint_shade(painter, to_view.mapRect(self.picture_rect), to_view.mapRect(_to_rect(box)))
        if self._crop_box is not None:
            paint_crop(painter, to_view.mapRect(_to_rect(self._crop_box.box)), self._accent())
        else:
            paint_digits(
                painter,
                self._digits,
                to_target=to_view,
                accent=self._accent(),
                emphasis=Emphasis(self._selected, self._hovered),
            )
        painter.restore()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            index = self._find_digit(QPointF(event.pos()))
            text = "" if index is None else describe_digit(self._digits[index])
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            if self._crop_box is not None:
                point = self.to_picture(event.position())
                self._crop_box.press(point.x(), point.y(), self._reach_px())
                return
            index = self._find_digit(event.position())
            self._select(index)
            if index is not None:
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() == Qt.MouseButton.NoButton:
            self._show_what_is_pointed_at(event.position())
        elif self._crop_box is not None and self._crop_box.is_held:
            point = self.to_picture(event.position())
            self._crop_box.drag(point.x(), point.y())
            self.viewport().update()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._crop_box is not None:
            self._crop_box.release()
        super().mouseReleaseEvent(event)
        self._show_what_is_pointed_at(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_used = self._press_crop_key(event) if self._crop_box else self._press_digit_key(event)
        if not is_used:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Tab enters the picture at a digit; the arrow keys go on, and Tab leaves.
        is_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if is_tab and self._digits and self._selected is None and self._crop_box is None:
            self._select(0)

    def _press_digit_key(self, event: QKeyEvent) -> bool:
        direction = _DIRECTIONS.get(event.key())
        is_panning = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if direction is not None and self._digits and not is_panning:
            self._select(step_box(rows=self._rows, current=self._selected, direction=direction))
        elif event.key() == Qt.Key.Key_Home and self._digits:
            self._select(0)
        elif event.key() == Qt.Key.Key_End and self._digits:
            self._select(len(self._digits) - 1)
        elif event.key() == Qt.Key.Key_Escape and self._selected is not None:
            self._select(None)
        else:
            return False
        return True

    def _press_crop_key(self, event: QKeyEvent) -> bool:
        direction = _DIRECTIONS.get(event.key())
        if direction is not None:
            self._nudge_crop(direction, event.modifiers())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply_crop()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel_crop()
        else:
            return False
        return True

    def _nudge_crop(self, direction: Direction, modifiers: Qt.KeyboardModifier) -> None:
        if self._crop_box is not None:
            is_fine = bool(modifiers & Qt.KeyboardModifier.AltModifier)
            step_px = (_FINE_NUDGE_PX if is_fine else _NUDGE_PX) / self.scale_factor
            is_resizing = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._crop_box.nudge(direction, step_px, is_resizing=is_resizing)
            self.viewport().update()

    def _leave_crop(self, *, is_applied: bool = False) -> None:
        if self._crop_box is None:
            return
        self._crop_box = None
        self.viewport().unsetCursor()
        self.fit()
        self.viewport().update()
        self.crop_ended.emit(is_applied)

    def _select(self, index: int | None) -> None:
        if index == self._selected:
            return
        self._selected = index
        self.viewport().update()
        if index is not None:
            digit = self._digits[index]
            self.ensureVisible(_to_rect(digit.box), 24, 24)
            words = f"Digit {index + 1} of {len(self._digits)}: {describe_digit(digit)}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        self.digit_selected.emit(self.selected_digit)

    def _show_what_is_pointed_at(self, at: QPointF) -> None:
        if self._crop_box is None:
            self._hover(self._find_digit(at))
            return
        point = self.to_picture(at)
        part = find_crop_part(
            crop=self._crop_box.box, x=point.x(), y=point.y(), reach_px=self._reach_px()
        )
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if part is None else _CURSORS[part])

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.viewport().update()
        shape = Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(shape)

    def _find_digit(self, at: QPointF) -> int | None:
        if self._crop_box is not None or not self._digits:
            return None
        point = self.to_picture(at)
        boxes = [digit.box for digit in self._digits]
        return find_box(boxes=boxes, x=point.x(), y=point.y(), reach_px=self._reach_px() / 2)

    def _reach_px(self) -> float:
        return _REACH_PX / self.scale_factor

    def _accent(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Accent)


def _to_rect(box: Box) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)
