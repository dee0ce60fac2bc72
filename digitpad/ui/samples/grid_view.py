"""A grid of cells of one size, in which a hundred thousand cost no more than a hundred.

Qt's own list view lays every item out, which takes seconds for as many.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction


class GridView(QAbstractItemView):
    """Shows a list from left to right and top to bottom; subclasses paint the cells.

    Parameters
    ----------
    cell : QSize
        The least of each; what is left of a line's width is spread over its cells.
    """

    def __init__(self, cell: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell = cell
        self._anchor = self._target = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paint_cell(self, painter: QPainter, place: QRect, row: int, is_selected: bool) -> None:
        """Paint the cell of a row of the model."""
        raise NotImplementedError

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self.model().rowCount() if self.model() is not None else 0

    @property
    def columns(self) -> int:
        """How many cells stand side by side."""
        return max(1, self.viewport().width() // self._cell.width())

    @property
    def _width(self) -> int:
        """Of a cell."""
        return max(self._cell.width(), self.viewport().width() // self.columns)

    @property
    def selected_rows(self) -> list[int]:
        """Those that are selected, in order."""
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.count())]
        return sorted(row for part in parts for row in range(part.top(), part.bottom() + 1))

    # --- where things are ------------------------------------------------------------------

    def visualRect(self, index: Index) -> QRect:
        return self._place(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        column, line = point.x() // self._width, self._line_at(point.y())
        row = line * self.columns + column
        is_there = 0 <= column < self.columns and 0 <= row < self.count
        return self.model().index(row, 0) if is_there else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        place, bar = self.visualRect(index), self.verticalScrollBar()
        if place.isEmpty():
            return
        if place.top() < 0 or hint == QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(bar.value() + place.top())
        elif place.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + place.bottom() + 1 - self.viewport().height())

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        # Telling which of the cells have changed takes longer than painting what is seen.
        return QRegion(self.viewport().rect())

    def updateGeometries(self) -> None:
        lines = -(-self.count // self.columns)
        height, bar = self.viewport().height(), self.verticalScrollBar()
        bar.setRange(0, max(0, lines * self._cell.height() - height))
        bar.setPageStep(height)
        bar.setSingleStep(self._cell.height() // 2)
        super().updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # What is at the top stays there, however many columns there are.
        before = max(1, event.oldSize().width() // self._cell.width())
        first = self.verticalOffset() // self._cell.height() * before
        super().resizeEvent(event)
        self.updateGeometries()
        if before != self.columns:
            self.verticalScrollBar().setValue(first // self.columns * self._cell.height())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    # --- moving and selecting --------------------------------------------------------------

    def moveCursor(self, action: _Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        if not self.count:
            return QModelIndex()
        row, columns = self.currentIndex().row(), self.columns
        page = max(1, self.viewport().height() // self._cell.height()) * columns
        steps = {
            _Action.MoveLeft: -1,
            _Action.MovePrevious: -1,
            _Action.MoveRight: 1,
            _Action.MoveNext: 1,
            _Action.MoveUp: -columns,
            _Action.MoveDown: columns,
            _Action.MovePageUp: -page,
            _Action.MovePageDown: page,
        }
        if row < 0 or action == _Action.MoveHome:
            target = 0
        elif action == _Action.MoveEnd:
            target = self.count - 1
        else:
            target = row + steps[action]
            if abs(steps[action]) == columns and not 0 <= target < self.count:
                target = row  # No line above or below.
        return self.model().index(min(max(target, 0), self.count - 1), 0)

    def selectionCommand(
        self, index: Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        command = super().selectionCommand(index, event)
        if index.isValid():
            self._target = index.row()
            # “Current” goes on with a selection that was begun before.
            if not command & QItemSelectionModel.SelectionFlag.Current:
                self._anchor = self._target
        return command

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        # As in a text, from one to the other, rather than what a frame around both holds.
        count = self.count
        if not count:
            return
        first, last = sorted(min(row, count - 1) for row in (self._anchor, self._target))
        model = self.model()
        chosen = QItemSelection(model.index(first, 0), model.index(last, 0))
        self.selectionModel().select(chosen, command)

    def keyboardSearch(self, search: str) -> None:
        # There is no text to look for, and looking for it would load everything.
        return

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        selection = self.selectionModel()
        for row in self._rows_in(event.rect()):
            is_selected = selection.isRowSelected(row)
            self.paint_cell(painter, self._place(row), row, is_selected)
        painter.end()

    def _rows_in(self, rect: QRect) -> Iterator[int]:
        columns = self.columns
        first = max(0, self._line_at(rect.top())) * columns
        return iter(range(first, min((self._line_at(rect.bottom()) + 1) * columns, self.count)))

    def _place(self, row: int) -> QRect:
        line, column = divmod(row, self.columns)
        width, height = self._width, self._cell.height()
        return QRect(column * width, line * height - self.verticalOffset(), width, height)

    def _line_at(self, y: int) -> int:
        return (y + self.verticalOffset()) // self._cell.height()
