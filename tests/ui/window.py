"""A window with stand-ins for what is slow: the reader, the library, the run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from digitpad.core.errors import DigitpadError, EmptyInkError, ModelError
from digitpad.core.images import load_image
from digitpad.core.layout import Box
from digitpad.core.pipeline import Trace
from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Drawing
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.training.model_card import ModelCard
from digitpad.ui.main_window import MainWindow
from digitpad.ui.photo.prepared_picture import prepare_picture
from digitpad.ui.settings import Settings
from tests.ui.readings import make_digit, make_reading

LEFT = Qt.MouseButton.LeftButton


class StubReader(QObject):
    """Reads a digit for every stroke, at once."""

    model_loaded = Signal(object)
    drawing_read = Signal(int, object)
    picture_loaded = Signal(int, object)
    picture_read = Signal(int, object)
    picture_traced = Signal(int, object)
    box_read = Signal(int, object)
    failed = Signal(int, object)
    crashed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.page = make_reading("93")
        self.label_in_box: int | None = 5
        self.neighbor: Digit | None = None

    def use_model(self, model: Model) -> None:
        self.model_loaded.emit(model)

    def read_drawing(self, drawing: Drawing) -> None:
        text = "4712"[: len(drawing.strokes)]
        reading = make_reading(text) if text else Reading()
        written = [
            replace(digit, strokes=(stroke,))
            for digit, stroke in zip(reading.digits, drawing.strokes, strict=False)
        ]
        self.drawing_read.emit(drawing.revision, replace(reading, lines=(tuple(written),)))

    def load_picture(self, request: int, source: Path | bytes, quarter_turns: int = 0) -> None:
        try:
            picture = prepare_picture(load_image(source), quarter_turns)
            self.picture_loaded.emit(request, picture)
        except DigitpadError as error:
            self.failed.emit(request, error)

    def read_picture(self, request: int, picture: Any) -> None:
        self.picture_read.emit(request, self.page)

    def turn_picture(self, request: int, picture: Any, quarter_turns: int) -> None:
        self.picture_loaded.emit(request, prepare_picture(picture, quarter_turns))

    def trace_picture(self, request: int, picture: Any) -> None:
        ink = (1 - picture[..., 0] / 255).astype(np.float32)
        self.picture_traced.emit(request, Trace(picture[..., 0], ink, 1.0, self.page))

    def read_box(self, request: int, picture: Any, box: Box, neighbor: Digit | None = None) -> None:
        self.neighbor = neighbor
        if self.label_in_box is None:
            self.failed.emit(request, EmptyInkError("There is nothing to read.", "Draw it again."))
        else:
            self.box_read.emit(request, replace(make_digit(self.label_in_box), box=box))


class StubLibrary(ModelLibrary):
    """Two models; which of them is active is remembered here."""

    def __init__(self) -> None:
        super().__init__(Path("bundled"), Path("own"))
        self._names = ("default", "mine & yours")
        self._active = "default"
        self.is_damaged = False

    def models(self) -> tuple[Model, ...]:
        return tuple(self.find(name) for name in self._names)

    def find(self, name: str) -> Model:
        accuracy = {"mnist_test": 0.9971 if name == "default" else 0.99}
        card = ModelCard(name, "default", 123_456, "2026-01-02T03:04:05", metrics=accuracy)
        return Model(name, Path("models") / name, card, is_bundled=name == "default")

    def active(self) -> Model:
        if self.is_damaged:
            raise ModelError("The model “mine” is damaged.", "Choose another one.")
        return self.find(self._active)

    def default(self) -> Model:
        return self.find("default")

    def activate(self, name: str) -> Model:
        self._active = name
        return self.find(name)


class StubWatcher(QObject):
    """Watches a run that is under way when a test says so."""

    event_arrived = Signal(object)
    run_ended = Signal(object)
    crashed = Signal(object)
    is_running = False

    def stop(self) -> None:
        self.is_running = False


class Person:
    """Somebody in front of the window: uses mouse, keys and menus."""

    def __init__(
        self,
        qtbot: QtBot,
        settings_file: Path,
        library: ModelLibrary | None = None,
        watcher: QObject | None = None,
    ) -> None:
        self._qtbot = qtbot
        self.library: Any = library or StubLibrary()
        self.reader: Any = StubReader()
        self.watcher: Any = watcher or StubWatcher()
        self.window = MainWindow(self.library, self.reader, self.watcher, Settings(settings_file))
        qtbot.addWidget(self.window, before_close_func=self._end_run)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.window.start()

    def _end_run(self, window: QWidget) -> None:
        self.watcher.is_running = False
        self.window.finish()

    def draw(self, *places: tuple[int, int]) -> None:
        canvas = self.window.canvas
        QTest.mousePress(canvas, LEFT, pos=QPoint(*places[0]))
        for place in places[1:]:
            QTest.mouseMove(canvas, QPoint(*place))
        QTest.mouseRelease(canvas, LEFT, pos=QPoint(*places[-1]))

    def press(self, key: Qt.Key, *, ctrl: bool = False, shift: bool = False) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        if ctrl:
            modifiers |= Qt.KeyboardModifier.ControlModifier
        if shift:
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def choose(self, *names: str) -> None:
        """Pick from the menu bar, by what is written there."""
        action = self.entry(*names)
        assert action.isEnabled(), names
        action.trigger()

    def entry(self, *names: str) -> QAction:
        # By title: PySide deletes a menu that was asked of its action.
        titles = {_plain(menu.title()): menu for menu in self.window.findChildren(QMenu)}
        actions = self.window.menuBar().actions()
        for name in names[:-1]:
            _find(actions, name)
            titles[name].aboutToShow.emit()
            actions = titles[name].actions()
        return _find(actions, names[-1])

    def drop(self, *files: Path, on: QWidget | None = None) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(50, 50), copy, mime, LEFT, none)
        QApplication.sendEvent(on or self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(QPointF(50, 50), copy, mime, LEFT, none))

    def name_file(self, file: Path, kind: str = "") -> None:
        """Type a name into the file dialog, of one of the kinds it offers, and press Enter."""
        dialog = self.window.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        if kind:
            dialog.selectNameFilter(next(each for each in dialog.nameFilters() if kind in each))
            dialog.filterSelected.emit(dialog.selectedNameFilter())
        name = dialog.findChild(QLineEdit)
        assert isinstance(name, QLineEdit)
        name.setText(str(file))
        QTest.keyClick(name, Qt.Key.Key_Return)

    def will_answer(self, text: str) -> None:
        """Press a button of the question that is about to come."""

        def press() -> None:
            question = QApplication.activeModalWidget()
            assert isinstance(question, QMessageBox)
            next(button for button in question.buttons() if button.text() == text).click()

        QTimer.singleShot(0, press)

    def sees(self, name: str) -> str:
        """Return what a screen reader says of the part called `name`."""
        part = self.part(name)
        return part.accessibleDescription()

    def part(self, name: str) -> QWidget:
        for widget in self.window.findChildren(QWidget):
            if widget.accessibleName() == name:
                return widget
        raise AssertionError(name)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition)


def write_picture(file: Path) -> Path:
    """Write a white picture with a black bar."""
    from PIL import Image

    pixels = np.full((120, 160, 3), 255, np.uint8)
    pixels[30:90, 70:80] = 0
    Image.fromarray(pixels).save(file)
    return file


def _find(actions: list[QAction], name: str) -> QAction:
    for action in actions:
        if _plain(action.text()) == name:
            return action
    raise AssertionError(f"{name} is not among {[action.text() for action in actions]}")


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
