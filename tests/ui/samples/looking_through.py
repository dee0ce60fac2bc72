"""Somebody who looks through their samples."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import Model
from digitpad.services.samples.store import SampleStore
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.samples.browser_window import BrowserWindow
from digitpad.ui.samples.sample_grid import SampleGrid
from tests.ui.samples.keepers import wait_for

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Looker:
    """Has the window of samples open, and waits until it has come to rest."""

    def __init__(self, qtbot: QtBot, model: Model | None = None) -> None:
        self._qtbot = qtbot
        self._host = QWidget()
        qtbot.addWidget(self._host)
        file = paths.samples_file()
        self.keepers = [SampleKeeper(file, self._host) for _ in range(2)]
        self.crashes: list[Exception] = []
        for keeper in self.keepers:
            keeper.crashed.connect(self.crashes.append)
        self.window = BrowserWindow(*self.keepers, self._host)
        for keeper in self.keepers:
            keeper.failed.connect(lambda error: self.window.show_message(str(error), ""))
        self.window.present(model)
        self.grid = self.window.findChild(SampleGrid)
        qtbot.waitUntil(self.window.isActiveWindow)
        self.rest()

    def close(self) -> None:
        for keeper in self.keepers:
            keeper.stop()
            keeper.close()
        assert self.crashes == []

    def rest(self) -> None:
        """Wait until everything that was asked of the threads is shown."""
        for _ in range(3):  # An answer may ask for more.
            for keeper in self.keepers:
                wait_for(self._qtbot, keeper)
            self.grid.grab()

    @property
    def words(self) -> list[str]:
        """What is said about each sample shown."""
        self.rest()
        model = self.grid.model()
        role = Qt.ItemDataRole.ToolTipRole
        texts = [model.index(row, 0).data(role) for row in range(model.rowCount())]
        return [text or "" for text in texts]

    @property
    def labels(self) -> str:
        """What the samples shown are, those kept last first."""
        return "".join(words[0] for words in self.words)

    @property
    def kept(self) -> str:
        """What is in the store, those kept last first."""
        self.rest()
        with SampleStore(paths.samples_file()) as store:
            return "".join(str(sample.label) for sample in store.load(store.find()))

    def click(self, row: int, modifier: Qt.KeyboardModifier = NONE) -> None:
        place = self.grid.visualRect(self.grid.model().index(row, 0)).center()
        QTest.mouseClick(self.grid.viewport(), LEFT, modifier, place)
        self.rest()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.rest()

    def push(self, text: str) -> None:
        """Press a button."""
        buttons = self.window.findChildren(QAbstractButton)
        found = [each for each in buttons if each.isVisible() and plain(each.text()) == text]
        assert found, text
        QTest.mouseClick(found[0], LEFT)
        self.rest()

    def pick(self, name: str, text: str) -> None:
        """Choose from a list."""
        lists = self.window.findChildren(QComboBox)
        next(each for each in lists if each.accessibleName() == name).setCurrentText(text)
        self.rest()

    def choose(self, *names: str) -> None:
        """Choose from the menus."""
        action = self.entry(*names)
        assert action.isEnabled(), names
        action.trigger()
        self.rest()

    def entry(self, *names: str) -> QAction:
        menus = {plain(menu.title()): menu for menu in self.window.findChildren(QMenu)}
        return next(each for each in menus[names[-2]].actions() if plain(each.text()) == names[-1])

    def name_file(self, file: Path, kind: str = "") -> None:
        """Type a name into the file dialog, and press Enter."""
        dialog = next(each for each in self.window.findChildren(QFileDialog) if each.isVisible())
        if kind:
            dialog.selectNameFilter(next(each for each in dialog.nameFilters() if kind in each))
            dialog.filterSelected.emit(dialog.selectedNameFilter())
        name = dialog.findChild(QLineEdit)
        assert isinstance(name, QLineEdit)
        name.setText(str(file))
        QTest.keyClick(name, Qt.Key.Key_Return)
        self.window.activateWindow()
        self._qtbot.waitUntil(self.window.isActiveWindow)
        self.rest()

    def drop(self, file: Path) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        copy, place = Qt.DropAction.CopyAction, QPointF(100, 100)
        enter = QDragEnterEvent(place.toPoint(), copy, mime, LEFT, NONE)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(place, copy, mime, LEFT, NONE))
        self.rest()

    def sees(self, text: str) -> bool:
        """Return whether a text is somewhere in the window."""
        parts = (QLabel, QAbstractButton)
        shown = [each for part in parts for each in self.window.findChildren(part)]
        return any(text in plain(each.text()) for each in shown if each.isVisible())


def plain(text: str) -> str:
    return text.replace("&", "")
