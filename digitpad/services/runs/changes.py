"""Going on with the runs there were, writing them down, and clearing them away."""

import os
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from digitpad.core.errors import StorageError, TrainingError
from digitpad.core.files import advise, write_atomically
from digitpad.core.locks import is_held
from digitpad.services.folder_trash import FolderTrash, TrashedFolder
from digitpad.services.runs.records import RunCatalog, RunRecord, RunStatus
from digitpad.services.runs.retraining import Run, new_run_folder
from digitpad.services.spreadsheets import MARK, write_name, write_row
from digitpad.training.events import RunStopped, to_line
from digitpad.training.run_folder import (
    CHECKPOINTS_FOLDER,
    EVENTS_FILE,
    LOCK_FILE,
    RESULT_FILE,
    STATE_FILE,
    TENSORBOARD_FOLDER,
)

_COLUMNS = (
    "epoch",
    "loss",
    "accuracy",
    "validation_loss",
    "validation_accuracy",
    "seconds",
)


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
    return RunCatalog(runs).records()


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


def resume_run(record: RunRecord, baseline: Path | None) -> Run:
    """Return a run that goes on where `record` was, in its folder; start it as any other.

    Parameters
    ----------
    record : RunRecord
        What ended before its time.
    baseline : Path or None
        The `.tflite` to compare with; the one of back then may be gone.

    Raises
    ------
    TrainingError
        If it is under way or has come to its end.
    """
    _refuse_if_under_way(record)
    if record.status is RunStatus.FINISHED:
        raise TrainingError(
            f"The run “{record.name}” has finished.", "Give it more epochs to go on with it."
        )
    config = record.config
    if config.learning is None:
        # A lesson is compared with the model that learns.
        config = replace(config, baseline=baseline)
    return Run(config, record.folder, record.epochs_done)


def continue_run(record: RunRecord, last_epoch: int, baseline: Path | None, runs: Path) -> Run:
    """Return a run of its own that goes on with another up to a later epoch.

    Parameters
    ----------
    record : RunRecord
        Stays as it is.
    last_epoch : int
        The number of the last epoch; they count on.
    baseline : Path or None
        The `.tflite` to compare with.
    runs : Path
        Where the new run's folder goes.

    Raises
    ------
    TrainingError
        If it went as far as that already, is under way, kept no checkpoints, or taught one's own
        digits.
    StorageError
        If the folder can't be made.
    """
    _refuse_if_under_way(record)
    if record.config.learning is not None:
        raise TrainingError(
            f"The run “{record.name}” taught a model your digits, and came to its end.",
            "Let the model learn once more instead.",
        )
    if last_epoch <= record.epochs_done:
        raise TrainingError(
            f"The run “{record.name}” has been through {record.epochs_done} epochs already.",
            "Ask for more epochs than that.",
        )
    if not (record.folder / CHECKPOINTS_FOLDER / STATE_FILE).exists():
        raise TrainingError(f"The run “{record.name}” kept no checkpoint.", "Start a new one.")
    command = ["digitpad", "train", "--resume", record.name, "--epochs", str(last_epoch)]
    config = replace(
        record.config,
        epochs=last_epoch - record.config.first_epoch,
        baseline=baseline,
        command=shlex.join(command),
    )
    folder = new_run_folder(runs)
    try:
        shutil.copy2(record.folder / EVENTS_FILE, folder / EVENTS_FILE)
        for part in (CHECKPOINTS_FOLDER, TENSORBOARD_FOLDER):
            if (record.folder / part).exists():
                shutil.copytree(record.folder / part, folder / part, copy_function=_link)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StorageError(
            f"The run could not be copied: {error.strerror or error}.", f"{advise(error)}."
        ) from error
    return Run(config, folder, record.epochs_done)


def settle_run(record: RunRecord) -> None:
    """Let an interrupted run count as stopped: nobody is asked about it any more.

    Raises
    ------
    StorageError
        If that can't be written.
    """
    if record.status is RunStatus.INTERRUPTED and not is_held(record.folder / LOCK_FILE):
        write_atomically(record.folder / RESULT_FILE, to_line(RunStopped(record.epochs_done)))


def delete_runs(records: Sequence[RunRecord], runs: Path) -> tuple[TrashedFolder, ...]:
    """Move runs to the trash; models made by them stay in the library.

    Parameters
    ----------
    records : sequence of RunRecord
        What to delete.
    runs : Path
        Holds their folders.

    Returns
    -------
    tuple of TrashedFolder
        For `restore_runs`; they are there for 30 days.

    Raises
    ------
    TrainingError
        If one is under way; all are still there.
    StorageError
        If one can't be moved; it and those after it are still there.
    """
    for record in records:
        _refuse_if_under_way(record)
    trash = FolderTrash(runs)
    trash.sweep()
    return tuple(_put(record, trash) for record in records)


def restore_runs(trashed: Sequence[TrashedFolder], runs: Path) -> None:
    """Take runs out of the trash.

    Raises
    ------
    StorageError
        If one can't be moved, or is gone; it and those after it are where they were.
    """
    for folder in trashed:
        try:
            FolderTrash(runs).take_out(folder, runs / folder.former_name)
        except OSError as error:
            raise StorageError(
                f"The run “{folder.former_name}” could not be restored: {error.strerror or error}.",
                "Check that you may write there.",
            ) from error


def list_trash(runs: Path) -> tuple[TrashedFolder, ...]:
    """Return the runs in the trash, the latest first; what was too long there is destroyed."""
    trash = FolderTrash(runs)
    trash.sweep()
    return trash.content()


def empty_trash(runs: Path) -> int:
    """Destroy the runs in the trash, and return how many that were.

    Raises
    ------
    StorageError
        If one can't be taken away; it and later ones are still there.
    """
    try:
        return FolderTrash(runs).empty()
    except OSError as error:
        raise StorageError(
            f"The trash could not be emptied: {error.strerror or error}.",
            "Check that you may write there.",
        ) from error


def format_csv(records: Sequence[RunRecord]) -> str:
    """Return the epochs of runs as a table, a row an epoch, with its header."""
    rows = [write_row(("run", "model", *_COLUMNS))]
    for record in records:
        names = write_name(record.name), write_name(record.config.name)
        for epoch in record.epochs:
            rows.append(write_row((*names, *(getattr(epoch, column) for column in _COLUMNS))))
    return MARK + "".join(rows)


def _refuse_if_under_way(record: RunRecord) -> None:
    # It may have been begun since it was read.
    if record.status is RunStatus.UNDER_WAY or is_held(record.folder / LOCK_FILE):
        raise TrainingError(f"The run “{record.name}” is under way.", "Wait, or stop it first.")


def _link(source: str, target: str) -> None:
    """Let a file be in two places; runs put new files in place of these, and change none."""
    try:
        os.link(source, target)
    except OSError:
        # Some drives know no links.
        shutil.copy2(source, target)


def _put(record: RunRecord, trash: FolderTrash) -> TrashedFolder:
    try:
        return trash.put(record.folder)
    except OSError as error:
        raise StorageError(
            f"The run “{record.name}” could not be deleted: {error.strerror or error}.",
            "Check that you may write there.",
        ) from error
