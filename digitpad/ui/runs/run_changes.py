"""Deleting runs and restoring them, each of which can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitpad.core.errors import DigitpadError
from digitpad.services.folder_trash import TrashedFolder
from digitpad.services.runs.changes import delete_runs, empty_trash, restore_runs
from digitpad.services.runs.records import RunCatalog, RunRecord
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.runs.run_words import count_runs


class RunChanges(QObject):
    """Makes changes, says what happened, and keeps the way back.

    Parameters
    ----------
    keeper : RunKeeper
        Moves the folders.

    Signals
    -------
    changed()
        There are other runs now.
    happened(str)
        What was done, for a person; it can be undone.
    refused(DigitpadError)
        Why something was not done.
    """

    changed = Signal()
    happened = Signal(str)
    refused = Signal(object)

    def __init__(self, keeper: RunKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self.keeper = keeper
        self.stack = QUndoStack(self)

    def delete(self, records: Sequence[RunRecord]) -> None:
        """Move runs to the trash."""
        if records:
            self.stack.push(_Move(self, [record.name for record in records], []))

    def restore(self, trashed: TrashedFolder) -> None:
        """Take a run out of the trash."""
        self.stack.push(_Move(self, [], [trashed]))

    def empty_trash(self) -> None:
        """Destroy what is in the trash."""
        # What was deleted can't be undone any more.
        self.stack.clear()
        runs = self.keeper.runs
        self.keeper.ask(lambda catalog: empty_trash(runs), self._on_emptied, self.refused.emit)

    def _on_emptied(self, count: int) -> None:
        self.happened.emit(f"{count_runs(count)} gone for good.")


class _Move(QUndoCommand):
    """Runs on their way to the trash or back."""

    def __init__(
        self, changes: RunChanges, names: Sequence[str], trashed: Sequence[TrashedFolder]
    ) -> None:
        count = count_runs(len(names) + len(trashed))
        super().__init__(f"Restoring {count}" if trashed else f"Deletion of {count}")
        self._changes = changes
        # Both are for the keeper's thread, which does one thing after the other.
        self._names = list(names)
        self._trashed = list(trashed)
        self._is_restoring = bool(trashed)

    def redo(self) -> None:
        self._move(self._is_restoring)

    def undo(self) -> None:
        self._move(not self._is_restoring)

    def _move(self, is_restoring: bool) -> None:
        self._changes.keeper.ask(
            self._restore if is_restoring else self._delete,
            lambda count: self._on_moved(count, is_restoring),
            self._on_failed,
        )

    def _delete(self, catalog: RunCatalog) -> int:
        records = [record for record in map(catalog.find, self._names) if record is not None]
        for record in records:
            self._trashed += delete_runs([record], self._changes.keeper.runs)
        self._names.clear()
        return len(records)

    def _restore(self, catalog: RunCatalog) -> int:
        count = len(self._trashed)
        while self._trashed:
            restore_runs(self._trashed[-1:], self._changes.keeper.runs)
            self._names.append(self._trashed.pop().former_name)
        return count

    def _on_moved(self, count: int, is_restoring: bool) -> None:
        runs = count_runs(count)
        where = "back" if is_restoring else "in the trash, for 30 days"
        self._changes.changed.emit()
        self._changes.happened.emit(f"{runs} {'is' if count == 1 else 'are'} {where}.")

    def _on_failed(self, error: DigitpadError) -> None:
        self._changes.changed.emit()
        self._changes.refused.emit(error)
