"""Working on the samples off the GUI thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import DigitpadError
from digitpad.ui.background.job_queue import JobQueue

if TYPE_CHECKING:
    from digitpad.services.samples.keeping import KeptDigit
    from digitpad.services.samples.store import SampleStore

_log = logging.getLogger(__name__)

_REPORT_S = 0.05

_STOPPED = object()
"""What a job that was told to end comes to."""

Work = Callable[["SampleStore"], Any]


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
        self._store: SampleStore | None = None
        self._jobs = JobQueue("samples", self)
        self._jobs.crashed.connect(self.crashed)
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
        self._is_stopping = False
        self._jobs.ask(
            lambda: self._do(work),
            lambda result: self._on_done(result, answer, on_stopped, is_change=is_change),
            lambda error: self._on_refused(error, on_failed, is_change=is_change),
        )

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
        self._jobs.close(finish=self._finish)

    # --- on the GUI thread -----------------------------------------------------------------

    def _on_done(
        self,
        result: object,
        answer: Callable[[Any], None] | None,
        on_stopped: Callable[[], None] | None,
        *,
        is_change: bool,
    ) -> None:
        if result is _STOPPED:
            if on_stopped is not None:
                on_stopped()
        elif answer is not None:
            answer(result)
        if is_change:
            self.changed.emit()

    def _on_refused(
        self,
        error: DigitpadError,
        on_failed: Callable[[DigitpadError], None] | None,
        *,
        is_change: bool,
    ) -> None:
        if on_failed is not None:
            on_failed(error)
        self.failed.emit(error)
        if is_change:  # A part of it may have been done.
            self.changed.emit()

    # --- on the thread ---------------------------------------------------------------------

    def _do(self, work: Work) -> Any:
        try:
            return work(self._opened())
        except _StoppedError:
            return _STOPPED
        except DigitpadError:
            # What is damaged is put right when it is opened next.
            self._let_go()
            raise

    def _opened(self) -> SampleStore:
        if self._store is None:
            # NumPy is imported here, on the thread: the window is already up.
            from digitpad.services.samples.store import SampleStore

            self._store = SampleStore(self._file)
            if self._store.notice is not None:
                self.noticed.emit(self._store.notice)
        return self._store

    def _finish(self) -> None:
        try:
            if self._store is not None:
                self._store.back_up()
        except DigitpadError as error:
            _log.warning("no backup of the samples could be made: %s", error)
        self._let_go()

    def _let_go(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()


class _StoppedError(Exception):
    """The person wants a job to end."""
