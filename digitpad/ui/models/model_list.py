"""The list of models: those that ship, one's own, and the trash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QDateTime, QLocale, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from digitpad.services.models.library import MAX_NAME, Model
from digitpad.services.models.trash import TrashedModel
from digitpad.ui.model_menu import TEST_METRIC
from digitpad.ui.theme import GRID_PX

_COLUMNS = ("Name", "MNIST", "Size", "Time")
_TIPS = (
    "",
    "Digits of MNIST's test set that it reads right",
    "Of the file that it reads with",
    "How long it takes to read a digit on this computer",
)
_NAME, _SIZE, _SPEED = 0, 2, 3
_WIDTHS_PX = {_SIZE: 360, _SPEED: 296}
"""Columns that a list must be so wide for; names come first."""

_PLACE_ROLE = Qt.ItemDataRole.UserRole
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_DOT_PX = 8


@dataclass(frozen=True)
class ModelRow:
    """What the list shows of a model.

    Parameters
    ----------
    model : Model
        The model.
    is_active : bool
        Whether it reads.
    size : int
        Bytes that it reads with.
    speed_ms : float or None
        Milliseconds a digit takes; None until it is measured.
    damage : str
        What is wrong with it; empty if nothing is known to be.
    """

    model: Model
    is_active: bool
    size: int
    speed_ms: float | None
    damage: str = ""


class ModelList(QTreeWidget):
    """All models, in three sections.

    Signals
    -------
    selection_changed()
        Another model is selected, or none.
    use_asked()
        The selected model is to read: a double click, or Enter.
    renamed(str, str)
        The place of a model, and what it was called in the list.
    editing_ended()
        The name in the list is written, or left as it was.
    """

    selection_changed = Signal()
    use_asked = Signal()
    renamed = Signal(str, str)
    editing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selected = ""
        self._sections: list[QTreeWidgetItem] = []
        self._trashed: set[str] = set()
        self._is_filling = False
        self.setAccessibleName("Models")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderLabels(_COLUMNS)
        for column, tip in enumerate(_TIPS):
            self.headerItem().setToolTip(column, tip)
            self.headerItem().setTextAlignment(column, _NUMBERS if column else _WORDS)
        self.setIconSize(QSize(_DOT_PX, _DOT_PX))
        self.setRootIsDecorated(False)
        self.setIndentation(GRID_PX)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setItemDelegate(_RowDelegate(self))
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.currentItemChanged.connect(self._on_current_item_changed)
        self.itemActivated.connect(self._on_item_activated)
        self.itemChanged.connect(self._on_item_changed)
        self.itemDelegate().closeEditor.connect(lambda *_: self.editing_ended.emit())

    @property
    def selected(self) -> str:
        """The place of the selected model, or its key in the trash; empty if none is."""
        return self._selected

    @property
    def is_editing(self) -> bool:
        """Whether a name is being written."""
        return self.state() == QAbstractItemView.State.EditingState

    def show_row(self, row: ModelRow) -> None:
        """Show what is known of one model by now."""
        for item in self._rows():
            if item.data(_NAME, _PLACE_ROLE) == row.model.place:
                item.setText(_SPEED, _tell_speed(row))

    def show_models(self, rows: Sequence[ModelRow], trash: Sequence[TrashedModel]) -> None:
        """Show these models; one that has just come is selected, or else the same as before."""
        self._is_filling = True
        position = self.verticalScrollBar().value()
        before = [item.data(_NAME, _PLACE_ROLE) for item in self._rows()]
        was_trashed = self._selected in self._trashed
        self._trashed = {trashed.key for trashed in trash}
        self.clear()
        self._sections = []
        bundled = [row for row in rows if row.model.is_bundled]
        own = [row for row in rows if not row.model.is_bundled]
        self._add_section("Ships with digitpad", bundled, self._make_row)
        self._add_section("Your own", own, self._make_row)
        if not own:
            self._add_words("None yet: train, import or duplicate one.")
        if trash:
            self._add_section("Trash", trash, self._make_trashed)
        self.expandAll()
        self.verticalScrollBar().setValue(position)
        self._is_filling = False
        after = [item.data(_NAME, _PLACE_ROLE) for item in self._rows()]
        came = [place for place in after if place not in (*before, *self._trashed)]
        if before and len(came) == 1:
            self.select(came[0])
            return
        if self._selected in after or self._selected not in before:
            self.select(self._selected)
            return
        # The one that was selected is gone: its neighbor, for whoever goes on deleting.
        like = [place for place in after if (place in self._trashed) == was_trashed] or after
        self.select(like[min(before.index(self._selected), len(like) - 1)] if like else "")

    def select(self, place: str) -> None:
        """Select the model at `place`, or the active one if there is none."""
        items = {item.data(_NAME, _PLACE_ROLE): item for item in self._rows()}
        active = next((item for item in items.values() if item.font(_NAME).bold()), None)
        chosen = items.get(place) or active or next(iter(items.values()), None)
        if chosen is not None:
            self.setCurrentItem(chosen)
        self._on_current_item_changed(chosen)

    def rename_selected(self) -> None:
        """Let the person write another name in place."""
        item = self.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEditable:
            self.editItem(item, _NAME)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, least_px in _WIDTHS_PX.items():
            self.setColumnHidden(column, self.width() < least_px)

    def _rows(self) -> Iterable[QTreeWidgetItem]:
        for section in self._sections:
            for number in range(section.childCount()):
                row = section.child(number)
                if row is not None and row.data(_NAME, _PLACE_ROLE):
                    yield row

    def _add_section(
        self, title: str, rows: Sequence[object], make: Callable[..., QTreeWidgetItem]
    ) -> None:
        section = QTreeWidgetItem([title])
        section.setFlags(Qt.ItemFlag.ItemIsEnabled)
        section.setForeground(_NAME, self.palette().placeholderText())
        self.addTopLevelItem(section)
        self._sections.append(section)
        section.setFirstColumnSpanned(True)
        section.addChildren([make(row) for row in rows])

    def _add_words(self, words: str) -> None:
        item = QTreeWidgetItem([words])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._sections[-1].addChild(item)
        item.setFirstColumnSpanned(True)

    def _make_row(self, row: ModelRow) -> QTreeWidgetItem:
        model = row.model
        accuracy = model.card.metrics.get(TEST_METRIC)
        figure = f"{accuracy * 100:.2f} %" if accuracy is not None else "–"
        item = QTreeWidgetItem([model.name, figure, f"{row.size / 1e6:.2f} MB", ""])
        item.setText(_SPEED, _tell_speed(row))
        item.setData(_NAME, _PLACE_ROLE, model.place)
        item.setIcon(_NAME, _make_dot(self.palette(), row.is_active))
        item.setToolTip(_NAME, model.name)
        said = f"{model.name}, reads now" if row.is_active else model.name
        item.setData(_NAME, Qt.ItemDataRole.AccessibleTextRole, said)
        for column in range(1, len(_COLUMNS)):
            item.setTextAlignment(column, _NUMBERS)
        font = item.font(_NAME)
        font.setBold(row.is_active)
        item.setFont(_NAME, font)
        if not model.is_bundled:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        return item

    def _make_trashed(self, trashed: TrashedModel) -> QTreeWidgetItem:
        deleted = QDateTime.fromSecsSinceEpoch(int(trashed.deleted.timestamp()))
        day = QLocale().toString(deleted.date(), QLocale.FormatType.ShortFormat)
        item = QTreeWidgetItem([trashed.name, "", "", day])
        item.setData(_NAME, _PLACE_ROLE, trashed.key)
        item.setToolTip(_SPEED, "When it was deleted")
        item.setTextAlignment(_SPEED, _NUMBERS)
        item.setIcon(_NAME, _make_dot(self.palette(), False))
        return item

    def _on_current_item_changed(self, item: QTreeWidgetItem | None) -> None:
        if self._is_filling:
            return
        self._selected = str(item.data(_NAME, _PLACE_ROLE) or "") if item is not None else ""
        self.selection_changed.emit()

    def _on_item_activated(self, item: QTreeWidgetItem) -> None:
        if item.data(_NAME, _PLACE_ROLE):
            self.use_asked.emit()

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        place = item.data(_NAME, _PLACE_ROLE)
        if not self._is_filling and column == _NAME and place:
            self.renamed.emit(place, item.text(_NAME))


class _RowDelegate(QStyledItemDelegate):
    """Gives rows room, and names a length."""

    Index = QModelIndex | QPersistentModelIndex

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        hint.setHeight(max(hint.height(), 3 * GRID_PX))
        hint.setWidth(hint.width() + GRID_PX)
        return hint

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(MAX_NAME)
        editor.setAccessibleName("New name")
        return editor


def _tell_speed(row: ModelRow) -> str:
    if row.speed_ms is None:
        return "damaged" if row.damage else "…"
    return f"{row.speed_ms:.2f} ms"


def _make_dot(palette: QPalette, is_filled: bool) -> QIcon:
    """Return a dot that can be seen on a selected row, too, or as much room without one."""
    icon = QIcon()
    for mode, brush in (
        (QIcon.Mode.Normal, palette.accent()),
        (QIcon.Mode.Selected, palette.highlightedText()),
    ):
        picture = QPixmap(2 * _DOT_PX, 2 * _DOT_PX)
        picture.setDevicePixelRatio(2)
        picture.fill(Qt.GlobalColor.transparent)
        if is_filled:
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawEllipse(0, 0, _DOT_PX, _DOT_PX)
            painter.end()
        icon.addPixmap(picture, mode)
    return icon
