"""A picture that fits its view, can be enlarged, and moved about."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPalette,
    QPointingDevice,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGestureEvent,
    QGraphicsScene,
    QGraphicsView,
    QPinchGesture,
    QWidget,
)

from digitpad.core.layout import Box
from digitpad.ui.photo.picture_item import PictureItem
from digitpad.ui.photo.prepared_picture import PreparedPicture

_MARGIN_PX = 28
"""Around a picture that fits the view: room for tags and handles."""

_ZOOM_STEP = 1.25
_LARGEST_SCALE = 16.0


class PictureView(QGraphicsView):
    """Shows one picture, whole or enlarged: Ctrl and wheel, pinch, keys + and -.

    It is moved by wheel, finger, middle button, or any button with the space bar held. The
    scene's units are the picture's pixels.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: PictureItem | None = None
        self._pan_from: QPoint | None = None
        self._is_fitted = True
        self._is_space_held = False
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        # Wheel, pointer and keys move the picture; bars would only narrow it.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(160, 120)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        # Drops go to the widget around it.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    @property
    def scale_factor(self) -> float:
        """How many pixels on screen a pixel of the picture takes."""
        return self.transform().m11()

    @property
    def picture(self) -> PreparedPicture | None:
        """The picture."""
        return self._item.picture if self._item else None

    @property
    def is_ready_to_pan(self) -> bool:
        """Whether a drag would move the picture, whatever it begins on."""
        return self._is_space_held

    @property
    def picture_rect(self) -> QRectF:
        """The whole picture; empty without one."""
        return self._item.boundingRect() if self._item else QRectF()

    @property
    def fitted_rect(self) -> QRectF:
        """What `fit` shows; the whole picture unless overridden."""
        return self.picture_rect

    def set_picture(self, picture: PreparedPicture | None) -> None:
        """Show a picture, or none."""
        if picture is self.picture:
            return
        self.scene().clear()
        self._item = None
        if picture is not None:
            self._item = PictureItem(picture)
            self.scene().addItem(self._item)
        self.fit()

    def fit(self) -> None:
        """Show all that is read, as large as the view allows."""
        self._is_fitted = True
        rect = self.fitted_rect
        if rect.isEmpty():
            self.resetTransform()
            return
        room, margin = self.viewport().size(), self._margin_px()
        scale = min(
            (room.width() - 2 * margin) / rect.width(),
            (room.height() - 2 * margin) / rect.height(),
            _LARGEST_SCALE,
        )
        self._set_scale(scale)
        self.centerOn(rect.center())

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge `factor` times, keeping what is at `at` (in the viewport) in its place."""
        if self._item is None:
            return
        size = self.picture_rect.size()
        smallest = min(1.0, 64 / max(size.width(), size.height()))
        scale = min(max(self.scale_factor * factor, smallest), _LARGEST_SCALE)
        at = at or QRectF(self.viewport().rect()).center()
        fixed = self.to_picture(at)
        self._is_fitted = False
        self._set_scale(scale)
        moved = self.viewportTransform().map(fixed) - at
        self._scroll(QPoint(round(moved.x()), round(moved.y())))

    def zoom_in(self) -> None:
        """Enlarge by one step."""
        self.zoom(_ZOOM_STEP)

    def zoom_out(self) -> None:
        """Shrink by one step."""
        self.zoom(1 / _ZOOM_STEP)

    def to_picture(self, at: QPointF) -> QPointF:
        """Return where in the picture a point of the viewport lies."""
        return self.viewportTransform().inverted()[0].map(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                at = self.viewport().mapFromGlobal(pinch.hotSpot())
                self.zoom(pinch.scaleFactor(), at)
                return True
        return super().viewportEvent(event)

    def is_panning(self, event: QMouseEvent) -> bool:
        """Return whether a press begins to move the picture."""
        is_finger = event.pointerType() == QPointingDevice.PointerType.Finger
        is_middle = event.button() == Qt.MouseButton.MiddleButton
        return is_middle or is_finger or self._is_space_held

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.is_panning(event):
            self._pan_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            here = event.position().toPoint()
            self._scroll(self._pan_from - here)
            self._pan_from = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pan_from = None
        self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        actions: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
        }
        action = actions.get(event.key())
        if event.key() == Qt.Key.Key_Space:
            self._is_space_held = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif action is None:
            super().keyPressEvent(event)
        else:
            action()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held = False
            self.viewport().unsetCursor()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._is_space_held = False

    def _set_scale(self, scale: float) -> None:
        self.setTransform(QTransform.fromScale(scale, scale))
        # Beyond the picture's edges there is room for tags, and to bring any part to the middle.
        margin = self._margin_px() / scale
        rect = self.picture_rect.adjusted(-margin, -margin, margin, margin)
        if self._is_fitted:
            view = QRectF(QPointF(), self.viewport().size() / scale)
            view.moveCenter(self.fitted_rect.center())
            rect |= view
        self.setSceneRect(rect)

    def _margin_px(self) -> int:
        room = self.viewport().size()
        return min(_MARGIN_PX, room.width() // 8, room.height() // 8)

    def _scroll(self, by: QPoint) -> None:
        for bar, delta in (
            (self.horizontalScrollBar(), by.x()),
            (self.verticalScrollBar(), by.y()),
        ):
            bar.setValue(bar.value() + delta)


def to_rect(box: Box) -> QRectF:
    """Return a box as Qt has it."""
    return QRectF(box.x, box.y, box.width, box.height)
