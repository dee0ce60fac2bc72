"""Everything the menus and tool buttons do, by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from digitpad.ui.theme import icon

Shortcut = QKeySequence.StandardKey | str


class Actions(QObject):
    """The window's actions. What they do is connected by whoever does it.

    Parameters
    ----------
    window : QWidget
        Where their shortcuts work.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icons: dict[QAction, str] = {}
        keys = QKeySequence.StandardKey

        self.open = self._make("&Open…", keys.Open, "Open pictures or a drawing")
        self.paste = self._make("&Paste", keys.Paste, "Read the picture on the clipboard")
        self.save = self._make("&Save Drawing…", keys.Save, "Save the drawing, to open it again")
        self.export = self._make("&Export Image…", "Ctrl+E", "Save what is shown as a picture")
        self.quit = self._make("&Quit", keys.Quit, "Close the window")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

        self.undo = self._make("&Undo", keys.Undo, "Take the last change back", "undo")
        self.redo = self._make("&Redo", ["Ctrl+Shift+Z", "Ctrl+Y"], "Make the change again", "redo")
        self.clear = self._make("&Clear", "Ctrl+L", "Take all strokes away", "clear")
        self.copy = self._make("Copy &Reading", keys.Copy, "Copy the digits that were read")
        self.rotate_left = self._make("Rotate &Left", "Ctrl+Left", "Turn the photo to the left")
        self.rotate_right = self._make("Rotate Ri&ght", "Ctrl+Right", "Turn the photo to the right")

        self.pen = self._make("P&en", "P", "Write", "pen", is_checkable=True)
        self.eraser = self._make("Er&aser", "E", "Erase parts of strokes", "eraser", True)
        self.tools = self._group(self.pen, self.eraser)
        self.thinner = self._make("&Thinner Pen", "[", "Write with a thinner pen")
        self.wider = self._make("&Wider Pen", "]", "Write with a wider pen")
        self.board = self._make("&Black Board", "B", "Write white on black", "board", True)
        self.drawing_tools = [self.pen, self.eraser, self.thinner, self.wider, self.board]
        # Single letters belong to the canvas: elsewhere people type.
        for action in self.drawing_tools:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

        self.draw_page = self._make("&Draw", "Ctrl+1", "Write digits", is_checkable=True)
        self.photo_page = self._make(
            "&Photo", "Ctrl+2", "Read photographs and scans", is_checkable=True
        )
        self.pages = self._group(self.draw_page, self.photo_page)
        self.training_pane = self._make(
            "&Training Pane", "Ctrl+T", "Train a new model", "training", True
        )
        self.reading_pane = self._make(
            "&Reading Pane", "Ctrl+R", "Show what was read", is_checkable=True
        )
        self.theme_system = self._make("&System", None, "Follow the system", is_checkable=True)
        self.theme_light = self._make("&Light", None, "Dark on light", is_checkable=True)
        self.theme_dark = self._make("&Dark", None, "Light on dark", is_checkable=True)
        self.themes = self._group(self.theme_system, self.theme_light, self.theme_dark)

        self.about_model = self._make("&About This Model…", None, "What it is, and how it reads")
        self.reveal_model = self._make("&Reveal Model Folder", None, "Open the folder it is in")

        self.start_training = self._make(
            "&Start", "Ctrl+Return", "Train with the settings of the pane"
        )
        self.stop_training = self._make("S&top", "Ctrl+.", "End the run within one batch")
        self.stop_training.setEnabled(False)

        self.shortcuts = self._make("&Getting Started", keys.HelpContents, "First steps and keys")
        self.about = self._make("&About digitpad", None, "What this is")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def follow_palette(self, palette: QPalette) -> None:
        """Give the icons the colour of the text."""
        for action, name in self._icons.items():
            action.setIcon(icon(name, palette))

    def name_undo(self, text: str) -> None:
        """Say in the menu what would be undone."""
        self.undo.setText(f"&Undo {text}".rstrip())

    def name_redo(self, text: str) -> None:
        """Say in the menu what would be done again."""
        self.redo.setText(f"&Redo {text}".rstrip())

    def _make(
        self,
        text: str,
        shortcut: Shortcut | Sequence[str] | None,
        tip: str,
        icon_name: str | None = None,
        is_checkable: bool = False,
    ) -> QAction:
        action = QAction(text, self)
        if isinstance(shortcut, list):
            action.setShortcuts([QKeySequence(keys) for keys in shortcut])
        elif isinstance(shortcut, QKeySequence.StandardKey):
            action.setShortcuts(shortcut)
        elif isinstance(shortcut, str):
            action.setShortcut(QKeySequence(shortcut))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        action.setStatusTip(tip)
        action.setCheckable(is_checkable)
        if icon_name is not None:
            self._icons[action] = icon_name
            # Menus stay words; the icons are for the tool row.
            action.setIconVisibleInMenu(False)
        return action

    def _group(self, *actions: QAction) -> QActionGroup:
        group = QActionGroup(self)
        for action in actions:
            group.addAction(action)
        actions[0].setChecked(True)
        return group
