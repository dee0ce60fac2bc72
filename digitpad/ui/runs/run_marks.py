"""The colour and marker by which a run is known, in the table and in the plot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPixmap, QPolygonF

from digitpad.ui.theme import is_dark

# Chosen to differ from each other, whichever colours one sees, and from what they stand on; the
# first two are Okabe and Ito's.
_LIGHT = ("#0072b2", "#d55e00", "#531c4c", "#802aea", "#b28373", "#680a0a")
_DARK = ("#56b4e9", "#f0a050", "#d31a81", "#903fee", "#dcf41d", "#826734")

_SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "●": (),
    "■": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "▲": ((0, -1.2), (1.2, 1), (-1.2, 1)),
    "◆": ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
    "▼": ((0, 1.2), (1.2, -1), (-1.2, -1)),
}
"""Signs in texts, and their corners; a circle has none."""

_ICON_PX = 14


@dataclass(frozen=True)
class RunMark:
    """One of thirty; the next thirty are the same again.

    Parameters
    ----------
    number : int
        Counts from 0.
    """

    number: int

    def colour(self, palette: QPalette) -> QColor:
        """Return the colour that stands out from a palette's background."""
        colours = _DARK if is_dark(palette) else _LIGHT
        return QColor(colours[self.number % len(colours)])

    @property
    def sign(self) -> str:
        """What stands for the marker in a text."""
        return list(_SHAPES)[self.number % len(_SHAPES)]

    def outline(self, radius: float) -> QPainterPath:
        """Return the marker around (0, 0)."""
        path = QPainterPath()
        corners = [QPointF(x, y) * radius for x, y in _SHAPES[self.sign]]
        if corners:
            path.addPolygon(QPolygonF(corners))
            path.closeSubpath()
        else:
            path.addEllipse(QPointF(0, 0), radius, radius)
        return path

    def icon(self, palette: QPalette, ratio: float) -> QIcon:
        """Return a line with the marker on it, as in the plot; selected, on its own ground."""
        icon = QIcon(self._draw(palette, ratio, QColor(Qt.GlobalColor.transparent)))
        ground = palette.color(QPalette.ColorRole.Base)
        icon.addPixmap(self._draw(palette, ratio, ground), QIcon.Mode.Selected)
        return icon

    def _draw(self, palette: QPalette, ratio: float, ground: QColor) -> QPixmap:
        picture = QPixmap(QSize(_ICON_PX, _ICON_PX) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(0, 0, _ICON_PX, _ICON_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, 3, 3)
        colour = self.colour(palette)
        painter.fillRect(QRectF(0, place.center().y() - 1, _ICON_PX, 2), colour)
        painter.translate(place.center())
        painter.fillPath(self.outline(4), colour)
        painter.end()
        return picture


def no_icon() -> QIcon:
    """Return what takes the room of a mark's icon where there is none."""
    picture = QPixmap(_ICON_PX, _ICON_PX)
    picture.fill(Qt.GlobalColor.transparent)
    return QIcon(picture)
