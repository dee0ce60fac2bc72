"""The tool row's buttons: flat until pointed at, tinted while on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from digitpad.ui.theme import GRID_PX, ICON_PX

_HEIGHT_PX = 32
_RADIUS_PX = 6


class FlatButton(QToolButton):
    """A button for an action: its icon, or its text if it has none.

    Parameters
    ----------
    action : QAction
        What it does; text, tool tip and state follow it.
    has_text : bool
        Whether to show the text rather than the icon.
    """

    def __init__(
        self, action: QAction, has_text: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._has_text = has_text
        self.setDefaultAction(action)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(_plain(action.text()))

    def sizeHint(self) -> QSize:
        if not self._has_text:
            return QSize(_HEIGHT_PX, _HEIGHT_PX)
        width = self.fontMetrics().horizontalAdvance(_plain(self.text()))
        return QSize(width + 4 * GRID_PX, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        self._paint_face(painter, face)
        if self._has_text:
            self._paint_text(painter)
        else:
            self._paint_icon(painter)
        painter.end()

    def _paint_face(self, painter: QPainter, face: QRectF) -> None:
        palette = self.palette()
        if self.hasFocus():
            painter.setPen(QPen(palette.accent(), 2))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            tint = QColor(palette.accent().color())
            tint.setAlphaF(0.2)
            painter.setBrush(tint)
        elif self.isEnabled() and (self.isDown() or self.underMouse()):
            painter.setBrush(palette.mid() if self.isDown() else palette.midlight())
        painter.drawRoundedRect(face, _RADIUS_PX, _RADIUS_PX)

    def _paint_text(self, painter: QPainter) -> None:
        font = self.font()
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(self.palette().buttonText().color())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _plain(self.text()))

    def _paint_icon(self, painter: QPainter) -> None:
        place = QRectF(0, 0, ICON_PX, ICON_PX)
        place.moveCenter(QRectF(self.rect()).center())
        painter.setOpacity(1.0 if self.isEnabled() else 0.35)
        self.icon().paint(painter, place.toRect(), mode=QIcon.Mode.Normal)


def _plain(text: str) -> str:
    """Return a menu's text without the mark of its key and without dots."""
    return text.replace("&", "").rstrip("…")
