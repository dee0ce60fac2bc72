"""Folders of runs as they are found later."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digitpad.core.locks import hold_lock
from digitpad.services.runs.records import End
from digitpad.training.config import TrainingConfig
from digitpad.training.events import BatchEnded, EpochEnded, Event, RunStopped, to_line
from digitpad.training.run_folder import (
    CHECKPOINTS_FOLDER,
    CONFIG_FILE,
    EVENTS_FILE,
    LOCK_FILE,
    LOG_FILE,
    RESULT_FILE,
    STATE_FILE,
)

BATCHES = 4
STOPPED = RunStopped(3)


def make_epoch(number: int, epochs: int, ease: float = 1.0) -> EpochEnded:
    """Return an epoch of a run that gets better; the easier, the quicker."""
    miss = 0.4 / (1 + ease * number)
    return EpochEnded(number, epochs, 2 * miss, 1 - miss, 2.2 * miss, 1 - 1.2 * miss, 1.5, 3.0)


def make_events(first: int, last: int, epochs: int, ease: float = 1.0) -> list[Event]:
    events: list[Event] = []
    for number in range(first, last + 1):
        epoch = make_epoch(number, epochs, ease)
        for batch in range(1, BATCHES + 1):
            events.append(BatchEnded(number, batch, BATCHES, epoch.loss, epoch.accuracy))
        events.append(epoch)
    return events


def make_run(
    runs: Path,
    name: str = "2026-01-02 10-00-00",
    /,
    *,
    done: int = 3,
    result: End | None = STOPPED,
    ease: float = 1.0,
    model: str = "mine",
    **settings: Any,
) -> Path:
    """Make the folder of a run that went through some of its epochs; five were asked for."""
    folder = runs / name
    config = TrainingConfig(**{"architecture": "softmax", "epochs": 5, "name": model} | settings)
    (folder / CHECKPOINTS_FOLDER).mkdir(parents=True)
    (folder / CONFIG_FILE).write_text(config.to_json(), encoding="utf-8")
    (folder / LOG_FILE).write_text("what was said\n")
    add_events(folder, make_events(config.first_epoch + 1, done, config.last_epoch, ease))
    if done > config.first_epoch:
        for number in range(max(1, done - 1), done + 1):
            (folder / CHECKPOINTS_FOLDER / f"epoch-{number:03}.keras").write_text("weights")
        write_state(folder, done, config.first_epoch)
    if result is not None:
        (folder / RESULT_FILE).write_text(to_line(result))
    return folder


def add_events(folder: Path, events: list[Event]) -> None:
    with (folder / EVENTS_FILE).open("a", encoding="utf-8") as file:
        file.writelines(f"{to_line(event)}\n" for event in events)


def write_state(folder: Path, done: int, before: int = 0) -> None:
    epochs = [make_epoch(number, done) for number in range(before + 1, done + 1)]
    history = [
        {
            "loss": epoch.loss,
            "accuracy": epoch.accuracy,
            "val_loss": epoch.validation_loss,
            "val_accuracy": epoch.validation_accuracy,
        }
        for epoch in epochs
    ]
    state = {"epochs_done": done, "history": history, "fingerprint": "of the data"}
    (folder / CHECKPOINTS_FOLDER / STATE_FILE).write_text(json.dumps(state))


@contextmanager
def under_way(folder: Path) -> Iterator[None]:
    """Let a run be under way."""
    with hold_lock(folder / LOCK_FILE):
        yield
