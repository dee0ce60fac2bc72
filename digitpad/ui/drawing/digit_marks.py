"""What was read, on the canvas: a small label at each digit, a frame around the one picked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QTransform

from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading

_FRAME_RADIUS_PX = 6
_EDGE_PX = 6
_LIFT_PX = 4


@dataclass(frozen=True)
class _Label:
    text: str
    position: QPointF
    area: QRectF


class DigitMarks:
    """Labels above the left corners of digits, where several could be confused."""

    def __init__(self) -> None:
        self._reading = Reading()
        self._labels: list[_Label] = []
        self._picked: Digit | None = None
        self._frame: QRectF | None = None

    @property
    def areas(self) -> list[QRect]:
        """What the marks cover, in the canvas's coordinates."""
        areas = [label.area for label in self._labels]
        if self._frame is not None:
            areas.append(self._frame.adjusted(-2, -2, 2, 2))
        return [area.toAlignedRect() for area in areas]

    def show_reading(self, reading: Reading) -> None:
        """Mark the digits of `reading` from the next `place` on, and frame none."""
        self._reading = reading
        self._picked = None

    def pick(self, digit: Digit) -> None:
        """Frame `digit` from the next `place` on."""
        self._picked = digit

    def place(self, view: QTransform, size: QSize, gap_px: float, metrics: QFontMetrics) -> None:
        """Find out where everything goes.

        Parameters
        ----------
        view : QTransform
            From the drawing's coordinates to the canvas's.
        size : QSize
            Of the canvas, which the labels stay on.
        gap_px : float
            From a digit's box to its marks: half the pen's width and a little.
        metrics : QFontMetrics
            Of the labels' font.
        """
        self._labels, self._frame = [], None
        # With one digit there is nothing to tell apart.
        if len(self._reading.digits) < 2:
            return
        for digit in self._reading.digits:
            is_doubtful = digit.is_digit and not digit.is_sure
            text = f"{digit.symbol}?" if is_doubtful else digit.symbol
            width, height = metrics.horizontalAdvance(text), metrics.height()
            corner = _area(digit.box, view).topLeft()
            x = min(max(corner.x() - gap_px, _EDGE_PX), size.width() - width - _EDGE_PX)
            y = max(corner.y() - gap_px - _LIFT_PX, height)
            area = QRectF(x, y - height, width, height)
            area.adjust(-2, -2, 2, 2 + metrics.descent())
            self._labels.append(_Label(text, QPointF(x, y), area))
        if self._picked is not None:
            self._frame = _area(self._picked.box, view).adjusted(-gap_px, -gap_px, gap_px, gap_px)

    def paint(self, painter: QPainter, color: QColor, accent: QColor) -> None:
        """Paint the labels in `color` and the frame in `accent`."""
        painter.setPen(color)
        for label in self._labels:
            painter.drawText(label.position, label.text)
        if self._frame is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent, 1.5))
            painter.drawRoundedRect(self._frame, _FRAME_RADIUS_PX, _FRAME_RADIUS_PX)


def _area(box: Box, view: QTransform) -> QRectF:
    return view.mapRect(QRectF(box.x, box.y, box.width, box.height))
