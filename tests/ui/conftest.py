from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.ui import message_bar
from digitpad.ui.theme import Theme, apply_theme
from tests.ui.window import Person

_PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Waits a minute where pytest-qt waits five seconds: how quick a machine is is no fault."""

    def waitUntil(self, callback: Callable[[], bool], *, timeout: int = _PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = _PATIENCE_MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals: Any, *, timeout: int = _PATIENCE_MS, **options: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **options)

    def waitCallback(self, *, timeout: int = _PATIENCE_MS, **options: Any) -> Any:
        return super().waitCallback(timeout=timeout, **options)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def messages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no message go before a slow machine comes to look at it."""
    monkeypatch.setattr(message_bar, "SHOWN_MS", 20 * message_bar.SHOWN_MS)


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
