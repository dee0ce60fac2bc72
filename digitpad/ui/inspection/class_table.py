"""How well each of the ten digits is read."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from digitpad.training.figures import ClassFigures
from digitpad.ui.inspection.digit_delegate import Index
from digitpad.ui.theme import GRID_PX

_COLUMNS = {
    "Digits": "How many there are",
    "Precision": "Of what was read as this digit, so much is it",
    "Recall": "Of this digit, so much was read as such",
    "F1": "The harmonic mean of precision and recall",
}


class ClassTable(QTableView):
    """A row for each digit: how many there are, precision, recall and F1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setAccessibleName("Precision and recall of each digit")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(3 * GRID_PX)
            header.setSectionsClickable(False)
        self.verticalHeader().setFixedWidth(4 * GRID_PX)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID_PX, 44 * GRID_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * GRID_PX, 33 * GRID_PX)

    def show_classes(self, classes: tuple[ClassFigures, ...]) -> None:
        """Show the figures of the ten digits."""
        self._model.take(classes)


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._classes: tuple[ClassFigures, ...] = ()

    def take(self, classes: tuple[ClassFigures, ...]) -> None:
        self.beginResetModel()
        self._classes = classes
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._classes)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, side: Qt.Orientation, role: int = 0) -> object:
        if side is Qt.Orientation.Vertical:
            is_shown = role == Qt.ItemDataRole.DisplayRole
            return str(self._classes[section].label) if is_shown else None
        name, words = list(_COLUMNS.items())[section]
        return {Qt.ItemDataRole.DisplayRole: name, Qt.ItemDataRole.ToolTipRole: words}.get(
            Qt.ItemDataRole(role)
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        figures = self._classes[index.row()]
        text = [
            f"{figures.n:,}",
            *map(_percent, (figures.precision, figures.recall, figures.f1)),
        ][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{list(_COLUMNS)[index.column()]} of {figures.label}: {text}"
        return None


def _percent(part: float | None) -> str:
    return "–" if part is None else f"{100 * part:.2f} %"
