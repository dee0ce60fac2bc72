"""The picture of a drawing's strokes, kept so that a moving pen repaints next to nothing."""

from collections.abc import Iterable, Sequence
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from digitpad.core.smoothing import PenPath
from digitpad.core.strokes import Point, Stroke

_PIECE_POINTS = 64


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

    @property
    def faint_ink(self) -> QColor:
        """The colour of words on the board that nobody wrote."""
        color = self.ink
        color.setAlphaF(0.62)
        return color


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
                paint_stroke(painter, to_qt(stroke.points), stroke.width_px, self._board.ink)
        painter.end()


class WetInk:
    """The ink of a stroke in progress.

    It is kept in pieces and only those near what is repainted are painted, so that a long stroke
    costs no more than a short one.

    Parameters
    ----------
    path : PenPath
        Where the pen goes; it may grow.
    width_px : float
        The pen's width.
    """

    def __init__(self, path: PenPath, width_px: float) -> None:
        self._path = path
        self._width_px = width_px
        self._pieces: list[tuple[list[QPointF], QRectF]] = []

    def paint(self, painter: QPainter, region: QRectF, ink: QColor) -> None:
        """Paint at least what of the stroke is in `region`."""
        settled = self._path.settled
        while len(settled) > (len(self._pieces) + 1) * _PIECE_POINTS:
            start = len(self._pieces) * _PIECE_POINTS
            self._pieces.append(self._make_piece(settled[start : start + _PIECE_POINTS + 1]))
        start = len(self._pieces) * _PIECE_POINTS
        newest = self._make_piece((*settled[start:], *self._path.tail))
        run: list[QPointF] = []
        for points, rect in (*self._pieces, newest):
            if rect.intersects(region):
                # Neighbours are painted as one; the ends of a run lie outside the region.
                run += points
            elif run:
                paint_stroke(painter, run, self._width_px, ink)
                run = []
        if run:
            paint_stroke(painter, run, self._width_px, ink)

    def _make_piece(self, points: Sequence[Point]) -> tuple[list[QPointF], QRectF]:
        return to_qt(points), ink_rect(points, self._width_px)


def paint_stroke(
    painter: QPainter, points: Sequence[QPointF], width_px: float, ink: QColor
) -> None:
    """Paint one stroke with round ends; a single point becomes a dot."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(
            ink, width_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        )
    )
    if len(points) == 1:
        painter.drawPoint(points[0])
    else:
        painter.drawPolyline(points)


def to_qt(points: Iterable[Point]) -> list[QPointF]:
    """Return points as Qt wants them."""
    return [QPointF(x, y) for x, y in points]


def stroke_rect(stroke: Stroke) -> QRectF:
    """Return the rectangle around a stroke's ink, its soft edge included."""
    return ink_rect(stroke.points, stroke.width_px)


def ink_rect(points: Sequence[Point], width_px: float) -> QRectF:
    """Return the rectangle around the ink of a pen that passes `points`."""
    xs, ys = zip(*points, strict=True)
    reach = width_px / 2 + 1.5
    left, top = min(xs) - reach, min(ys) - reach
    return QRectF(left, top, max(xs) + reach - left, max(ys) + reach - top)
