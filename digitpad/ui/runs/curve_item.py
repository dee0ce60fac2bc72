"""One curve of a plot. Imports pyqtgraph, which is slow: import this module when it's needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

_SAMPLED = 50

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class CurveLook:
    """How a curve is drawn.

    Parameters
    ----------
    colour : QColor
        Of line and markers.
    width_px : float
        Of the line.
    is_dashed : bool
        Whether the line is.
    marker : QPainterPath or None
        What stands on each point, around (0, 0), in pixels.
    """

    colour: QColor
    width_px: float
    is_dashed: bool = False
    marker: QPainterPath | None = None


class CurveItem(pg.GraphicsObject):
    """A line through points, with gaps where they are no numbers.

    pyqtgraph's own curves are painted in the plot's coordinates, with pens that stay as wide as
    they are: many programs show an SVG of that wrong. This one is painted in pixels.

    Parameters
    ----------
    points : sequence of (x, y)
        In the plot's coordinates.
    look : CurveLook
        How it is drawn.
    """

    def __init__(self, points: Points, look: CurveLook) -> None:
        super().__init__()
        self._points = points
        self._look = look
        finite = [QPointF(x, y) for x, y in points if math.isfinite(y)]
        xs, ys = [p.x() for p in finite] or [0.0], [p.y() for p in finite] or [0.0]
        # Lines and markers reach beyond their points.
        across, up = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
        self._bounds = QRectF(
            min(xs) - across, min(ys) - up, (max(xs) - min(xs)) + 2 * across, 3 * up
        )

    def sample(self) -> list[QPointF]:
        """Return where the line goes: some of its points, and what is halfway between them."""
        every = max(1, len(self._points) // _SAMPLED)
        corners = [QPointF(x, y) for x, y in self._points[::every] if math.isfinite(y)]
        return corners + [(one + other) / 2 for one, other in pairwise(corners)]

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        to_pixels = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = Qt.PenStyle.DashLine if self._look.is_dashed else Qt.PenStyle.SolidLine
        pen = QPen(self._look.colour, self._look.width_px, style)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for piece in _split(self._points):
            placed = [to_pixels.map(point) for point in piece]
            painter.drawPolyline(placed)
            # A point between two gaps would be no line.
            if self._look.marker is not None or len(placed) == 1:
                self._draw_markers(painter, placed)
        painter.restore()

    def _draw_markers(self, painter: QPainter, points: Sequence[QPointF]) -> None:
        dot = QPainterPath()
        dot.addEllipse(QPointF(0, 0), self._look.width_px, self._look.width_px)
        for point in points:
            painter.fillPath((self._look.marker or dot).translated(point), self._look.colour)


def _split(points: Points) -> list[list[QPointF]]:
    """Return the pieces between what is no number."""
    pieces: list[list[QPointF]] = [[]]
    for x, y in points:
        if math.isfinite(y):
            pieces[-1].append(QPointF(x, y))
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]
