"""Samples for a view, however many: those that are looked at are loaded, page by page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.samples.sample_tiles import Tile, load_tiles
from digitpad.ui.samples.sample_words import describe_tile

PAGE = 120
"""Samples that are loaded at once: about what a window shows."""

_KEPT_PAGES = 80
_WAITING_PAGES = 4
"""Who scrolls fast passes by more than these, and needs none of them any more."""

Index = QModelIndex | QPersistentModelIndex


class SampleModel(QAbstractListModel):
    """A list of samples, known by their ids; a tile is there a moment after it was asked for.

    Parameters
    ----------
    keeper : SampleKeeper
        Loads them.
    """

    def __init__(self, keeper: SampleKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._ids: Sequence[int] = ()
        self._reader = ""
        self._pages: OrderedDict[int, dict[int, Tile]] = OrderedDict()
        self._stale: set[int] = set()
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._is_asking = False
        self._generation = 0

    @property
    def ids(self) -> Sequence[int]:
        """All samples, in the order in which they are shown."""
        return self._ids

    def show_ids(self, ids: Sequence[int]) -> None:
        """Show these samples instead; tiles that are there stay as far as they fit."""
        if ids == self._ids:
            self.load_again()
            return
        self.beginResetModel()
        known: dict[int, Tile] = {}
        for page in self._pages.values():
            known |= page
        self._ids = ids
        self._forget()
        # Until they are loaded again, so that nothing flickers.
        for number in range(0, min(len(ids), PAGE * _KEPT_PAGES), PAGE):
            tiles = {each: known[each] for each in ids[number : number + PAGE] if each in known}
            if tiles:
                self._pages[number // PAGE] = tiles
        self._stale = set(self._pages)
        self.endResetModel()

    def use_reader(self, model: str) -> None:
        """Tell by this model, name and digest, what is read otherwise."""
        self._reader = model
        self.load_again()

    def load_again(self) -> None:
        """Load what is looked at once more; until then it stays as it is."""
        self._generation += 1
        self._is_asking = False
        self._stale = set(self._pages)
        if self._ids:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))

    def tile(self, row: int) -> Tile | None:
        """Return a tile, None if it isn't loaded yet, which it will be before long."""
        number = row // PAGE
        page = self._pages.get(number)
        if page is None or number in self._stale:
            self._ask(number)
        return page.get(self._ids[row]) if page is not None else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        tile = self.tile(index.row())
        return describe_tile(tile) if tile is not None else None

    # --- pages -----------------------------------------------------------------------------

    def _forget(self) -> None:
        self._pages.clear()
        self._stale.clear()
        self._waiting.clear()
        self._generation += 1
        self._is_asking = False

    def _ask(self, number: int) -> None:
        """Have a page loaded, one after the other, the one asked for last first."""
        self._waiting[number] = None
        self._waiting.move_to_end(number)
        while len(self._waiting) > _WAITING_PAGES:
            self._waiting.popitem(last=False)
        if not self._is_asking:
            self._load_next()

    def _load_next(self) -> None:
        if not self._waiting:
            return
        number, _ = self._waiting.popitem()
        self._is_asking = True
        ids, reader = self._ids[number * PAGE : (number + 1) * PAGE], self._reader
        generation = self._generation
        self._keeper.ask(
            lambda store: load_tiles(store, ids, reader),
            lambda tiles: self._take(generation, number, tiles),
        )

    def _take(self, generation: int, number: int, tiles: dict[int, Tile]) -> None:
        if generation != self._generation:
            return
        self._pages[number] = tiles
        self._pages.move_to_end(number)
        self._stale.discard(number)
        self._waiting.pop(number, None)
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        last = min((number + 1) * PAGE, len(self._ids)) - 1
        self.dataChanged.emit(self.index(number * PAGE), self.index(last))
        self._is_asking = False
        self._load_next()
