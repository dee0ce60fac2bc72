"""Reading drawings and pictures off the GUI thread."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitpad.core.errors import DigitpadError, ModelError
from digitpad.core.layout import Box
from digitpad.core.reading import Digit
from digitpad.services.models.library import Model

_log = logging.getLogger(__name__)

MODEL_REQUEST = -1
"""The request number of a failure to load the model."""


class Reader(QObject):
    """Reads drawings and pictures with the active model, off the GUI thread.

    Signals
    -------
    model_loaded(Model)
        The model is in use from now on.
    drawing_read(int, Reading)
        A drawing's revision and its reading; revisions in between may be skipped.
    picture_loaded(int, PreparedPicture)
        A request's number and its picture.
    picture_read(int, Reading)
        A request's number and its reading.
    picture_traced(int, Trace)
        A request's number and the steps of its reading.
    box_read(int, Digit)
        A request's number and what stands in its box.
    failed(int, DigitpadError)
        A request's number, `MODEL_REQUEST` for the model, and what happened.
    crashed(Exception)
        A bug on one of the threads.
    """

    model_loaded = Signal(object)
    drawing_read = Signal(int, object)
    picture_loaded = Signal(int, object)
    picture_read = Signal(int, object)
    picture_traced = Signal(int, object)
    box_read = Signal(int, object)
    failed = Signal(int, object)
    crashed = Signal(object)

    _model_wanted = Signal(object)
    _drawing_wanted = Signal()
    _load_wanted = Signal(int, object, int)
    _turn_wanted = Signal(int, object, int)
    _read_wanted = Signal(int, object)
    _trace_wanted = Signal(int, object)
    _box_wanted = Signal(int, object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings = _DrawingWorker()
        self._pictures = _PictureWorker()
        self._drawing_thread = _start_thread("drawings", self._drawings, self)
        self._picture_thread = _start_thread("pictures", self._pictures, self)
        for worker in (self._drawings, self._pictures):
            self._model_wanted.connect(worker.use_model)
            worker.failed.connect(self.failed)
            worker.crashed.connect(self.crashed)
        self._drawing_wanted.connect(self._drawings.read_newest)
        self._drawings.model_loaded.connect(self.model_loaded)
        self._drawings.was_read.connect(self.drawing_read)
        self._load_wanted.connect(self._pictures.load)
        self._turn_wanted.connect(self._pictures.turn)
        self._read_wanted.connect(self._pictures.read)
        self._trace_wanted.connect(self._pictures.trace)
        self._box_wanted.connect(self._pictures.read_box)
        self._pictures.was_loaded.connect(self.picture_loaded)
        self._pictures.was_read.connect(self.picture_read)
        self._pictures.was_traced.connect(self.picture_traced)
        self._pictures.box_was_read.connect(self.box_read)

    def use_model(self, model: Model) -> None:
        """Read with `model` from the next request on."""
        self._model_wanted.emit(model)

    def read_drawing(self, drawing: Any) -> None:
        """Read a `Drawing`; one that still waits is dropped for it."""
        self._drawings.put(drawing)
        self._drawing_wanted.emit()

    def load_picture(self, request: int, source: Path | bytes, quarter_turns: int = 0) -> None:
        """Open an image file, or the bytes of one, and turn it clockwise."""
        self._load_wanted.emit(request, source, quarter_turns)

    def turn_picture(self, request: int, picture: Any, quarter_turns: int) -> None:
        """Turn a picture, (H, W, 3) uint8 RGB, clockwise; the answer is `picture_loaded`."""
        self._turn_wanted.emit(request, picture, quarter_turns)

    def read_picture(self, request: int, picture: Any) -> None:
        """Read a picture, (H, W, 3) uint8 RGB."""
        self._read_wanted.emit(request, picture)

    def trace_picture(self, request: int, picture: Any) -> None:
        """Read a picture, (H, W, 3) uint8 RGB, and keep the steps on the way."""
        self._trace_wanted.emit(request, picture)

    def read_box(self, request: int, picture: Any, box: Box, neighbor: Digit | None = None) -> None:
        """Read what stands in a box of a picture, (H, W, 3) uint8 RGB, as one digit.

        Its neighbor, one that was found in the same picture, tells which way up it is.
        """
        self._box_wanted.emit(request, picture, box, neighbor)

    def close(self) -> None:
        """End both threads, after what they are at."""
        for thread in (self._drawing_thread, self._picture_thread):
            thread.quit()
            thread.wait()


class _Worker(QObject):
    """A worker that holds a model of its own, so that neither thread waits for the other."""

    failed = Signal(int, object)
    crashed = Signal(object)
    was_read = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._recognizer: Any = None

    def _load(self, model: Model) -> None:
        # LiteRT and OpenCV are imported here, on the thread: the window is already up.
        from digitpad.services.recognition import Recognizer

        self._recognizer = Recognizer(model)

    @contextmanager
    def _reporting(self, request: int) -> Iterator[None]:
        try:
            yield
        except DigitpadError as error:
            self.failed.emit(request, error)
        except Exception as error:  # noqa: BLE001
            # Qt would print and forget what a slot raises; the window shows it instead.
            _log.error("a background thread crashed", exc_info=error)
            self.crashed.emit(error)
            # Whoever asked waits for an answer all the same.
            self.failed.emit(request, DigitpadError("This could not be read.", "Try another one."))


class _DrawingWorker(_Worker):
    model_loaded = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._newest: Any = None

    @Slot(object)
    def use_model(self, model: Model) -> None:
        with self._reporting(MODEL_REQUEST):
            self._load(model)
            self.model_loaded.emit(model)

    def put(self, drawing: Any) -> None:
        """Take the drawing to read next; called from the GUI thread."""
        with self._lock:
            self._newest = drawing

    @Slot()
    def read_newest(self) -> None:
        with self._lock:
            drawing, self._newest = self._newest, None
        if drawing is not None and self._recognizer is not None:
            with self._reporting(drawing.revision):
                self.was_read.emit(drawing.revision, self._recognizer.read_drawing(drawing))


class _PictureWorker(_Worker):
    was_loaded = Signal(int, object)
    was_traced = Signal(int, object)
    box_was_read = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Model | None = None

    @Slot(object)
    def use_model(self, model: Model) -> None:
        # Loaded with the first picture: the first drawing must not wait for it.
        self._wanted, self._recognizer = model, None

    @Slot(int, object, int)
    def load(self, request: int, source: Path | bytes, quarter_turns: int) -> None:
        with self._reporting(request):
            from digitpad.core.images import load_image

            self._prepare(request, load_image(source), quarter_turns)

    @Slot(int, object, int)
    def turn(self, request: int, picture: Any, quarter_turns: int) -> None:
        with self._reporting(request):
            self._prepare(request, picture, quarter_turns)

    @Slot(int, object)
    def read(self, request: int, picture: Any) -> None:
        with self._reporting(request):
            self.was_read.emit(request, self._loaded_recognizer().read_image(picture))

    @Slot(int, object)
    def trace(self, request: int, picture: Any) -> None:
        with self._reporting(request):
            self.was_traced.emit(request, self._loaded_recognizer().trace_image(picture))

    @Slot(int, object, object, object)
    def read_box(self, request: int, picture: Any, box: Box, neighbor: Digit | None) -> None:
        with self._reporting(request):
            digit = self._loaded_recognizer().read_box(picture, box, neighbor)
            self.box_was_read.emit(request, digit)

    def _prepare(self, request: int, picture: Any, quarter_turns: int) -> None:
        from digitpad.ui.photo.prepared_picture import prepare_picture

        self.was_loaded.emit(request, prepare_picture(picture, quarter_turns))

    def _loaded_recognizer(self) -> Any:
        if self._recognizer is None and self._wanted is not None:
            self._load(self._wanted)
        if self._recognizer is None:
            raise ModelError("There is no model to read with.", "Choose one in the menu Model.")
        return self._recognizer


def _start_thread(name: str, worker: QObject, parent: QObject) -> QThread:
    thread = QThread(parent)
    thread.setObjectName(name)
    worker.moveToThread(thread)
    thread.start()
    return thread
