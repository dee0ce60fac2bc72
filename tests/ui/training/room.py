"""A training pane whose runs do what a test says."""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import StorageError
from digitpad.services.models.library import ModelLibrary
from digitpad.services.runs.retraining import Run
from digitpad.training.config import TrainingConfig
from digitpad.training.events import DataLoaded, EpochEnded, Event, RunFinished
from digitpad.training.model_card import CARD_FILE, KERAS_FILE, LITERT_FILE, ModelCard, digest_file
from digitpad.ui.background.run_keeper import RunKeeper
from tests.ui.training.visible_pane import VisiblePane


class FakeWatcher(QObject):
    """A run's watcher without a run: the test says what happens."""

    event_arrived = Signal(object)
    run_ended = Signal(object)
    crashed = Signal(object)
    is_running = False

    def __init__(self) -> None:
        super().__init__()
        self.run: Run | None = None
        self.was_stopped = False
        self.is_paused = False
        self.error: StorageError | None = None

    def start(self, run: Run) -> None:
        if self.error is not None:
            raise self.error
        self.run = run
        self.was_stopped = False

    def stop(self) -> None:
        self.was_stopped = True

    def pause(self) -> None:
        self.is_paused = True

    def go_on(self) -> None:
        self.is_paused = False

    def report(self, *events: Event) -> None:
        for event in events:
            self.event_arrived.emit(event)

    def end(self, event: Event) -> None:
        self.report(event)
        self.run_ended.emit(event)


@dataclass
class Room(VisiblePane):
    """The pane, all it depends on, and what it said."""

    watcher: FakeWatcher
    keeper: RunKeeper
    library: ModelLibrary
    folder: Path
    chosen: list[str] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    running: list[bool] = field(default_factory=list)

    @property
    def config(self) -> TrainingConfig:
        assert self.watcher.run is not None
        return self.watcher.run.config


def make_model(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True)
    files = (LITERT_FILE, KERAS_FILE)
    for file in files:
        (folder / file).write_text(name)
    digests = {file: digest_file(folder / file) for file in files}
    card = ModelCard(name, "lenet5", 1, "2026-01-01T00:00:00Z", sha256=digests)
    (folder / CARD_FILE).write_text(card.to_json())
    return folder


def finish(room: Room, before: float | None, after: float) -> None:
    candidate = make_model(room.watcher.run.folder / "candidate", "candidate")
    room.watcher.report(
        DataLoaded(55_000, 5_000, 10_000, "MNIST"),
        EpochEnded(1, 5, 0.1, 0.97, 0.08, 0.981, 2.0, 8.0),
    )
    room.watcher.end(RunFinished(candidate, before, after))
