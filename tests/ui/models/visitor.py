"""Somebody in front of the window of models."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitpad.services.models.library import ModelLibrary
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.models.models_window import ModelsWindow

LEFT = Qt.MouseButton.LeftButton


class Visitor:
    """Uses mouse and keys, and sees what is to be seen."""

    def __init__(self, qtbot: QtBot, window: ModelsWindow, library: ModelLibrary) -> None:
        self._qtbot = qtbot
        self.window = window
        self.library = library
        self.list = window.findChild(QTreeWidget)
        self.note = window.findChild(QPlainTextEdit)

    # --- seeing ----------------------------------------------------------------------------

    def sections(self) -> dict[str, list[str]]:
        """Return the names in each section of the list."""
        tops = [self.list.topLevelItem(n) for n in range(self.list.topLevelItemCount())]
        return {
            top.text(0): [top.child(n).text(0) for n in range(top.childCount())] for top in tops
        }

    def row(self, name: str) -> QTreeWidgetItem:
        found = self.list.findItems(
            name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive, 0
        )
        return found[0]

    def columns(self, name: str) -> list[str]:
        return [self.row(name).text(column) for column in range(1, 4)]

    def active(self) -> list[str]:
        """Return the names that a screen reader says read now."""
        names = [name for section in self.sections().values() for name in section]
        role = Qt.ItemDataRole.AccessibleTextRole
        return [n for n in names if "reads now" in str(self.row(n).data(0, role))]

    def selected(self) -> str:
        item = self.list.currentItem()
        return item.text(0) if item is not None else ""

    def title(self) -> str:
        return self.part("Model", QLabel).text()

    def words(self) -> str:
        """Return all that is written beside the list."""
        labels = self.window.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def message(self) -> str:
        bar = self.window.findChild(MessageBar)
        return bar.text if bar.isVisible() else ""

    def can(self, name: str) -> bool:
        button = self._button(name)
        return button is not None and button.isEnabled()

    # --- doing -----------------------------------------------------------------------------

    def select(self, name: str) -> None:
        place = self.list.visualItemRect(self.row(name)).center()
        QTest.mouseClick(self.list.viewport(), LEFT, pos=place)

    def double_click(self, name: str) -> None:
        self.select(name)
        place = self.list.visualItemRect(self.row(name)).center()
        QTest.mouseDClick(self.list.viewport(), LEFT, pos=place)

    def click(self, name: str) -> None:
        button = self._button(name)
        assert button is not None, name
        QTest.mouseClick(button, LEFT)

    def press(self, key: Qt.Key, *, ctrl: bool = False, shift: bool = False) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        if ctrl:
            modifiers |= Qt.KeyboardModifier.ControlModifier
        if shift:
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def type_name(self, text: str, *, then: Qt.Key | None = None) -> None:
        """Type into what has the focus, in place of what is there."""
        editor = self.list.findChild(QLineEdit)
        assert editor is not None
        editor.selectAll()
        QTest.keyClicks(editor, text)
        if then is not None:
            QTest.keyClick(editor, then)

    def write_note(self, text: str) -> None:
        self.note.setFocus()
        self.note.selectAll()
        QTest.keyClicks(self.note, text)

    def drop(self, files: Sequence[Path]) -> bool:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        target: QWidget = self.list.viewport()
        while not target.acceptDrops():
            target = target.parentWidget()
        enter = QDragEnterEvent(QPoint(50, 50), copy, mime, LEFT, none)
        QApplication.sendEvent(target, enter)
        if enter.isAccepted():
            QApplication.sendEvent(target, QDropEvent(QPointF(50, 50), copy, mime, LEFT, none))
        return enter.isAccepted()

    def name_file(self, file: Path, kind: str = "") -> None:
        dialog = self.window.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        if kind:
            dialog.selectNameFilter(next(each for each in dialog.nameFilters() if kind in each))
            dialog.filterSelected.emit(dialog.selectedNameFilter())
        name = dialog.findChild(QLineEdit)
        assert isinstance(name, QLineEdit)
        name.setText(str(file))
        QTest.keyClick(name, Qt.Key.Key_Return)

    def will_answer(self, text: str, *, check: bool = False) -> list[str]:
        """Press a button of the question that is about to come; return what it asks, later."""
        asked: list[str] = []

        def press() -> None:
            question = QApplication.activeModalWidget()
            assert isinstance(question, QMessageBox)
            asked.append(f"{question.text()} {question.informativeText()}")
            box = question.checkBox()
            if box is not None:
                asked.append(box.text().replace("&", ""))
                box.setChecked(check)
            next(b for b in question.buttons() if b.text().replace("&", "") == text).click()

        QTimer.singleShot(0, press)
        return asked

    def menu(self) -> list[str]:
        """Return what the context menu of the list offers just now."""
        return [_plain(action) for action in self.list.actions() if action.isVisible()]

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition)

    def part(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        for widget in self.window.findChildren(kind):
            if widget.accessibleName() == name:
                return widget
        raise AssertionError(name)

    def _button(self, name: str) -> QAbstractButton | None:
        for button in self.window.findChildren(QAbstractButton):
            said = (button.accessibleName() or button.text()).replace("&", "").rstrip("…")
            if button.isVisible() and said == name:
                return button
        return None


def _plain(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")
