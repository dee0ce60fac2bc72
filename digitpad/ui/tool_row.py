"""The row of tools above the page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from digitpad.ui.actions import Actions
from digitpad.ui.drawing.canvas import PEN_WIDTHS_PX
from digitpad.ui.flat_button import FlatButton
from digitpad.ui.theme import GRID_PX

_SLIDER_PX = 128


class ToolRow(QWidget):
    """Which page, and the tools of that page.

    Signals
    -------
    pen_width_changed(int)
        The person moved the slider.
    """

    pen_width_changed = Signal(int)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(PEN_WIDTHS_PX[0], PEN_WIDTHS_PX[-1])
        self._slider.setMinimumWidth(_SLIDER_PX // 4)
        self._slider.setMaximumWidth(_SLIDER_PX)
        self._slider.setAccessibleName("Pen width")
        self._slider.setToolTip("Pen width ([ and ])")
        self._slider.valueChanged.connect(self.pen_width_changed)
        self.drawing_tools = QWidget()
        self.photo_tools = QWidget()
        self._lay_out(actions)

    def set_pen_width(self, width_px: int) -> None:
        """Show a width that was chosen otherwise."""
        self._slider.setValue(width_px)

    def _lay_out(self, actions: Actions) -> None:
        tools = QHBoxLayout(self.drawing_tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(GRID_PX // 2)
        for action in (actions.pen, actions.eraser):
            tools.addWidget(FlatButton(action))
        tools.addSpacing(GRID_PX)
        # All the room there is, up to its greatest width; less in a narrow window.
        tools.addWidget(self._slider, stretch=1000)
        tools.addSpacing(GRID_PX)
        for action in (actions.undo, actions.redo, actions.clear, actions.board):
            tools.addWidget(FlatButton(action))
        tools.addStretch(1)
        self._lay_out_photo_tools(actions)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX // 2)
        row.setSpacing(2 * GRID_PX)
        pages = QHBoxLayout()
        pages.setSpacing(0)
        for action in (actions.draw_page, actions.photo_page):
            pages.addWidget(FlatButton(action, has_text=True))
        row.addLayout(pages)
        row.addWidget(self.drawing_tools, stretch=1)
        row.addWidget(self.photo_tools, stretch=1)
        row.addStretch(0)
        row.addWidget(FlatButton(actions.training_pane))

    def _lay_out_photo_tools(self, actions: Actions) -> None:
        tools = QHBoxLayout(self.photo_tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(GRID_PX // 2)
        for group in (
            actions.photo_tools,
            [actions.add_box, actions.remove_box, actions.undo, actions.redo],
            [actions.reading_order, actions.steps],
        ):
            for action in group:
                tools.addWidget(FlatButton(action))
            tools.addSpacing(GRID_PX)
        tools.addStretch(1)
        tools.addWidget(FlatButton(actions.close_picture))
