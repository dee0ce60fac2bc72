"""What of the chosen runs is drawn, and how."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSlider, QWidget

from digitpad.ui.runs.curves import CurveChoice, Metric
from digitpad.ui.theme import GRID_PX

_NAMES = {Metric.ACCURACY: "Accuracy", Metric.ERROR: "Error", Metric.LOSS: "Loss"}
_MOST_SMOOTHING = 95
_SLIDER_PX = 120


class CurveControls(QWidget):
    """Values, smoothing and scale.

    Signals
    -------
    changed()
        The choice is another one.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._metric = QComboBox()
        self._metric.setAccessibleName("Values")
        for metric, name in _NAMES.items():
            self._metric.addItem(name, metric)
        self._smoothing = QSlider(Qt.Orientation.Horizontal)
        self._smoothing.setRange(0, _MOST_SMOOTHING)
        self._smoothing.setPageStep(10)
        self._smoothing.setMaximumWidth(_SLIDER_PX)
        self._smoothing.setAccessibleName("Smoothing")
        self._smoothing.setToolTip(
            "The weight of what was before: a moving average, with the curve itself behind"
        )
        self._amount = QLabel()
        self._amount.setMinimumWidth(self._amount.fontMetrics().horizontalAdvance("0.00"))
        self._scale = QCheckBox("&Logarithmic")
        self._scale.setToolTip("Let equal distances be equal ratios")
        values, smoothing = QLabel("&Values"), QLabel("Smoot&hing")
        values.setBuddy(self._metric)
        smoothing.setBuddy(self._smoothing)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID_PX)
        for widget in (values, self._metric, smoothing, self._smoothing, self._amount, self._scale):
            row.addWidget(widget)
        row.addStretch()
        row.insertSpacing(2, GRID_PX)
        row.insertSpacing(6, GRID_PX)
        self._metric.currentIndexChanged.connect(self._on_changed)
        self._smoothing.valueChanged.connect(self._on_changed)
        self._scale.toggled.connect(self._on_changed)
        self._on_changed()

    @property
    def choice(self) -> CurveChoice:
        """What is chosen."""
        return CurveChoice(
            self._metric.currentData(), self._smoothing.value() / 100, self._scale.isChecked()
        )

    def _on_changed(self) -> None:
        self._amount.setText(f"{self._smoothing.value() / 100:.2f}")
        self.changed.emit()
