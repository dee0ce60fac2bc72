"""Imports of models, one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import DigitpadError
from digitpad.services.models.imports import ModelImport
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.ui.background.model_jobs import ModelJobs


class ModelImports(QObject):
    """Imports files while the window stays live.

    Parameters
    ----------
    library : ModelLibrary
        Where the models go.

    Signals
    -------
    step_changed(str, str, int)
        Name of the file under way, what is done with it, and how many files wait.
    imported(Model)
        A model came.
    failed(DigitpadError)
        A file was refused.
    ended()
        Nothing is under way any more.
    crashed(Exception)
        A bug on the thread.
    """

    step_changed = Signal(str, str, int)
    imported = Signal(object)
    failed = Signal(object)
    ended = Signal()
    crashed = Signal(object)

    def __init__(self, library: ModelLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._waiting: deque[Path] = deque()
        self._current: ModelImport | None = None
        self._jobs = ModelJobs(self)
        self._jobs.reported.connect(self._on_reported)
        self._jobs.crashed.connect(self.crashed)

    @property
    def is_running(self) -> bool:
        """Whether an import is under way."""
        return self._current is not None

    def start(self, files: Sequence[Path]) -> None:
        """Import files, after those that wait already."""
        self._waiting.extend(files)
        if self._current is None:
            self._begin_next()

    def cancel(self) -> None:
        """End the import under way, and forget what waits."""
        self._waiting.clear()
        if self._current is not None:
            self._current.cancel()

    def close(self) -> None:
        """End everything, and wait for it."""
        self.cancel()
        self._jobs.close()

    def _begin_next(self) -> None:
        if not self._waiting:
            self._current = None
            self.ended.emit()
            return
        job = ModelImport(self._library, self._waiting.popleft())
        self._current = job
        self._on_reported("Opening the file")
        self._jobs.ask(job.run, self._on_done, self._on_failed)

    def _on_reported(self, step: str) -> None:
        if self._current is not None:
            self.step_changed.emit(self._current.file.name, step, len(self._waiting))

    def _on_done(self, model: Model | None) -> None:
        if model is not None:
            self.imported.emit(model)
        self._begin_next()

    def _on_failed(self, error: DigitpadError) -> None:
        self.failed.emit(error)
        self._begin_next()
