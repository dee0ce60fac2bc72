"""The reading, as large as fits."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.core.reading import NO_DIGIT

_LARGEST_PX = 72
_SMALLEST_PX = 13
_NOTHING = "–"


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
        metrics = QFontMetrics(font)
        rows = self._fitting_rows(metrics) if self._text else [_NOTHING]
        top = (self.height() - len(rows) * metrics.lineSpacing()) / 2 + metrics.ascent()
        for number, row in enumerate(rows):
            left = (self.width() - metrics.horizontalAdvance(row)) / 2
            self._paint_row(painter, row, QPointF(left, top + number * metrics.lineSpacing()))
        painter.end()

    def _paint_row(self, painter: QPainter, row: str, place: QPointF) -> None:
        palette = self.palette()
        colors = {NO_DIGIT: palette.placeholderText(), _NOTHING: palette.mid()}
        for part in re.split(f"([{NO_DIGIT}{_NOTHING}])", row):
            # What is no digit keeps its place, but doesn't look as if it had been read.
            painter.setPen(colors.get(part, palette.windowText()).color())
            painter.drawText(place, part)
            place += QPointF(painter.fontMetrics().horizontalAdvance(part), 0)

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

    def _fitting_rows(self, metrics: QFontMetrics) -> list[str]:
        """Cut off what doesn't fit even at the smallest size; the tool tip has it all."""
        rows = [
            metrics.elidedText(row, Qt.TextElideMode.ElideRight, self.width())
            for row in self._text.split("\n")
        ]
        fitting = max(self.height() // metrics.lineSpacing(), 1)
        return rows if len(rows) <= fitting else [*rows[: fitting - 1], "…"]
