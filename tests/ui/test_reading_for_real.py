"""The window with the real reader and the bundled model."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.training.model_card import CARD_FILE, LITERT_FILE, digest_file
from digitpad.ui.background.reader import Reader
from digitpad.ui.background.run_watcher import RunWatcher
from digitpad.ui.digit_strip import DigitStrip
from digitpad.ui.main_window import MainWindow
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.photo.photo_view import PhotoView
from digitpad.ui.reading_text import ReadingText
from digitpad.ui.settings import Settings
from tests.ui.window import LEFT

SEVEN = [(100, 80), (220, 80), (190, 160), (160, 260)]
ONE = [(320, 80), (320, 140), (320, 200), (320, 260)]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    library = ModelLibrary(paths.bundled_models(), tmp_path / "models")
    reader, watcher = Reader(), RunWatcher()
    window = MainWindow(library, reader, watcher, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.start()
    yield window
    reader.close()
    watcher.close()


def test_digits_are_read_while_they_are_written(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.canvas

    _move(canvas, SEVEN)
    # The pen is still down.
    qtbot.waitUntil(lambda: _read(window) == "7")
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(*SEVEN[-1]))
    _move(canvas, ONE)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(*ONE[-1]))

    qtbot.waitUntil(lambda: _read(window) == "71")
    canvas.undo()
    qtbot.waitUntil(lambda: _read(window) == "7")
    canvas.clear()
    qtbot.waitUntil(lambda: _read(window) == "nothing")


def test_a_digit_picked_beside_the_photo_is_marked_on_it(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    window.start([paths.assets() / "examples" / "page-two-rows.jpg"])
    strip, photo = window.findChild(DigitStrip), window.findChild(PhotoView)
    assert strip is not None
    assert photo is not None
    qtbot.waitUntil(lambda: len(strip.digits) > 5)

    QTest.keyClick(strip, Qt.Key.Key_Left)

    assert strip.selected >= 0
    assert photo.selected_digit is strip.digits[strip.selected]


def test_a_model_that_no_network_can_be_made_of_gives_way_to_the_default(
    qtbot: QtBot, tmp_path: Path
) -> None:
    library = ModelLibrary(paths.bundled_models(), tmp_path / "models")
    model = library.add(paths.bundled_models() / "default", "mine")
    library.activate("mine")
    model.litert_file.write_bytes(b"no network")
    digests = model.card.sha256 | {LITERT_FILE: digest_file(model.litert_file)}
    card = dataclasses.replace(model.card, sha256=digests)
    (model.folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    reader, watcher = Reader(), RunWatcher()
    window = MainWindow(library, reader, watcher, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(window)
    window.show()

    window.start()
    _move(window.canvas, SEVEN)

    qtbot.waitUntil(lambda: _read(window) == "7")
    message = window.findChild(MessageBar)
    assert message is not None
    assert "mine" in message.text
    reader.close()
    watcher.close()


def _move(canvas: QWidget, places: list[tuple[int, int]]) -> None:
    QTest.mousePress(canvas, LEFT, pos=QPoint(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(canvas, QPoint(*place))


def _read(window: MainWindow) -> str:
    text = window.findChild(ReadingText)
    assert text is not None
    return text.accessibleDescription()
