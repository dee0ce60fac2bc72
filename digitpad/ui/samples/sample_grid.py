"""The grid of samples: what each shows, and what is read otherwise."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from digitpad.ui.samples.grid_view import GridView
from digitpad.ui.samples.sample_model import SampleModel
from digitpad.ui.samples.sample_tiles import Tile
from digitpad.ui.samples.sample_words import count_samples, describe_tile
from digitpad.ui.theme import GRID_PX

_PICTURE_PX = 56
"""Twice the 28 pixels of a digit image, so that none blurs."""

_MARGIN_PX = GRID_PX // 2
_RADIUS_PX = 4


class SampleGrid(GridView):
    """Shows samples, each with its label below it, and what it is read as where that differs.

    Parameters
    ----------
    model : SampleModel
        What it shows.

    Signals
    -------
    sample_selected(int or None)
        The id of the sample that is current; None if there is none.
    selection_changed()
        Others are selected.
    """

    sample_selected = Signal(object)
    selection_changed = Signal()

    def __init__(self, model: SampleModel, parent: QWidget | None = None) -> None:
        height = _PICTURE_PX + 5 * _MARGIN_PX + (parent or QWidget()).fontMetrics().height()
        super().__init__(QSize(_PICTURE_PX + 4 * _MARGIN_PX, height), parent)
        self._samples = model
        self.setModel(model)
        self.setAccessibleName("Samples")
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        model.modelReset.connect(self._on_reset)
        model.dataChanged.connect(self.viewport().update)

    @property
    def selected_ids(self) -> list[int]:
        """Of all selected samples, in the order in which they are shown."""
        ids = self._samples.ids
        return [ids[row] for row in self.selected_rows if row < len(ids)]

    def show_ids(self, ids: list[int]) -> None:
        """Show these samples; what was current stays so, or else what takes its place."""
        row, before = self.currentIndex().row(), self._samples.ids
        current = before[row] if 0 <= row < len(before) else None
        self._samples.show_ids(ids)
        if ids is before or not ids or row < 0 or self.currentIndex().isValid():
            return
        place = ids.index(current) if current in ids else min(row, len(ids) - 1)
        self.setCurrentIndex(self._samples.index(place))

    def paint_cell(self, painter: QPainter, place: QRect, row: int, is_selected: bool) -> None:
        tile = self._samples.tile(row)
        is_current = row == self.currentIndex().row() and self.hasFocus()
        if is_selected or is_current:
            self._paint_ground(painter, place, is_selected, is_current)
        picture = QRect(0, 0, _PICTURE_PX, _PICTURE_PX)
        picture.moveCenter(place.center())
        picture.moveTop(place.top() + 2 * _MARGIN_PX)
        if tile is None:
            painter.fillRect(picture, self.palette().midlight())
            return
        painter.drawImage(picture, tile.picture)
        self._paint_words(painter, picture, tile)

    def _paint_words(self, painter: QPainter, picture: QRect, tile: Tile) -> None:
        palette, height = self.palette(), self.fontMetrics().height()
        line = QRect(picture.left(), picture.bottom() + _MARGIN_PX, picture.width(), height)
        painter.setPen(palette.windowText().color())
        if not tile.is_read_otherwise:
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, str(tile.sample.label))
            return
        read = tile.read.label if tile.read else None
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, str(tile.sample.label))
        painter.setPen(palette.placeholderText().color())
        words = f"read {'?' if read is None else read}"
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, words)

    def _paint_ground(
        self, painter: QPainter, place: QRect, is_selected: bool, is_current: bool
    ) -> None:
        accent = QColor(self.palette().accent().color())
        painter.setPen(QPen(accent, 1) if is_current else Qt.PenStyle.NoPen)
        accent.setAlphaF(0.25 if is_selected else 0.0)
        painter.setBrush(accent)
        painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)

    def _on_current_changed(self, current: QModelIndex) -> None:
        row = current.row() if current.isValid() else -1
        self.sample_selected.emit(self._samples.ids[row] if row >= 0 else None)
        tile = self._samples.tile(row) if row >= 0 else None
        if tile is not None:
            words = f"{row + 1:,} of {len(self._samples.ids):,}: {describe_tile(tile)}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _on_reset(self) -> None:
        self.setAccessibleDescription(count_samples(len(self._samples.ids)))
        self.selection_changed.emit()
