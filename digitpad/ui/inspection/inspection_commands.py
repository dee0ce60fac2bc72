"""What “Look Inside…” does."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from digitpad.services.model_library import ModelLibrary
from digitpad.ui.actions import Actions
from digitpad.ui.background.inspector import Inspector

if TYPE_CHECKING:
    from digitpad.services.inspection import JudgedDigit
    from digitpad.ui.inspection.look_inside_window import LookInsideWindow


class InspectionCommands(QObject):
    """Opens the window to look inside a model, and what is picked there.

    Parameters
    ----------
    window : QWidget
        Above which the other one stays.
    library : ModelLibrary
        The models there are.
    actions : Actions
        That of looking inside is connected here.

    Signals
    -------
    drawing_opened(Drawing)
        A digit is to be on the canvas.
    picture_opened(QMimeData)
        A digit that is no drawing is to be opened as a picture.
    message_raised(str, str)
        What happened, and what to do.
    """

    drawing_opened = Signal(object)
    picture_opened = Signal(object)
    message_raised = Signal(str, str)

    def __init__(self, window: QWidget, library: ModelLibrary, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._library = library
        self._inspector = Inspector(self)
        self._inspector.crashed.connect(self._on_crashed)
        actions.look_inside.triggered.connect(lambda: self._inside.present())

    def close(self) -> None:
        """End what is under way."""
        self._inspector.close()

    @cached_property
    def _inside(self) -> LookInsideWindow:
        # It takes a moment to load, and most people don't look inside.
        from digitpad.ui.inspection.look_inside_window import LookInsideWindow

        inside = LookInsideWindow(self._library, self._inspector, self._window)
        inside.open_wanted.connect(self._on_open_wanted)
        return inside

    def _on_open_wanted(self, digit: JudgedDigit) -> None:
        from digitpad.ui.inspection.digit_opening import draw, to_mime

        if digit.strokes:
            self.drawing_opened.emit(draw(digit))
            return
        self.picture_opened.emit(to_mime(digit))
        if digit.file is None:
            self.message_raised.emit(
                "This digit was kept without its strokes, so it is opened as a picture.", ""
            )

    def _on_crashed(self, error: Exception) -> None:
        raise error  # For whoever catches what nobody else does.
