"""What is painted over a picture while a person works on a frame."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from digitpad.core.layout import Box
from digitpad.ui.photo.picture_geometry import FramePart

_SHADE = QColor(0, 0, 0, 130)
_HALO = QColor(0, 0, 0, 120)
_LINE = QColor("#1f62e0")
_DASHES = Qt.PenStyle.DashLine
_HANDLE_PX = 9.0


def paint_shade(painter: QPainter, picture: QRectF, clear: QRectF) -> None:
    """Darken the picture outside `clear`, which is what is read."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(_between(picture, picture.left(), clear.left()), _SHADE)
    painter.fillRect(_between(picture, clear.right(), picture.right()), _SHADE)
    middle = _between(picture, clear.left(), clear.right())
    painter.fillRect(QRectF(middle.topLeft(), QPointF(middle.right(), clear.top())), _SHADE)
    painter.fillRect(QRectF(QPointF(middle.left(), clear.bottom()), middle.bottomRight()), _SHADE)


def paint_frame(painter: QPainter, frame: QRectF, *, has_handles: bool) -> None:
    """Paint a frame, with its eight handles unless it is just being drawn."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_HALO, 4), QPen(Qt.GlobalColor.white, 2), QPen(_LINE, 2, _DASHES)):
        painter.setPen(pen)
        painter.drawRect(frame)
    if not has_handles:
        return
    painter.setPen(QPen(_LINE, 1.5))
    painter.setBrush(Qt.GlobalColor.white)
    box = Box(frame.x(), frame.y(), frame.width(), frame.height())
    for part in FramePart:
        if part is not FramePart.INSIDE:
            x, y = part.place(box)
            half = _HANDLE_PX / 2
            painter.drawRoundedRect(QRectF(x - half, y - half, 2 * half, 2 * half), 2, 2)


def _between(picture: QRectF, left: float, right: float) -> QRectF:
    return QRectF(left, picture.top(), right - left, picture.height())
