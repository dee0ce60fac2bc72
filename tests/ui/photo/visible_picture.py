"""What a person sees of a picture, and does to it with the mouse."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.ui.photo.framing import Framing
from digitpad.ui.photo.photo_view import PhotoView
from tests.ui.window import LEFT


def on_screen(view: PhotoView, x: float, y: float) -> QPoint:
    return view.viewportTransform().map(QPointF(x, y)).toPoint()


def click(qtbot: QtBot, view: PhotoView, x: float, y: float) -> None:
    qtbot.mouseClick(view.viewport(), LEFT, pos=on_screen(view, x, y))


def drag(qtbot: QtBot, view: PhotoView, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    # QTest's moves carry no button, so a person's drag is sent as it is.
    for step in (1, 2, 3):
        point = QPointF(start + (end - start) * step / 3)
        QApplication.sendEvent(view.viewport(), _drag_event(view, point))
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)


def _drag_event(view: PhotoView, point: QPointF) -> QEvent:
    return QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        view.viewport().mapToGlobal(point),
        Qt.MouseButton.NoButton,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )


def seen(view: PhotoView) -> QImage:
    return view.viewport().grab().toImage()


def frame_of(view: PhotoView) -> Framing:
    assert view.framing is not None
    return view.framing
