"""Ten bars, one a digit, and one for what is none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.core.reading import NO_DIGIT, Digit

_ROWS = 11
_LABEL_PX = 16
_PERCENT_PX = 40
_VISIBLE = 0.005
"""Below half a percent a number would only be noise."""


class ProbabilityBars(QWidget):
    """Shows how probable each of the ten digits is, and that it is none of them.

    Painted, so that it keeps up with the pen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digit: Digit | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(_ROWS * 15)
        self.setMaximumHeight(_ROWS * 23)
        self.setAccessibleName("Probabilities")

    def sizeHint(self) -> QSize:
        return QSize(248, _ROWS * 19)

    def show_digit(self, digit: Digit | None) -> None:
        """Show the probabilities of `digit`, or empty bars."""
        self._digit = digit
        self.setAccessibleDescription(_in_words(digit))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self.height() / _ROWS
        for label in range(_ROWS):
            self._paint_row(painter, label, QRectF(0, label * height, self.width(), height))
        painter.end()

    def _paint_row(self, painter: QPainter, label: int, row: QRectF) -> None:
        is_none = label == _ROWS - 1
        is_digit = self._digit is None or self._digit.is_digit
        is_top = self._digit is not None and label == (self._digit.label if is_digit else _ROWS - 1)
        probability = self._probability(label)
        palette = self.palette()
        font = QFont(self.font())
        font.setBold(is_top)
        painter.setFont(font)
        # Nobody should take the nearest guess for a reading.
        is_quiet = is_none if is_digit else not is_none
        painter.setPen((palette.placeholderText() if is_quiet else palette.windowText()).color())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, NO_DIGIT if is_none else str(label))
        if probability >= _VISIBLE:
            text = f"{whole_percent(probability) or '<1'} %"
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        thickness = min(row.height() - 6, 12)
        track = QRectF(
            row.left() + _LABEL_PX,
            row.center().y() - thickness / 2,
            row.width() - _LABEL_PX - _PERCENT_PX - 4,
            thickness,
        )
        painter.setPen(Qt.PenStyle.NoPen)
        _paint_bar(painter, track, palette.midlight().color())
        if probability >= _VISIBLE:
            color = QColor(
                (
                    palette.accent() if is_digit and not is_none else palette.placeholderText()
                ).color()
            )
            color.setAlphaF(1.0 if is_top else 0.55)
            track.setWidth(max(track.width() * probability, 3))
            _paint_bar(painter, track, color)

    def _probability(self, label: int) -> float:
        if self._digit is None:
            return 0.0
        if label == _ROWS - 1:
            return 1.0 - self._digit.digit_probability
        return float(self._digit.probabilities[label])


def whole_percent(probability: float) -> int:
    """Return a probability in percent, rounded down, since no network is ever quite sure."""
    return min(int(probability * 100), 99)


def _paint_bar(painter: QPainter, bar: QRectF, color: QColor) -> None:
    painter.setBrush(color)
    radius = min(2.0, bar.width() / 2)
    painter.drawRoundedRect(bar, radius, radius)


def _in_words(digit: Digit | None) -> str:
    if digit is None:
        return "nothing to read"
    parts = [
        f"{label}: {whole_percent(digit.probabilities[label])} %"
        for label in digit.ranking
        if digit.probabilities[label] >= _VISIBLE
    ]
    if 1.0 - digit.digit_probability >= _VISIBLE:
        parts.append(f"not a digit: {whole_percent(1.0 - digit.digit_probability)} %")
    return ", ".join(parts)
