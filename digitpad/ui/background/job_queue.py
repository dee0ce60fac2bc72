"""Doing one job after the other off the GUI thread."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Job:
    """Something to do, and who waits for it."""

    work: Callable[[], Any]
    answer: Callable[[Any], None]
    on_failed: Callable[[DigitpadError], None]


class JobQueue(QObject):
    """Does what it is asked on a thread of its own, in order; the thread starts with the first job.

    Parameters
    ----------
    what : str
        What the jobs are about, for the log.

    Signals
    -------
    crashed(Exception)
        A bug on the thread.
    """

    crashed = Signal(object)

    def __init__(self, what: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._what = what
        self._thread: _JobThread | None = None
        self._is_closed = False

    def ask(
        self,
        work: Callable[[], Any],
        answer: Callable[[Any], None],
        on_failed: Callable[[DigitpadError], None],
    ) -> None:
        """Do something on the thread, after what was asked before.

        Parameters
        ----------
        work : function
            What to do, on the thread.
        answer : function
            Takes what `work` returned, on the GUI thread.
        on_failed : function from DigitpadError
            Called on the GUI thread instead, if it can't be done.
        """
        if self._is_closed:  # Nobody is there any more to whom it matters.
            return
        if self._thread is None:
            self._thread = _JobThread(self._what, self)
            self._thread.was_done.connect(self._on_done)
            self._thread.crashed.connect(self.crashed)
            self._thread.start()
        self._thread.jobs.put(_Job(work, answer, on_failed))

    def close(
        self, *, drops_waiting: bool = False, finish: Callable[[], None] | None = None
    ) -> None:
        """Wait until everything asked for is done, and do nothing more.

        Parameters
        ----------
        drops_waiting : bool
            Whether only what is under way is waited for.
        finish : function, optional
            The last thing to do on the thread, if anything was done on it at all.
        """
        self._is_closed = True
        if self._thread is not None:
            self._thread.is_dropping = drops_waiting
            self._thread.finish = finish
            self._thread.jobs.put(None)
            self._thread.wait()
            self._thread = None

    @Slot(object)
    def _on_done(self, tell: Callable[[], None]) -> None:
        tell()


class _JobThread(QThread):
    was_done = Signal(object)
    crashed = Signal(object)

    def __init__(self, what: str, parent: QObject) -> None:
        super().__init__(parent)
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.is_dropping = False
        self.finish: Callable[[], None] | None = None
        self._what = what

    def run(self) -> None:
        while (job := self.jobs.get()) is not None and not self.is_dropping:
            self._do(job)
        if self.finish is not None:
            self._do(_Job(self.finish, lambda _: None, lambda _: None))

    def _do(self, job: _Job) -> None:
        try:
            self.was_done.emit(partial(job.answer, job.work()))
        except DigitpadError as error:
            _log.warning("%s", error)
            self.was_done.emit(partial(job.on_failed, error))
        except Exception as error:  # noqa: BLE001
            # Qt would print and forget what is raised here; the window shows it instead.
            _log.error("the thread of the %s crashed", self._what, exc_info=error)
            self.crashed.emit(error)
