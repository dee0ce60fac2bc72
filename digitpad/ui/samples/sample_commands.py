"""What the window does with samples."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from digitpad import paths
from digitpad.core.errors import DigitpadError
from digitpad.services.model_library import Model
from digitpad.ui.actions import Actions
from digitpad.ui.background.reader import Reader
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.digit_keys import typed_digit
from digitpad.ui.drawing.canvas import Canvas
from digitpad.ui.photo.photo_page import PhotoPage
from digitpad.ui.prediction_view import PredictionView
from digitpad.ui.samples.drawing_corrections import DrawingCorrections

if TYPE_CHECKING:
    from digitpad.ui.photo.open_picture import OpenPicture
    from digitpad.ui.samples.photo_corrections import PhotoCorrections
    from digitpad.ui.samples.set_window import SetWindow


class SampleCommands(QObject):
    """Keeps what a person corrects, on the canvas and in photos, or writes when asked to.

    Parameters
    ----------
    window : QWidget
        The window.
    actions : Actions
        Those of samples are connected here.
    reader : Reader
        Reads drawings and pictures.
    canvas : Canvas
        Where digits are typed to correct what was read.
    photo : PhotoPage
        Whose corrections are kept, too.
    prediction : PredictionView
        In which a digit is picked to be corrected.

    Signals
    -------
    drawing_read(int, Reading)
        As the reader's, with corrections made.
    message_raised(str, str)
        What happened, and what to do.
    """

    drawing_read = Signal(int, object)
    message_raised = Signal(str, str)

    def __init__(
        self,
        window: QWidget,
        actions: Actions,
        reader: Reader,
        canvas: Canvas,
        photo: PhotoPage,
        prediction: PredictionView,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._canvas = canvas
        self._photo = photo
        self._prediction = prediction
        self._model: Model | None = None
        self._keeper = SampleKeeper(paths.samples_file(), self)
        self._keeper.failed.connect(self._on_problem)
        self._keeper.noticed.connect(self._on_problem)
        self._keeper.crashed.connect(self._on_crashed)
        self._drawings = DrawingCorrections(reader, canvas.undo_stack, self._keeper, self)
        self._drawings.drawing_read.connect(self.drawing_read)
        photo.picture_changed.connect(self._on_picture_changed)
        reader.model_loaded.connect(self._on_model_loaded)
        actions.write_set.triggered.connect(lambda: self._set.begin(self._model, canvas))
        for place in (canvas, prediction.strip):
            place.installEventFilter(self)

    def close(self) -> None:
        """Wait for what is still being kept."""
        self._keeper.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            label, digit = typed_digit(event), self._prediction.selected_digit
            if label is not None and digit is not None:
                if self._canvas.isVisible():
                    self._drawings.correct(digit, label, self._model)
                    self._canvas.point_out(self._prediction.selected_digit or digit)
                else:
                    self._photo.panel.correct_digit(label)
                return True
        return super().eventFilter(watched, event)

    @cached_property
    def _set(self) -> SetWindow:
        # NumPy comes with it: the window is up before it is needed.
        from digitpad.ui.samples.set_window import SetWindow

        return SetWindow(self._keeper, self._window)

    @cached_property
    def _photos(self) -> PhotoCorrections:
        # OpenCV comes with it: the window is up before it is needed.
        from digitpad.ui.samples.photo_corrections import PhotoCorrections

        return PhotoCorrections(self._keeper)

    def _on_picture_changed(self, picture: OpenPicture) -> None:
        self._photos.follow(picture, self._model)

    def _on_model_loaded(self, model: Model) -> None:
        self._model = model

    def _on_problem(self, error: DigitpadError) -> None:
        self.message_raised.emit(error.message, error.hint)

    def _on_crashed(self, error: Exception) -> None:
        raise error  # For whoever catches what nobody else does.
