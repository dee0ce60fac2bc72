"""How many samples there are, and what is under way."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from digitpad.ui.samples.sample_words import count_samples
from digitpad.ui.theme import GRID_PX

_HEIGHT_PX = 5 * GRID_PX
_BAR_PX = 20 * GRID_PX
_DELAY_MS = 300
"""Work shorter than this goes without a sign of it."""


class BrowserFoot(QWidget):
    """Counts on the left; on the right a long job, with a button to end it.

    Signals
    -------
    cancelled()
        The person wants it to end.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = self._total = self._selected = 0
        self._counts = QLabel()
        self._counts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._counts.setAccessibleName("How many")
        self._what = QLabel()
        self._what.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedSize(_BAR_PX, GRID_PX)
        self._cancel = QPushButton("&Cancel")
        self._cancel.clicked.connect(self.cancelled)
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(lambda: self._show_job(True))
        self.setFixedHeight(_HEIGHT_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, 0, 2 * GRID_PX, 0)
        row.setSpacing(GRID_PX)
        row.addWidget(self._counts)
        row.addStretch(1)
        for widget in (self._what, self._bar, self._cancel):
            row.addWidget(widget)
        self.show_busy("")

    def show_counts(self, shown: int, total: int) -> None:
        """Say how many of all samples are shown."""
        self._shown, self._total = shown, total
        self._show()

    def show_selected(self, count: int) -> None:
        """Say how many are selected."""
        self._selected = count
        self._show()

    def show_busy(self, what: str) -> None:
        """Say what is under way; nothing if it is empty."""
        self._what.setText(f"{what}…")
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(what)
        if not what:
            self._delay.stop()
            self._show_job(False)
        elif not self._cancel.isVisible():
            self._delay.start()

    def show_progress(self, done: int, total: int) -> None:
        """Say how far it is."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _show_job(self, is_shown: bool) -> None:
        for widget in (self._what, self._bar, self._cancel):
            widget.setVisible(is_shown)

    def _show(self) -> None:
        words = count_samples(self._total)
        if self._shown != self._total:
            words = f"{self._shown:,} of {words}"
        if self._selected > 1:
            words += f", {self._selected:,} selected"
        self._counts.setText(words[:1].upper() + words[1:])
