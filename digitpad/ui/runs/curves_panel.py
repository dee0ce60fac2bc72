"""The curves of the ticked runs, and what of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from digitpad.services.runs.records import RunRecord
from digitpad.ui.runs.curve_controls import CurveControls
from digitpad.ui.runs.run_marks import RunMark
from digitpad.ui.theme import GRID_PX

if TYPE_CHECKING:
    from digitpad.ui.runs.curves_plot import CurvesPlot

_PLOT_DELAY_MS = 50

Runs = Sequence[tuple[RunRecord, RunMark]]


class CurvesPanel(QWidget):
    """Draws curves once their library is loaded, which takes most of a second.

    Signals
    -------
    drawn()
        There are curves to be seen, or none any more.
    """

    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._runs: Runs = ()
        self._plot: CurvesPlot | None = None
        self._controls = CurveControls()
        self._words = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX)
        column.addWidget(self._controls)
        column.addWidget(self._pages, stretch=1)
        self._controls.changed.connect(self._draw)

    @property
    def plot(self) -> CurvesPlot | None:
        """The curves; None as long as there are none to be seen."""
        return self._plot if self._has_curves else None

    def show_runs(self, runs: Runs) -> None:
        """Draw these runs in place of others."""
        self._runs = tuple(runs)
        self._draw()

    def encode(self, suffix: str) -> bytes:
        """Return the plot as the content of a `.png` or an `.svg` file."""
        plot = self._load_plot()
        return plot.to_svg() if suffix == ".svg" else plot.to_png()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Once the window is painted.
        QTimer.singleShot(_PLOT_DELAY_MS, self, self._draw_first)

    @property
    def _has_curves(self) -> bool:
        return any(record.epochs for record, _ in self._runs)

    def _load_plot(self) -> CurvesPlot:
        if self._plot is None:
            from digitpad.ui.runs.curves_plot import CurvesPlot

            self._plot = CurvesPlot()
            self._pages.addWidget(self._plot)
        return self._plot

    def _draw_first(self) -> None:
        self._load_plot()
        self._draw()

    def _draw(self) -> None:
        if not self._runs:
            self._words.setText("Tick runs above to see their curves.")
        elif not self._has_curves:
            self._words.setText("No epoch has ended yet.")
        self._controls.setEnabled(self._has_curves)
        if self._plot is not None and self._has_curves:
            self._plot.show_runs(self._runs, self._controls.choice)
            self._pages.setCurrentWidget(self._plot)
        else:
            self._pages.setCurrentWidget(self._words)
        self.drawn.emit()
