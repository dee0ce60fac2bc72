"""Which digit is looked at: one of the drawing, or one that was picked elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Drawing
from digitpad.ui.digit_strip import DigitStrip
from digitpad.ui.theme import GRID_PX

_WIDTH_PX = 17 * GRID_PX


@dataclass(frozen=True, eq=False)
class Subject:
    """What is looked at.

    Parameters
    ----------
    digit : Digit
        The digit.
    drawing : Drawing or None
        What it is a part of; None if it was not drawn just now.
    """

    digit: Digit
    drawing: Drawing | None = None

    @property
    def seen(self) -> Drawing | Digit:
        """What each model reads for itself."""
        return self.drawing or self.digit


class SubjectPanel(QWidget):
    """Shows the digits there are to look at; the newest of the drawing, until one is picked.

    Signals
    -------
    subject_changed()
        Another digit is looked at, or none.
    """

    subject_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing: Drawing | None = None
        self.setFixedWidth(_WIDTH_PX)
        heading = QLabel("Looking at")
        heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._strip = DigitStrip(is_narrow=True)
        self._strip.setAccessibleName("Digit to look at")
        self._strip.digit_selected.connect(self.subject_changed)
        self._words = QLabel(wordWrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 0, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(heading)
        column.addWidget(self._strip)
        column.addWidget(self._words)
        column.addStretch()

    @property
    def subject(self) -> Subject | None:
        """What is looked at; None if there is nothing."""
        digits, selected = self._strip.digits, self._strip.selected
        return Subject(digits[selected], self._drawing) if digits else None

    def show_drawing(self, drawing: Drawing, reading: Reading) -> None:
        """Look at what is drawn: at the same digit as before, or the last one if there are more."""
        digits = reading.digits
        is_same = self._drawing is not None and len(digits) == len(self._strip.digits)
        selected = self._strip.selected if is_same else len(digits) - 1
        self._show(digits, selected, drawing, "What you draw. Pick another digit of it above.")

    def show_digit(self, digit: Digit, words: str) -> None:
        """Look at one digit, until something is drawn."""
        self._show((digit,), 0, None, f"{words}. Draw, and what you draw is looked at instead.")

    def _show(
        self, digits: tuple[Digit, ...], selected: int, drawing: Drawing | None, words: str
    ) -> None:
        self._drawing = drawing
        self._strip.show_digits(digits, selected)
        text = words if len(digits) > 1 or drawing is None else "What you draw."
        # A new text makes the window lay itself out again, with every move of the pen.
        if text != self._words.text():
            self._words.setText(text)
        self._words.setVisible(bool(digits))
        self.subject_changed.emit()
