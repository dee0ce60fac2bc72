"""Real training processes, started in the menu, then stopped, killed, and used to read with."""

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.services.runs.changes import list_runs
from digitpad.services.runs.retraining import Run
from digitpad.training.events import BatchEnded, EpochEnded, Event, RunFailed
from digitpad.ui.background.reader import Reader
from digitpad.ui.background.run_watcher import RunWatcher
from digitpad.ui.main_window import MainWindow
from digitpad.ui.settings import Settings
from digitpad.ui.training.training_pane import TrainingPane
from tests.ui.training.visible_pane import VisiblePane, click
from tests.ui.window import Person

pytestmark = pytest.mark.slow

_PATIENCE_MS = 240_000
"""TensorFlow alone may take half a minute to load where others are at work."""


class Watcher(RunWatcher):
    """A run's watcher that remembers what it saw."""

    def __init__(self) -> None:
        super().__init__()
        self.run: Run | None = None
        self.events: list[Event] = []
        self.event_arrived.connect(self.events.append)

    def start(self, run: Run) -> None:
        self.run, self.events[:] = run, []
        super().start(run)

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in self.events)


class Trainer(Person):
    """Somebody in front of a window with nothing replaced."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.library = ModelLibrary(paths.bundled_models(), paths.user_models())
        self.reader, self.watcher = Reader(), Watcher()
        settings = Settings(paths.settings_file())
        self.window = MainWindow(self.library, self.reader, self.watcher, settings)
        qtbot.addWidget(self.window, before_close_func=self._end_run)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        with qtbot.waitSignal(self.reader.model_loaded, timeout=_PATIENCE_MS):
            self.window.start()
        self.choose("View", "Training Pane")
        qtbot.waitUntil(lambda: self.window.findChild(TrainingPane) is not None)
        self.pane = VisiblePane(self.window.findChild(TrainingPane))

    def _end_run(self, window: QWidget) -> None:
        self.watcher.close()
        self.reader.close()
        self.window.finish()

    def fill_in(self, network: str, digits: str, epochs: int) -> None:
        self._type("Network", network)
        self._type("MNIST digits", digits)
        self._type("Augmentation", "none")
        self._type("Epochs", str(epochs))
        # MNIST alone: the pen digits beside it would take a minute.
        data = self.pane.named("Data")
        data.setFocus()
        self._qtbot.keyClick(data, Qt.Key.Key_Home)

    def _type(self, name: str, text: str) -> None:
        field = self.pane.named(name)
        # Keys go where the focus is: elsewhere these letters choose the canvas's tools.
        field.setFocus()
        if isinstance(field, QAbstractSpinBox):
            field.selectAll()
        self._qtbot.keyClicks(field, text)

    def wait_for_epochs(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: self.watcher.count(EpochEnded) >= count, timeout=_PATIENCE_MS)

    def wait_for_the_end(self) -> None:
        self._qtbot.waitUntil(lambda: not self.pane.pane.is_running, timeout=_PATIENCE_MS)


@pytest.fixture
def trainer(
    qtbot: QtBot, data_folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Trainer:
    monkeypatch.setenv("DIGITPAD_DATA", str(data_folder))
    return Trainer(qtbot)


def test_the_model_of_a_run_is_read_with(trainer: Trainer, qtbot: QtBot) -> None:
    trainer.fill_in("lenet5", "1,000", epochs=2)
    trainer.choose("Training", "Start")
    trainer.wait_for_the_end()
    plot = trainer.pane.pane.plot
    assert plot.validation_accuracy.x.tolist() == [1, 2]
    assert trainer.library.active_name() == "default"
    with qtbot.waitSignal(trainer.reader.model_loaded) as loaded:
        click(qtbot, trainer.pane.button("Use this model"))
    name = trainer.watcher.run.config.name
    assert loaded.args[0].name == trainer.library.active().name == name

    trainer.draw((180, 60), (178, 150), (176, 240))
    # What two epochs on few examples make of it is not for this test to say.
    trainer.wait(lambda: trainer.sees("Reading") in set("0123456789"))


def test_a_killed_process_is_told_nothing_is_lost_it_goes_on_and_is_stopped(
    trainer: Trainer, qtbot: QtBot
) -> None:
    plot = trainer.pane.pane.plot
    trainer.fill_in("softmax", "1,000", epochs=500)
    trainer.choose("Training", "Start")
    trainer.wait_for_epochs(2)
    assert trainer.watcher.count(BatchEnded) > 2
    assert len(plot.training_loss) > 2
    assert len(plot.validation_accuracy) >= 2
    os.kill(trainer.watcher.run.process_id, signal.SIGKILL)
    trainer.wait_for_the_end()

    assert isinstance(trainer.watcher.events[-1], RunFailed)
    assert "ended by signal 9" in trainer.pane.words()
    assert "Your models are as they were." in trainer.pane.words()
    text = trainer.window.findChild(QPlainTextEdit)
    assert text.isVisible()
    assert "Epoch 1 of 500" in text.toPlainText()
    assert list((trainer.watcher.run.folder / "checkpoints").glob("*.keras"))
    assert trainer.library.active().name == "default"
    assert trainer.entry("Training", "Start").isEnabled()

    (killed,) = list_runs(paths.runs())
    click(qtbot, trainer.pane.button("Go on with it"))
    qtbot.waitUntil(lambda: trainer.pane.pane.is_running)
    trainer.wait_for_epochs(1)
    trainer.choose("Training", "Stop")
    trainer.wait_for_the_end()
    assert "nothing was changed" in trainer.pane.words()
    assert all(model.is_bundled for model in trainer.library.models())
    epochs = [event.epoch for event in trainer.watcher.events if isinstance(event, EpochEnded)]
    assert epochs[0] == killed.epochs_done + 1
    (stopped,) = list_runs(paths.runs())
    assert [epoch.epoch for epoch in stopped.epochs] == list(range(1, epochs[-1] + 1))
    assert len(stopped.epochs) < 500
    assert plot.validation_accuracy.x[-1] == epochs[-1]
