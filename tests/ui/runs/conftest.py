from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad.training.events import RunFinished
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.runs.runs_window import RunsWindow
from tests.run_folders import make_run
from tests.ui.runs.visitor import Visitor

FINISHED = RunFinished(Path("candidate"), 0.9, 0.9512)


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


@pytest.fixture
def three(runs: Path) -> None:
    make_run(runs, "2026-01-01 10-00-00", done=5, result=FINISHED, model="first", ease=1)
    make_run(runs, "2026-01-02 10-00-00", done=3, model="second", ease=3, architecture="lenet5")
    make_run(runs, "2026-01-03 10-00-00", done=4, model="third", ease=2, result=None)
