from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.ui.theme import Theme, apply_theme
from tests.ui.window import Person


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.fixture
def system_theme(qapp: QApplication) -> Iterator[None]:
    """Undo what a test does to the colours."""
    yield
    apply_theme(Theme.SYSTEM)


@pytest.fixture
def person(qtbot: QtBot, settings_file: Path) -> Person:
    return Person(qtbot, settings_file)
