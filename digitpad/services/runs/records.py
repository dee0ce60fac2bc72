"""What is kept of the runs there were, read quickly, however many they are."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from digitpad.core.errors import StorageError, TrainingError
from digitpad.core.locks import is_held
from digitpad.training.config import TrainingConfig
from digitpad.training.events import (
    BatchEnded,
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

_TIME_FORM = "%Y-%m-%d %H-%M-%S"
_TIME_LENGTH = 19
_STATE_FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy")
"""As Keras calls what an `EpochEnded` has, in its order."""

_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What JSON raises that is damaged, or of another form."""

_log = logging.getLogger(__name__)

End = RunFinished | RunStopped | RunFailed


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
    result: End | None

    @property
    def name(self) -> str:
        """The folder's name: when the run began."""
        return self.folder.name

    @property
    def began(self) -> datetime | None:
        """When it was asked for, local time; None if somebody named the folder otherwise."""
        try:
            return datetime.strptime(self.name[:_TIME_LENGTH], _TIME_FORM)
        except ValueError:
            return None

    @property
    def epochs_done(self) -> int:
        """The number of the last whole epoch; those of the model it began with if there is none."""
        return self.epochs[-1].epoch if self.epochs else self.config.first_epoch

    @property
    def best(self) -> EpochEnded | None:
        """The epoch with the best validation accuracy."""
        return max(self.epochs, key=lambda epoch: epoch.validation_accuracy, default=None)

    @property
    def test_accuracy(self) -> float | None:
        """Of the candidate; None if there is none."""
        return self.result.accuracy_after if isinstance(self.result, RunFinished) else None

    @property
    def seconds(self) -> float:
        """How long its whole epochs took."""
        return sum(epoch.seconds for epoch in self.epochs)

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its time."""
        return self.status not in (RunStatus.UNDER_WAY, RunStatus.FINISHED)

    @property
    def can_continue(self) -> bool:
        """Whether it can be given more epochs."""
        is_lesson = self.config.learning is not None
        return self.status is not RunStatus.UNDER_WAY and bool(self.epochs) and not is_lesson

    @property
    def is_of_no_use(self) -> bool:
        """Whether it ended with nothing to look at or to go on from."""
        return self.can_resume and not self.epochs


class RunCatalog:
    """Reads the runs of a folder, and each only as far as it changed since.

    Parameters
    ----------
    runs : Path
        Holds all runs' folders; may be missing.
    """

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._files: dict[str, _RunFiles] = {}

    def records(self) -> tuple[RunRecord, ...]:
        """Return all runs whose configuration can be read, the newest first.

        Those that didn't change are the same objects as before.

        Raises
        ------
        StorageError
            If the folder can't be looked into.
        """
        self._look()
        records = (self._files[name].read() for name in self._names())
        return tuple(record for record in records if record is not None)

    def find(self, name: str) -> RunRecord | None:
        """Return the run whose folder is called `name`; None if it is gone."""
        return self._files.setdefault(name, _RunFiles(self._runs / name)).read()

    def newest(self) -> RunRecord | None:
        """Return the newest run that isn't under way, without reading the others.

        Raises
        ------
        StorageError
            If the folder can't be looked into.
        """
        self._look()
        for name in self._names():
            record = self._files[name].read()
            if record is not None and record.status is not RunStatus.UNDER_WAY:
                return record
        return None

    def _names(self) -> list[str]:
        return sorted(self._files, reverse=True)

    def _look(self) -> None:
        try:
            # The trash is hidden.
            names = [
                place.name
                for place in self._runs.iterdir()
                if not place.name.startswith(".") and place.is_dir()
            ]
        except FileNotFoundError:
            names = []
        except OSError as error:
            raise StorageError(
                f"“{self._runs}” can't be looked into: {error.strerror or error}.",
                "Check its rights.",
            ) from error
        self._files = {
            name: self._files.get(name) or _RunFiles(self._runs / name) for name in names
        }


def read_curves(record: RunRecord, batches: int) -> tuple[BatchEnded | EpochEnded, ...]:
    """Return what a run reported up to its last whole epoch, in order and each thing once.

    Parameters
    ----------
    record : RunRecord
        The run.
    batches : int
        At most about so many, evenly chosen; there may be a million.
    """
    try:
        content = (record.folder / EVENTS_FILE).read_bytes()
    except OSError as error:
        _log.warning("“%s” can't be read: %s", record.folder / EVENTS_FILE, error)
        return record.epochs
    lines = list(_find_lines(BatchEnded, content))
    past: list[BatchEnded | EpochEnded] = []
    for line in lines[:: max(1, -(-len(lines) // batches))]:
        event = _parse(line)
        if not isinstance(event, BatchEnded) or event.epoch > record.epochs_done:
            continue
        # What came before a resume was done again after it.
        while past and _place(past[-1]) >= _place(event):
            past.pop()
        past.append(event)
    return tuple(sorted((*past, *record.epochs), key=_place))


class _RunFiles:
    """A run's folder, and what was read of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._events = folder / EVENTS_FILE
        self._lock = folder / LOCK_FILE
        self._watched = [str(folder / file) for file in (CONFIG_FILE, EVENTS_FILE, RESULT_FILE)]
        self._seen: tuple[object, ...] | None = None
        self._record: RunRecord | None = None
        self._epochs: dict[int, EpochEnded] = {}
        self._file = 0
        self._read_to = 0

    def read(self) -> RunRecord | None:
        """Return what is kept of the run; None for a folder that holds none, or half of one."""
        is_under_way = is_held(self._lock)
        seen = (is_under_way, *map(_stamp, self._watched))
        if seen != self._seen:
            self._record = self._read(is_under_way)
            self._seen = seen
        return self._record

    def _read(self, is_under_way: bool) -> RunRecord | None:
        try:
            text = (self._folder / CONFIG_FILE).read_text(encoding="utf-8")
            config = TrainingConfig.from_json(text)
        except (OSError, TrainingError, *_DAMAGE):
            # A folder in which nothing was asked for yet, or of another version.
            return None
        self._read_epochs()
        if not is_under_way:
            self._fill_gaps(config.last_epoch)
        result = None if is_under_way else _read_result(self._folder)
        ended = RunStatus.INTERRUPTED if result is None else _ENDS[type(result)]
        return RunRecord(
            self._folder,
            config,
            RunStatus.UNDER_WAY if is_under_way else ended,
            tuple(self._epochs[number] for number in sorted(self._epochs)),
            result,
        )

    def _read_epochs(self) -> None:
        """Take in what was added to the events."""
        try:
            with self._events.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_ino != self._file or status.st_size < self._read_to:
                    self._epochs, self._read_to = {}, 0
                self._file = status.st_ino
                file.seek(self._read_to)
                content = file.read()
        except FileNotFoundError:
            self._epochs = {}
            return
        except OSError as error:
            _log.warning("“%s” can't be read: %s", self._events, error)
            return
        # The last line may still be being written.
        content = content[: content.rfind(b"\n") + 1]
        self._read_to += len(content)
        for line in _find_lines(EpochEnded, content):
            event = _parse(line)
            # After a resume an epoch may have been recorded twice; what came last counts.
            if isinstance(event, EpochEnded):
                self._epochs[event.epoch] = event

    def _fill_gaps(self, last_epoch: int) -> None:
        """Take from the checkpoints what a kill kept from being reported."""
        try:
            text = (self._folder / CHECKPOINTS_FOLDER / STATE_FILE).read_text(encoding="utf-8")
            state = json.loads(text)
            first = state["epochs_done"] - len(state["history"]) + 1
            for number, values in enumerate(state["history"], first):
                one, two, three, four = (float(values[name]) for name in _STATE_FIGURES)
                epoch = EpochEnded(number, last_epoch, one, two, three, four, 0.0, 0.0)
                self._epochs.setdefault(number, epoch)
        except (OSError, *_DAMAGE):
            # Before the first epoch there are none; damage is told to whoever goes on with the run.
            return


def _find_lines(kind: type, content: bytes) -> Iterator[bytes]:
    """Yield the whole lines of one kind of event, without taking the others apart."""
    mark = json.dumps({"event": kind.__name__})[:-1].encode() + b","
    start = content.find(mark)
    while start >= 0:
        end = content.find(b"\n", start)
        if end < 0:
            return
        yield content[start:end]
        start = content.find(mark, end)


def _parse(line: bytes) -> Event | None:
    try:
        event = from_line(line.decode())
        # A damaged line may still be JSON.
        is_whole = all(isinstance(value, int | float) for value in vars(event).values())
        return event if is_whole else None
    except _DAMAGE:
        return None


def _place(event: BatchEnded | EpochEnded) -> tuple[int, float]:
    return event.epoch, event.batch if isinstance(event, BatchEnded) else float("inf")


def _stamp(file: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(file)  # noqa: PTH116  # Of a Path it is slower.
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read_result(folder: Path) -> End | None:
    try:
        event = from_line((folder / RESULT_FILE).read_text(encoding="utf-8"))
    except (OSError, *_DAMAGE):
        return None
    return event if isinstance(event, End) else None
