"""Cursors that show how much a tool covers."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap


def ring_cursor(diameter_px: int, color: QColor) -> QCursor:
    """Return a ring as large as the eraser, in the ink's colour."""
    size = diameter_px + 4
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.5))
    painter.drawEllipse(QRectF(2, 2, diameter_px, diameter_px))
    painter.end()
    return QCursor(picture, size // 2, size // 2)
