"""What undo and redo step over in the samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QUndoCommand

from digitpad.services.samples.store import SampleStore
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.samples.sample_words import count_samples

_Work = Callable[[SampleStore], object]


class ChangeSamples(QUndoCommand):
    """Something that is done to samples, and how it is taken back.

    Parameters
    ----------
    text : str
        What was done, as the menu names it after "Undo".
    keeper : SampleKeeper
        Does it.
    do, undo : function from SampleStore
        Both ways.
    is_done : bool
        Whether it is done already.
    """

    def __init__(
        self, text: str, keeper: SampleKeeper, do: _Work, undo: _Work, *, is_done: bool = False
    ) -> None:
        super().__init__(text)
        self._keeper = keeper
        self._do = do
        self._undo = undo
        self._is_done = is_done

    def redo(self) -> None:
        if not self._is_done:
            self._keeper.change(self._do)
        self._is_done = False

    def undo(self) -> None:
        self._keeper.change(self._undo)


def relabel(keeper: SampleKeeper, before: Mapping[int, int], label: int) -> ChangeSamples:
    """Return the command that says what samples, with their labels before, really show."""
    after = dict.fromkeys(before, label)
    return ChangeSamples(
        f"Label {label} for {count_samples(len(before))}",
        keeper,
        lambda store: store.relabel(after),
        lambda store: store.relabel(before),
    )


def delete(keeper: SampleKeeper, ids: Sequence[int]) -> ChangeSamples:
    """Return the command that deletes samples."""
    return ChangeSamples(
        f"Deletion of {count_samples(len(ids))}",
        keeper,
        lambda store: store.delete(ids),
        lambda store: store.restore(ids),
    )


def added(keeper: SampleKeeper, ids: Sequence[int], what: str) -> ChangeSamples:
    """Return the command for samples that were just added, by an import say."""
    return ChangeSamples(
        f"{what} of {count_samples(len(ids))}",
        keeper,
        lambda store: store.restore(ids),
        lambda store: store.delete(ids),
        is_done=True,
    )
