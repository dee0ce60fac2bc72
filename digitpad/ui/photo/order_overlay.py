"""The order in which the digits of a picture are read, painted over it."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from digitpad.core.reading import Digit
from digitpad.ui.photo.picture_geometry import find_middle

_LINE = QColor(197, 17, 98, 210)
_HALO = QColor(255, 255, 255, 170)
_FONT_PX = 10
_LEAST_NUMBERED_PX = 28.0
"""Numbers of lower digits would hide them; their rows are numbered instead."""


def paint_order(
    painter: QPainter, lines: Sequence[Sequence[Digit]], *, to_target: QTransform
) -> None:
    """Paint a line through the digits of each row, dotted from row to row, with numbers.

    Parameters
    ----------
    painter : QPainter
        Without a transform of its own.
    lines : rows of Digit
        In reading order.
    to_target : QTransform
        From the picture to the target.
    """
    rows = [[to_target.map(QPointF(*find_middle(digit.outline))) for digit in row] for row in lines]
    if not rows:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row in rows:
        _paint_way(painter, row, Qt.PenStyle.SolidLine)
    for row, below in pairwise(rows):
        _paint_way(painter, [row[-1], below[0]], Qt.PenStyle.DotLine)
    _paint_numbers(painter, lines, rows, to_target)
    painter.restore()


def _paint_way(painter: QPainter, points: Sequence[QPointF], style: Qt.PenStyle) -> None:
    for color, width_px, way in ((_HALO, 4.0, Qt.PenStyle.SolidLine), (_LINE, 2.0, style)):
        pen = QPen(color, width_px, way)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))


def _paint_numbers(
    painter: QPainter,
    lines: Sequence[Sequence[Digit]],
    rows: Sequence[Sequence[QPointF]],
    to_target: QTransform,
) -> None:
    font = QFont(painter.font())
    font.setPixelSize(_FONT_PX)
    font.setBold(True)
    painter.setFont(font)
    number = 0
    for row_number, (row, line) in enumerate(zip(rows, lines, strict=True), start=1):
        heights = [digit.box.height * to_target.m22() for digit in line]
        is_low = min(heights) < _LEAST_NUMBERED_PX
        for column, (middle, digit) in enumerate(zip(row, line, strict=True)):
            number += 1
            if is_low and column:
                continue
            below = QPointF(0, digit.box.height * to_target.m22() / 2)
            text = f"row {row_number}" if is_low else str(number)
            _paint_number(painter, middle + below, text)


def _paint_number(painter: QPainter, at: QPointF, text: str) -> None:
    metrics = QFontMetricsF(painter.font())
    height = metrics.height() + 1
    disc = QRectF(0, 0, max(metrics.horizontalAdvance(text) + 8, height), height)
    disc.moveCenter(at)
    painter.setPen(QPen(_HALO, 1.5))
    color = QColor(_LINE)
    color.setAlpha(255)
    painter.setBrush(color)
    painter.drawRoundedRect(disc, height / 2, height / 2)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, text)
