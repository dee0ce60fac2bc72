"""How a run is going, while it is under way."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from digitpad.ui.theme import GRID_PX
from digitpad.ui.training.run_progress import RunProgress, describe_pace, describe_time_left

_BAR_STEPS = 1_000

_EMPTY_LINE = "\u00a0"
"""Keeps the height of a line, so that what is below doesn't jump."""


class RunStatus(QWidget):
    """What a run is doing, a bar, the time left and what the machine is doing for it.

    Parameters
    ----------
    parent : QWidget, optional
        Where it sits.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel(self, wordWrap=True)
        self._bar = QProgressBar(self, textVisible=False)
        self._bar.setAccessibleName("Progress of the training")
        self._time_left = QLabel(self)
        self._pace = QLabel(self, wordWrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID_PX)
        for widget in (self._text, self._bar, self._time_left, self._pace):
            layout.addWidget(widget)
        for note in (self._time_left, self._pace):
            note.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def show_progress(self, progress: RunProgress, *, is_stopping: bool) -> None:
        """Show how far the run is.

        Parameters
        ----------
        progress : RunProgress
            Of the run.
        is_stopping : bool
            Whether it was asked to end.
        """
        self._text.setText(_describe(progress, is_stopping))
        seconds = None if is_stopping else progress.seconds_left
        self._time_left.setText(_EMPTY_LINE if seconds is None else describe_time_left(seconds))
        pace = None if progress.is_paused else progress.pace
        self._pace.setText(_EMPTY_LINE if pace is None else describe_pace(pace))
        # A bar without an end runs to and fro.
        self._bar.setMaximum(0 if progress.fraction is None else _BAR_STEPS)
        if progress.fraction is not None:
            self._bar.setValue(round(progress.fraction * _BAR_STEPS))


def _describe(progress: RunProgress, is_stopping: bool) -> str:
    if is_stopping:
        return "Stopping…"
    return f"Paused. {progress.text}" if progress.is_paused else progress.text
