"""What can be done in the window of runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette, QUndoStack
from PySide6.QtWidgets import QMenu, QWidget

from digitpad.ui.theme import icon


class RunActions(QObject):
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
        self.go_on = self._make("&Go On", None, "Go on where the run was stopped or interrupted")
        self.go_further = self._make("More &Epochs…", None, "Go on with the run for more epochs")
        self.delete = self._make("&Delete", keys.Delete, "Move the selected runs to the trash")
        self.delete.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.undo = stack.createUndoAction(window, "&Undo")
        self.undo.setShortcuts(keys.Undo)
        self.redo = stack.createRedoAction(window, "&Redo")
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        window.addActions([self.undo, self.redo])
        self.draw_alone = self._make("Draw &Only These", None, "Tick the selected runs alone")
        self.clear = self._make("Clear &Away", None, "Move the runs without an epoch to the trash")
        self.reveal = self._make("&Reveal Folder", None, "Open the run's folder")
        self.open_log = self._make("Open &Log", None, "Open what its libraries said")
        self.copy_command = self._make("&Copy Command", None, "Copy the command that asks for it")
        self.copy_tensorboard = self._make(
            "Copy &TensorBoard Command", None, "Copy the command that shows it in TensorBoard"
        )
        self.empty_trash = self._make("Empty Trash…", None, "Destroy the runs in the trash")
        self.export_plot = self._make("&Plot…", "Ctrl+E", "Write the curves as PNG or SVG")
        self.export_epochs = self._make(
            "&Epochs…", "Ctrl+Shift+E", "Write the epochs of the ticked runs as CSV"
        )
        self.trash_menu = QMenu("Re&store Deleted", window)
        self.export = self._make_menu("E&xport", [self.export_plot, self.export_epochs])
        self.more = self._make_menu(
            "&More", [self.draw_alone, *self.of_one, self.trash_menu.menuAction(), self.empty_trash]
        )

    @property
    def of_one(self) -> list[QAction]:
        """What is done with a single run, and changes nothing."""
        return [self.reveal, self.open_log, self.copy_command, self.copy_tensorboard]

    @property
    def of_table(self) -> list[QAction]:
        """What the table's own menu offers."""
        return [self.go_on, self.go_further, self.delete, self.draw_alone, *self.of_one]

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

    def _make_menu(self, text: str, actions: list[QAction]) -> QAction:
        menu = QMenu(text, self._window)
        menu.addActions(actions)
        return menu.menuAction()
