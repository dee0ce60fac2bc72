"""All threads of the window: reading drawings, reading pictures, writing them, watching a run.

Each job is a worker object on a thread of its own. Workers are asked through signals and answer
through signals, so widgets are touched on the GUI thread alone.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from digitpad.core.errors import DigitpadError, ModelError
from digitpad.core.files import write_atomically
from digitpad.services.model_library import Model
from digitpad.training.events import RunFailed

_log = logging.getLogger(__name__)

STOP_PATIENCE_MS = 10_000
"""So long a run may take to end; no batch takes as long, unless the child process hangs."""

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
    picture_loaded(int, array)
        A request's number and its picture, (H, W, 3) uint8 RGB.
    picture_read(int, Reading)
        A request's number and its reading.
    failed(int, DigitpadError)
        A request's number, `MODEL_REQUEST` for the model, and what happened.
    crashed(Exception)
        A bug on one of the threads.
    """

    model_loaded = Signal(object)
    drawing_read = Signal(int, object)
    picture_loaded = Signal(int, object)
    picture_read = Signal(int, object)
    failed = Signal(int, object)
    crashed = Signal(object)

    _model_wanted = Signal(object)
    _drawing_wanted = Signal()
    _load_wanted = Signal(int, object)
    _read_wanted = Signal(int, object)

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
        self._read_wanted.connect(self._pictures.read)
        self._pictures.was_loaded.connect(self.picture_loaded)
        self._pictures.was_read.connect(self.picture_read)

    def use_model(self, model: Model) -> None:
        """Read with `model` from the next request on."""
        self._model_wanted.emit(model)

    def read_drawing(self, drawing: Any) -> None:
        """Read a `Drawing`; one that still waits is dropped for it."""
        self._drawings.put(drawing)
        self._drawing_wanted.emit()

    def load_picture(self, request: int, source: Path | bytes) -> None:
        """Open an image file, or the bytes of one."""
        self._load_wanted.emit(request, source)

    def read_picture(self, request: int, picture: Any) -> None:
        """Read a picture, (H, W, 3) uint8 RGB."""
        self._read_wanted.emit(request, picture)

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

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Model | None = None

    @Slot(object)
    def use_model(self, model: Model) -> None:
        # Loaded with the first picture: the first drawing must not wait for it.
        self._wanted, self._recognizer = model, None

    @Slot(int, object)
    def load(self, request: int, source: Path | bytes) -> None:
        with self._reporting(request):
            from digitpad.core.images import load_image

            self.was_loaded.emit(request, load_image(source))

    @Slot(int, object)
    def read(self, request: int, picture: Any) -> None:
        with self._reporting(request):
            if self._recognizer is None and self._wanted is not None:
                self._load(self._wanted)
            if self._recognizer is None:
                raise ModelError("There is no model to read with.", "Choose one in the menu Model.")
            self.was_read.emit(request, self._recognizer.read_image(picture))


class FileWriter(QObject):
    """Writes files whose content takes long to make.

    Signals
    -------
    written(Path)
        The file is there.
    failed(DigitpadError)
        It could not be written; what was there before still is.
    """

    written = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[_WriteThread] = []

    def write(self, file: Path, encode: Callable[[], bytes]) -> None:
        """Write what `encode` returns, which is called on another thread."""
        thread = _WriteThread(file, encode, self)
        thread.ended.connect(self._on_thread_ended)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait until everything is written."""
        for thread in self._threads:
            thread.wait()

    @Slot(object, object)
    def _on_thread_ended(self, thread: "_WriteThread", error: DigitpadError | None) -> None:
        thread.wait()
        self._threads.remove(thread)
        thread.deleteLater()
        if error is None:
            self.written.emit(thread.file)
        else:
            self.failed.emit(error)


class _WriteThread(QThread):
    ended = Signal(object, object)

    def __init__(self, file: Path, encode: Callable[[], bytes], parent: QObject) -> None:
        super().__init__(parent)
        self.file = file
        self._encode = encode

    def run(self) -> None:
        failure: DigitpadError | None = None
        try:
            write_atomically(self.file, self._encode())
        except DigitpadError as error:
            failure = error
        self.ended.emit(self, failure)


class RunWatcher(QObject):
    """Owns a training run: starts its process, relays its events, ends it.

    Signals
    -------
    event_arrived(Event)
        Every event, as it happens.
    run_ended(Event)
        The last event once more: `RunFinished`, `RunStopped` or `RunFailed`.
    crashed(Exception)
        A bug on the thread.
    """

    event_arrived = Signal(object)
    run_ended = Signal(object)
    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: Any = None
        self._thread: _RunThread | None = None

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._thread is not None

    def start(self, run: Any) -> None:
        """Start a `Run` and relay its events.

        Raises
        ------
        StorageError, TrainingError
            If it can't be started.
        """
        if self.is_running:
            raise RuntimeError("a run is under way")
        run.start()
        self._run = run
        self._thread = _RunThread(run, self)
        self._thread.event_arrived.connect(self.event_arrived)
        self._thread.crashed.connect(self.crashed)
        self._thread.finished.connect(self._on_thread_finished)
        self._thread.start()

    def stop(self) -> None:
        """Ask the run to end within one batch; one that does not is killed after a while."""
        run = self._run
        if run is not None:
            run.stop()
            QTimer.singleShot(STOP_PATIENCE_MS, self, lambda: self._kill_if_still_there(run))

    def _kill_if_still_there(self, run: Any) -> None:
        if self._run is run:
            run.kill()

    def kill(self) -> None:
        """End the run at once."""
        if self._run is not None:
            self._run.kill()

    def close(self) -> None:
        """End the run, if there is one, and wait for it."""
        self.kill()
        if self._thread is not None:
            self._thread.wait()

    @Slot()
    def _on_thread_finished(self) -> None:
        thread, self._thread, self._run = self._thread, None, None
        if thread is not None:
            last = thread.last_event
            thread.deleteLater()
            if last is not None:
                self.run_ended.emit(last)


class _RunThread(QThread):
    """Reads the events of a run, which blocks."""

    event_arrived = Signal(object)
    crashed = Signal(object)

    def __init__(self, run: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self.last_event: Any = None

    def run(self) -> None:
        try:
            for event in self._run.events():
                self.last_event = event
                self.event_arrived.emit(event)
        except Exception as error:  # noqa: BLE001
            # A bug, which the window shows; the process must not outlive its watcher.
            _log.error("watching the run crashed", exc_info=error)
            self._run.kill()
            self.last_event = RunFailed(
                "digitpad lost track of the run, and ended it.", "Your models are as they were."
            )
            self.event_arrived.emit(self.last_event)
            self.crashed.emit(error)


def _start_thread(name: str, worker: QObject, parent: QObject) -> QThread:
    thread = QThread(parent)
    thread.setObjectName(name)
    worker.moveToThread(thread)
    thread.start()
    return thread
