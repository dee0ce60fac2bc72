"""Looking at one digit through models, off the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError

if TYPE_CHECKING:
    from digitpad.services.lens import Lens

_log = logging.getLogger(__name__)

Question = Callable[["Lens"], object]


class Looker(QObject):
    """Answers the newest question; what still waits is dropped for it.

    Signals
    -------
    looked(int, object)
        The number of a question, and its answer.
    failed(int, DigitpadError)
        The number of a question, and why there is no answer.
    crashed(Exception)
        A bug on the thread.
    """

    looked = Signal(int, object)
    failed = Signal(int, object)
    crashed = Signal(object)

    _wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._is_closed = False
        self._worker = _Worker()
        self._thread = QThread(self)
        self._thread.setObjectName("lens")
        self._worker.moveToThread(self._thread)
        self._wanted.connect(self._worker.answer_newest)
        self._worker.looked.connect(self.looked)
        self._worker.failed.connect(self.failed)
        self._worker.crashed.connect(self.crashed)

    def ask(self, question: Question) -> int:
        """Ask on the other thread; return the question's number."""
        self._number += 1
        if self._is_closed:
            return self._number
        if not self._thread.isRunning():
            self._thread.start()
        self._worker.put(self._number, question)
        self._wanted.emit()
        return self._number

    def close(self) -> None:
        """End the thread, after what it is at; from then on nothing is answered."""
        self._is_closed = True
        self._thread.quit()
        self._thread.wait()


class _Worker(QObject):
    looked = Signal(int, object)
    failed = Signal(int, object)
    crashed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._newest: tuple[int, Question] | None = None
        self._lens: Any = None

    def put(self, number: int, question: Question) -> None:
        """Take the question to answer next; called from the GUI thread."""
        with self._lock:
            self._newest = number, question

    @Slot()
    def answer_newest(self) -> None:
        with self._lock:
            newest, self._newest = self._newest, None
        if newest is None:
            return
        number, question = newest
        try:
            if self._lens is None:
                from digitpad.services.lens import Lens

                self._lens = Lens()
            self.looked.emit(number, question(self._lens))
        except DigitpadError as error:
            self.failed.emit(number, error)
        except Exception as error:  # noqa: BLE001
            # Qt would print and forget what a slot raises; the window shows it instead.
            _log.error("looking through a model crashed", exc_info=error)
            self.crashed.emit(error)
