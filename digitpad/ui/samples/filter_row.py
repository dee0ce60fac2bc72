"""Which samples are shown."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from digitpad.services.samples.records import EVERYTHING, SampleFilter, Source
from digitpad.ui.flat_button import FlatButton
from digitpad.ui.samples.sample_words import SOURCES
from digitpad.ui.theme import GRID_PX

_SPANS = {
    "Any time": None,
    "Today": 1,
    "Last 7 days": 7,
    "Last 30 days": 30,
    "Last 365 days": 365,
}
"""What a person calls a span, and its days."""


class FilterRow(QWidget):
    """Choices of digits, source and date, and of what the model in use reads otherwise.

    Signals
    -------
    changed()
        Other samples are wanted.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = ""
        self._digits = [self._make_digit(label) for label in range(10)]
        self._otherwise = QAction("&Read Otherwise", self, checkable=True)
        self._otherwise.setToolTip("Only those that the model in use takes for something else")
        self._otherwise.toggled.connect(self.changed)
        self._sources = QComboBox()
        self._sources.setAccessibleName("Where they come from")
        self._sources.addItem("From everywhere", None)
        for source, name in SOURCES.items():
            self._sources.addItem(name, source)
        self._spans = QComboBox()
        self._spans.setAccessibleName("When they were kept")
        self._spans.addItems(list(_SPANS))
        for choice in (self._sources, self._spans):
            choice.currentIndexChanged.connect(self.changed)
        self._lay_out()

    @property
    def is_open(self) -> bool:
        """Whether nothing is left out."""
        return self.wanted == EVERYTHING

    @property
    def wanted(self) -> SampleFilter:
        """The samples that are to be shown."""
        source = self._sources.currentData()
        return SampleFilter(
            labels=frozenset(label for label in range(10) if self._digits[label].isChecked()),
            sources=frozenset() if source is None else frozenset({Source(source)}),
            since=_start_of(_SPANS[self._spans.currentText()]),
            disagrees_with=self._reader if self._otherwise.isChecked() else "",
        )

    def use_reader(self, model: str) -> None:
        """Tell by this model, name and digest, what is read otherwise."""
        self._reader = model
        self._otherwise.setEnabled(bool(model))
        if self._otherwise.isChecked():
            self.changed.emit()

    def clear(self) -> None:
        """Leave nothing out any more."""
        with QSignalBlocker(self):
            for action in (*self._digits, self._otherwise):
                action.setChecked(False)
            self._sources.setCurrentIndex(0)
            self._spans.setCurrentIndex(0)
        self.changed.emit()

    def _make_digit(self, label: int) -> QAction:
        action = QAction(str(label), self, checkable=True)
        action.setToolTip(f"Show each {label}")
        action.toggled.connect(self.changed)
        return action

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, GRID_PX, 2 * GRID_PX, GRID_PX)
        row.setSpacing(0)
        row.addWidget(QLabel("Show"))
        row.addSpacing(GRID_PX)
        for action in self._digits:
            button = FlatButton(action, has_text=True)
            button.setFixedWidth(4 * GRID_PX)
            row.addWidget(button)
        row.addSpacing(2 * GRID_PX)
        row.addWidget(self._sources)
        row.addSpacing(GRID_PX)
        row.addWidget(self._spans)
        row.addSpacing(GRID_PX)
        row.addWidget(FlatButton(self._otherwise, has_text=True))
        row.addStretch(1)


def _start_of(days: int | None) -> datetime | None:
    """Return when a span that ends today begins, by the clock of this machine."""
    if days is None:
        return None
    first = datetime.now().astimezone().date() - timedelta(days=days - 1)
    return datetime.combine(first, time.min).astimezone().astimezone(UTC)
