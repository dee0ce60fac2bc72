"""What takes long with models, off the GUI thread."""

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError

_log = logging.getLogger(__name__)

Report = Callable[[str], None]
Work = Callable[[Report], Any]


@dataclass(frozen=True, eq=False)
class _Job:
    work: Work
    answer: Callable[[Any], None]
    on_failed: Callable[[DigitpadError], None]


class ModelJobs(QObject):
    """Does one job after the other: imports, exports, copies, measures.

    Signals
    -------
    reported(str)
        What the job is at.
    crashed(Exception)
        A bug on the thread.
    """

    reported = Signal(str)
    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _JobThread | None = None
        self._is_closed = False

    def ask(
        self,
        work: Work,
        answer: Callable[[Any], None],
        on_failed: Callable[[DigitpadError], None],
    ) -> None:
        """Do something on the thread, after what was asked before.

        Parameters
        ----------
        work : callable
            What to do, on the thread; it is given a function to say what it is at.
        answer : callable
            Takes what `work` returned, on the GUI thread.
        on_failed : callable
            Called on the GUI thread instead, if it can't be done.
        """
        if self._is_closed:  # Nobody is there any more to whom it matters.
            return
        if self._thread is None:
            self._thread = _JobThread(self)
            self._thread.reported.connect(self.reported)
            self._thread.was_done.connect(self._on_done)
            self._thread.was_refused.connect(self._on_refused)
            self._thread.crashed.connect(self.crashed)
            self._thread.start()
        self._thread.jobs.put(_Job(work, answer, on_failed))

    def close(self) -> None:
        """Drop what waits, and wait for what is under way; from then on nothing is done."""
        self._is_closed = True
        if self._thread is not None:
            self._thread.is_closing = True
            self._thread.jobs.put(None)
            self._thread.wait()
            self._thread = None

    @Slot(object, object)
    def _on_done(self, job: _Job, result: object) -> None:
        job.answer(result)

    @Slot(object, object)
    def _on_refused(self, job: _Job, error: DigitpadError) -> None:
        job.on_failed(error)


class _JobThread(QThread):
    reported = Signal(str)
    was_done = Signal(object, object)
    was_refused = Signal(object, object)
    crashed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.is_closing = False

    def run(self) -> None:
        while (job := self.jobs.get()) is not None and not self.is_closing:
            try:
                self.was_done.emit(job, job.work(self.reported.emit))
            except DigitpadError as error:
                self.was_refused.emit(job, error)
            except Exception as error:  # noqa: BLE001
                # Qt would print and forget what is raised here; the window shows it instead.
                _log.error("the thread of the models crashed", exc_info=error)
                self.crashed.emit(error)
