"""One judged digit in detail, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from digitpad.services.inspection import JudgedDigit
from digitpad.ui.inspection.digit_corrections import DigitCorrections
from digitpad.ui.inspection.digit_delegate import paint_digit
from digitpad.ui.inspection.digit_words import describe, percent
from digitpad.ui.probability_bars import ProbabilityBars
from digitpad.ui.theme import GRID_PX

_SIDE_PX = 28 * 4
_WIDTH_PX = 26 * GRID_PX


class DigitDetails(QWidget):
    """The digit enlarged, what was read, and how probable each digit was.

    Parameters
    ----------
    corrections : DigitCorrections
        Where it can be said what the digit is.

    Signals
    -------
    open_wanted(JudgedDigit)
        The person wants it on the canvas, or as a picture.
    closer_look_wanted(JudgedDigit)
        The person wants to know what the network sees in it.
    """

    open_wanted = Signal(object)
    closer_look_wanted = Signal(object)

    def __init__(self, corrections: DigitCorrections, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrections = corrections
        self._digit: JudgedDigit | None = None
        self._data = ""
        self.setFixedWidth(_WIDTH_PX)
        self._picture = _Picture()
        self._words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._words.setAccessibleName("What was read")
        self._source = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._source.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._bars = ProbabilityBars()
        self._keep = QPushButton("&Keep as")
        self._keep.setToolTip("Say what it is, and keep it as a sample; or type 0 to 9")
        self._keep.setMenu(self._list_labels())
        self._look = QPushButton("&Look Closer")
        self._look.setToolTip("See where the network looks, and what its layers make of it")
        self._open = QPushButton()
        self._look.clicked.connect(lambda: self.closer_look_wanted.emit(self._digit))
        self._open.clicked.connect(lambda: self.open_wanted.emit(self._digit))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 0, 0, 0)
        column.setSpacing(GRID_PX)
        for widget in (self._picture, self._words, self._source, self._bars):
            column.addWidget(widget)
        column.addStretch()
        for button in (self._keep, self._look, self._open):
            column.addWidget(button)
        corrections.changed.connect(self._on_correction_changed)
        self.show_digit(None, "")

    def show_digit(self, digit: JudgedDigit | None, data: str) -> None:
        """Show a digit of a data set, or nothing."""
        self._digit, self._data = digit, data
        self._picture.show_digit(digit)
        is_found = digit is not None and bool(digit.image.any())
        self._keep.setEnabled(is_found)
        self._bars.show_digit(digit.to_digit() if digit is not None and is_found else None)
        self._look.setEnabled(is_found)
        self._open.setEnabled(digit is not None)
        self._open.setText("&Open on the Canvas" if _is_drawn(digit) else "&Open as a Picture")
        if digit is None:
            self._words.setText("Nothing selected")
            self._source.clear()
            return
        sure = f", {percent(digit.confidence)} sure" if is_found else ""
        kept = self._corrections.find_label(digit)
        said = "" if kept is None else f"\nkept as {kept}"
        self._words.setText(f"{describe(digit)}{sure}{said}")
        self._source.setText("\n".join(filter(None, (f"{data}, {digit.source}", digit.kind))))

    def _list_labels(self) -> QMenu:
        menu = QMenu(self)
        for label in range(10):
            menu.addAction(f"&{label}").setData(label)
        menu.triggered.connect(lambda action: self._correct(action.data()))
        return menu

    def _correct(self, label: int) -> None:
        if self._digit is not None:
            self._corrections.correct(self._digit, label)

    def _on_correction_changed(self, digit: JudgedDigit) -> None:
        if digit is self._digit:
            self.show_digit(digit, self._data)


class _Picture(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._digit: JudgedDigit | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE_PX, _SIDE_PX)

    def show_digit(self, digit: JudgedDigit | None) -> None:
        self._digit = digit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = QRect(0, 0, _SIDE_PX, _SIDE_PX)
        if self._digit is None:
            painter.fillRect(place, self.palette().midlight())
        else:
            paint_digit(painter, place, self._digit, self.palette().mid().color())
        painter.end()


def _is_drawn(digit: JudgedDigit | None) -> bool:
    return digit is not None and bool(digit.strokes)
