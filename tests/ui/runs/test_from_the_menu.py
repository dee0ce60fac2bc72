"""From the menu to the window of runs, and from there to the training pane."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.runs.retraining import Run
from digitpad.training.events import RunFinished
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.runs.runs_window import RunsWindow
from digitpad.ui.training.training_pane import TrainingPane
from tests.run_folders import make_run
from tests.ui.runs.visitor import Visitor
from tests.ui.window import Person


@pytest.fixture
def runs() -> Path:
    return paths.runs()


def open_runs(person: Person, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    started: list[Run] = []
    monkeypatch.setattr(person.watcher, "start", started.append, raising=False)
    person.choose("Training", "Runs…")
    window, keeper = (person.window.findChild(kind) for kind in (RunsWindow, RunKeeper))
    visitor = Visitor(qtbot, window, keeper)
    visitor.started = started
    visitor.open()
    return visitor


def test_it_is_made_when_it_is_first_asked_for(person: Person) -> None:
    assert person.window.findChild(RunsWindow) is None
    person.choose("Training", "Runs…")
    window = person.window.findChild(RunsWindow)
    person.choose("Training", "Runs…")

    assert window.isVisible()
    assert not window.isModal()
    assert person.window.findChildren(RunsWindow) == [window]


def test_a_run_goes_on_in_the_training_pane(
    person: Person, qtbot: QtBot, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_run(runs)
    visitor = open_runs(person, qtbot, monkeypatch)
    visitor.click("Go On")
    qtbot.waitUntil(lambda: bool(visitor.started))

    pane = person.window.findChild(TrainingPane)
    assert pane.isVisible()
    assert pane.is_running
    assert visitor.started[0].folder == folder
    assert pane.plot.validation_loss.x.tolist() == [1, 2, 3]
    # There is one run at a time.
    visitor.click("Go On")
    qtbot.waitUntil(lambda: "Another run is under way." in visitor.message)
    assert len(visitor.started) == 1


def test_a_finished_one_for_more_epochs(
    person: Person, qtbot: QtBot, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_run(runs, done=5, result=RunFinished(Path("gone"), None, 0.9))
    visitor = open_runs(person, qtbot, monkeypatch)
    visitor.click("More Epochs")
    visitor.part("New last epoch").setValue(6)
    visitor.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(visitor.started))

    assert visitor.started[0].folder != folder
    assert visitor.started[0].config.last_epoch == 6


def test_one_that_is_gone_is_told(
    person: Person, qtbot: QtBot, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_run(runs)
    visitor = open_runs(person, qtbot, monkeypatch)
    folder.rename(runs / ".away")
    visitor.click("Go On")

    qtbot.waitUntil(lambda: "is gone" in visitor.message)
    assert visitor.started == []
