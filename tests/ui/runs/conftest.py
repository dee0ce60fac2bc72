from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.runs.runs_window import RunsWindow
from tests.ui.runs.visitor import Visitor


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def visitor(qtbot: QtBot, runs: Path) -> Iterator[Visitor]:
    """Somebody who is about to open the window of runs."""
    main = QWidget()
    qtbot.addWidget(main)
    keeper = RunKeeper(runs)
    window = RunsWindow(keeper, main)
    yield Visitor(qtbot, window, keeper)
    window.close()
    keeper.close()
