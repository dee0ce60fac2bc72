"""The window of models beside the main one."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from digitpad.services.models.library import ModelLibrary
from digitpad.ui.main_window import MainWindow
from digitpad.ui.models.models_window import ModelsWindow
from digitpad.ui.settings import Settings
from tests.ui.models.visitor import Visitor
from tests.ui.window import StubReader, StubWatcher


@pytest.fixture
def main(qtbot: QtBot, library: ModelLibrary, settings_file: Path) -> MainWindow:
    for name in ("left", "right"):
        library.duplicate("default", name)
    reader: Any = StubReader()
    watcher: Any = StubWatcher()
    window = MainWindow(library, reader, watcher, Settings(settings_file))
    qtbot.addWidget(window, before_close_func=lambda window: window.finish())
    window.show()
    window.start()
    return window


def open_models(qtbot: QtBot, main: MainWindow, library: ModelLibrary) -> Visitor:
    assert main.findChild(ModelsWindow) is None
    choose(main, "Model", "Models…")
    window = main.findChild(ModelsWindow)
    qtbot.waitUntil(window.isActiveWindow)
    return Visitor(qtbot, window, library)


def choose(main: MainWindow, menu: str, entry: str) -> None:
    """Pick from a menu what begins like this."""
    menus = {found.title().replace("&", ""): found for found in main.findChildren(QMenu)}
    menus[menu].aboutToShow.emit()
    actions = menus[menu].actions()
    next(a for a in actions if a.text().replace("&", "").startswith(entry)).trigger()


def status(main: MainWindow) -> str:
    labels = main.findChildren(QLabel)
    return next(label.text() for label in labels if label.accessibleName() == "Model in use")


def test_what_is_chosen_and_named_there_reads_here(
    qtbot: QtBot, main: MainWindow, library: ModelLibrary
) -> None:
    visitor = open_models(qtbot, main, library)

    visitor.double_click("right")
    assert status(main) == "right  99.7 %"
    visitor.press(Qt.Key.Key_F2)
    visitor.type_name("<b>bold</b>", then=Qt.Key.Key_Return)
    visitor.wait(lambda: status(main) == "<b>bold</b>  99.7 %")
    visitor.press(Qt.Key.Key_Delete)
    assert status(main) == "default  99.7 %"
    visitor.click("Undo Delete")
    assert status(main) == "<b>bold</b>  99.7 %"


def test_what_is_chosen_in_the_menu_is_marked_there(
    qtbot: QtBot, main: MainWindow, library: ModelLibrary
) -> None:
    visitor = open_models(qtbot, main, library)

    choose(main, "Choose", "left")

    visitor.wait(lambda: visitor.active() == ["left"])
    visitor.window.close()
    assert main.isVisible()
