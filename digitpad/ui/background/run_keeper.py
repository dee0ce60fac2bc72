"""Reading the runs there were, and moving their folders, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import DigitpadError
from digitpad.ui.background.job_queue import JobQueue

if TYPE_CHECKING:
    from digitpad.services.runs.records import RunCatalog

Work = Callable[["RunCatalog"], Any]


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
        self._catalog: RunCatalog | None = None
        self._jobs = JobQueue("runs", self)
        self._jobs.crashed.connect(self.crashed)

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
        self._jobs.ask(
            lambda: work(self._opened()),
            answer or (lambda _: None),
            on_failed or self.failed.emit,
        )

    def close(self) -> None:
        """Wait until everything asked for is done, and do nothing more."""
        self._jobs.close()

    def _opened(self) -> RunCatalog:
        """Return the catalog, on the thread."""
        if self._catalog is None:
            # Imported here: the window is already up.
            from digitpad.services.runs.records import RunCatalog

            self._catalog = RunCatalog(self.runs)
        return self._catalog
