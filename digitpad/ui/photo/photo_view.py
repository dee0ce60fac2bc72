"""The picture, with the boxes of its digits on it, and a frame for the crop or a new box."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QTransform
from PySide6.QtWidgets import QApplication, QWidget

from digitpad.core.layout import Box
from digitpad.ui.photo.digit_overlay import paint_digits
from digitpad.ui.photo.digit_view import DIRECTIONS, DigitView
from digitpad.ui.photo.frame_overlay import paint_frame, paint_shade
from digitpad.ui.photo.framing import Framing, Purpose
from digitpad.ui.photo.picture_geometry import Extent, snap_crop
from digitpad.ui.photo.picture_view import to_rect
from digitpad.ui.photo.prepared_picture import PreparedPicture, to_image

_UNIT_SIDE_PX = 1000
"""A picture this large is exported with lines 1 px wide."""


class PhotoView(DigitView):
    """Shows what was read in a picture; draw a box, or crop.

    Signals
    -------
    box_drawn(Box)
        A box was drawn around something that was missed.
    framing_ended(Purpose, bool)
        The frame for the crop or a new box is gone: applied or not.
    """

    box_drawn = Signal(object)
    framing_ended = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crop: Box | None = None
        self._framing: Framing | None = None
        # Where a press may become a drag that draws a box.
        self._press_at: QPointF | None = None

    @property
    def crop(self) -> Box | None:
        """What is read, in whole pixels; None is all of the picture."""
        return self._crop

    @property
    def framing(self) -> Framing | None:
        """The frame being worked on, or None."""
        return self._framing

    @property
    def fitted_rect(self) -> QRectF:
        return self.picture_rect if self._crop is None or self._is_cropping else to_rect(self._crop)

    def show_picture(self, picture: PreparedPicture | None, crop: Box | None = None) -> None:
        """Show a picture, and what part of it is read."""
        if picture is self.picture and crop == self._crop:
            return
        self._end_framing()
        self.show_reading(None)
        self._crop = crop
        self.set_picture(picture)
        self.viewport().update()

    def to_image(self) -> QImage:
        """Return what is read of the picture, at its full size, with the boxes painted on."""
        if self.picture is None:
            return QImage()
        area = to_rect(self._crop) if self._crop else self.picture_rect
        image = to_image(self.picture.pixels).copy(area.toRect())
        painter = QPainter(image)
        paint_digits(
            painter,
            self.digits,
            to_target=QTransform.fromTranslate(-area.x(), -area.y()),
            unit_px=max(1.0, max(area.width(), area.height()) / _UNIT_SIDE_PX),
        )
        painter.end()
        return image

    # --- framing ---------------------------------------------------------------------------

    def start_crop(self) -> None:
        """Put a frame for the crop on the picture."""
        self._start_framing(Purpose.CROP)

    def start_box(self) -> None:
        """Put a frame for the box of a digit that was missed on the picture."""
        self._start_framing(Purpose.NEW_BOX)

    def reset_frame(self) -> None:
        """Make the frame the whole picture."""
        if self._framing is not None:
            self._framing.reset()
            self.viewport().update()

    def apply_frame(self) -> None:
        """Read only what is inside the frame, or read it as one digit."""
        if self._framing is not None:
            self._end_framing(is_applied=True)

    def cancel_frame(self) -> None:
        """Take the frame away; everything stays as it was."""
        self._end_framing()

    def _start_framing(self, purpose: Purpose) -> None:
        if self.picture is None or self._framing is not None:
            return
        near = self.selected_digit or next(iter(self.digits), None)
        if purpose is Purpose.CROP:
            self.select(None)
        middle = self.to_picture(QRectF(self.viewport().rect()).center())
        self._framing = Framing.start(
            purpose, self._extent(), crop=self._crop, near=near, middle=(middle.x(), middle.y())
        )
        self.point_at(None)
        if purpose is Purpose.CROP:
            self.fit()
        self.setFocus()
        self.viewport().update()

    def _end_framing(self, *, is_applied: bool = False) -> None:
        framing, self._framing, self._press_at = self._framing, None, None
        if framing is None:
            return
        self.viewport().unsetCursor()
        if framing.purpose is Purpose.CROP:
            if is_applied:
                self._crop = snap_crop(crop=framing.box, extent=framing.extent)
            self.fit()
        elif is_applied:
            self.box_drawn.emit(framing.box)
        self.viewport().update()
        self.framing_ended.emit(framing.purpose, is_applied)

    def _extent(self) -> Extent:
        return Extent(self.picture_rect.width(), self.picture_rect.height())

    @property
    def _is_cropping(self) -> bool:
        return self._framing is not None and self._framing.purpose is Purpose.CROP

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        to_view, framing = self.viewportTransform(), self._framing
        clear = framing.box if framing is not None and self._is_cropping else self._crop
        if clear is not None:
            painter.save()
            painter.resetTransform()
            picture = to_view.mapRect(self.picture_rect)
            paint_shade(painter, picture, to_view.mapRect(to_rect(clear)))
            painter.restore()
        if not self._is_cropping:
            super().drawForeground(painter, rect)
        if framing is not None:
            painter.save()
            painter.resetTransform()
            frame = to_view.mapRect(to_rect(framing.box))
            paint_frame(painter, frame, has_handles=not framing.is_one_drag)
            painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.is_ready_to_pan:
            super().mousePressEvent(event)
            return
        at = event.position()
        if self._framing is not None:
            self._framing.press(self.to_picture(at), self.scale_factor)
            return
        self.select(self.find_digit(at))
        if self.is_panning(event):  # A finger that does more than tap moves the picture.
            super().mousePressEvent(event)
        elif self.picture is not None:
            self._press_at = at

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._framing is not None and self._framing.is_held:
            self._framing.drag(self.to_picture(at))
            self.viewport().update()
        elif self._framing is not None and event.buttons() == Qt.MouseButton.NoButton:
            shape = self._framing.cursor(self.to_picture(at), self.scale_factor)
            self.viewport().setCursor(shape)
        elif self._press_at is not None:
            way = (at - self._press_at).manhattanLength()
            if way >= QApplication.startDragDistance():
                self._start_drag(self._press_at)
                self.mouseMoveEvent(event)
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._press_at = None
        if self._framing is not None:
            self._framing.release()
            if self._framing.is_one_drag:
                self.apply_frame()
        super().mouseReleaseEvent(event)
        if self._framing is None:
            self.point_at(self.find_digit(event.position()))

    def _start_drag(self, start: QPointF) -> None:
        self.point_at(None)
        self.select(None)
        self._framing = Framing.drawn_from(self.to_picture(start), self._extent())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._framing is None or not self._press_frame_key(event):
            super().keyPressEvent(event)

    def _press_frame_key(self, event: QKeyEvent) -> bool:
        direction = DIRECTIONS.get(event.key())
        if direction is not None and self._framing is not None:
            self._framing.nudge(direction, event.modifiers(), self.scale_factor)
            self.viewport().update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply_frame()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel_frame()
        else:
            return False
        return True
