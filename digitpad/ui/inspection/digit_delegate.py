"""How one judged digit is painted in a grid."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from digitpad.services.inspection import JudgedDigit
from digitpad.ui.inspection.digit_words import caption, percent
from digitpad.ui.theme import GRID_PX

DIGIT_ROLE = Qt.ItemDataRole.UserRole
"""Under it an item gives its `JudgedDigit`."""

KEPT_ROLE = Qt.ItemDataRole.UserRole + 1
"""Under it an item gives what a person said that it is, or None."""

MISTAKE = QColor("#d8433b")
_LARGE_PX = 56
"""Twice the 28 pixels of a digit image, so that none blurs."""

_SMALL_PX = 42
"""So that ten rows fit."""

_MARGIN_PX = GRID_PX // 2
_MARK_PX = 3

Index = QModelIndex | QPersistentModelIndex


class DigitDelegate(QStyledItemDelegate):
    """Paints the digit image; below it, if wanted, what was read, “(was)”, and how sure it is.

    Parameters
    ----------
    has_caption : bool
        Whether there are words; if not, the image is small, and a line below it tells a mistake.
    """

    def __init__(self, has_caption: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._has_caption = has_caption
        self._image_px = _LARGE_PX if has_caption else _SMALL_PX

    def cell_size(self, widget: QWidget) -> QSize:
        """Return how large a cell is in the font of a widget."""
        words = 2 * widget.fontMetrics().height() if self._has_caption else _MARK_PX
        margins = (4 if self._has_caption else 2) * _MARGIN_PX
        return QSize(self._image_px + margins, self._image_px + words + margins)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell_size(option.widget)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        digit = index.data(DIGIT_ROLE)
        if digit is None:
            return
        painter.save()
        _paint_ground(painter, option)
        place = QRect(0, 0, self._image_px, self._image_px)
        place.moveCenter(option.rect.center())
        place.moveTop(option.rect.top() + (2 if self._has_caption else 1) * _MARGIN_PX)
        paint_digit(painter, place, digit, option.palette.mid().color())
        if self._has_caption:
            self._paint_words(painter, option, place, digit, index.data(KEPT_ROLE))
        elif (mark := self._choose_mark(option, digit, index.data(KEPT_ROLE))) is not None:
            line = QRect(place.left(), place.bottom() + 1, place.width(), _MARK_PX)
            painter.fillRect(line, mark)
        painter.restore()

    @staticmethod
    def _choose_mark(
        option: QStyleOptionViewItem, digit: JudgedDigit, kept: int | None
    ) -> QColor | None:
        if kept is not None:
            return option.palette.accent().color()
        return None if digit.is_right else MISTAKE

    def _paint_words(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        place: QRect,
        digit: JudgedDigit,
        kept: int | None,
    ) -> None:
        palette, height = option.palette, option.fontMetrics.height()
        line = QRect(option.rect.left(), place.bottom() + _MARGIN_PX, option.rect.width(), height)
        painter.setPen(palette.windowText().color())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, caption(digit))
        if kept is None:
            painter.setPen(palette.placeholderText().color())
            below = percent(digit.confidence) if digit.confidence else "missed"
        else:
            painter.setPen(palette.accent().color())
            below = f"kept as {kept}"
        painter.drawText(line.translated(0, height), Qt.AlignmentFlag.AlignCenter, below)


def paint_digit(painter: QPainter, place: QRect, digit: JudgedDigit, line: QColor) -> None:
    """Paint a digit image, or an empty frame for one that was missed."""
    if digit.image.any():
        is_even = place.width() % digit.image.shape[1] == 0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=not is_even)
        painter.drawImage(place, to_image(digit))
    else:
        painter.setPen(QPen(line, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(0, 0, -1, -1))


def to_image(digit: JudgedDigit) -> QImage:
    """Return a digit image as the network got it: white ink on black, 28 by 28."""
    pixels = np.ascontiguousarray(digit.image)
    height, width = pixels.shape
    # A copy, because the pixels may go away with the digit.
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def leave_ground_to_delegate(view: QAbstractItemView) -> None:
    """Keep a view from filling what is selected."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
    view.setPalette(palette)


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if not is_selected and not option.state & QStyle.StateFlag.State_MouseOver:
        return
    accent = QColor(option.palette.accent().color())
    has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
    painter.setPen(QColor(accent) if has_focus else Qt.PenStyle.NoPen)
    accent.setAlphaF(0.25 if is_selected else 0.1)
    painter.setBrush(accent)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), _MARGIN_PX, _MARGIN_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
