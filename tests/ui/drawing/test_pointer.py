import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.ui.drawing.pointer import PointerWidget


class Slate(PointerWidget):
    """Keeps every gesture as the places it went through."""

    def __init__(self) -> None:
        super().__init__()
        self.going: list[tuple[float, float]] | None = None
        self.kept: list[list[tuple[float, float]]] = []

    def begin_gesture(self, position: QPointF, is_eraser_end: bool) -> None:
        self.going = [position.toTuple()]

    def move_gesture(self, position: QPointF) -> None:
        if self.going is not None:
            self.going.append(position.toTuple())

    def end_gesture(self) -> None:
        if self.going is not None:
            self.kept.append(self.going)
        self.going = None

    def cancel_gesture(self) -> None:
        self.going = None


@pytest.fixture
def slate(qtbot: QtBot) -> Slate:
    slate = Slate()
    qtbot.addWidget(slate)
    slate.resize(400, 300)
    slate.show()
    qtbot.waitExposed(slate)
    return slate


def test_a_second_finger_neither_writes_nor_goes_on_where_the_first_left(slate: Slate) -> None:
    device = QTest.createTouchDevice()
    first, second = QPoint(50, 60), QPoint(300, 200)

    QTest.touchEvent(slate, device).press(0, first, slate)
    QTest.touchEvent(slate, device).move(0, first, slate).press(1, second, slate)
    QTest.touchEvent(slate, device).move(0, QPoint(90, 60), slate).move(1, second, slate)
    QTest.touchEvent(slate, device).release(0, QPoint(90, 60), slate).move(1, second, slate)
    QTest.touchEvent(slate, device).move(1, QPoint(310, 250), slate)
    QTest.touchEvent(slate, device).release(1, QPoint(310, 250), slate)

    (gesture,) = slate.kept
    assert gesture[0] == (50, 60)
    assert gesture[-1] == (90, 60)
    assert all(y == 60 for _, y in gesture)
    assert slate.going is None


def test_the_next_touch_writes_again(slate: Slate) -> None:
    device = QTest.createTouchDevice()

    for finger in (0, 1):
        place = QPoint(50 + 100 * finger, 60)
        QTest.touchEvent(slate, device).press(finger, place, slate)
        QTest.touchEvent(slate, device).release(finger, place, slate)

    assert [gesture[0] for gesture in slate.kept] == [(50, 60), (150, 60)]
