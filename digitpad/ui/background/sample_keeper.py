"""Working on the samples off the GUI thread."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError

if TYPE_CHECKING:
    from digitpad.services.samples.keeping import KeptDigit
    from digitpad.services.samples.store import SampleStore

_log = logging.getLogger(__name__)

_REPORT_S = 0.05

Work = Callable[["SampleStore"], Any]


@dataclass(frozen=True, eq=False)
class _Job:
    """Something to do with the samples, and who waits for it."""

    work: Work
    answer: Callable[[Any], None] | None
    on_failed: Callable[[DigitpadError], None] | None
    on_stopped: Callable[[], None] | None
    is_change: bool


class SampleKeeper(QObject):
    """Does one job on the samples after the other; the store is opened with the first.

    Parameters
    ----------
    file : Path
        Where the samples are.

    Signals
    -------
    changed()
        Samples were added, changed or deleted.
    progressed(int, int)
        How much of a long job is done, and how much there is; not every time.
    failed(DigitpadError)
        A job could not be done.
    noticed(SampleError)
        What had to be done to the file before it could be opened.
    crashed(Exception)
        A bug on the thread.
    """

    changed = Signal()
    progressed = Signal(int, int)
    failed = Signal(object)
    noticed = Signal(object)
    crashed = Signal(object)

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._thread: _KeeperThread | None = None
        self._is_closed = False
        self._is_stopping = False
        self._told_s = 0.0

    def ask(
        self,
        work: Work,
        answer: Callable[[Any], None] | None = None,
        *,
        on_failed: Callable[[DigitpadError], None] | None = None,
        on_stopped: Callable[[], None] | None = None,
        is_change: bool = False,
    ) -> None:
        """Do something with the samples on the thread, after what was asked before.

        Parameters
        ----------
        work : function from SampleStore
            What to do, on the thread.
        answer : function, optional
            Takes what `work` returned, on the GUI thread.
        on_failed : function from DigitpadError, optional
            Called on the GUI thread if it can't be done; `failed` is emitted as well.
        on_stopped : function, optional
            Called on the GUI thread if it was told to end, and did.
        is_change : bool
            Whether samples change by it.
        """
        if self._is_closed:  # Nobody is there any more to whom it matters.
            return
        self._is_stopping = False
        if self._thread is None:
            self._thread = _KeeperThread(self._file, self)
            self._thread.was_done.connect(self._on_done)
            self._thread.was_refused.connect(self._on_refused)
            self._thread.was_stopped.connect(self._on_stopped)
            self._thread.noticed.connect(self.noticed)
            self._thread.crashed.connect(self.crashed)
            self._thread.start()
        self._thread.jobs.put(_Job(work, answer, on_failed, on_stopped, is_change))

    def change(
        self, work: Work, *, on_failed: Callable[[DigitpadError], None] | None = None
    ) -> None:
        """Change samples on the thread; see `ask`."""
        self.ask(work, on_failed=on_failed, is_change=True)

    def keep(
        self, kept: KeptDigit, on_failed: Callable[[DigitpadError], None] | None = None
    ) -> None:
        """Keep a digit that was read, or bring it back if it was forgotten."""
        self.change(lambda store: store.add([kept.to_sample()]), on_failed=on_failed)

    def forget(self, key: str) -> None:
        """Delete the sample with this key; it can be kept again."""
        self.change(lambda store: store.delete(store.find_keys([key])))

    def report(self, done: int, total: int) -> None:
        """Say how far a long job is; for the job itself, on the thread.

        It does not return if the job is to end.
        """
        if self._is_stopping:
            raise _StoppedError
        now = time.monotonic()
        if now - self._told_s > _REPORT_S or done in (0, total):
            self._told_s = now
            self.progressed.emit(done, total)

    def stop(self) -> None:
        """Ask the jobs that report how far they are to end; what they did so far stays."""
        self._is_stopping = True

    def close(self) -> None:
        """Wait until everything asked for is done, let go of the file, and do nothing more."""
        self._is_closed = True
        if self._thread is not None:
            self._thread.jobs.put(None)
            self._thread.wait()
            self._thread = None

    @Slot(object, object)
    def _on_done(self, job: _Job, result: object) -> None:
        if job.answer is not None:
            job.answer(result)
        if job.is_change:
            self.changed.emit()

    @Slot(object)
    def _on_stopped(self, job: _Job) -> None:
        if job.on_stopped is not None:
            job.on_stopped()
        if job.is_change:
            self.changed.emit()

    @Slot(object, object)
    def _on_refused(self, job: _Job, error: DigitpadError) -> None:
        if job.on_failed is not None:
            job.on_failed(error)
        self.failed.emit(error)
        if job.is_change:  # A part of it may have been done.
            self.changed.emit()


class _StoppedError(Exception):
    """The person wants a job to end."""


class _KeeperThread(QThread):
    was_done = Signal(object, object)
    was_refused = Signal(object, object)
    was_stopped = Signal(object)
    noticed = Signal(object)
    crashed = Signal(object)

    def __init__(self, file: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._file = file
        self._store: SampleStore | None = None

    def run(self) -> None:
        while (job := self.jobs.get()) is not None:
            try:
                self.was_done.emit(job, job.work(self._opened()))
            except _StoppedError:
                self.was_stopped.emit(job)
            except DigitpadError as error:
                # What is damaged is put right when it is opened next.
                self._let_go()
                _log.warning("%s", error)
                self.was_refused.emit(job, error)
            except Exception as error:  # noqa: BLE001
                # Qt would print and forget what is raised here; the window shows it instead.
                _log.error("the thread of the samples crashed", exc_info=error)
                self.crashed.emit(error)
        self._back_up()
        self._let_go()

    def _opened(self) -> SampleStore:
        if self._store is None:
            # NumPy is imported here, on the thread: the window is already up.
            from digitpad.services.samples.store import SampleStore

            self._store = SampleStore(self._file)
            if self._store.notice is not None:
                self.noticed.emit(self._store.notice)
        return self._store

    def _back_up(self) -> None:
        try:
            if self._store is not None:
                self._store.back_up()
        except DigitpadError as error:
            _log.warning("no backup of the samples could be made: %s", error)

    def _let_go(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()
