"""One training run in a child process: started, watched, stopped."""

import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from digitpad import paths
from digitpad.core.errors import StorageError, TrainingError
from digitpad.core.files import write_atomically
from digitpad.core.locks import is_held
from digitpad.training.config import TrainingConfig
from digitpad.training.data.datasets import PEN_FILE, find_mnist
from digitpad.training.distribution.cluster import Cluster, read_cluster
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    Event,
    PaceMeasured,
    PartFinished,
    RunFailed,
    RunFinished,
    RunStopped,
    from_line,
    to_line,
)
from digitpad.training.run_folder import (
    CONFIG_FILE,
    EVENTS_FILE,
    LOCK_FILE,
    LOG_FILE,
    RESULT_FILE,
)

_log = logging.getLogger(__name__)
_LAST = (RunFinished, PartFinished, RunStopped, RunFailed)

_WITHIN_EPOCHS = (BatchEnded, PaceMeasured, EpochEnded)
"""After these the run soon asks whether it is to stop."""


def find_data(chosen: Path | None = None) -> Path | None:
    """Return where MNIST is.

    Parameters
    ----------
    chosen : Path or None
        A folder or file that the person picked; then nowhere else is looked.

    Returns
    -------
    Path or None
        The first place that has it of: `DIGITPAD_DATA`, what digitpad downloaded, what Keras did.
    """
    if chosen is not None:
        return find_mnist([chosen])
    configured = paths.configured_data()
    places = [configured] if configured else []
    return find_mnist([*places, paths.data(), paths.keras_cache()])


def find_pen_data(chosen: Path | None = None) -> Path | None:
    """Return the strokes file of a data folder, `chosen` or `DIGITPAD_DATA`, if it has one."""
    folder = chosen or paths.configured_data()
    file = folder / PEN_FILE if folder else None
    try:
        return file if file is not None and file.is_file() else None
    except OSError as error:
        _log.warning("“%s” can't be looked into: %s", folder, error)
        return None


def find_machines() -> Cluster:
    """Return the machines that `TF_CONFIG` names, and which of them this is.

    Raises
    ------
    TrainingError
        If it names none, or this machine isn't one of them.
    """
    return read_cluster(paths.machines())


def new_part_folder() -> Path:
    """Make a temporary folder for a part of a run that another machine keeps.

    Raises
    ------
    StorageError
        If it can't be made.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="digitpad-part-"))
    except OSError as error:
        raise StorageError(
            f"No temporary folder could be made: {error.strerror or error}.", "Free some space."
        ) from error


def new_run_folder(runs: Path) -> Path:
    """Make a folder for a run, named after the time.

    Parameters
    ----------
    runs : Path
        Holds all runs' folders.

    Returns
    -------
    Path
        New and empty.

    Raises
    ------
    StorageError
        If it can't be made.
    """
    name = time.strftime("%Y-%m-%d %H-%M-%S")
    try:
        runs.mkdir(parents=True, exist_ok=True)
        for folder in (runs / (f"{name} {n}" if n > 1 else name) for n in range(1, 1000)):
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise StorageError(
            f"No folder for the run could be made in “{runs}”: {error.strerror or error}.",
            "Free some space, or check that you may write there.",
        ) from error
    raise StorageError(f"“{runs}” is full of runs of this second.", "Try again.")


class Run:
    """One run of the training process.

    Parameters
    ----------
    config : TrainingConfig
        What to do.
    folder : Path
        The run's own: configuration, events, log, checkpoints and candidate go there. If a run was
        under way in it, that one goes on.
    epochs_done : int
        Number of the last whole epoch of that one.
    """

    def __init__(self, config: TrainingConfig, folder: Path, epochs_done: int = 0) -> None:
        self.config = config
        self.folder = folder
        self.log_file = folder / LOG_FILE
        self._process: subprocess.Popen[str] | None = None
        self._is_stopping = False
        self._is_in_batches = False
        self._epochs_done = epochs_done

    @property
    def process_id(self) -> int | None:
        """Of the child process, once it was started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the child process.

        Raises
        ------
        StorageError
            If the run's folder can't be written to.
        TrainingError
            If the run is under way already, or the process can't be started.
        """
        if is_held(self.folder / LOCK_FILE):
            raise TrainingError(
                f"The run “{self.folder.name}” is under way.", "Wait, or stop it where it runs."
            )
        write_atomically(self.folder / CONFIG_FILE, self.config.to_json())
        try:
            (self.folder / RESULT_FILE).unlink(missing_ok=True)
            with self.log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    # -P: nothing that lies in the person's folder, a random.py say, is imported.
                    [sys.executable, "-P", "-m", "digitpad.training.worker", str(self.folder)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                    # Ctrl+C in a terminal is for this process, which then stops the run in order.
                    start_new_session=True,
                    # Windows would open a console for the child; other systems have no such flag.
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
        except OSError as error:
            raise TrainingError(
                f"Training could not be started: {error.strerror or error}.",
                "Close other programs and try again.",
            ) from error

    def events(self) -> Iterator[Event]:
        """Yield every event as it happens; blocks in between.

        Yields
        ------
        Event
            The last one is `RunFinished`, `PartFinished`, `RunStopped` or `RunFailed`, whatever
            happened.
        """
        if self._process is None or self._process.stdout is None:
            raise RuntimeError("the run was not started")
        last: Event | None = None
        try:
            # Line by line, so that the record is whole whatever happens to this process.
            with (self.folder / EVENTS_FILE).open("a", 1, encoding="utf-8") as record:
                for event in self._read_events(self._process.stdout, record):
                    if isinstance(event, _LAST):
                        last = event
                        break
                    self._is_in_batches = isinstance(event, _WITHIN_EPOCHS)
                    if isinstance(event, EpochEnded):
                        self._epochs_done = event.epoch
                    yield event
        except OSError as error:
            # Where events can't be written, checkpoints and the candidate can't either.
            self._process.kill()
            last = RunFailed(
                f"The run can't write to “{self.folder}”: {error.strerror or error}.",
                "Free some space, then train again. Your models are as they were.",
            )
        status = self._end_process()
        last = last or self._explain_end(status)
        try:
            write_atomically(self.folder / RESULT_FILE, to_line(last))
        except StorageError as error:
            # The run is over all the same; its record only lacks how.
            _log.warning("%s", error)
        yield last

    def pause(self) -> None:
        """Hold the run up after this batch; it keeps its memory, and computes nothing."""
        self._order("pause")

    def go_on(self) -> None:
        """Let a paused run go on."""
        self._order("go on")

    def stop(self) -> None:
        """Ask the run to end within one batch. Does nothing if it has ended."""
        if self._process is None or self._process.poll() is not None:
            return
        self._is_stopping = True
        self._order("stop")
        if not self._is_in_batches:
            # It loads, exports or tests; whatever it wrote so far is whole. With other machines
            # TensorFlow has it ignore this, so that the order reaches them all.
            self._process.terminate()

    def kill(self) -> None:
        """End the run at once. Does nothing if it has ended."""
        if self._process is not None and self._process.poll() is None:
            self._is_stopping = True
            self._process.kill()

    def _order(self, order: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(f"{order}\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            return  # It has just ended by itself.

    def _read_events(self, lines: IO[str], record: IO[str]) -> Iterator[Event]:
        for line in lines:
            record.write(line)
            try:
                yield from_line(line)
            except ValueError:
                # Half a line: the process was killed while it wrote.
                continue

    def _end_process(self) -> int:
        assert self._process is not None
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # Closing flushes; nobody is there to read any more.
        return self._process.wait()

    def _explain_end(self, status: int) -> Event:
        if self._is_stopping:
            return RunStopped(self._epochs_done)
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        return RunFailed(
            f"The training process {how}.",
            f"Your models are as they were. The log is “{self.log_file}”.",
        )
