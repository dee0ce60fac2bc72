"""What the window is at the next start as it was at the last."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow

from digitpad.ui.actions import Actions
from digitpad.ui.drawing.canvas import DEFAULT_PEN_WIDTH_PX, PEN_WIDTHS_PX, Canvas
from digitpad.ui.drawing.paper import Board
from digitpad.ui.page import Page
from digitpad.ui.settings import Settings
from digitpad.ui.theme_choice import ThemeChoice
from digitpad.ui.tool_row import ToolRow
from digitpad.ui.training.training_dock import TrainingDock

LEAST_SIZE = QSize(720, 520)
"""What the window can be made no smaller than."""

_FIRST_SIZE = QSize(1120, 720)


class WindowMemory:
    """Brings back the window's size, panes, pen and theme.

    Parameters
    ----------
    window : QMainWindow
        With all its docks.
    settings : Settings
        Where things are remembered.
    actions, canvas, tools, dock
        Parts of the window that have something to remember.
    """

    def __init__(
        self,
        window: QMainWindow,
        settings: Settings,
        actions: Actions,
        canvas: Canvas,
        tools: ToolRow,
        dock: TrainingDock,
    ) -> None:
        self._window = window
        self._settings = settings
        self._actions = actions
        self._canvas = canvas
        self._tools = tools
        self._dock = dock
        self._themes = ThemeChoice(actions.themes, settings)

    def restore(self) -> Page:
        """Bring everything back; return the page that was shown."""
        settings, actions, window = self._settings, self._actions, self._window
        self._themes.restore()
        self._tools.set_pen_width(settings.number("pen_px", DEFAULT_PEN_WIDTH_PX, PEN_WIDTHS_PX))
        actions.board.setChecked(settings.choice("board", Board.WHITE_PAPER) is Board.BLACK_BOARD)
        actions.reading_pane.setChecked(settings.flag("reading_pane", True))
        actions.reading_order.setChecked(settings.flag("reading_order", False))
        if not window.restoreGeometry(settings.blob("geometry")):
            window.resize(_FIRST_SIZE.boundedTo(window.screen().availableSize()))
        window.restoreState(settings.blob("state"))
        return settings.choice("page", Page.DRAW)

    def remember(self, page: Page) -> None:
        """Write everything down, and which page is shown."""
        settings = self._settings
        self._themes.remember()
        settings.set("pen_px", self._canvas.pen_width_px)
        settings.set("board", self._canvas.board)
        settings.set("reading_pane", self._actions.reading_pane.isChecked())
        settings.set("reading_order", self._actions.reading_order.isChecked())
        settings.set("page", page)
        settings.set("geometry", self._window.saveGeometry())
        settings.set("state", self._window.saveState())
        self._dock.remember()
        settings.save()
