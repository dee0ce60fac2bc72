"""A sheet of samples: a row of digits for each class of a data set."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QWidget,
)

from digitpad.services.inspection import Inspection, JudgedDigit
from digitpad.ui.digit_keys import DigitKeys
from digitpad.ui.inspection.digit_corrections import DigitCorrections
from digitpad.ui.inspection.digit_delegate import (
    DIGIT_ROLE,
    KEPT_ROLE,
    DigitDelegate,
    Index,
    leave_ground_to_delegate,
)
from digitpad.ui.inspection.digit_details import DigitDetails
from digitpad.ui.inspection.digit_words import count_digits, describe, name_label, symbol
from digitpad.ui.inspection.empty_state import EmptyState
from digitpad.ui.theme import GRID_PX


class SheetPage(QStackedWidget):
    """Every digit of a data set, a row a class; those that were read wrong are underlined.

    Parameters
    ----------
    corrections : DigitCorrections
        Told what a person says that they are.

    Signals
    -------
    open_wanted(JudgedDigit), closer_look_wanted(JudgedDigit)
        Of the details.
    """

    open_wanted = Signal(object)
    closer_look_wanted = Signal(object)

    def __init__(self, corrections: DigitCorrections, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrections = corrections
        self._data = ""
        self._model = _Model(corrections, self)
        self._table = QTableView()
        self._details = DigitDetails(corrections)
        self._set_up_table()
        corrections.changed.connect(self._table.viewport().update)
        DigitKeys(self._table).typed.connect(self._on_typed)
        self._details.open_wanted.connect(self.open_wanted)
        self._details.closer_look_wanted.connect(self.closer_look_wanted)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        row.setSpacing(0)
        row.addWidget(self._table, stretch=1)
        row.addWidget(self._details)
        self.addWidget(
            EmptyState(
                "What do the digits look like?",
                "Choose a model and digits above, and press Start.",
            )
        )
        self.addWidget(page)

    @property
    def ground(self) -> QWidget:
        """What a message may lie over: the buttons beside it stay free."""
        return self._table if self.currentIndex() else self

    def show_inspection(self, inspection: Inspection) -> None:
        """Show all digits of an inspection."""
        self._data = inspection.data
        self._model.take(inspection.digits)
        self._table.setCurrentIndex(self._model.index(0, 0))
        self._table.scrollToTop()
        self.setCurrentIndex(1)

    def _set_up_table(self) -> None:
        table = self._table
        delegate = DigitDelegate(has_caption=False, parent=table)
        table.setModel(self._model)
        table.setItemDelegate(delegate)
        leave_ground_to_delegate(table)
        table.setAccessibleName("Sample sheet")
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        table.horizontalHeader().hide()
        table.verticalHeader().setFixedWidth(4 * GRID_PX)
        table.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        size = delegate.cell_size(table)
        _fix_sections(table.horizontalHeader(), size.width())
        _fix_sections(table.verticalHeader(), size.height())
        table.selectionModel().currentChanged.connect(self._on_current_changed)
        table.activated.connect(lambda index: self.open_wanted.emit(index.data(DIGIT_ROLE)))

    def _on_current_changed(self, current: QModelIndex) -> None:
        digit = current.data(DIGIT_ROLE) if current.isValid() else None
        self._details.show_digit(digit, self._data)

    def _on_typed(self, label: int) -> None:
        digit = self._table.currentIndex().data(DIGIT_ROLE)
        if digit is not None:
            self._corrections.correct(digit, label)


class _Model(QAbstractTableModel):
    def __init__(self, corrections: DigitCorrections, parent: QWidget) -> None:
        super().__init__(parent)
        self._corrections = corrections
        self._rows: list[tuple[int | None, list[JudgedDigit]]] = []

    def take(self, digits: tuple[JudgedDigit, ...]) -> None:
        self.beginResetModel()
        by_label: dict[int | None, list[JudgedDigit]] = {label: [] for label in (*range(10), None)}
        for digit in digits:
            by_label[digit.expected].append(digit)
        self._rows = [(label, row) for label, row in by_label.items() if row]
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return max((len(row) for _, row in self._rows), default=0)

    def flags(self, index: Index) -> Qt.ItemFlag:
        # The rows are not equally long.
        return super().flags(index) if self._find(index) else Qt.ItemFlag.NoItemFlags

    def headerData(self, section: int, side: Qt.Orientation, role: int = 0) -> object:
        if side is Qt.Orientation.Horizontal:
            return None
        label, row = self._rows[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return symbol(label)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{name_label(label)}: {count_digits(len(row))}"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        digit = self._find(index)
        if digit is None:
            return None
        if role == DIGIT_ROLE:
            return digit
        if role == KEPT_ROLE:
            return self._corrections.find_label(digit)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{digit.source}: {describe(digit)}"
        return None

    def _find(self, index: Index) -> JudgedDigit | None:
        if not index.isValid():
            return None
        _, row = self._rows[index.row()]
        return row[index.column()] if index.column() < len(row) else None


def _fix_sections(header: QHeaderView, size: int) -> None:
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setDefaultSectionSize(size)
    header.setSectionsClickable(False)
