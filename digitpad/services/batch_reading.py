"""Reading any number of files on all cores: in order, in bounded memory, whatever befalls."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from digitpad.core.errors import DigitpadError, ImageError
from digitpad.core.reading import Reading
from digitpad.services.model_library import Model
from digitpad.services.picture_files import SourceFile
from digitpad.services.reading_records import Record, RecordFormat
from digitpad.training.model_card import LITERT_FILE

if TYPE_CHECKING:
    from digitpad.services.recognition import Recognizer

_WORKER_BYTES = 600_000_000  # What a worker takes for a 12-megapixel photograph, and to spare.
_MOST_WORKERS = 60  # Windows waits for no more.
_AHEAD_A_WORKER = 16  # So many files may be done before the one whose turn it is.


@dataclass(frozen=True)
class Result:
    """A file that was read, or could not be.

    Parameters
    ----------
    path : str
        The file's.
    line : str
        Its record, as the format writes it.
    has_digits : bool
        Whether anything was found.
    error : DigitpadError or None
        Why it could not be read.
    """

    path: str
    line: str
    has_digits: bool = False
    error: DigitpadError | None = None


def name_model(model: Model) -> str:
    """Return a model's name and digest: what two models of one name differ by."""
    return f"{model.name}@{model.card.sha256.get(LITERT_FILE, '')[:12]}"


def count_workers() -> int:
    """Return how many files this machine can read at a time: its cores, if memory allows."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        cores = min(cores, memory_bytes // _WORKER_BYTES)
    return max(1, min(cores, _MOST_WORKERS))


def read_here(
    files: Iterable[SourceFile], model: Model, record_format: RecordFormat
) -> Generator[Result, None, None]:
    """Read files one by one in this process; see `read_files`."""
    from digitpad.services.recognition import Recognizer

    recognizer = Recognizer(model)
    for file in files:
        yield _write(file, model, record_format, file.error or _read(file, recognizer))


def read_files(
    files: Iterable[SourceFile], model: Model, record_format: RecordFormat, workers: int
) -> Generator[Result, None, None]:
    """Read files in processes of their own.

    A process that dies takes nothing along but the file it was at, which is tried once more, alone.

    Parameters
    ----------
    files : iterable of SourceFile
        Asked for one by one, a little ahead of what was read.
    model : Model
        What to read with.
    record_format : RecordFormat
        What results are written as.
    workers : int
        The most processes there may be; no more are started than there are files.

    Yields
    ------
    Result
        One a file, in the order of `files`. Closing the generator ends the processes at once.

    Raises
    ------
    DigitpadError
        If no process can be started, or the model can't be loaded.
    """
    pool = _Pool(model, record_format, min(workers, _MOST_WORKERS))
    try:
        yield from pool.read(files)
    finally:
        pool.kill()


@dataclass(frozen=True)
class _Task:
    number: int
    file: SourceFile
    is_retry: bool = False


class _Worker:
    """A process that reads one file at a time."""

    def __init__(self, model: Model, record_format: RecordFormat) -> None:
        context = multiprocessing.get_context("spawn")  # The one way there is on every platform.
        self.connection, self._theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(self._theirs, model, record_format), daemon=True
        )
        self.task: _Task | None = None

    def start(self) -> None:
        with _signals_held_back():
            self._process.start()
        # Held by the process alone, it closes when that dies.
        self._theirs.close()

    def give(self, task: _Task) -> None:
        self.task = task
        with suppress(BrokenPipeError):  # It died while it waited, which receiving will tell.
            self.connection.send(task.file)

    def kill(self) -> int | None:
        """End it, and return its exit status; None if it had not been started."""
        status = None
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
            status = self._process.exitcode
        self._process.close()
        self.connection.close()
        return status


class _Pool:
    """Processes, the files they are at, and the results whose turn has not come."""

    def __init__(self, model: Model, record_format: RecordFormat, most_workers: int) -> None:
        self._model = model
        self._format = record_format
        self._most_workers = most_workers
        self._workers: list[_Worker] = []
        self._has_started = False
        self._retries: deque[_Task] = deque()
        self._results: dict[int, Result] = {}
        self._next_number = 0

    def read(self, files: Iterable[SourceFile]) -> Iterator[Result]:
        """Yield the results in order."""
        tasks = (_Task(number, file) for number, file in enumerate(files))
        for number in count():
            while number not in self._results:
                self._hand_out(tasks, number + _AHEAD_A_WORKER * self._most_workers)
                busy = self._busy()
                if not busy and number not in self._results:
                    return
                ready = wait([worker.connection for worker in busy]) if busy else []
                for worker in busy:
                    if worker.connection in ready:
                        self._receive(worker)
            yield self._results.pop(number)

    def kill(self) -> None:
        """End all processes at once; what they are at is lost."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.task is not None]

    def _hand_out(self, tasks: Iterator[_Task], end: int) -> None:
        """Give every process that is free a file before number `end`."""
        if self._retries:
            # Alone, so that it has all the memory there is.
            if not self._busy():
                self._give(self._retries.popleft())
            return
        while self._next_number < end and len(self._busy()) < self._most_workers:
            task = next(tasks, None)
            if task is None:
                return
            self._next_number += 1
            if task.file.error is not None:
                self._finish(task, task.file.error)
            else:
                self._give(task)

    def _give(self, task: _Task) -> None:
        worker = next((worker for worker in self._workers if worker.task is None), None)
        if worker is None:
            worker = _Worker(self._model, self._format)
            self._workers.append(worker)
            try:
                worker.start()
            except OSError as error:
                raise _not_started(str(error)) from error
        worker.give(task)

    def _receive(self, worker: _Worker) -> None:
        """Take what a process has to say; that it died, if nothing."""
        task = worker.task
        assert task is not None
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
            self._bury(task, worker.kill())
            return
        if isinstance(message, DigitpadError):
            raise message
        self._has_started = True
        if isinstance(message, Result):
            worker.task = None
            self._results[task.number] = message

    def _bury(self, task: _Task, status: int | None) -> None:
        if not self._has_started:
            raise _not_started(f"it ended with {_name_status(status)}")
        if not task.is_retry:
            # It may have been another's fault that memory ran out.
            self._retries.append(replace(task, is_retry=True))
            return
        error = ImageError(
            f"“{Path(task.file.path).name}” ended the process that read it, twice, with "
            f"{_name_status(status)}.",
            "It may need more memory than there is: crop it, or save it at a smaller size.",
        )
        self._finish(task, error)

    def _finish(self, task: _Task, outcome: DigitpadError) -> None:
        self._results[task.number] = _write(task.file, self._model, self._format, outcome)


def _serve(connection: Connection, model: Model, record_format: RecordFormat) -> None:
    """Read the files that come through `connection` until it closes. Runs in a worker."""
    import cv2

    from digitpad.services.recognition import Recognizer

    cv2.setNumThreads(1)  # The other cores have workers of their own.
    try:
        recognizer = Recognizer(model)
    except DigitpadError as error:
        connection.send(error)
        return
    connection.send(None)
    _mute_decoders()
    # The parent may be gone, and nobody left to tell.
    with suppress(EOFError, OSError):
        while True:
            file = connection.recv()
            connection.send(_write(file, model, record_format, _read(file, recognizer)))


def _read(file: SourceFile, recognizer: "Recognizer") -> Reading | DigitpadError:
    name = Path(file.path).name
    try:
        return recognizer.read_file(Path(file.path))
    except DigitpadError as error:
        return error
    except MemoryError:
        return ImageError(
            f"“{name}” needs more memory than there is.",
            "Crop it, save it at a smaller size, or read fewer files at a time with --jobs.",
        )
    except Exception as error:  # noqa: BLE001
        # A file that nobody foresaw must not end a run over thousands; it is listed instead.
        return ImageError(
            f"“{name}” could not be read: {type(error).__name__}: {error}.",
            "This is a fault of digitpad; please report it.",
        )


def _write(
    file: SourceFile, model: Model, record_format: RecordFormat, outcome: Reading | DigitpadError
) -> Result:
    line = record_format.write(Record(file, name_model(model), outcome))
    if isinstance(outcome, DigitpadError):
        return Result(file.path, line, error=outcome)
    return Result(file.path, line, has_digits=bool(outcome.lines))


def _not_started(reason: str) -> DigitpadError:
    return DigitpadError(
        f"No process to read with could be started: {reason}.",
        "Close other programs, or start fewer with --jobs.",
    )


def _name_status(status: int | None) -> str:
    return f"signal {-status}" if status is not None and status < 0 else f"status {status}"


def _mute_decoders() -> None:
    """Drop what libraries print of flaws in a picture that they can open all the same."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let no signal of the terminal reach a process that is started meanwhile.

    What ends this process is passed on by closing the connection; a worker that the same Ctrl+C
    has hit would look as if its file were at fault.
    """
    if os.name == "nt":
        yield
        return
    # Starting it, as the first worker would, opens the gates again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
