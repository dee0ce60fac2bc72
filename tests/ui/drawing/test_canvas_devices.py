"""Fingers, pens, erasers and buttons on the canvas."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitpad.ui.drawing.canvas import Canvas, Tool
from tests.ui.drawing.visible_canvas import drag
from tests.ui.window import LEFT


def test_one_finger_writes_one_stroke(canvas: Canvas) -> None:
    device = QTest.createTouchDevice()
    place = QPoint(60, 60)
    QTest.touchEvent(canvas, device).press(0, place, canvas)
    for x in (100, 140, 180):
        QTest.touchEvent(canvas, device).move(0, QPoint(x, 60), canvas)
    QTest.touchEvent(canvas, device).release(0, QPoint(180, 60), canvas)

    (stroke,) = canvas.drawing.strokes
    assert stroke.points[0] == (60, 60)
    assert stroke.points[-1] == (180, 60)


def test_a_mouse_made_up_from_a_finger_is_ignored(canvas: Canvas) -> None:
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        event = QMouseEvent(
            kind,
            QPointF(50, 50),
            QPointF(50, 50),
            QPointF(50, 50),
            LEFT,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
            Qt.MouseEventSource.MouseEventSynthesizedBySystem,
        )
        QApplication.sendEvent(canvas, event)

    assert canvas.drawing.strokes == ()


Pen = Callable[[QEvent.Type, float, float], None]


@pytest.fixture
def pen(canvas: Canvas) -> Pen:
    return _make_pen(canvas, QPointingDevice.PointerType.Pen)


@pytest.fixture
def eraser_end(canvas: Canvas) -> Pen:
    return _make_pen(canvas, QPointingDevice.PointerType.Eraser)


def _make_pen(canvas: Canvas, pointer: QPointingDevice.PointerType) -> Pen:
    device: Any = QPointingDevice(
        "pen",
        1,
        QPointingDevice.DeviceType.Stylus,
        pointer,
        QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure,
        1,
        2,
    )

    def send(kind: QEvent.Type, x: float, y: float) -> None:
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else LEFT
        place = QPointF(x, y)
        event = QTabletEvent(
            kind, device, place, place, 0.5, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, LEFT, button,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()  # or Qt would make up a mouse event from it

    return send


def test_a_pen_writes_between_pixels(canvas: Canvas, pen: Pen) -> None:
    pen(QEvent.Type.TabletPress, 60.25, 60.5)
    pen(QEvent.Type.TabletMove, 100.75, 60.5)
    pen(QEvent.Type.TabletRelease, 140.5, 60.5)

    (stroke,) = canvas.drawing.strokes
    assert stroke.points[0] == (60.25, 60.5)
    assert stroke.points[-1] == (140.5, 60.5)


def test_the_other_end_of_the_pen_erases(canvas: Canvas, eraser_end: Pen) -> None:
    drag(canvas, (50, 150), (350, 150))

    eraser_end(QEvent.Type.TabletPress, 200, 100)
    eraser_end(QEvent.Type.TabletMove, 200, 200)
    eraser_end(QEvent.Type.TabletRelease, 200, 200)

    assert len(canvas.drawing.strokes) == 2
    assert canvas.tool is Tool.PEN


def test_the_right_button_writes_nothing(canvas: Canvas) -> None:
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=QPoint(50, 50))

    assert canvas.drawing.strokes == ()
