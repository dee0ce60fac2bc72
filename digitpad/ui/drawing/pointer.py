"""One gesture, whatever makes it: mouse, finger or pen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QEventPoint,
    QHideEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QWidget


class PointerWidget(QWidget):
    """A widget that is drawn on; subclasses say what a gesture does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finger_id: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)

    def begin_gesture(self, position: QPointF, is_eraser_end: bool) -> None:
        """Take the pointer coming down, with a pen's eraser end or not."""
        raise NotImplementedError

    def move_gesture(self, position: QPointF) -> None:
        """Take the pointer going on to `position`."""
        raise NotImplementedError

    def end_gesture(self) -> None:
        """Keep what was done; nothing happens if no gesture is under way."""
        raise NotImplementedError

    def cancel_gesture(self) -> None:
        """Leave everything as it was before the pointer came down."""
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and _is_real(event):
            self.begin_gesture(event.position(), is_eraser_end=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and _is_real(event):
            self.move_gesture(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and _is_real(event):
            self.move_gesture(event.position())
            self.end_gesture()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # Two quick taps are two dots.
        self.mousePressEvent(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        event.accept()
        if event.type() == QEvent.Type.TabletPress:
            is_eraser_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            self.begin_gesture(event.position(), is_eraser_end)
        elif event.type() == QEvent.Type.TabletMove and event.buttons():
            self.move_gesture(event.position())
        elif event.type() == QEvent.Type.TabletRelease:
            self.move_gesture(event.position())
            self.end_gesture()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and not _is_touch_pad(event):
            self._on_touch(event)
            return True
        return super().event(event)

    def _on_touch(self, event: QTouchEvent) -> None:
        event.accept()
        if event.type() == QEvent.Type.TouchCancel or not event.points():
            self._finger_id = None
            self.cancel_gesture()
            return
        if event.type() == QEvent.Type.TouchBegin:
            # The first finger writes; a palm or a second finger beside it doesn't.
            first = event.points()[0]
            self._finger_id = first.id()
            self.begin_gesture(first.position(), is_eraser_end=False)
            return
        finger = next((one for one in event.points() if one.id() == self._finger_id), None)
        if finger is not None:
            self.move_gesture(finger.position())
            if finger.state() == QEventPoint.State.Released:
                # Others that still touch have never written, and don't go on for it.
                self._finger_id = None
                self.end_gesture()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_gesture()
        # Ignored all the same: whoever holds this widget may want Escape too.
        event.ignore()

    def hideEvent(self, event: QHideEvent) -> None:
        self.end_gesture()


def _is_real(event: QMouseEvent) -> bool:
    """Tell a mouse from what Qt or the system makes up from a finger or pen."""
    return event.source() == Qt.MouseEventSource.MouseEventNotSynthesized


def _is_touch_pad(event: QTouchEvent) -> bool:
    # A laptop's pad reports fingers too, but it moves the mouse.
    return event.device().type() == QInputDevice.DeviceType.TouchPad
