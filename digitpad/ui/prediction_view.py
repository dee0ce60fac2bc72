"""What was read: the text, how sure it is, the probabilities, and what the network saw."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from digitpad.core.reading import Digit, Reading
from digitpad.ui.digit_strip import DigitStrip
from digitpad.ui.digit_words import Standing, describe_digit, judge
from digitpad.ui.probability_bars import ProbabilityBars, whole_percent
from digitpad.ui.reading_text import ReadingText
from digitpad.ui.theme import GRID_PX, icon

WIDTH_PX = 280


class PredictionView(QWidget):
    """Shows a reading, and one digit of it in detail.

    Signals
    -------
    digit_selected(Digit)
        The person picked a digit of the reading here.
    copy_requested()
        The person wants the reading on the clipboard.
    """

    digit_selected = Signal(object)
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = Reading()
        self.setFixedWidth(WIDTH_PX)
        self._text = ReadingText()
        self._verdict = _steady_label()
        self._copy = QToolButton(autoRaise=True)
        self._copy.setToolTip("Copy the reading")
        self._copy.setAccessibleName("Copy the reading")
        self._copy.clicked.connect(self.copy_requested)
        self._bars = ProbabilityBars()
        self._strip = DigitStrip()
        self._strip.digit_selected.connect(self._on_digit_selected)
        self._one = _steady_label()
        self._headings = [QLabel("Reading"), self._one, QLabel("What the network sees")]
        for heading in self._headings:
            heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._lay_out()
        self._follow_palette()
        self.show_reading(self._reading, "")

    @property
    def reading(self) -> Reading:
        """What is shown."""
        return self._reading

    @property
    def strip(self) -> DigitStrip:
        """What the network sees."""
        return self._strip

    @property
    def selected_digit(self) -> Digit | None:
        """The digit whose details are shown."""
        digits = self._reading.digits
        return digits[self._strip.selected] if digits else None

    @property
    def verdict(self) -> str:
        """What is said about it."""
        return self._verdict.text()

    def show_reading(self, reading: Reading, empty_text: str) -> None:
        """Show a reading; the digit that was selected stays so if there are as many as before.

        Parameters
        ----------
        reading : Reading
            What to show.
        empty_text : str
            What to say if nothing was read.
        """
        was_count, selected = len(self._reading.digits), self._strip.selected
        self._reading = reading
        digits = reading.digits
        if len(digits) != was_count:
            # The one that was just written, most often.
            selected = len(digits) - 1
        self._text.show_text(reading.text)
        self._verdict.setText(describe(reading) or empty_text)
        self._copy.setEnabled(bool(digits))
        self._strip.show_digits(digits, selected)
        self._show_details()

    def show_digit(self, digit: Digit) -> None:
        """Show the details of one digit of the reading."""
        for index, candidate in enumerate(self._reading.digits):
            if candidate is digit:
                self._strip.show_digits(self._reading.digits, index)
        self._show_details()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_palette()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        verdict = QHBoxLayout()
        verdict.setSpacing(GRID_PX)
        verdict.addWidget(self._verdict, stretch=1)
        verdict.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, GRID_PX, 2 * GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self._headings[0])
        column.addWidget(self._text, stretch=3)
        column.addLayout(verdict)
        column.addSpacing(GRID_PX // 2)
        column.addWidget(self._one)
        column.addWidget(self._bars, stretch=4)
        column.addSpacing(GRID_PX)
        column.addWidget(self._headings[2])
        column.addWidget(self._strip)
        column.addStretch(1)

    def _follow_palette(self) -> None:
        self._copy.setIcon(icon("copy", self.palette()))

    def _show_details(self) -> None:
        digits, selected = self._reading.digits, self._strip.selected
        self._bars.show_digit(digits[selected] if digits else None)
        self._one.setText(describe_one(self._reading, selected) or "How likely each digit is")

    def _on_digit_selected(self, digit: Digit) -> None:
        self._show_details()
        self.digit_selected.emit(digit)


def describe(reading: Reading) -> str:
    """Say in words how sure a reading is; nothing if nothing was read."""
    digits = reading.digits
    doubtful = _places(digits, Standing.NOT_SURE)
    others = _places(digits, Standing.NO_DIGIT)
    if not digits:
        return ""
    is_kept = all(digit.correction is not None for digit in digits)
    if len(digits) == 1 and (is_kept or doubtful or others):
        return describe_digit(digits[0])
    if is_kept:
        return "all kept"
    if not doubtful and not others:
        return f"sure, {whole_percent(min(digit.confidence for digit in digits))} %"
    if len(doubtful) == 1 and not others:
        first, second = digits[doubtful[0]].ranking[:2]
        return f"not sure of the {_nth(doubtful[0])}: {first} or {second}?"
    if len(others) == 1 and not doubtful:
        return f"the {_nth(others[0])} is not a digit"
    if not others:
        return f"not sure of {len(doubtful)} of {len(digits)} digits"
    if not doubtful:
        return f"{len(others)} of {len(digits)} are not digits"
    return f"{len(doubtful)} not sure, {len(others)} not a digit"


def describe_one(reading: Reading, index: int) -> str:
    """Say in words what one of several digits is; nothing where there are not several."""
    count = len(reading.digits)
    return f"{_nth(index)} of {count}: {describe_digit(reading.digits[index])}" if count > 1 else ""


def _places(digits: tuple[Digit, ...], standing: Standing) -> list[int]:
    return [index for index, digit in enumerate(digits) if judge(digit) is standing]


def _nth(index: int) -> str:
    number = index + 1
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}th" if number % 100 in (11, 12, 13) else f"{number}{ending}"


def _steady_label() -> QLabel:
    """Return a label whose text doesn't move what is around it, and costs no layout."""
    label = QLabel()
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setMinimumSize(QSize(0, 0))
    return label
