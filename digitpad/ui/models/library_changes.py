"""Changes of the library of models, each of which can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from digitpad.core.errors import DigitpadError
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.ui.models.change_commands import (
    Activate,
    Arrive,
    Change,
    Delete,
    Rename,
    Reset,
    RollBack,
    WriteNote,
)


class LibraryChanges(QObject):
    """Makes changes, says what happened, and keeps the way back.

    Parameters
    ----------
    library : ModelLibrary
        What is changed.

    Signals
    -------
    changed()
        The library is another now.
    happened(str)
        What was done that shows nowhere else, for a person; it can be undone.
    refused(DigitpadError)
        Why something was not done.
    """

    changed = Signal()
    happened = Signal(str)
    refused = Signal(object)

    def __init__(self, library: ModelLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self.stack = QUndoStack(self)
        self.stack.indexChanged.connect(self.changed)

    def activate(self, model: Model) -> None:
        """Read with a model from now on."""
        if model.name != self.library.active_name():
            self._make(Activate(self.library, self._refuse, model.name))

    def rename(self, model: Model, name: str) -> None:
        """Call a model something else."""
        if name.strip() != model.name:
            self._make(Rename(self.library, self._refuse, model.name, name))

    def write_note(self, model: Model, note: str) -> bool:
        """Put a note on a model, and return whether it is there."""
        if note.strip() == model.read_note().strip():
            return True
        return self._make(WriteNote(self.library, self._refuse, model, note))

    def delete(self, model: Model) -> None:
        """Move a model to the trash."""
        command = Delete(self.library, self._refuse, model.name)
        if self._make(command):
            self.happened.emit(command.sentence)

    def restore(self, key: str) -> None:
        """Take a model out of the trash."""
        command = Arrive("Restore", self.library, self._refuse, key=key)
        if self._make(command):
            self.happened.emit(f"“{command.name}” is among your models again.")

    def note_arrival(self, text: str, model: Model) -> None:
        """Let the arrival of a model be undone; `text` is what brought it."""
        self._make(Arrive(text, self.library, self._refuse, name=model.name))

    def roll_back(self) -> None:
        """Read with the model that was active before."""
        command = RollBack(self.library, self._refuse)
        if self._make(command):
            self.happened.emit(f"“{command.name}” reads again.")

    def reset(self, trash_own: bool) -> None:
        """Read with the default model, with one's own in the trash if asked to."""
        if self._make(Reset(self.library, self._refuse, trash_own)):
            gone = "; your own models are in the trash" * trash_own
            self.happened.emit(f"The default model reads{gone}.")

    def empty_trash(self) -> None:
        """Destroy what is in the trash; nothing before can be undone."""
        try:
            self.library.empty_trash()
        except DigitpadError as error:
            self._refuse(error)
        # Steps back would lead to models that are no more.
        self.stack.clear()
        self.changed.emit()

    def _make(self, command: Change) -> bool:
        before = self.stack.index()
        self.stack.push(command)
        # What is refused at once never comes onto the stack.
        return self.stack.index() > before

    def _refuse(self, error: DigitpadError) -> None:
        self.refused.emit(error)
        self.changed.emit()
