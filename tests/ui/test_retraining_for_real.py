"""Real training processes, started, stopped, killed and used through the pane."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.model_library import ModelLibrary
from digitpad.services.recognition import Recognizer
from digitpad.services.retraining import Run
from digitpad.training.datasets import load_mnist
from digitpad.training.events import BatchEnded, EpochEnded, Event, RunFailed
from digitpad.ui.background import RunWatcher
from digitpad.ui.training_pane import TrainingPane
from tests.ui.visible_pane import VisiblePane, click

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


@dataclass
class Room(VisiblePane):
    watcher: Watcher
    library: ModelLibrary
    messages: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def room(
    qtbot: QtBot, data_folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Room]:
    monkeypatch.setenv("DIGITPAD_DATA", str(data_folder))
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    watcher = Watcher()
    pane = TrainingPane(library, watcher, paths.runs(), paths.data())
    qtbot.addWidget(pane)
    room = Room(pane, watcher, library)
    pane.message_raised.connect(lambda text, hint: room.messages.append((text, hint)))
    pane.show()
    qtbot.waitExposed(pane)
    yield room
    watcher.close()


def fill_in(room: Room, qtbot: QtBot, network: str, digits: str, epochs: int) -> None:
    qtbot.keyClicks(room.named("Network"), network)
    qtbot.keyClick(room.named("Data"), Qt.Key.Key_Home)
    qtbot.keyClicks(room.named("MNIST digits"), digits)
    qtbot.keyClicks(room.named("Augmentation"), "none")
    box = room.named("Epochs")
    assert isinstance(box, QAbstractSpinBox)
    box.selectAll()
    qtbot.keyClicks(box, str(epochs))


def test_one_run_is_stopped_and_the_next_ones_model_is_used(
    room: Room, qtbot: QtBot, data_folder: Path
) -> None:
    fill_in(room, qtbot, "softmax", "1,000", epochs=500)
    click(qtbot, room.button("Start"))
    qtbot.waitUntil(lambda: room.watcher.count(EpochEnded) >= 2, timeout=_PATIENCE_MS)
    assert room.watcher.count(BatchEnded) > 2
    assert len(room.pane.plot.training_loss) > 2
    assert len(room.pane.plot.validation_accuracy) >= 2
    click(qtbot, room.button("Stop"))
    qtbot.waitUntil(lambda: not room.pane.is_running, timeout=_PATIENCE_MS)
    assert "nothing was changed" in room.words()
    assert [model.name for model in room.library.models()] == ["default"]

    fill_in(room, qtbot, "lenet5", "5,000", epochs=2)
    click(qtbot, room.button("Start"))
    qtbot.waitUntil(lambda: not room.pane.is_running, timeout=_PATIENCE_MS)
    assert room.watcher.count(EpochEnded) == 2
    assert room.pane.plot.validation_accuracy.x.tolist() == [1, 2]
    assert room.library.active_name() == "default"
    with qtbot.waitSignal(room.pane.model_chosen) as chosen:
        click(qtbot, room.button("Use this model"))

    model = room.library.active()
    assert chosen.args[0].name == model.name == room.watcher.run.config.name
    assert model.card.architecture == "lenet5"
    digits = load_mnist(data_folder).test
    picture = np.repeat(255 - digits.images[0][..., np.newaxis], 3, axis=2)
    reading = Recognizer(model).read_image(picture.repeat(4, axis=0).repeat(4, axis=1))
    assert reading.text == str(digits.labels[0])


def test_a_killed_process_is_told_and_nothing_is_lost(room: Room, qtbot: QtBot) -> None:
    fill_in(room, qtbot, "softmax", "1,000", epochs=500)
    click(qtbot, room.button("Start"))
    qtbot.waitUntil(lambda: room.watcher.count(EpochEnded) >= 1, timeout=_PATIENCE_MS)
    os.kill(room.watcher.run.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: not room.pane.is_running, timeout=_PATIENCE_MS)

    assert isinstance(room.watcher.events[-1], RunFailed)
    assert "ended by signal 9" in room.words()
    assert "Your models are as they were." in room.words()
    assert "ended by signal 9" in room.messages[0][0]
    text = room.pane.findChild(QPlainTextEdit)
    assert text.isVisible()
    assert "Epoch 1 of 500" in text.toPlainText()
    assert list((room.watcher.run.folder / "checkpoints").glob("*.keras"))
    assert room.library.active().name == "default"
    assert room.button("Start").isEnabled()
