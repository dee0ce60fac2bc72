"""Watching a training run off the GUI thread."""

import logging
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from digitpad.training.events import RunFailed

_log = logging.getLogger(__name__)

STOP_PATIENCE_MS = 10_000
"""So long a run may take to end; no batch takes as long, unless the child process hangs."""


class RunWatcher(QObject):
    """Owns a training run: starts its process, relays its events, ends it.

    Signals
    -------
    event_arrived(Event)
        Every event, as it happens.
    run_ended(Event)
        The last event once more: `RunFinished`, `RunStopped` or `RunFailed`.
    crashed(Exception)
        A bug on the thread.
    """

    event_arrived = Signal(object)
    run_ended = Signal(object)
    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: Any = None
        self._thread: _RunThread | None = None

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._thread is not None

    def start(self, run: Any) -> None:
        """Start a `Run` and relay its events.

        Raises
        ------
        StorageError, TrainingError
            If it can't be started.
        """
        if self.is_running:
            raise RuntimeError("a run is under way")
        run.start()
        self._run = run
        self._thread = _RunThread(run, self)
        self._thread.event_arrived.connect(self.event_arrived)
        self._thread.crashed.connect(self.crashed)
        self._thread.finished.connect(self._on_thread_finished)
        self._thread.start()

    def stop(self) -> None:
        """Ask the run to end within one batch; one that does not is killed after a while."""
        run = self._run
        if run is not None:
            run.stop()
            QTimer.singleShot(STOP_PATIENCE_MS, self, lambda: self._kill_if_still_there(run))

    def pause(self) -> None:
        """Hold the run up after this batch."""
        if self._run is not None:
            self._run.pause()

    def go_on(self) -> None:
        """Let a paused run go on."""
        if self._run is not None:
            self._run.go_on()

    def _kill_if_still_there(self, run: Any) -> None:
        if self._run is run:
            run.kill()

    def kill(self) -> None:
        """End the run at once."""
        if self._run is not None:
            self._run.kill()

    def close(self) -> None:
        """End the run, if there is one, and wait for it."""
        self.kill()
        if self._thread is not None:
            self._thread.wait()

    @Slot()
    def _on_thread_finished(self) -> None:
        thread, self._thread, self._run = self._thread, None, None
        if thread is not None:
            last = thread.last_event
            thread.deleteLater()
            if last is not None:
                self.run_ended.emit(last)


class _RunThread(QThread):
    """Reads the events of a run, which blocks."""

    event_arrived = Signal(object)
    crashed = Signal(object)

    def __init__(self, run: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self.last_event: Any = None

    def run(self) -> None:
        try:
            for event in self._run.events():
                self.last_event = event
                self.event_arrived.emit(event)
        except Exception as error:  # noqa: BLE001
            # A bug, which the window shows; the process must not outlive its watcher.
            _log.error("watching the run crashed", exc_info=error)
            self._run.kill()
            self.last_event = RunFailed(
                "digitpad lost track of the run, and ended it.", "Your models are as they were."
            )
            self.event_arrived.emit(self.last_event)
            self.crashed.emit(error)
