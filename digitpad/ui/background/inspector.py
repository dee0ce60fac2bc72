"""Judging a model on a data set off the GUI thread."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError
from digitpad.services.models.library import Model

if TYPE_CHECKING:
    from digitpad.services.data_sets import DataSet

_log = logging.getLogger(__name__)

_REPORT_S = 0.05


class Inspector(QObject):
    """Judges one model on one data set at a time.

    Signals
    -------
    progressed(int, int)
        How many were judged, and how many there are; not every time.
    inspected(Inspection)
        What came of it.
    stopped()
        It was told to end, and did.
    failed(DigitpadError)
        It can't be done.
    crashed(Exception)
        A bug on the thread.
    """

    progressed = Signal(int, int)
    inspected = Signal(object)
    stopped = Signal()
    failed = Signal(object)
    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _InspectionThread | None = None

    @property
    def is_running(self) -> bool:
        """Whether a model is being judged."""
        return self._thread is not None

    def start(self, model: Model, data: DataSet) -> None:
        """Judge `model` on `data`; what was under way is to be over."""
        if self.is_running:
            raise RuntimeError("a model is being judged")
        self._thread = _InspectionThread(model, data, self)
        self._thread.progressed.connect(self.progressed)
        self._thread.crashed.connect(self.crashed)
        self._thread.finished.connect(self._on_thread_finished)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end, which takes a moment."""
        if self._thread is not None:
            self._thread.requestInterruption()

    def close(self) -> None:
        """End it, and wait for that."""
        self.stop()
        if self._thread is not None:
            self._thread.wait()

    @Slot()
    def _on_thread_finished(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.deleteLater()
        if thread.error is not None:
            self.failed.emit(thread.error)
        elif thread.inspection is not None:
            self.inspected.emit(thread.inspection)
        else:
            self.stopped.emit()


class _StoppedError(Exception):
    """The person wants it to end."""


class _InspectionThread(QThread):
    progressed = Signal(int, int)
    crashed = Signal(object)

    def __init__(self, model: Model, data: DataSet, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._data = data
        self._told_s = 0.0
        self.inspection: object = None
        self.error: DigitpadError | None = None

    def run(self) -> None:
        try:
            # LiteRT and OpenCV are imported here, on the thread.
            from digitpad.services.inspection import inspect

            self.inspection = inspect(self._model, self._data, self._follow)
        except _StoppedError:
            return
        except DigitpadError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001
            # Qt would print and forget what is raised here; the window shows it instead.
            _log.error("judging a model crashed", exc_info=error)
            self.error = DigitpadError("The model could not be judged.", "Try other data.")
            self.crashed.emit(error)

    def _follow(self, done: int, count: int) -> None:
        if self.isInterruptionRequested():
            raise _StoppedError
        # Thousands a second would keep the window busy.
        if done == count or time.monotonic() - self._told_s > _REPORT_S:
            self._told_s = time.monotonic()
            self.progressed.emit(done, count)
