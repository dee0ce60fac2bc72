"""Everything that can be done in the window of samples, by name."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

_Keys = QKeySequence.StandardKey


class BrowserActions(QObject):
    """The actions of the window. What they do is connected by whoever does it.

    Parameters
    ----------
    window : QWidget
        Where their shortcuts work.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.write_set = self._make("&Write a Set…")
        self.import_folder = self._make("&Import Folder…")
        self.import_file = self._make("Import &File…")
        self.export = self._make("&Export…", "Ctrl+E")
        self.back_up = self._make("&Back Up…")
        self.restore = self._make("&Restore…")
        self.close = self._make("&Close", _Keys.Close)
        self.undo = self._make("&Undo", _Keys.Undo)
        self.redo = self._make("&Redo", _Keys.Redo)
        self.undo.setEnabled(False)
        self.redo.setEnabled(False)
        self.labels = [self._make(f"&{label}", str(label)) for label in range(10)]
        self.label_menu = QMenu("&Label", window)
        self.label_menu.addActions(self.labels)
        self.delete = self._make("&Delete", "Del")
        self.open = self._make("&Open")
        self.select_all = self._make("Select &All", _Keys.SelectAll)
        self.show_all = self._make("Show A&ll", "Ctrl+Shift+A")

    @property
    def on_selection(self) -> list[QAction]:
        """What is done with the samples that are selected."""
        return [*self.labels, self.delete, self.open]

    def belong_to(self, grid: QWidget) -> None:
        """Let keys that mean something else where one types work in the grid alone."""
        for action in (*self.labels, self.delete, self.select_all):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            grid.addAction(action)

    def name_undo(self, text: str) -> None:
        """Say in the menu what would be undone."""
        self.undo.setText(f"&Undo {text}".rstrip())

    def name_redo(self, text: str) -> None:
        """Say in the menu what would be done again."""
        self.redo.setText(f"&Redo {text}".rstrip())

    def fill(self, bar: QMenuBar) -> None:
        """Put the actions in menus."""
        samples = bar.addMenu("&Samples")
        samples.addAction(self.write_set)
        samples.addSeparator()
        samples.addActions([self.import_folder, self.import_file, self.export])
        samples.addSeparator()
        samples.addActions([self.back_up, self.restore])
        samples.addSeparator()
        samples.addAction(self.close)
        edit = bar.addMenu("&Edit")
        edit.addActions([self.undo, self.redo])
        edit.addSeparator()
        edit.addMenu(self.label_menu)
        edit.addActions([self.delete, self.open])
        edit.addSeparator()
        edit.addActions([self.select_all, self.show_all])

    def _make(self, text: str, keys: QKeySequence.StandardKey | str | None = None) -> QAction:
        action = QAction(text, self)
        if isinstance(keys, QKeySequence.StandardKey):
            action.setShortcuts(keys)
        elif keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action
