"""Reading the runs there were, and moving their folders, off the GUI thread."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError

if TYPE_CHECKING:
    from digitpad.services.runs.records import RunCatalog

_log = logging.getLogger(__name__)

Work = Callable[["RunCatalog"], Any]


@dataclass(frozen=True, eq=False)
class _Job:
    """Something to do with the runs, and who waits for it."""

    work: Work
    answer: Callable[[Any], None] | None
    on_failed: Callable[[DigitpadError], None] | None


class RunKeeper(QObject):
    """Does one job on the runs' folders after the other; its thread starts with the first.

    Parameters
    ----------
    runs : Path
        Holds all runs' folders.

    Signals
    -------
    failed(DigitpadError)
        A job could not be done, and whoever asked for it left that to others.
    crashed(Exception)
        A bug on the thread.
    """

    failed = Signal(object)
    crashed = Signal(object)

    def __init__(self, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs = runs
        self._thread: _KeeperThread | None = None
        self._is_closed = False

    def ask(
        self,
        work: Work,
        answer: Callable[[Any], None] | None = None,
        on_failed: Callable[[DigitpadError], None] | None = None,
    ) -> None:
        """Do something with the runs on the thread, after what was asked before.

        Parameters
        ----------
        work : function from RunCatalog
            What to do, on the thread. The catalog is the same each time.
        answer : function, optional
            Takes what `work` returned, on the GUI thread.
        on_failed : function from DigitpadError, optional
            Called on the GUI thread if it can't be done; `failed` is emitted without it.
        """
        if self._is_closed:  # A run that was ended with the window asks once more.
            return
        if self._thread is None:
            self._thread = _KeeperThread(self.runs, self)
            self._thread.was_done.connect(self._on_done)
            self._thread.was_refused.connect(self._on_refused)
            self._thread.crashed.connect(self.crashed)
            self._thread.start()
        self._thread.jobs.put(_Job(work, answer, on_failed))

    def close(self) -> None:
        """Wait until everything asked for is done, and do nothing more."""
        self._is_closed = True
        if self._thread is not None:
            self._thread.jobs.put(None)
            self._thread.wait()
            self._thread = None

    @Slot(object, object)
    def _on_done(self, job: _Job, result: object) -> None:
        if job.answer is not None:
            job.answer(result)

    @Slot(object, object)
    def _on_refused(self, job: _Job, error: DigitpadError) -> None:
        if job.on_failed is not None:
            job.on_failed(error)
        else:
            self.failed.emit(error)


class _KeeperThread(QThread):
    was_done = Signal(object, object)
    was_refused = Signal(object, object)
    crashed = Signal(object)

    def __init__(self, runs: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._runs = runs

    def run(self) -> None:
        # Imported here, on the thread: the window is already up.
        from digitpad.services.runs.records import RunCatalog

        catalog = RunCatalog(self._runs)
        while (job := self.jobs.get()) is not None:
            try:
                self.was_done.emit(job, job.work(catalog))
            except DigitpadError as error:
                self.was_refused.emit(job, error)
            except Exception as error:  # noqa: BLE001
                # Qt would print and forget what is raised here; the window shows it instead.
                _log.error("the thread of the runs crashed", exc_info=error)
                self.crashed.emit(error)
