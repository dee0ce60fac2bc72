"""What happens to bugs: logged with their traceback, and shown so that they can be reported."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

import digitpad

_log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Catches what nobody else caught, on every thread."""

    _caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: QMessageBox | None = None
        self._caught.connect(self._show)

    def install(self) -> None:
        """Take Python's unhandled exceptions from now on."""
        sys.excepthook = self._on_exception
        threading.excepthook = lambda caught: self._on_exception(
            caught.exc_type, caught.exc_value, caught.exc_traceback
        )

    def report(self, error: BaseException) -> None:
        """Log and show `error`; from any thread."""
        _log.critical("unexpected error", exc_info=error)
        # Through a signal, because the dialog belongs to the GUI thread.
        self._caught.emit("".join(traceback.format_exception(error)))

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        self.report(error.with_traceback(trace))

    def _show(self, details: str) -> None:
        if self._dialog is not None:
            return  # One at a time; the log has the others.
        self._dialog = QMessageBox(
            QMessageBox.Icon.Warning,
            "digitpad",
            "Something went wrong inside digitpad.",
            parent=QApplication.activeWindow(),
        )
        self._dialog.setInformativeText(
            "That is a fault of the program. You can go on, but save your drawing first."
        )
        self._dialog.setDetailedText(f"{_describe_system()}\n\n{details}")
        copy = self._dialog.addButton("Copy Details", QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()  # It copies, and the dialog stays.
        copy.clicked.connect(self._copy)
        self._dialog.addButton(QMessageBox.StandardButton.Close)
        self._dialog.setModal(False)
        self._dialog.finished.connect(self._forget)
        self._dialog.show()

    def _copy(self) -> None:
        if self._dialog is not None:
            QApplication.clipboard().setText(self._dialog.detailedText())

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


def _describe_system() -> str:
    return (
        f"digitpad {digitpad.__version__}, Python {sys.version.split()[0]}, {platform.platform()}"
    )
