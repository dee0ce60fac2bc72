"""What undo and redo step over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from digitpad.core.strokes import Stroke

Strokes = tuple[Stroke, ...]


class ReplaceStrokes(QUndoCommand):
    """Put other strokes on the canvas: one pen stroke more, some erased, none, a file's.

    Strokes never change, so the two tuples share all that stayed; a long history is cheap.

    Parameters
    ----------
    text : str
        What was done, as the menu names it after "Undo".
    before, after : tuple of Stroke
        All strokes then and now.
    show : callable
        Puts strokes on the canvas.
    """

    def __init__(
        self, text: str, before: Strokes, after: Strokes, show: Callable[[Strokes], None]
    ) -> None:
        super().__init__(text)
        self._before = before
        self._after = after
        self._show = show

    def redo(self) -> None:
        self._show(self._after)

    def undo(self) -> None:
        self._show(self._before)
