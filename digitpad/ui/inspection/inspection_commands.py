"""What “Look Inside…” does."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from digitpad.core.reading import Digit, Reading
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.actions import Actions
from digitpad.ui.background.inspector import Inspector
from digitpad.ui.background.looker import Looker
from digitpad.ui.background.reader import Reader
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.drawing.canvas import Canvas

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
    reader : Reader
        What it reads is looked at.
    canvas : Canvas
        Where that is drawn.
    keeper : SampleKeeper
        Keeps digits of which a person says what they are.
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

    def __init__(
        self,
        window: QWidget,
        library: ModelLibrary,
        reader: Reader,
        canvas: Canvas,
        keeper: SampleKeeper,
        actions: Actions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._library = library
        self._canvas = canvas
        self._keeper = keeper
        self._reading = Reading()
        self._inspector, self._looker = Inspector(self), Looker(self)
        for thread in (self._inspector, self._looker):
            thread.crashed.connect(self._on_crashed)
        reader.drawing_read.connect(self._on_drawing_read)
        actions.look_inside.triggered.connect(self._on_look_inside)

    def close(self) -> None:
        """End what is under way."""
        self._inspector.close()
        self._looker.close()

    def show_digit(self, digit: Digit | None) -> None:
        """Look at a digit of a photo, if the window is open."""
        if digit is not None and self._is_open:
            self._inside.show_digit(digit, "A digit of the photo")

    @property
    def _is_open(self) -> bool:
        return "_inside" in self.__dict__ and self._inside.isVisible()

    @cached_property
    def _inside(self) -> LookInsideWindow:
        # It takes a moment to load, and most people don't look inside.
        from digitpad.ui.inspection.look_inside_window import LookInsideWindow

        inside = LookInsideWindow(
            self._library, self._inspector, self._looker, self._keeper, self._window
        )
        inside.open_wanted.connect(self._on_open_wanted)
        return inside

    def _on_look_inside(self) -> None:
        if not self._is_open:
            self._inside.show_drawing(self._canvas.drawing, self._reading)
        self._inside.present()

    def _on_drawing_read(self, revision: int, reading: Reading) -> None:
        self._reading = reading
        if self._is_open:
            self._inside.show_drawing(self._canvas.drawing, reading)

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
