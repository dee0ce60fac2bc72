"""What a run said, line by line, folded away until wanted."""

import time
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitpad.training.events import (
    DataLoaded,
    EpochEnded,
    Event,
    ModelsCompared,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStopped,
    StatusChanged,
)
from digitpad.training.learning.judgement import DATA_NAMES
from digitpad.ui.training.run_progress import describe_duration

_LINES_KEPT = 2_000
_TAIL_LINES = 20
_TAIL_BYTES = 8_192
_HEIGHT_PX = 160


class RunLog(QWidget):
    """A line for every status and epoch; the end of the process's own log when it failed.

    Parameters
    ----------
    parent : QWidget, optional
        Where it sits.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file: Path | None = None
        self._toggle = QToolButton(self, autoRaise=True)
        self._toggle.setText("Lo&g")
        self._toggle.setCheckable(True)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._toggle.setArrowType(Qt.ArrowType.RightArrow)
        self._toggle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._toggle.setAccessibleName("Show the log")
        self._toggle.toggled.connect(self._on_toggled)
        self._open_button = QPushButton("Open log file", self, flat=True)
        self._open_button.hide()
        self._open_button.clicked.connect(self._on_open_clicked)
        self._text = QPlainTextEdit(self, readOnly=True)
        self._text.hide()
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setMaximumBlockCount(_LINES_KEPT)
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(_HEIGHT_PX)
        self._text.setAccessibleName("Log")
        row = QHBoxLayout()
        row.addWidget(self._toggle)
        row.addStretch()
        row.addWidget(self._open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._text)

    def begin(self, file: Path) -> None:
        """Forget the last run; `file` is the new one's own log."""
        self._text.clear()
        self._file = file

    def write(self, event: Event) -> None:
        """Add what an event says; batches and downloads say nothing lasting."""
        text = _describe(event)
        if text:
            self._text.appendPlainText(f"{time.strftime('%H:%M:%S')}  {text}")

    def show_end_of_file(self) -> None:
        """Unfold, with the last lines of the run's own log."""
        lines = _read_end(self._file) if self._file else []
        self._text.appendPlainText("\n".join(["", *(lines or ["The process left no log."])]))
        self._toggle.setChecked(True)

    def _on_toggled(self, is_open: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self._toggle.setArrowType(arrow)
        self._text.setVisible(is_open)
        self._open_button.setVisible(is_open)

    def _on_open_clicked(self) -> None:
        if self._file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))


def _describe(event: Event) -> str:
    if isinstance(event, StatusChanged):
        return event.text
    if isinstance(event, DataLoaded):
        return (
            f"{event.source}: {event.train:,} digits to train on, {event.validation:,} to "
            f"validate on, {event.test:,} to test on"
        )
    if isinstance(event, RunResumed):
        return f"Going on after epoch {event.epoch}"
    if isinstance(event, EpochEnded):
        return (
            f"Epoch {event.epoch} of {event.epochs}: loss {event.loss:.4f}, "
            f"accuracy {event.accuracy:.2%}; validation loss {event.validation_loss:.4f}, "
            f"accuracy {event.validation_accuracy:.2%}; {describe_duration(event.seconds)}"
        )
    if isinstance(event, ModelsCompared):
        return (
            f"{DATA_NAMES[event.data]}: {event.right_after:,} of {event.count:,} read right, "
            f"{event.right_before:,} before"
        )
    if isinstance(event, RunFinished):
        return f"Finished: test accuracy {event.accuracy_after:.2%}"
    if isinstance(event, RunStopped):
        return "Stopped"
    if isinstance(event, RunFailed):
        return f"{event.message} {event.hint}".strip()
    return ""


def _read_end(file: Path) -> list[str]:
    try:
        with file.open("rb") as content:
            content.seek(max(0, file.stat().st_size - _TAIL_BYTES))
            text = content.read().decode("utf-8", errors="replace")
    except OSError as error:
        return [f"“{file}” can't be read: {error.strerror or error}."]
    return text.splitlines()[-_TAIL_LINES:]
