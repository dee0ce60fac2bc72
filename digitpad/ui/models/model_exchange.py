"""Models to files and from files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from digitpad.core.errors import DigitpadError
from digitpad.services.models.archive import EXPORT_SUFFIXES, export_model
from digitpad.services.models.imports import IMPORT_SUFFIXES
from digitpad.services.models.library import Model
from digitpad.training.model_card import KERAS_FILE
from digitpad.ui.background.model_jobs import ModelJobs, Report

_KINDS = dict(
    zip(
        EXPORT_SUFFIXES,
        ("All of the model (*.digitpad)", "Keras, to train on (*.keras)", "LiteRT (*.tflite)"),
        strict=True,
    )
)


class ModelExchange(QObject):
    """Asks for files, and writes models to them.

    Parameters
    ----------
    window : QWidget
        Parent of the file dialogs.
    jobs : ModelJobs
        Does the work.

    Signals
    -------
    files_chosen(list of Path)
        What to import.
    exported(str)
        What was written, for a person.
    failed(DigitpadError)
        A file could not be written.
    """

    files_chosen = Signal(object)
    exported = Signal(str)
    failed = Signal(object)

    def __init__(self, window: QWidget, jobs: ModelJobs) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._folder = Path.home()

    def choose_files(self) -> None:
        """Ask which files to import."""
        patterns = " ".join(f"*{suffix}" for suffix in IMPORT_SUFFIXES)
        dialog = self._make_dialog("Import Models", f"Models ({patterns});;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.open()

    def choose_target(self, model: Model) -> None:
        """Ask where to write a model, and write it there."""
        has_keras = KERAS_FILE in model.card.sha256
        kinds = {text: suffix for suffix, text in _KINDS.items() if has_keras or suffix != ".keras"}
        dialog = self._make_dialog(f"Export “{model.name}”", ";;".join(kinds))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(EXPORT_SUFFIXES[0])
        dialog.selectFile(f"{model.folder.name}{EXPORT_SUFFIXES[0]}")
        dialog.filterSelected.connect(lambda text: dialog.setDefaultSuffix(kinds[text]))
        dialog.fileSelected.connect(lambda name: self._export(model, Path(name)))
        dialog.open()

    def _on_files_selected(self, names: Sequence[str]) -> None:
        files = [Path(name) for name in names]
        self._folder = files[0].parent
        self.files_chosen.emit(files)

    def _export(self, model: Model, file: Path) -> None:
        def work(report: Report) -> None:
            export_model(model, file)

        def on_done(nothing: None) -> None:
            self.exported.emit(f"“{model.name}” is in “{file.name}”.")

        def on_failed(error: DigitpadError) -> None:
            self.failed.emit(error)

        self._folder = file.parent
        self._jobs.ask(work, on_done, on_failed)

    def _make_dialog(self, title: str, filters: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._folder), filters)
        dialog.finished.connect(dialog.deleteLater)
        return dialog


def find_models(mime: QMimeData) -> list[Path]:
    """Return the files of what is dragged, if all of them may be models."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    whole = len(files) == len(mime.urls())
    fits = all(file.suffix.lower() in IMPORT_SUFFIXES for file in files)
    return files if whole and fits else []
