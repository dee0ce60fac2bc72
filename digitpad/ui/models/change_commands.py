"""What undo and redo step over in the library of models."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from digitpad.core.errors import DigitpadError
from digitpad.services.models.library import Model, ModelLibrary

Refuse = Callable[[DigitpadError], None]


class Change(QUndoCommand):
    """A change that the library may refuse: another process may have made one meanwhile.

    Parameters
    ----------
    text : str
        What was done, as the menu names it after "Undo".
    library : ModelLibrary
        What is changed.
    refuse : callable
        Told why a change was refused; the step is then forgotten.
    """

    def __init__(self, text: str, library: ModelLibrary, refuse: Refuse) -> None:
        super().__init__(text)
        self.library = library
        self._refuse = refuse

    def make(self) -> None:
        """Make the change."""
        raise NotImplementedError

    def unmake(self) -> None:
        """Take the change back."""
        raise NotImplementedError

    def redo(self) -> None:
        self._try(self.make)

    def undo(self) -> None:
        self._try(self.unmake)

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except DigitpadError as error:
            self.setObsolete(True)
            self._refuse(error)


class Rename(Change):
    """Call a model something else."""

    def __init__(self, library: ModelLibrary, refuse: Refuse, name: str, new: str) -> None:
        super().__init__("Rename", library, refuse)
        self._name, self._new = name, new

    def make(self) -> None:
        self._new = self.library.rename(self._name, self._new).name

    def unmake(self) -> None:
        self.library.rename(self._new, self._name)


class WriteNote(Change):
    """Put another note on a model."""

    def __init__(self, library: ModelLibrary, refuse: Refuse, model: Model, note: str) -> None:
        super().__init__("Note", library, refuse)
        self._name, self._note = model.name, note
        self._before = model.read_note()

    def make(self) -> None:
        self.library.write_note(self._name, self._note)

    def unmake(self) -> None:
        self.library.write_note(self._name, self._before)


class Delete(Change):
    """Move a model to the trash."""

    def __init__(self, library: ModelLibrary, refuse: Refuse, name: str) -> None:
        super().__init__("Delete", library, refuse)
        self.sentence = ""
        self._name = name
        self._key = ""
        self._was_active = False

    def make(self) -> None:
        deletion = self.library.delete(self._name)
        self.sentence = deletion.sentence
        self._key = deletion.trashed.key
        self._was_active = deletion.fallback is not None

    def unmake(self) -> None:
        self._name = self.library.restore(self._key).name
        if self._was_active:
            self.library.activate(self._name)


class Arrive(Change):
    """A model came: from the trash, or copied or imported and there already.

    Parameters
    ----------
    text, library, refuse
        As for `Change`.
    key : str
        In the trash; empty if the model is there already.
    name : str
        Of a model that is there already.
    """

    def __init__(
        self, text: str, library: ModelLibrary, refuse: Refuse, key: str = "", name: str = ""
    ) -> None:
        super().__init__(text, library, refuse)
        self.name = name
        self._key = key

    def make(self) -> None:
        if self._key:
            self.name = self.library.restore(self._key).name

    def unmake(self) -> None:
        self._key = self.library.delete(self.name).trashed.key


class Activate(Change):
    """Read with another model."""

    def __init__(self, library: ModelLibrary, refuse: Refuse, name: str) -> None:
        super().__init__("Choice of Model", library, refuse)
        self._name = name
        self._before = library.active_name()

    def make(self) -> None:
        self.library.activate(self._name)

    def unmake(self) -> None:
        self.library.activate(self._before)


class RollBack(Change):
    """Read with the model that was active before."""

    def __init__(self, library: ModelLibrary, refuse: Refuse) -> None:
        super().__init__("Roll Back", library, refuse)
        self.name = ""
        self._before = library.active_name()

    def make(self) -> None:
        self.name = self.library.roll_back().name

    def unmake(self) -> None:
        self.library.activate(self._before)


class Reset(Change):
    """Read with the default model, as when the app was new."""

    def __init__(self, library: ModelLibrary, refuse: Refuse, trash_own: bool) -> None:
        super().__init__("Factory Reset", library, refuse)
        self._trash_own = trash_own
        self._before = library.active_name()
        self._keys: list[str] = []

    def make(self) -> None:
        self._keys = [model.key for model in self.library.reset(self._trash_own)]

    def unmake(self) -> None:
        for key in self._keys:
            self.library.restore(key)
        self.library.activate(self._before)
