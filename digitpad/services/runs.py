"""The runs there were: how they went, and going on with them."""

import csv
import io
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from digitpad.core.errors import StorageError, TrainingError
from digitpad.core.files import advise, write_atomically
from digitpad.core.locks import is_held
from digitpad.services.retraining import Run, new_run_folder
from digitpad.training.config import TrainingConfig
from digitpad.training.events import (
    EpochEnded,
    Event,
    RunFailed,
    RunFinished,
    RunStopped,
    from_line,
)
from digitpad.training.run_folder import (
    CHECKPOINTS_FOLDER,
    CONFIG_FILE,
    EVENTS_FILE,
    LOCK_FILE,
    RESULT_FILE,
    STATE_FILE,
)

_COLUMNS = (
    "run",
    "epoch",
    "loss",
    "accuracy",
    "validation_loss",
    "validation_accuracy",
    "seconds",
)


class RunStatus(Enum):
    """How a run is, or how it ended."""

    UNDER_WAY = "under way"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


_ENDS: dict[type, RunStatus] = {
    RunFinished: RunStatus.FINISHED,
    RunStopped: RunStatus.STOPPED,
    RunFailed: RunStatus.FAILED,
}


@dataclass(frozen=True)
class RunRecord:
    """What is kept of a run.

    Parameters
    ----------
    folder : Path
        The run's own.
    config : TrainingConfig
        What was asked for.
    status : RunStatus
        How it is or how it ended.
    epochs : tuple of EpochEnded
        Every whole epoch once, in order.
    result : RunFinished, RunStopped, RunFailed or None
        The last event, if the run came to an end.
    """

    folder: Path
    config: TrainingConfig
    status: RunStatus
    epochs: tuple[EpochEnded, ...]
    result: RunFinished | RunStopped | RunFailed | None

    @property
    def name(self) -> str:
        """The folder's name: when the run began."""
        return self.folder.name

    @property
    def epochs_done(self) -> int:
        """The number of the last whole epoch; 0 if there was none."""
        return self.epochs[-1].epoch if self.epochs else 0

    @property
    def best(self) -> EpochEnded | None:
        """The epoch with the best validation accuracy."""
        return max(self.epochs, key=lambda epoch: epoch.validation_accuracy, default=None)

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its time."""
        return self.status not in (RunStatus.UNDER_WAY, RunStatus.FINISHED)


def list_runs(runs: Path) -> tuple[RunRecord, ...]:
    """Return all runs whose configuration can be read, the newest first.

    Parameters
    ----------
    runs : Path
        Holds all runs' folders; may be missing.

    Raises
    ------
    StorageError
        If the folder can't be looked into.
    """
    try:
        folders = sorted((f for f in runs.iterdir() if f.is_dir()), reverse=True)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StorageError(
            f"“{runs}” can't be looked into: {error.strerror or error}.", "Check its rights."
        ) from error
    records = (_read_record(folder) for folder in folders)
    return tuple(record for record in records if record is not None)


def find_run(runs: Path, name: str) -> RunRecord:
    """Return the run called `name`: its folder's name, the beginning of it, or `last`.

    Raises
    ------
    TrainingError
        If there is none, or several begin like that.
    """
    records = list_runs(runs)
    found = [record for record in records if record.name == name] or [
        record for record in records if record.name.startswith(name)
    ]
    if name == "last":
        found = list(records[:1])
    if len(found) != 1:
        many = "Several runs begin with" if found else "There is no run"
        raise TrainingError(f"{many} “{name}”.", "See them all with: digitpad runs")
    return found[0]


def resume_run(record: RunRecord) -> Run:
    """Return a run that goes on where `record` was, in its folder; start it as any other.

    Raises
    ------
    TrainingError
        If it is under way or has come to its end.
    """
    if record.status is RunStatus.UNDER_WAY:
        raise TrainingError(f"The run “{record.name}” is under way.", "Wait, or stop it first.")
    if record.status is RunStatus.FINISHED:
        raise TrainingError(
            f"The run “{record.name}” has finished.", "Give it more epochs to go on with it."
        )
    return Run(record.config, record.folder)


def continue_run(record: RunRecord, last_epoch: int, runs: Path) -> Run:
    """Return a run of its own that goes on with a finished one up to a later epoch.

    Parameters
    ----------
    record : RunRecord
        Stays as it is.
    last_epoch : int
        The number of the last epoch; they count on.
    runs : Path
        Where the new run's folder goes.

    Raises
    ------
    TrainingError
        If it went as far as that already, is under way, or kept no checkpoints.
    StorageError
        If the folder can't be made.
    """
    if record.status is RunStatus.UNDER_WAY:
        raise TrainingError(f"The run “{record.name}” is under way.", "Wait, or stop it first.")
    if last_epoch <= record.epochs_done:
        raise TrainingError(
            f"The run “{record.name}” has been through {record.epochs_done} epochs already.",
            "Ask for more epochs than that.",
        )
    if not (record.folder / CHECKPOINTS_FOLDER / STATE_FILE).exists():
        raise TrainingError(f"The run “{record.name}” kept no checkpoint.", "Start a new one.")
    config = replace(record.config, epochs=last_epoch - record.config.first_epoch)
    folder = new_run_folder(runs)
    try:
        shutil.copytree(record.folder / CHECKPOINTS_FOLDER, folder / CHECKPOINTS_FOLDER)
        shutil.copy2(record.folder / EVENTS_FILE, folder / EVENTS_FILE)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StorageError(
            f"The run could not be copied: {error.strerror or error}.", f"{advise(error)}."
        ) from error
    return Run(config, folder)


def delete_run(record: RunRecord) -> None:
    """Delete what was kept of a run; models made by it stay in the library.

    Raises
    ------
    TrainingError
        If it is under way.
    StorageError
        If the folder can't be deleted.
    """
    if record.status is RunStatus.UNDER_WAY:
        raise TrainingError(f"The run “{record.name}” is under way.", "Stop it first.")
    try:
        shutil.rmtree(record.folder)
    except OSError as error:
        raise StorageError(
            f"The run “{record.name}” could not be deleted: {error.strerror or error}.",
            "Check that you may write there.",
        ) from error


def read_events(folder: Path, *kinds: type) -> Iterator[Event]:
    """Yield the events of a run as they were recorded; lines that a kill cut short are left out.

    Parameters
    ----------
    folder : Path
        The run's own.
    kinds : types of Event
        Only these; none for all.
    """
    # Most lines are batches: those that nobody asked for are not taken apart.
    names = [f'"{kind.__name__}"' for kind in kinds] or ["event"]
    try:
        with (folder / EVENTS_FILE).open(encoding="utf-8") as lines:
            for line in lines:
                if any(name in line for name in names):
                    try:
                        yield from_line(line)
                    except ValueError:
                        continue
    except FileNotFoundError:
        return


def write_csv(records: Sequence[RunRecord], file: Path) -> None:
    """Write the epochs of runs as a table.

    Raises
    ------
    StorageError
        If the file can't be written.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for record in records:
        for epoch in record.epochs:
            table.writerow(
                [record.name, *(getattr(epoch, column) for column in _COLUMNS if column != "run")]
            )
    write_atomically(file, text.getvalue())


def _read_record(folder: Path) -> RunRecord | None:
    try:
        config = TrainingConfig.from_json((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, LookupError, AttributeError, TrainingError):
        # A folder in which nothing was asked for yet, or of another version, is no run to show.
        return None
    # After a resume an epoch may have been recorded twice; what came last counts.
    events = read_events(folder, EpochEnded)
    epochs = {event.epoch: event for event in events if isinstance(event, EpochEnded)}
    is_under_way = is_held(folder / LOCK_FILE)
    result = None if is_under_way else _read_result(folder)
    ended = RunStatus.INTERRUPTED if result is None else _ENDS[type(result)]
    return RunRecord(
        folder,
        config,
        RunStatus.UNDER_WAY if is_under_way else ended,
        tuple(epochs[number] for number in sorted(epochs)),
        result,
    )


def _read_result(folder: Path) -> RunFinished | RunStopped | RunFailed | None:
    try:
        event = from_line((folder / RESULT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return event if isinstance(event, RunFinished | RunStopped | RunFailed) else None
