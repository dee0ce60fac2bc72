"""The same work on many things, on all cores: in order, in bounded memory, whatever befalls."""

import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from digitpad.core.errors import DatasetError, DigitpadError

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Item], Result]

_JOB_BYTES = 600_000_000  # What a process takes for a 12-megapixel photograph, and to spare.
_MOST_JOBS = 60  # Windows waits for no more.
_AHEAD_A_JOB = 16  # So many results may be there before the one whose turn it is.


def count_jobs() -> int:
    """Return how many processes this machine can hold: its cores, if memory allows."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        cores = min(cores, memory_bytes // _JOB_BYTES)
    return max(1, min(cores, _MOST_JOBS))


def work_through(
    prepare: Callable[[], Work[Item, Result]], items: Iterable[Item], jobs: int | None = None
) -> Iterator[Result]:
    """Do the same work on each item; with one job in this process, else as `work_apart`.

    Parameters
    ----------
    prepare, items
        As `work_apart` takes them.
    jobs : int or None
        Processes; None for as many as the machine can hold. The results don't depend on it.

    Yields
    ------
    Result
        Of each item, in order.

    Raises
    ------
    DatasetError
        If an item ended its process twice, for want of memory say.
    """
    jobs = jobs or count_jobs()
    yield from map(prepare(), items) if jobs == 1 else work_apart(prepare, items, jobs, _refuse)


def work_apart(
    prepare: Callable[[], Work[Item, Result]],
    items: Iterable[Item],
    jobs: int,
    give_up: Callable[[Item, str], Result],
) -> Generator[Result, None, None]:
    """Do the same work on each item, in processes of their own.

    A process that dies takes nothing along but the item it was at, which is tried once more, alone.

    Parameters
    ----------
    prepare : callable
        Called once in each process; returns the work, which may hold what is slow to load. It is
        sent to the processes, so it is a function of a module, or a `functools.partial` of one.
    items : iterable
        Asked for one by one, a little ahead of what was done.
    jobs : int
        The most processes there may be; no more are started than there are items.
    give_up : callable
        Returns what stands for an item that ended its process twice, or raises; it is told the
        item and how the process ended.

    Yields
    ------
    Result
        Of each item, in order. Closing the generator ends the processes at once.

    Raises
    ------
    DigitpadError
        If no process can be started. What preparing or the work raises is raised as well.
    """
    pool = _Pool(prepare, min(jobs, _MOST_JOBS), give_up)
    try:
        yield from pool.work_through(items)
    finally:
        pool.kill()


def _refuse(item: object, end: str) -> Any:
    raise DatasetError(
        f"A process that worked on the data died, twice, with {end}.",
        "Free some memory, or use fewer jobs.",
    )


@dataclass(frozen=True)
class _Task(Generic[Item]):
    number: int
    item: Item
    is_retry: bool = False


@dataclass(frozen=True)
class _Done(Generic[Result]):
    result: Result


class _Worker(Generic[Item]):
    """A process that works on one item at a time."""

    def __init__(self, prepare: Callable[[], Work[Item, Any]]) -> None:
        context = multiprocessing.get_context("spawn")  # The one way there is on every platform.
        self.connection, self._theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(self._theirs, prepare), daemon=True)
        self.task: _Task[Item] | None = None

    def start(self) -> None:
        with _signals_held_back():
            self._process.start()
        # Held by the process alone, it closes when that dies.
        self._theirs.close()

    def give(self, task: _Task[Item]) -> None:
        self.task = task
        with suppress(ConnectionError):  # It died while it waited, which receiving will tell.
            self.connection.send(task.item)

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


class _Pool(Generic[Item, Result]):
    """Processes, the items they are at, and the results whose turn has not come."""

    def __init__(
        self,
        prepare: Callable[[], Work[Item, Result]],
        jobs: int,
        give_up: Callable[[Item, str], Result],
    ) -> None:
        self._prepare = prepare
        self._jobs = jobs
        self._give_up = give_up
        self._workers: list[_Worker[Item]] = []
        self._has_started = False
        self._retries: deque[_Task[Item]] = deque()
        self._results: dict[int, Result] = {}
        self._next_number = 0

    def work_through(self, items: Iterable[Item]) -> Iterator[Result]:
        """Yield the results in order."""
        tasks = (_Task(number, item) for number, item in enumerate(items))
        for number in count():
            while number not in self._results:
                self._hand_out(tasks, number + _AHEAD_A_JOB * self._jobs)
                busy = self._busy()
                if not busy:
                    return
                ready = wait([worker.connection for worker in busy])
                for worker in busy:
                    if worker.connection in ready:
                        self._receive(worker)
            yield self._results.pop(number)

    def kill(self) -> None:
        """End all processes at once; what they are at is lost."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def _busy(self) -> list[_Worker[Item]]:
        return [worker for worker in self._workers if worker.task is not None]

    def _hand_out(self, tasks: Iterator[_Task[Item]], end: int) -> None:
        """Give every process that is free an item before number `end`."""
        if self._retries:
            # Alone, so that it has all the memory there is.
            if not self._busy():
                self._give(self._retries.popleft())
            return
        while self._next_number < end and len(self._busy()) < self._jobs:
            task = next(tasks, None)
            if task is None:
                return
            self._next_number += 1
            self._give(task)

    def _give(self, task: _Task[Item]) -> None:
        worker = next((worker for worker in self._workers if worker.task is None), None)
        if worker is None:
            worker = _Worker(self._prepare)
            self._workers.append(worker)
            try:
                worker.start()
            except OSError as error:
                raise _not_started(str(error)) from error
        worker.give(task)

    def _receive(self, worker: _Worker[Item]) -> None:
        """Take what a process has to say; that it died, if nothing."""
        task = worker.task
        assert task is not None
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
            self._bury(task, _name_status(worker.kill()))
            return
        if isinstance(message, Exception):
            raise message
        self._has_started = True
        if isinstance(message, _Done):
            worker.task = None
            self._results[task.number] = message.result

    def _bury(self, task: _Task[Item], end: str) -> None:
        if not self._has_started:
            raise _not_started(f"it ended with {end}")
        if task.is_retry:
            self._results[task.number] = self._give_up(task.item, end)
        else:
            # It may have been another's fault that memory ran out.
            self._retries.append(replace(task, is_retry=True))


def _serve(connection: Connection, prepare: Callable[[], Work[Any, Any]]) -> None:
    """Work on the items that come through `connection` until it closes. Runs in a worker."""
    import cv2

    cv2.setNumThreads(1)  # The other cores have workers of their own.
    # On Windows Ctrl+C reaches every process; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):  # The parent may be gone, and nobody left to tell.
        try:
            work = prepare()
            connection.send(None)
            while True:
                connection.send(_Done(work(connection.recv())))
        except Exception as error:  # noqa: BLE001
            # Raised again in the parent, to which the traceback would be lost.
            error.add_note(traceback.format_exc())
            connection.send(error)


def _not_started(reason: str) -> DigitpadError:
    return DigitpadError(
        f"No process to work in could be started: {reason}.",
        "Close other programs, or start fewer with --jobs.",
    )


def _name_status(status: int | None) -> str:
    return f"signal {-status}" if status is not None and status < 0 else f"status {status}"


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let no signal of the terminal reach a process that is started meanwhile.

    What ends this process is passed on by closing the connection; a worker that the same Ctrl+C
    has hit would look as if its item were at fault.
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
