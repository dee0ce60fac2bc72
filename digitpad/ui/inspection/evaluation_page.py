"""How well a model reads a data set: figures, and what was taken for what."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.services.inspection import Inspection
from digitpad.ui.inspection.class_table import ClassTable
from digitpad.ui.inspection.confusion_table import ConfusionTable
from digitpad.ui.inspection.digit_words import count_digits
from digitpad.ui.inspection.empty_state import EmptyState
from digitpad.ui.theme import GRID_PX

_LARGE_RATIO = 2.2


class EvaluationPage(QStackedWidget):
    """Accuracy, confusion matrix, precision and recall.

    Signals
    -------
    cell_opened(object, object)
        What the digits behind a cell are and what they were read as; None is no digit.
    mistakes_wanted()
        The person wants to see what was read wrong.
    """

    cell_opened = Signal(object, object)
    mistakes_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accuracy = QLabel()
        font = self._accuracy.font()
        font.setPointSizeF(font.pointSizeF() * _LARGE_RATIO)
        self._accuracy.setFont(font)
        self._accuracy.setAccessibleName("Accuracy")
        self._words = QLabel(wordWrap=True)
        self._more = QLabel(wordWrap=True)
        self._more.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._open = QPushButton()
        self._open.clicked.connect(self.mistakes_wanted)
        self._matrix = ConfusionTable()
        self._matrix.cell_opened.connect(self.cell_opened)
        self._classes = ClassTable()
        self.addWidget(
            EmptyState(
                "How well does it read?", "Choose a model and digits above, and press Start."
            )
        )
        self.addWidget(self._lay_out())

    def show_inspection(self, inspection: Inspection) -> None:
        """Show what came of an inspection."""
        figures = inspection.evaluation
        right = figures.n - len(figures.mistakes)
        self._accuracy.setText(f"{100 * figures.accuracy:.2f} %")
        self._words.setText(
            f"“{inspection.model}” read {right:,} of {figures.n:,} right: {inspection.data}"
        )
        self._more.setText(_list_more(inspection))
        count = len(inspection.mistakes)
        self._open.setText(f"Show {count_digits(count, 'Mistake')}" if count else "No Mistakes")
        self._open.setEnabled(count > 0)
        self._matrix.show_inspection(inspection)
        self._classes.show_classes(figures.classes)
        self.setCurrentIndex(1)

    def _lay_out(self) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._words)
        words.addWidget(self._more)
        head = QHBoxLayout()
        head.setSpacing(2 * GRID_PX)
        head.addWidget(self._accuracy)
        head.addLayout(words, stretch=1)
        head.addWidget(self._open)
        tables = QGridLayout()
        tables.setHorizontalSpacing(3 * GRID_PX)
        tables.setVerticalSpacing(GRID_PX // 2)
        tables.addWidget(_caption("Rows: what it is. Columns: what was read."), 0, 0)
        tables.addWidget(_caption("Each digit"), 0, 1)
        tables.addWidget(self._matrix, 1, 0)
        tables.addWidget(self._classes, 1, 1)
        tables.setColumnStretch(0, 3)
        tables.setColumnStretch(1, 2)
        tables.setRowStretch(1, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        column.addLayout(head)
        column.addLayout(tables, stretch=1)
        return page


def _list_more(inspection: Inspection) -> str:
    figures = inspection.evaluation
    parts = [f"took {inspection.seconds:.1f} s"]
    if figures.digits > figures.n:
        parts.append(f"character error rate {100 * figures.character_error_rate:.2f} %")
    if figures.calibration_error is not None:
        parts.append(f"calibration error {100 * figures.calibration_error:.2f} %")
    if figures.digits_flagged:
        parts.append(f"{count_digits(figures.digits_flagged)} taken for none")
    if figures.no_digits:
        parts.append(f"{figures.no_digits_flagged:,} of {figures.no_digits:,} non-digits told")
    return ", ".join(parts)


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return label
