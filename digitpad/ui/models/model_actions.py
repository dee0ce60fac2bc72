"""What can be done in the window of models."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence, QPalette, QUndoStack
from PySide6.QtWidgets import QWidget

from digitpad.ui.theme import icon


class ModelActions(QObject):
    """The window's actions. What they do is connected by whoever does it.

    Parameters
    ----------
    window : QWidget
        Where their shortcuts work.
    stack : QUndoStack
        What undo and redo step over.
    """

    def __init__(self, window: QWidget, stack: QUndoStack) -> None:
        super().__init__(window)
        self._window = window
        keys = QKeySequence.StandardKey
        self.use = self._make("&Use This Model", None, "Read with it from now on")
        self.rename = self._make("&Rename", "F2", "Call it something else")
        self.duplicate = self._make("&Duplicate", "Ctrl+D", "Make a copy that is yours")
        self.delete = self._make("De&lete", keys.Delete, "Move it to the trash")
        self.restore = self._make("Re&store", None, "Take it out of the trash")
        self.empty_trash = self._make("&Empty Trash…", None, "Destroy what is in the trash")
        self.import_ = self._make(
            "&Import…", keys.Open, "Add a model from a .digitpad, .keras or .tflite file"
        )
        self.export = self._make("E&xport…", keys.Save, "Write it to a file")
        self.roll_back = self._make(
            "Roll &Back", None, "Read with the model that was active before"
        )
        self.reset = self._make(
            "&Factory Reset…", None, "Read with the default model, as when digitpad was new"
        )
        self.undo = stack.createUndoAction(window, "&Undo")
        self.undo.setShortcuts(keys.Undo)
        self.redo = stack.createRedoAction(window, "&Redo")
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        window.addActions([self.undo, self.redo])
        self.of_models = [self.use, self.rename, self.duplicate, self.delete, self.export]
        self.of_trash = [self.restore, self.empty_trash]

    def follow_palette(self, palette: QPalette) -> None:
        """Give the icons the colour of the text."""
        self.undo.setIcon(icon("undo", palette))
        self.redo.setIcon(icon("redo", palette))

    def _make(self, text: str, keys: QKeySequence.StandardKey | str | None, tip: str) -> QAction:
        action = QAction(text, self)
        if isinstance(keys, str):
            action.setShortcut(QKeySequence(keys))
        elif keys is not None:
            action.setShortcuts(keys)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({shown})" if shown else tip)
        self._window.addAction(action)
        return action
