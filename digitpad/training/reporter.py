"""What a run says, and how it is stopped and paused. Free of TensorFlow."""

import time
from collections.abc import Callable

from digitpad.training.events import Event, PartFinished, StatusChanged

Report = Callable[[Event], None]
IsStopped = Callable[[], bool]


class RunStoppedError(Exception):
    """The person asked the run to stop."""


class Reporter:
    """Says what the run is at, and ends it when that is asked for.

    Parameters
    ----------
    report : callable
        Called with every event.
    is_stopped : callable
        Whether the run is to end; it returns only when a paused run is to go on.
    epoch : int
        The last whole epoch so far.
    """

    def __init__(self, report: Report, is_stopped: IsStopped, epoch: int = 0) -> None:
        self.report = report
        self._is_stopped = is_stopped
        self._waited_s = 0.0
        self.epochs_done = epoch

    @property
    def seconds(self) -> float:
        """A clock that stands still while the run is paused."""
        return time.monotonic() - self._waited_s

    def keep_to_statuses(self) -> None:
        """Say from now on what the run is at, and nothing of how it goes: another machine does."""
        report = self.report

        def report_status(event: Event) -> None:
            if isinstance(event, StatusChanged | PartFinished):
                report(event)

        self.report = report_status

    def begin(self, text: str) -> None:
        """Say what is done next, unless the run is to stop."""
        self.stop_if_asked()
        self.report(StatusChanged(text))

    def stop_if_asked(self) -> None:
        """Wait while the run is paused.

        Raises
        ------
        RunStoppedError
            If it is to end.
        """
        began = time.monotonic()
        is_stopped = self._is_stopped()
        self._waited_s += time.monotonic() - began
        if is_stopped:
            raise RunStoppedError
