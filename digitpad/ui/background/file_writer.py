"""Writing files off the GUI thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError
from digitpad.core.files import write_atomically


class FileWriter(QObject):
    """Writes files whose content takes long to make.

    Signals
    -------
    written(Path)
        The file is there.
    failed(DigitpadError)
        It could not be written; what was there before still is.
    """

    written = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[_WriteThread] = []

    def write(self, file: Path, encode: Callable[[], bytes]) -> None:
        """Write what `encode` returns, which is called on another thread."""
        thread = _WriteThread(file, encode, self)
        thread.ended.connect(self._on_thread_ended)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait until everything is written."""
        for thread in self._threads:
            thread.wait()

    @Slot(object, object)
    def _on_thread_ended(self, thread: "_WriteThread", error: DigitpadError | None) -> None:
        thread.wait()
        self._threads.remove(thread)
        thread.deleteLater()
        if error is None:
            self.written.emit(thread.file)
        else:
            self.failed.emit(error)


class _WriteThread(QThread):
    ended = Signal(object, object)

    def __init__(self, file: Path, encode: Callable[[], bytes], parent: QObject) -> None:
        super().__init__(parent)
        self.file = file
        self._encode = encode

    def run(self) -> None:
        failure: DigitpadError | None = None
        try:
            write_atomically(self.file, self._encode())
        except DigitpadError as error:
            failure = error
        self.ended.emit(self, failure)
