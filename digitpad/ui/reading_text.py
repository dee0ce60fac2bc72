"""The reading, as large as fits."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_LARGEST_PX = 72
_SMALLEST_PX = 13


class ReadingText(QWidget):
    """Shows one or more rows of digits, shrunk to fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(56)
        self.setMaximumHeight(128)
        self.setAccessibleName("Reading")

    def sizeHint(self) -> QSize:
        return QSize(248, 96)

    def show_text(self, text: str) -> None:
        """Show `text`, one line a row."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text or "nothing")
            self.setToolTip(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._fitting_font()
        painter.setFont(font)
        painter.setPen(self.palette().windowText().color())
        text = self._fitting_text(QFontMetrics(font)) or "–"
        if not self._text:
            painter.setPen(self.palette().mid().color())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _fitting_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(min(_LARGEST_PX, self.height()))
        needed = QFontMetrics(font).boundingRect(
            QRect(0, 0, 10_000, 10_000), Qt.AlignmentFlag.AlignLeft, self._text
        )
        shrink = min(
            self.width() / max(needed.width(), 1), self.height() / max(needed.height(), 1), 1.0
        )
        font.setPixelSize(max(int(font.pixelSize() * shrink), _SMALLEST_PX))
        return font

    def _fitting_text(self, metrics: QFontMetrics) -> str:
        """Cut off what doesn't fit even at the smallest size; the tool tip has it all."""
        rows = [
            metrics.elidedText(row, Qt.TextElideMode.ElideRight, self.width())
            for row in self._text.split("\n")
        ]
        fitting = max(self.height() // metrics.lineSpacing(), 1)
        return "\n".join(rows if len(rows) <= fitting else [*rows[: fitting - 1], "…"])
