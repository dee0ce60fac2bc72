"""What the window does with samples."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from digitpad import paths
from digitpad.core.errors import DigitpadError
from digitpad.services.models.library import Model
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
    from digitpad.ui.samples.browser_window import BrowserWindow
    from digitpad.ui.samples.photo_corrections import PhotoCorrections
    from digitpad.ui.samples.set_window import SetWindow

_CHECK_DELAY_MS = 1_000


class SampleCommands(QObject):
    """Keeps what a person corrects or writes when asked to, and shows what is kept.

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
    changed()
        Samples were kept, changed or deleted.
    drawing_read(int, Reading)
        As the reader's, with corrections made.
    drawing_opened(Drawing)
        A sample is to be on the canvas.
    picture_opened(QMimeData)
        A sample that was not drawn is to be opened as a picture.
    message_raised(str, str)
        What happened, and what to do.
    """

    changed = Signal()
    drawing_read = Signal(int, object)
    drawing_opened = Signal(object)
    picture_opened = Signal(object)
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
        # What takes long mustn't hold up what a person waits for.
        self.keeper, self.slow_keeper = (SampleKeeper(paths.samples_file(), self) for _ in range(2))
        for keeper in (self.keeper, self.slow_keeper):
            keeper.failed.connect(self._on_problem)
            keeper.noticed.connect(self._on_problem)
            keeper.crashed.connect(self._on_crashed)
            keeper.changed.connect(self.changed)
        self._drawings = DrawingCorrections(reader, canvas.undo_stack, self.keeper, self)
        self._drawings.drawing_read.connect(self.drawing_read)
        photo.picture_changed.connect(self._on_picture_changed)
        reader.model_loaded.connect(self._on_model_loaded)
        actions.write_set.triggered.connect(self._write_set)
        actions.samples.triggered.connect(lambda: self._browser.present(self._model))
        for place in (canvas, prediction.strip):
            place.installEventFilter(self)

    def close(self) -> None:
        """Wait for what is still being kept."""
        self.slow_keeper.stop()
        for keeper in (self.slow_keeper, self.keeper):
            keeper.close()

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

        return SetWindow(self.keeper, self._window)

    @cached_property
    def _photos(self) -> PhotoCorrections:
        # OpenCV comes with it: the window is up before it is needed.
        from digitpad.ui.samples.photo_corrections import PhotoCorrections

        return PhotoCorrections(self.keeper)

    @cached_property
    def _browser(self) -> BrowserWindow:
        from digitpad.ui.samples.browser_window import BrowserWindow

        browser = BrowserWindow(self.keeper, self.slow_keeper, self._window)
        browser.drawing_opened.connect(self.drawing_opened)
        browser.picture_opened.connect(self.picture_opened)
        browser.set_wanted.connect(self._write_set)
        browser.message_raised.connect(self.message_raised)
        return browser

    def _write_set(self) -> None:
        self._set.begin(self._model, self._canvas)

    def _on_picture_changed(self, picture: OpenPicture) -> None:
        self._photos.follow(picture, self._model)

    def _on_model_loaded(self, model: Model) -> None:
        if self._model is None and _is_there(paths.samples_file().parent):
            # Checked and put right before a sample is to be kept or looked at, but after the first
            # strokes are read.
            QTimer.singleShot(
                _CHECK_DELAY_MS, self, lambda: self.slow_keeper.ask(lambda store: None)
            )
        self._model = model
        if "_browser" in self.__dict__:
            self._browser.use_model(model)

    def _on_problem(self, error: DigitpadError) -> None:
        if "_browser" in self.__dict__ and self._browser.isVisible():
            self._browser.show_message(error.message, error.hint)
        else:
            self.message_raised.emit(error.message, error.hint)

    def _on_crashed(self, error: Exception) -> None:
        raise error  # For whoever catches what nobody else does.


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False  # What is wrong with it is said when a sample is kept.
