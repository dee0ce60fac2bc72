"""The table of runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from digitpad.services.runs.records import RunRecord
from digitpad.ui.runs.run_table_model import COLUMNS, SORT_ROLE, ModelIndex, RunTableModel
from digitpad.ui.theme import GRID_PX

_MODEL_COLUMN = 1
_LEAST_MODEL_PX = 120
_PADDING_PX = 2 * GRID_PX
_BOX_AND_MARK_PX = 5 * GRID_PX
_MEASURED_RUNS = 60
"""To measure hundreds would hold the window up."""


class _BoxDelegate(QStyledItemDelegate):
    """Outlines the boxes to tick: on a dark ground styles draw them as dark as that."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        super().paint(painter, option, index)
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        part = QStyle.SubElement.SE_ItemViewItemCheckIndicator
        box = QApplication.style().subElementRect(part, shown, shown.widget)
        if box.isValid():
            painter.setPen(shown.palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawRect(box.adjusted(0, 0, -1, -1))


class RunTable(QTableView):
    """Sorts by any column; ticks the selected runs with Space or a double click.

    Parameters
    ----------
    model : RunTableModel
        The runs.

    Signals
    -------
    selection_changed()
        Others are selected, or one that is selected has changed.
    """

    selection_changed = Signal()

    def __init__(self, model: RunTableModel) -> None:
        super().__init__()
        self._runs = model
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setItemDelegateForColumn(0, _BoxDelegate(self))
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Runs")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + GRID_PX + 2)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(4 * GRID_PX)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        model.dataChanged.connect(self.selection_changed)
        self.doubleClicked.connect(self._on_double_clicked)

    @property
    def selected(self) -> tuple[RunRecord, ...]:
        """The selected runs, in the table's order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        records = self._runs.records
        return tuple(
            records[self._sorted.mapToSource(self._sorted.index(row, 0)).row()] for row in rows
        )

    def select(self, records: Sequence[RunRecord]) -> None:
        """Select runs, and bring the first of them into sight."""
        names = {record.name for record in records}
        selection = self.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row, record in enumerate(self._runs.records):
            if record.name in names:
                index = self._sorted.mapFromSource(self._runs.index(row, 0))
                if not selection.hasSelection():
                    self.setCurrentIndex(index)
                selection.select(index, flags)

    def fit_columns(self) -> None:
        """Make columns as wide as what stands in them; the model's name takes what is left."""
        metrics, header = self.fontMetrics(), self.horizontalHeader()
        records = self._runs.records[:_MEASURED_RUNS]
        for number, column in enumerate(COLUMNS):
            width = max((metrics.horizontalAdvance(column.text(r)) for r in records), default=0)
            if number == 0:
                width += _BOX_AND_MARK_PX
            self.setColumnWidth(number, max(width + _PADDING_PX, header.sectionSizeHint(number)))
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        taken = sum(map(self.columnWidth, range(len(COLUMNS)))) - self.columnWidth(_MODEL_COLUMN)
        self.setColumnWidth(_MODEL_COLUMN, max(self.viewport().width() - taken, _LEAST_MODEL_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tick_selected()
        else:
            super().keyPressEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        # In the first column is the box, which a click has ticked already.
        if index.column() > 0:
            self._tick_selected()

    def _tick_selected(self) -> None:
        selected = self.selected
        self._runs.tick(selected, not all(map(self._runs.is_ticked, selected)))
