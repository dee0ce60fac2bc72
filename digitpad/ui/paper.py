"""The picture of a drawing's strokes, kept so that a moving pen repaints next to nothing."""

from collections.abc import Iterable, Sequence
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from digitpad.core.strokes import Point, Stroke


class Board(Enum):
    """What is written on."""

    WHITE_PAPER = "white-paper"
    BLACK_BOARD = "black-board"

    @property
    def background(self) -> QColor:
        """The colour of the board itself."""
        return QColor("#ffffff" if self is Board.WHITE_PAPER else "#16181b")

    @property
    def ink(self) -> QColor:
        """The colour the pen writes in."""
        return QColor("#1b1e24" if self is Board.WHITE_PAPER else "#f5f3ec")


class Paper:
    """Strokes that are no longer being written, as an image at the screen's resolution.

    Parameters
    ----------
    board : Board
        What they stand on.
    size : QSize
        In device-independent pixels.
    ratio : float
        Pixels of the screen for each of those.
    view : QTransform
        From the drawing's coordinates to the canvas's.
    """

    def __init__(self, board: Board, size: QSize, ratio: float, view: QTransform) -> None:
        self._board = board
        self._view = view
        self.image = QImage(size * ratio, QImage.Format.Format_RGB32)
        self.image.setDevicePixelRatio(ratio)

    def paint(self, strokes: Sequence[Stroke], region: QRectF | None = None) -> None:
        """Paint strokes anew.

        Parameters
        ----------
        strokes : sequence of Stroke
            All there are; those outside the region are passed over.
        region : QRectF or None
            What to repaint, in the canvas's coordinates; everything if None.
        """
        painter = QPainter(self.image)
        if region is not None:
            painter.setClipRect(region)
        size = self.image.deviceIndependentSize()
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), self._board.background)
        painter.setTransform(self._view, combine=True)
        for stroke in strokes:
            if region is None or self._view.mapRect(stroke_rect(stroke)).intersects(region):
                paint_stroke(painter, to_polygon(stroke.points), stroke.width_px, self._board.ink)
        painter.end()


def paint_stroke(painter: QPainter, polygon: QPolygonF, width_px: float, ink: QColor) -> None:
    """Paint one stroke with round ends; a single point becomes a dot."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(
            ink, width_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        )
    )
    if polygon.size() == 1:
        painter.drawPoint(polygon.at(0))
    else:
        painter.drawPolyline(polygon)


def to_polygon(points: Iterable[Point]) -> QPolygonF:
    """Return points as Qt wants them."""
    return QPolygonF([QPointF(x, y) for x, y in points])


def stroke_rect(stroke: Stroke) -> QRectF:
    """Return the rectangle around a stroke's ink, its soft edge included."""
    return ink_rect(stroke.points, stroke.width_px)


def ink_rect(points: Sequence[Point], width_px: float) -> QRectF:
    """Return the rectangle around the ink of a pen that passes `points`."""
    xs, ys = zip(*points, strict=True)
    reach = width_px / 2 + 1.5
    left, top = min(xs) - reach, min(ys) - reach
    return QRectF(left, top, max(xs) + reach - left, max(ys) + reach - top)
