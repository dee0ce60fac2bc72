import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from digitpad.ui import message_bar
from digitpad.ui.message_bar import MessageBar


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(500, 400)
    host.show()
    qtbot.waitExposed(host)
    return host


def test_news_goes_by_itself(host: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_bar, "SHOWN_MS", 50)
    bar = MessageBar(host)

    bar.show_message("Saved.")

    assert bar.isVisible()
    qtbot.waitUntil(bar.isHidden)


def test_what_asks_for_something_stays_until_it_is_closed(
    host: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_bar, "SHOWN_MS", 50)
    bar = MessageBar(host)
    bar.show_message("Saved.")

    bar.show_message("The disk is full.", "Free some space.")

    with pytest.raises(qtbot.TimeoutError):
        qtbot.waitUntil(bar.isHidden, timeout=150)
    assert bar.text == "The disk is full. Free some space."
    QTest.mouseClick(bar.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_a_long_message_is_shown_whole_and_follows_its_host(host: QWidget, qtbot: QtBot) -> None:
    bar = MessageBar(host)

    bar.show_message("It went wrong. " * 20, "Do something about it. " * 10)
    host.resize(320, 500)

    qtbot.waitUntil(lambda: bar.width() < 320)
    assert host.rect().contains(bar.geometry())
    assert bar.height() > 100
    assert host.height() - bar.geometry().bottom() < 24


def test_a_message_leaves_in_sight_what_is_below_its_ground(host: QWidget, qtbot: QtBot) -> None:
    ground = QWidget(host)
    ground.setGeometry(0, 40, 500, 260)
    ground.show()
    bar = MessageBar(host)
    bar.lie_over(ground)

    bar.show_message("The disk is full.", "Free some space.")
    assert ground.geometry().contains(bar.geometry())
    assert ground.geometry().bottom() - bar.geometry().bottom() < 24

    ground.setGeometry(0, 40, 400, 160)
    assert ground.geometry().contains(bar.geometry())


def test_a_message_may_hold_any_text(host: QWidget) -> None:
    bar = MessageBar(host)

    bar.show_message("“<b>&.png” can't be opened.")

    assert bar.text == "“<b>&.png” can't be opened."


def test_what_happened_can_be_taken_back_beside_it(host: QWidget) -> None:
    bar = MessageBar(host)
    undo = QAction("&Undo Delete", host)
    heard: list[bool] = []
    undo.triggered.connect(lambda: heard.append(True))

    bar.show_message("It is deleted.", offer=undo)
    button = bar.findChild(QPushButton)
    assert button.text() == "Undo Delete"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [True]
    assert bar.isHidden()

    bar.show_message("Something else.")
    assert button.isHidden()
