"""How often a model is right when it says how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.training.calibration import ReliabilityBin
from digitpad.ui.theme import GRID_PX

_SIDE_PX = 208
_TICKS = (0.0, 0.5, 1.0)
_RADIUS_PX = (2.0, 7.0)


class ReliabilityDiagram(QWidget):
    """Shows confidence against accuracy; dots on the diagonal say as much as they hold.

    Parameters
    ----------
    bins : sequence of ReliabilityBin
        Those that hold anything, the least confident first. The dot of a bin that holds more is
        larger.

    References
    ----------
    Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """

    def __init__(self, bins: Sequence[ReliabilityBin], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins = tuple(bins)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How often it is right when it is how sure")
        self.setAccessibleDescription("; ".join(map(_in_words, bins)))
        self.setToolTip("\n".join(map(_in_words, bins)))

    def sizeHint(self) -> QSize:
        left, bottom = self._margins()
        return QSize(left + _SIDE_PX + GRID_PX, GRID_PX + _SIDE_PX + bottom)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, _ = self._margins()
        plot = QRectF(left, GRID_PX, _SIDE_PX, _SIDE_PX)
        self._paint_axes(painter, plot)
        self._paint_bins(painter, plot)
        painter.end()

    def _margins(self) -> tuple[int, int]:
        """Return the room for the words on the left and at the bottom."""
        metrics = self.fontMetrics()
        line = metrics.height()
        return line + metrics.horizontalAdvance("100 %") + GRID_PX, 2 * line + GRID_PX

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        palette = self.palette()
        painter.fillRect(plot, palette.base())
        painter.setPen(QPen(palette.midlight(), 1))
        for tick in _TICKS:
            place = _place(plot, tick, tick)
            painter.drawLine(QPointF(place.x(), plot.top()), QPointF(place.x(), plot.bottom()))
            painter.drawLine(QPointF(plot.left(), place.y()), QPointF(plot.right(), place.y()))
        painter.setPen(QPen(palette.placeholderText(), 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        painter.setPen(palette.placeholderText().color())
        line = self.fontMetrics().height()
        for tick in _TICKS:
            text, place = f"{tick:.0%}".replace("%", " %"), _place(plot, tick, tick)
            width = self.fontMetrics().horizontalAdvance(text)
            # The outer ones end with the plot.
            painter.drawText(QPointF(place.x() - tick * width, plot.bottom() + line), text)
            base = place.y() + tick * 0.7 * line
            painter.drawText(QPointF(plot.left() - width - GRID_PX / 2, base), text)
        below = QRectF(plot.left(), plot.bottom() + line, plot.width(), line + GRID_PX)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "how sure it is")
        painter.rotate(-90)
        beside = QRectF(-plot.bottom(), 0, plot.height(), line)
        painter.drawText(beside, Qt.AlignmentFlag.AlignCenter, "how often it is right")
        painter.rotate(90)

    def _paint_bins(self, painter: QPainter, plot: QRectF) -> None:
        accent = self.palette().accent().color()
        places = [_place(plot, part.confidence, part.accuracy) for part in self._bins]
        painter.setPen(QPen(accent, 1.5))
        painter.drawPolyline(places)
        painter.setPen(QPen(self.palette().base(), 1))
        painter.setBrush(QColor(accent))
        most = max((part.count for part in self._bins), default=1)
        least_px, most_px = _RADIUS_PX
        for part, place in zip(self._bins, places, strict=True):
            # By the logarithm: nearly all digits are in the last bin.
            weight = math.log1p(part.count) / math.log1p(most)
            radius = least_px + (most_px - least_px) * weight
            painter.drawEllipse(place, radius, radius)


def _place(plot: QRectF, x: float, y: float) -> QPointF:
    return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height())


def _in_words(part: ReliabilityBin) -> str:
    said, held = (f"{value * 100:.1f} %" for value in (part.confidence, part.accuracy))
    return f"{said} sure: {held} right of {part.count:,}"
