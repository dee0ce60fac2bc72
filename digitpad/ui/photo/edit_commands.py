"""What undo and redo step over on a photo."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QUndoCommand

from digitpad.core.layout import Box
from digitpad.ui.photo.reading_edits import Addition, Correction, Edit

_NAMES: dict[type[Edit], str] = {Addition: "Added Box", Correction: "Correction"}


@dataclass(frozen=True)
class EditStep:
    """From one state of a picture's edits to another.

    Parameters
    ----------
    key : int
        Of the picture.
    edits : tuple of Edit
        All its edits from now on.
    box : Box
        Of the digit that was edited, in pixels of the edits.
    """

    key: int
    edits: tuple[Edit, ...]
    box: Box


class MakeEdit(QUndoCommand):
    """One more edit.

    Parameters
    ----------
    key : int
        Of the picture.
    before : tuple of Edit
        The edits so far.
    edit : Edit
        The one to make.
    take : function from EditStep
        Puts the edits of a step in force.
    """

    def __init__(
        self, key: int, before: tuple[Edit, ...], edit: Edit, take: Callable[[EditStep], None]
    ) -> None:
        super().__init__(_NAMES.get(type(edit), "Removal"))
        self._undone = EditStep(key, before, edit.box)
        self._done = EditStep(key, (*before, edit), edit.box)
        self._take = take

    def undo(self) -> None:
        self._take(self._undone)

    def redo(self) -> None:
        self._take(self._done)
