"""Small labels on the canvas: what was read, and where."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QTransform

from digitpad.core.reading import Reading


@dataclass(frozen=True)
class DigitMark:
    """A label above the left corner of a digit.

    Parameters
    ----------
    text : str
        The digit, with a question mark if it isn't sure; a question mark alone if it is none.
    position : QPointF
        Where its base line begins, in the canvas's coordinates.
    area : QRectF
        What it covers.
    """

    text: str
    position: QPointF
    area: QRectF


def place_marks(
    reading: Reading, view: QTransform, size: QSize, gap_px: float, metrics: QFontMetrics
) -> list[DigitMark]:
    """Place the labels of a reading.

    Parameters
    ----------
    reading : Reading
        With one digit there is nothing to tell apart, so there are no labels.
    view : QTransform
        From the drawing's coordinates to the canvas's.
    size : QSize
        Of the canvas, which the labels stay on.
    gap_px : float
        From a digit's box to its label: half the pen's width and a little.
    metrics : QFontMetrics
        Of the labels' font.
    """
    if len(reading.digits) < 2:
        return []
    marks = []
    height = metrics.height()
    for digit in reading.digits:
        is_doubtful = digit.is_digit and not digit.is_sure
        text = f"{digit.symbol}?" if is_doubtful else digit.symbol
        width = metrics.horizontalAdvance(text)
        corner = view.map(QPointF(digit.box.x, digit.box.y))
        x = min(max(corner.x() - gap_px, 6), size.width() - width - 6)
        y = max(corner.y() - gap_px, height)
        area = QRectF(x, y - height, width, height).adjusted(-2, -2, 2, 2 + metrics.descent())
        marks.append(DigitMark(text, QPointF(x, y), area))
    return marks
