"""The digits of a data set: the mistakes first, or any others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.services.inspection import Inspection, JudgedDigit
from digitpad.ui.inspection.digit_corrections import DigitCorrections
from digitpad.ui.inspection.digit_details import DigitDetails
from digitpad.ui.inspection.digit_gallery import DigitGallery
from digitpad.ui.inspection.digit_words import count_digits, name_label
from digitpad.ui.inspection.empty_state import EmptyState
from digitpad.ui.theme import GRID_PX

_ANY = "any"


class DigitsPage(QStackedWidget):
    """A gallery of mistakes, “read (was)”, the surest first; filters show other digits.

    Parameters
    ----------
    corrections : DigitCorrections
        Told what a person says that they are.

    Signals
    -------
    open_wanted(JudgedDigit), closer_look_wanted(JudgedDigit)
        Of the details.
    """

    open_wanted = Signal(object)
    closer_look_wanted = Signal(object)

    def __init__(self, corrections: DigitCorrections, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._expected = _LabelChoice("It is")
        self._read = _LabelChoice("It was read as")
        self._only_mistakes = QCheckBox("&Mistakes only")
        self._count = QLabel()
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._count.setAccessibleName("How many")
        self._gallery = DigitGallery(corrections)
        self._nothing = EmptyState("There is none", "Choose other digits above.")
        self._details = DigitDetails(corrections)
        for choice in (self._expected, self._read):
            choice.currentIndexChanged.connect(self._show)
        self._only_mistakes.setChecked(True)
        self._only_mistakes.toggled.connect(self._show)
        self._gallery.digit_selected.connect(self._on_digit_selected)
        self._gallery.digit_opened.connect(self.open_wanted)
        self._details.open_wanted.connect(self.open_wanted)
        self._details.closer_look_wanted.connect(self.closer_look_wanted)
        self.addWidget(
            EmptyState(
                "Which digits does it get wrong?",
                "Choose a model and digits above, and press Start.",
            )
        )
        self.addWidget(self._lay_out())

    @property
    def ground(self) -> QWidget:
        """What a message may lie over: the buttons beside it stay free."""
        return self._stack if self.currentIndex() else self

    def show_inspection(self, inspection: Inspection) -> None:
        """Show the mistakes of an inspection."""
        self._inspection = inspection
        self.show_mistakes()
        self.setCurrentIndex(1)

    def show_mistakes(self) -> None:
        """Show all mistakes."""
        self._choose(self._expected.ANY, self._read.ANY, True)

    def show_cell(self, expected: int | None, read: int | None) -> None:
        """Show all digits that are one thing and were read as one thing."""
        self._choose(self._expected.place(expected), self._read.place(read), expected != read)

    def _choose(self, expected: int, read: int, only_mistakes: bool) -> None:
        with (
            QSignalBlocker(self._expected),
            QSignalBlocker(self._read),
            QSignalBlocker(self._only_mistakes),
        ):
            self._expected.setCurrentIndex(expected)
            self._read.setCurrentIndex(read)
            self._only_mistakes.setChecked(only_mistakes)
        self._show()
        self._gallery.setFocus()

    def _lay_out(self) -> QWidget:
        filters = QHBoxLayout()
        filters.setSpacing(GRID_PX)
        for words, choice in (("&Is", self._expected), ("&Read as", self._read)):
            label = QLabel(words)
            label.setBuddy(choice)
            filters.addWidget(label)
            filters.addWidget(choice)
            filters.addSpacing(GRID_PX)
        filters.addWidget(self._only_mistakes)
        filters.addStretch()
        filters.addWidget(self._count)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._gallery)
        self._stack.addWidget(self._nothing)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._stack, stretch=1)
        row.addWidget(self._details)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        column.addLayout(filters)
        column.addLayout(row, stretch=1)
        return page

    def _show(self) -> None:
        digits = self._find()
        self._gallery.show_digits(digits)
        self._stack.setCurrentIndex(0 if digits else 1)
        what = "mistake" if self._only_mistakes.isChecked() else "digit"
        self._count.setText(f"{count_digits(len(digits), what)}, the surest first")

    def _find(self) -> Sequence[JudgedDigit]:
        if self._inspection is None:
            return ()
        is_wanted, was_wanted = self._expected.is_chosen, self._read.is_chosen
        digits = self._inspection.mistakes
        if not self._only_mistakes.isChecked():
            digits = self._inspection.surest_first
        return [d for d in digits if is_wanted(d.expected) and was_wanted(d.read)]

    def _on_digit_selected(self, digit: JudgedDigit | None) -> None:
        data = self._inspection.data if self._inspection else ""
        self._details.show_digit(digit, data)


class _LabelChoice(QComboBox):
    """Any digit, one of the ten, or none."""

    ANY = 0

    def __init__(self, name: str) -> None:
        super().__init__()
        self._labels = [*range(10), None]
        self.addItems([_ANY, *map(name_label, self._labels)])
        self.setAccessibleName(name)

    def place(self, label: int | None) -> int:
        return 1 + self._labels.index(label)

    def is_chosen(self, label: int | None) -> bool:
        index = self.currentIndex()
        return index == self.ANY or self._labels[index - 1] == label
