"""The runs as a table's rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QPalette

from digitpad.services.runs.records import RunRecord
from digitpad.ui.runs.run_marks import RunMark, no_icon
from digitpad.ui.runs.run_words import (
    describe_begin,
    describe_best,
    describe_end,
    describe_epochs,
    describe_settings,
    describe_test,
    describe_time,
)

SORT_ROLE = Qt.ItemDataRole.UserRole
_NONE = -1.0

ModelIndex = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


@dataclass(frozen=True)
class Column:
    """One column: its title, what it says of a run, and what it is sorted by."""

    title: str
    text: Callable[[RunRecord], str]
    key: Callable[[RunRecord], Any]
    is_number: bool = False
    tip: Callable[[RunRecord], str] = lambda record: ""


COLUMNS = (
    Column("Began", describe_begin, lambda r: r.name, tip=lambda r: r.name),
    Column("Model", lambda r: r.config.name, lambda r: r.config.name.casefold()),
    Column("Network", lambda r: r.config.architecture, lambda r: r.config.architecture),
    Column("Status", lambda r: r.status.value, lambda r: r.status.value, tip=describe_end),
    Column("Epochs", describe_epochs, lambda r: r.epochs_done, is_number=True),
    Column(
        "Validation",
        describe_best,
        lambda r: r.best.validation_accuracy if r.best else _NONE,
        is_number=True,
        tip=lambda r: f"Best in epoch {r.best.epoch}" if r.best else "",
    ),
    Column(
        "Test",
        describe_test,
        lambda r: _NONE if r.test_accuracy is None else r.test_accuracy,
        is_number=True,
    ),
    Column("Time", describe_time, lambda r: r.seconds, is_number=True),
)


class RunTableModel(QAbstractTableModel):
    """Runs, each of which can be ticked; those that are have a mark.

    Signals
    -------
    ticks_changed()
        Others are ticked, or one that is ticked has changed.
    """

    ticks_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._records: list[RunRecord] = []
        self._marks: dict[str, RunMark] = {}
        self._palette = QPalette()
        self._ratio = 1.0

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """All runs, the newest first."""
        return tuple(self._records)

    @property
    def ticked(self) -> tuple[tuple[RunRecord, RunMark], ...]:
        """Those that are ticked, and their marks."""
        return tuple((r, self._marks[r.name]) for r in self._records if r.name in self._marks)

    def show_records(self, records: Sequence[RunRecord]) -> None:
        """Show these in place of what was shown; rows that stay keep their selection and tick."""
        if not self._records:
            # At once: row by row, hundreds would hold the window up.
            self.beginResetModel()
            self._records = list(records)
            self.endResetModel()
            return
        names = {record.name for record in records}
        # Marks stay, for deleted runs may come back.
        is_changed = any(record.name not in names for record, _ in self.ticked)
        for row in reversed(range(len(self._records))):
            if self._records[row].name not in names:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._records[row]
                self.endRemoveRows()
        for row, record in enumerate(records):
            if row == len(self._records) or self._records[row].name != record.name:
                self.beginInsertRows(QModelIndex(), row, row)
                self._records.insert(row, record)
                self.endInsertRows()
            elif self._records[row] is not record:
                self._records[row] = record
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
            else:
                continue
            is_changed = is_changed or record.name in self._marks
        if is_changed:
            self.ticks_changed.emit()

    def tick(self, records: Sequence[RunRecord], is_ticked: bool = True) -> None:
        """Tick runs, or take their ticks away."""
        names = {record.name for record in records if self.is_ticked(record) is not is_ticked}
        for record in records:
            if record.name not in names:
                continue
            if is_ticked:
                taken = {mark.number for mark in self._marks.values()}
                free = next(number for number in range(len(taken) + 1) if number not in taken)
                self._marks[record.name] = RunMark(free)
            else:
                del self._marks[record.name]
        if names:
            self._repaint_marks(names)
            self.ticks_changed.emit()

    def is_ticked(self, record: RunRecord) -> bool:
        """Return whether a run is ticked."""
        return record.name in self._marks

    def follow_palette(self, palette: QPalette, ratio: float) -> None:
        """Give the marks colours that stand out."""
        self._palette, self._ratio = palette, ratio
        self._repaint_marks(self._marks)

    # --- as Qt asks for it -----------------------------------------------------------------

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            return COLUMNS[section].title
        if role == _Role.TextAlignmentRole:
            return _align(COLUMNS[section])
        return None

    def data(self, index: ModelIndex, role: int = 0) -> Any:
        record, column = self._records[index.row()], COLUMNS[index.column()]
        if role == _Role.DisplayRole:
            return column.text(record)
        if role == SORT_ROLE:
            return column.key(record)
        if role == _Role.TextAlignmentRole:
            return _align(column)
        if role == _Role.ToolTipRole:
            return column.tip(record) or describe_settings(record)
        return self._mark_data(record, role) if index.column() == 0 else None

    def setData(self, index: ModelIndex, value: Any, role: int = 0) -> bool:
        if role != _Role.CheckStateRole or index.column() != 0:
            return False
        is_ticked = Qt.CheckState(value) is Qt.CheckState.Checked
        self.tick([self._records[index.row()]], is_ticked)
        return True

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def _repaint_marks(self, names: Collection[str]) -> None:
        roles = [_Role.CheckStateRole, _Role.DecorationRole]
        for row, record in enumerate(self._records):
            if record.name in names:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0), roles)

    def _mark_data(self, record: RunRecord, role: int) -> Any:
        mark = self._marks.get(record.name)
        if role == _Role.CheckStateRole:
            return Qt.CheckState.Checked if mark else Qt.CheckState.Unchecked
        if role == _Role.DecorationRole:
            return mark.icon(self._palette, self._ratio) if mark else no_icon()
        return None


def _align(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
