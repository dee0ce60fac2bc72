"""Somebody who looks inside a model."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from tests.ui.window import LEFT, Person
from tests.written_digits import save_mnist

ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


class Visitor(Person):
    """Has the bundled models, and opens the window to look inside them."""

    def __init__(self, qtbot: QtBot, settings_file: Path) -> None:
        super().__init__(
            qtbot, settings_file, ModelLibrary(paths.bundled_models(), paths.user_models())
        )

    @property
    def inside(self) -> QWidget:
        return next(
            w for w in self.window.findChildren(QWidget) if w.windowTitle() == "Look Inside"
        )

    def part(self, name: str) -> QWidget:
        """Return the part called `name`; of several that which is seen."""
        parts = self.window.findChildren(QWidget)
        named = [part for part in parts if part.accessibleName() == name]
        return next((part for part in named if part.isVisible()), named[0])

    def look_inside(self) -> None:
        self.choose("Model", "Look Inside…")
        self.wait(self.inside.isActiveWindow)

    def tab(self, name: str) -> None:
        """Press a tab whose title begins with `name`."""
        tabs = self.inside.findChild(QTabWidget)
        bar = tabs.tabBar()
        titles = [bar.tabText(index).replace("&", "") for index in range(bar.count())]
        index = next(i for i, title in enumerate(titles) if title.startswith(name))
        QTest.mouseClick(bar, LEFT, pos=bar.tabRect(index).center())

    def press_button(self, text: str) -> None:
        button = next(
            b
            for b in self.inside.findChildren(QAbstractButton)
            if b.text().replace("&", "") == text and b.isVisible()
        )
        assert button.isEnabled(), text
        QTest.mouseClick(button, LEFT)

    def sees_button(self, text: str) -> bool:
        buttons = self.inside.findChildren(QAbstractButton)
        return any(b.text().replace("&", "") == text and b.isVisible() for b in buttons)

    def pick(self, name: str, text: str) -> None:
        """Go through a list of choices with the arrow keys."""
        box = self.part(name)
        assert isinstance(box, QComboBox)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.findText(text)):
            QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentText() == text

    def ask_for(self, entry: str) -> None:
        """Pick from the menu of the button for other digits."""
        self.pick_from_button("Others", entry)

    def pick_from_button(self, text: str, entry: str) -> None:
        """Pick from the menu of a button."""
        buttons = self.inside.findChildren(QPushButton)
        button = next(b for b in buttons if b.text().replace("&", "") == text and b.isVisible())
        button.menu().aboutToShow.emit()
        actions = button.menu().actions()
        next(a for a in actions if a.text().replace("&", "") == entry).trigger()

    def name_place(self, place: Path) -> None:
        """Type a name into the dialog for files or folders, and press Enter."""
        dialog = self.window.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        name = dialog.findChild(QLineEdit)
        assert isinstance(name, QLineEdit)
        name.setText(str(place))
        QTest.keyClick(name, Qt.Key.Key_Return)
        self.wait(lambda: not dialog.isVisible())

    def evaluate(self, place: Path | None = None) -> None:
        """Judge the active model on MNIST's test digits, or on a file or folder."""
        if place is not None:
            self.ask_for("A Folder…" if place.is_dir() else "A File…")
            self.name_place(place)
            # There is no window manager here to do it.
            self.inside.activateWindow()
        self.press_button("Start")
        self.wait(lambda: self.sees_button("Start"))

    def label(self, name: str) -> str:
        label = self.part(name)
        assert isinstance(label, QLabel)
        return label.text()

    def words(self) -> str:
        """Return all that stands on the page that is seen."""
        labels = self.inside.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def view(self, name: str) -> QAbstractItemView:
        view = self.part(name)
        assert isinstance(view, QAbstractItemView)
        return view

    def cell(self, name: str, row: int, column: int = 0) -> QModelIndex:
        return self.view(name).model().index(row, column)

    def click_cell(self, name: str, row: int, column: int = 0) -> None:
        view = self.view(name)
        index = self.cell(name, row, column)
        view.scrollTo(index)
        place = view.visualRect(index).center()
        QTest.mouseMove(view.viewport(), place)
        QTest.mouseClick(view.viewport(), LEFT, pos=place)

    def double_click_cell(self, name: str, row: int, column: int = 0) -> None:
        view = self.view(name)
        self.click_cell(name, row, column)
        place = view.visualRect(self.cell(name, row, column)).center()
        QTest.mouseDClick(view.viewport(), LEFT, pos=QPoint(place))

    def gallery(self) -> list[str]:
        """Return what stands below each digit of the gallery."""
        model = self.view("Digits").model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def message(self) -> str:
        """Return what the message bars of both windows say."""
        from digitpad.ui.message_bar import MessageBar

        bars = self.window.findChildren(MessageBar)
        return " ".join(bar.text for bar in bars if bar.isVisible())


def save_test_digits(wrong: dict[int, int], test: int = 60, file: Path | None = None) -> Path:
    """Save an MNIST whose test digit `number % 10` is called something else at some places."""
    file = save_mnist(file or paths.data() / "mnist.npz", train=10, test=test)
    with np.load(file) as arrays:
        saved = dict(arrays)
    for number, label in wrong.items():
        saved["y_test"][number] = label
    np.savez(file, **saved)
    return file


def close_active_window() -> None:
    window = QApplication.activeWindow()
    assert window is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
