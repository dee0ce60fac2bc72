"""What takes long with models, off the GUI thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import DigitpadError
from digitpad.ui.background.job_queue import JobQueue

Report = Callable[[str], None]
Work = Callable[[Report], Any]


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
        self._jobs = JobQueue("models", self)
        self._jobs.crashed.connect(self.crashed)

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
        self._jobs.ask(lambda: work(self.reported.emit), answer, on_failed)

    def close(self) -> None:
        """Drop what waits, and wait for what is under way; from then on nothing is done."""
        self._jobs.close(drops_waiting=True)
