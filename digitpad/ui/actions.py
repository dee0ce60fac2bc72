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
        self.export_reading = self._make(
            "Export &Reading…", "Ctrl+Shift+E", "Save what was read as text, CSV or JSON"
        )
        self.export_readings = self._make(
            "Export &All Readings…", None, "Save what was read in all open pictures"
        )
        self.quit = self._make("&Quit", keys.Quit, "Close the window")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

        self.undo = self._make("&Undo", keys.Undo, "Take the last change back", "undo")
        self.redo = self._make("&Redo", ["Ctrl+Shift+Z", "Ctrl+Y"], "Make the change again", "redo")
        self.clear = self._make("&Clear", "Ctrl+L", "Take all strokes away", "clear")
        self.copy = self._make("Copy &Reading", keys.Copy, "Copy the digits that were read")

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

        self._make_photo_tools()

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

        self.manage_models = self._make(
            "&Models…", "Ctrl+M", "Choose, name, keep, import and export models"
        )
        self.about_model = self._make("&About This Model…", None, "What it is, and how it reads")
        self.look_inside = self._make(
            "&Look Inside…", "Ctrl+I", "What a model gets wrong, what it sees, and where it looks"
        )
        self.reveal_model = self._make("&Reveal Model Folder", None, "Open the folder it is in")

        self.start_training = self._make(
            "&Start", "Ctrl+Return", "Train with the settings of the pane"
        )
        self.stop_training = self._make("S&top", "Ctrl+.", "End the run within one batch")
        self.stop_training.setEnabled(False)
        self.runs = self._make(
            "&Runs…", "Ctrl+Shift+T", "Compare the runs there were, and go on with them"
        )

        self.write_set = self._make(
            "&Write a Set…", None, "Write each digit five times, to learn from"
        )

        self.learn = self._make(
            "&Learn My Digits", "Ctrl+Shift+L", "Teach the model in use the digits you kept"
        )
        self.samples = self._make("S&amples…", "Ctrl+B", "Look through the digits you kept")

        self.shortcuts = self._make("&Getting Started", keys.HelpContents, "First steps and keys")
        self.about = self._make("&About digitpad", None, "What this is")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _make_photo_tools(self) -> None:
        make = self._make
        self.rotate_left = make(
            "Rotate &Left", ["L", "Ctrl+Left"], "Turn the photo to the left", "rotate-left"
        )
        self.rotate_right = make(
            "Rotate &Right", ["R", "Ctrl+Right"], "Turn the photo to the right", "rotate-right"
        )
        self.crop = make("&Crop", "C", "Read only a part of the photo", "crop", True)
        self.fit = make("&Fit", "F", "Show all of the photo", "fit")
        self.add_box = make("&Add Box", "A", "Add a digit that was missed", "add-box")
        self.remove_box = make(
            "Re&move Box", ["Del", "Backspace"], "Remove the selected box", "remove-box"
        )
        self.next_doubtful = make("&Next Doubtful", "N", "Go to the next digit to look at")
        self.previous_doubtful = make(
            "&Previous Doubtful", "Shift+N", "Go to the digit to look at before this one"
        )
        self.reading_order = make(
            "Reading &Order", "O", "Show in which order the digits are read", "order", True
        )
        self.steps = make("&How It Was Read", "H", "Show how the photo was read", "steps")
        self.next_picture = make("Ne&xt Picture", "Ctrl+PgDown", "Show the next open picture")
        self.previous_picture = make(
            "Pre&vious Picture", "Ctrl+PgUp", "Show the open picture before this one"
        )
        self.close_picture = make("Cl&ose Picture", "Ctrl+W", "Close this picture", "close")
        self.close_pictures = make("Close All Pict&ures", "Ctrl+Shift+W", "Close all pictures")
        self.photo_tools = [self.rotate_left, self.rotate_right, self.crop, self.fit]
        self.photo_edits = [
            self.add_box,
            self.remove_box,
            self.next_doubtful,
            self.previous_doubtful,
        ]
        # Single letters belong to the page: elsewhere people type.
        for action in (*self.photo_tools, *self.photo_edits, self.reading_order, self.steps):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

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
