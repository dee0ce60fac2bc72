"""What the Model menu does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from digitpad import paths
from digitpad.core.errors import DigitpadError
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.ui import dialogs
from digitpad.ui.actions import Actions
from digitpad.ui.background.reader import MODEL_REQUEST, Reader
from digitpad.ui.model_menu import ModelMenu

if TYPE_CHECKING:
    from digitpad.ui.models.models_window import ModelsWindow


class ModelCommands(QObject):
    """Brings models to the reader.

    Parameters
    ----------
    window : QWidget
        Parent of the dialogs.
    actions : Actions
        Those of models are connected here.
    library : ModelLibrary
        The models there are.
    reader : Reader
        What reads with them.

    Signals
    -------
    model_changed(Model)
        The reader reads with this one from now on.
    message_raised(str, str)
        What happened, and what to do.
    """

    model_changed = Signal(object)
    message_raised = Signal(str, str)

    def __init__(
        self, window: QWidget, actions: Actions, library: ModelLibrary, reader: Reader
    ) -> None:
        super().__init__(window)
        self._window = window
        self._library = library
        self._reader = reader
        self._model: Model | None = None
        self._is_default_tried = False
        self.menu = ModelMenu(library, window)
        self.menu.model_picked.connect(self._on_model_picked)
        reader.model_loaded.connect(self._on_model_loaded)
        reader.failed.connect(self._on_reader_failed)
        actions.manage_models.triggered.connect(lambda: self._models_window.present())
        actions.about_model.triggered.connect(self.show_card)
        actions.reveal_model.triggered.connect(self.reveal_folder)

    @property
    def model(self) -> Model | None:
        """What the reader reads with; None until it is loaded."""
        return self._model

    def load_active(self) -> None:
        """Load the active model, or the default one if that is damaged."""
        if not self._load(self._library.active):
            self._load(self._library.default)

    def close(self) -> None:
        """End what is still being done with models, and wait for it."""
        if "_models_window" in self.__dict__:
            self._models_window.close_jobs()

    def show_card(self) -> None:
        """Show what the model in use is."""
        if self._model is not None:
            dialogs.show_model(self._model, self._window)

    def reveal_folder(self) -> None:
        """Open the folder of the model in use."""
        if self._model is None:
            return
        folder = self._model.folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.message_raised.emit(f"The model is in {folder}.", "No app opens folders here.")

    def import_files(self, files: Sequence[Path]) -> None:
        """Show all models, and import more."""
        self._models_window.present()
        self._models_window.import_files(files)

    @cached_property
    def _models_window(self) -> ModelsWindow:
        # NumPy and LiteRT come with it: the window is up before they are needed.
        from digitpad.services.models.speed import SPEEDS_FILE, ModelSpeeds
        from digitpad.ui.models.models_window import ModelsWindow

        speeds = ModelSpeeds(paths.user_models() / SPEEDS_FILE)
        window = ModelsWindow(self._library, speeds, self._window)
        window.library_changed.connect(self._on_library_changed)
        window.crashed.connect(self._on_crashed)
        self.model_changed.connect(window.refresh)
        return window

    def _load(self, find: Callable[[], Model]) -> bool:
        try:
            self._reader.use_model(find())
        except DigitpadError as error:
            self.message_raised.emit(error.message, error.hint)
            return False
        return True

    def _on_model_picked(self, name: str) -> None:
        self._load(lambda: self._library.activate(name))

    def _on_library_changed(self) -> None:
        try:
            model = self._library.active()
        except DigitpadError:
            return  # Whatever reads goes on.
        if model != self._model:
            self._reader.use_model(model)

    def _on_crashed(self, error: Exception) -> None:
        raise error  # For whoever catches what nobody else does.

    def _on_model_loaded(self, model: Model) -> None:
        self._model = model
        self.menu.set_active(model.name)
        self.model_changed.emit(model)

    def _on_reader_failed(self, request: int, error: DigitpadError) -> None:
        if request != MODEL_REQUEST:
            return
        self.message_raised.emit(error.message, error.hint)
        if self._model is None and not self._is_default_tried:
            # Reading with the default is better than not reading at all.
            self._is_default_tried = True
            self._load(self._library.default)
