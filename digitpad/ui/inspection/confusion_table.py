"""The confusion matrix: how often each digit was read as which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractTableModel,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from digitpad.services.inspection import Inspection
from digitpad.ui.inspection.digit_delegate import MISTAKE, Index, leave_ground_to_delegate
from digitpad.ui.inspection.digit_words import count_digits, name_label, symbol
from digitpad.ui.theme import GRID_PX

_CELL_PX = 4 * GRID_PX
_FRAME_PX = 2
_PALEST, _DARKEST = 0.12, 0.75
_RIGHT_ALPHA = 0.14

Pair = tuple[int | None, int | None]


class ConfusionTable(QTableView):
    """A row for what a digit is, a column for what it was read as.

    Mistakes are the redder the larger a part of their row they are.

    Signals
    -------
    cell_opened(object, object)
        What the digits of a cell are and what they were read as; None is no digit.
    """

    cell_opened = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Cell(self))
        leave_ground_to_delegate(self)
        self.setAccessibleName("Confusion matrix")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setMouseTracking(True)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(3 * GRID_PX)
            header.setSectionsClickable(False)
            header.setHighlightSections(True)
        self.verticalHeader().setFixedWidth(_CELL_PX)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    def sizeHint(self) -> QSize:
        side = (self._model.columnCount() + 1) * _CELL_PX
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() * 0.75

    def show_inspection(self, inspection: Inspection) -> None:
        """Count the digits of an inspection."""
        self._model.count(inspection)
        self.setAccessibleDescription(
            "Rows are what a digit is, columns what it was read as. Enter opens a cell's digits."
        )
        self.setCurrentIndex(self._model.index(0, 0))
        self.updateGeometry()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_open = index.isValid() and self._model.count_at(index) > 0
        shape = Qt.CursorShape.PointingHandCursor if is_open else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _open(self, index: Index) -> None:
        if self._model.count_at(index):
            self.cell_opened.emit(*self._model.pair_at(index))


class _Cell(QStyledItemDelegate):
    """A count, framed where the keyboard is: its colour is to be seen all the same."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        states = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus
        option.state &= ~states
        super().paint(painter, option, index)
        if has_focus:
            painter.setPen(QPen(option.palette.accent(), _FRAME_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))


class _Model(QAbstractTableModel):
    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._counts: Counter[Pair] = Counter()
        self._rows: list[int | None] = []
        self._columns: list[int | None] = []
        self._sums: dict[int | None, int] = {}
        self._worst = 0.0

    def count(self, inspection: Inspection) -> None:
        self.beginResetModel()
        self._counts = Counter((digit.expected, digit.read) for digit in inspection.digits)
        self._rows = _labels(expected for expected, _ in self._counts)
        self._columns = _labels(read for _, read in self._counts)
        self._sums = {row: sum(self._counts[row, c] for c in self._columns) for row in self._rows}
        shares = [self._share(pair) for pair in self._counts if pair[0] != pair[1]]
        self._worst = max(shares, default=0.0)
        self.endResetModel()

    def pair_at(self, index: Index) -> Pair:
        return self._rows[index.row()], self._columns[index.column()]

    def count_at(self, index: Index) -> int:
        return self._counts[self.pair_at(index)]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(self, section: int, side: Qt.Orientation, role: int = 0) -> object:
        is_row = side is Qt.Orientation.Vertical
        label = (self._rows if is_row else self._columns)[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return symbol(label)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{'Is' if is_row else 'Read as'} {name_label(label)}"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        pair = self.pair_at(index)
        count = self._counts[pair]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(count) if count else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.BackgroundRole:
            return self._color(pair)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(pair)
        return None

    def _share(self, pair: Pair) -> float:
        return self._counts[pair] / self._sums[pair[0]]

    def _color(self, pair: Pair) -> QColor | None:
        if not self._counts[pair]:
            return None
        if pair[0] == pair[1]:
            color = QColor(self._view.palette().color(QPalette.ColorRole.Accent))
            color.setAlphaF(_RIGHT_ALPHA)
            return color
        color = QColor(MISTAKE)
        color.setAlphaF(_PALEST + (_DARKEST - _PALEST) * self._share(pair) / self._worst)
        return color

    def _words(self, pair: Pair) -> str:
        expected, read = map(name_label, pair)
        count = self._counts[pair]
        if not count:
            return f"{expected} was never read as {read}"
        share = f"{100 * self._share(pair):.2f} % of all that are {expected}"
        return f"{expected} read as {read}: {count_digits(count)}, {share}"


def _labels(found: Iterable[int | None]) -> list[int | None]:
    """Return all labels, and that of what is no digit if there is any."""
    return [*range(10), *([None] if None in set(found) else [])]
