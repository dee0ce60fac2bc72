"""Opening, saving and exporting from the File menu, and the files opened last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from digitpad.core.errors import DigitpadError, StorageError
from digitpad.core.files import write_atomically
from digitpad.core.strokes import DRAWING_SUFFIX, Drawing, load_drawing
from digitpad.services.reading_export import FORMATS, NamedReading, export_readings
from digitpad.ui.background.file_writer import FileWriter
from digitpad.ui.settings import MAX_RECENT_FILES, Settings

_DRAWINGS = "Drawings (*.json)"


class FileCommands(QObject):
    """What the File menu does.

    Parameters
    ----------
    window : QWidget
        Parent of the file dialogs.
    settings : Settings
        Remembers the files opened last.

    Signals
    -------
    drawing_opened(Drawing)
        A drawing file was opened.
    pictures_chosen(list of Path)
        Other files are to be opened as pictures.
    models_chosen(list of Path)
        Model files are to be imported.
    message_raised(str, str)
        What happened, and what to do.
    """

    drawing_opened = Signal(object)
    pictures_chosen = Signal(object)
    models_chosen = Signal(object)
    message_raised = Signal(str, str)

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._writer = FileWriter(self)
        self._writer.written.connect(self._on_written)
        self._writer.failed.connect(self._on_failed)
        self.recent_menu = QMenu("Open &Recent", window)
        self.recent_menu.aboutToShow.connect(self._fill_recent_menu)
        self._fill_recent_menu()

    def choose_files(self) -> None:
        """Ask which files to open."""
        # Pillow is imported only now: the window is up before it is needed.
        from digitpad.core.images import IMAGE_SUFFIXES

        patterns = " ".join(f"*{suffix}" for suffix in (*IMAGE_SUFFIXES, DRAWING_SUFFIX))
        dialog = self._make_dialog("Open", f"Pictures and drawings ({patterns});;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.open([Path(name) for name in names]))
        dialog.open()

    def open(self, files: Sequence[Path]) -> None:
        """Open drawings on the canvas, models in the library, everything else as pictures."""
        # Not at the top: the window is up before it is needed.
        from digitpad.services.models.imports import IMPORT_SUFFIXES

        drawings = [file for file in files if file.suffix.lower() == DRAWING_SUFFIX]
        models = [file for file in files if file.suffix.lower() in IMPORT_SUFFIXES]
        pictures = [file for file in files if file not in (*drawings, *models)]
        for file in drawings:
            self._open_drawing(file)
        if models:
            self.models_chosen.emit(models)
        if pictures:
            self.pictures_chosen.emit(pictures)

    def save_drawing(self, drawing: Drawing) -> None:
        """Ask where to save a drawing, and save it there."""
        if not drawing.strokes:
            self.message_raised.emit("There is no drawing to save.", "Draw a digit first.")
            return
        dialog = self._make_dialog("Save Drawing", _DRAWINGS)
        _ask_for_new_file(dialog, "drawing.json", "json")
        dialog.fileSelected.connect(lambda name: self._save(Path(name), drawing.to_json()))
        dialog.open()

    def export_image(self, image: QImage) -> None:
        """Ask where to write a picture of what is shown, and write it there."""
        dialog = self._make_dialog("Export Image", "PNG pictures (*.png)")
        _ask_for_new_file(dialog, "digitpad.png", "png")
        dialog.fileSelected.connect(
            # Packing a large photograph takes seconds.
            lambda name: self._writer.write(Path(name), lambda: _to_png(image))
        )
        dialog.open()

    def export_readings(self, readings: Sequence[NamedReading]) -> None:
        """Ask where to write what was read, and in which format, and write it there."""
        filters = {form.filter: form for form in FORMATS}
        dialog = self._make_dialog("Export Reading", ";;".join(filters))
        name = Path(readings[0].name).stem if len(readings) == 1 else "readings"
        _ask_for_new_file(dialog, f"{name}{FORMATS[0].suffix}", FORMATS[0].suffix)
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(filters[chosen].suffix)
        )
        dialog.fileSelected.connect(lambda file: self._export(Path(file), readings))
        dialog.open()

    def close(self) -> None:
        """Wait for a picture that is still being written."""
        self._writer.close()

    def remember(self, files: Sequence[Path]) -> None:
        """Put files at the top of those opened last."""
        absolute = [file.absolute() for file in files]
        others = [file for file in self._settings.recent_files() if file not in absolute]
        self._settings.set_recent_files([*absolute, *others][:MAX_RECENT_FILES])
        self._fill_recent_menu()

    def _open_drawing(self, file: Path) -> None:
        try:
            drawing = load_drawing(file)
        except DigitpadError as error:
            self._on_failed(error)
            return
        self.drawing_opened.emit(drawing)
        self.remember([file])

    def _save(self, file: Path, drawing: str) -> None:
        try:
            write_atomically(file, drawing)
        except DigitpadError as error:
            self._on_failed(error)
            return
        self.remember([file])
        self._on_written(file)

    def _export(self, file: Path, readings: Sequence[NamedReading]) -> None:
        try:
            write_atomically(file, export_readings(readings, file.suffix))
        except DigitpadError as error:
            self._on_failed(error)
            return
        self._on_written(file)

    def _on_written(self, file: Path) -> None:
        self.message_raised.emit(f"Saved “{file.name}”.", "")

    def _on_failed(self, error: DigitpadError) -> None:
        self.message_raised.emit(error.message, error.hint)

    def _make_dialog(self, title: str, filters: str) -> QFileDialog:
        recent = self._settings.recent_files()
        folder = next((file.parent for file in recent if file.parent.is_dir()), Path.home())
        dialog = QFileDialog(self._window, title, str(folder), filters)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _fill_recent_menu(self) -> None:
        self.recent_menu.clear()
        for file in self._settings.recent_files():
            # An ampersand would underline the letter behind it.
            action = self.recent_menu.addAction(file.name.replace("&", "&&"))
            action.setStatusTip(str(file))
            action.triggered.connect(lambda _=False, file=file: self.open([file]))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction("Nothing opened yet").setEnabled(False)
            return
        self.recent_menu.addSeparator()
        self.recent_menu.addAction("Clear This List").triggered.connect(self._forget_all)

    def _forget_all(self) -> None:
        self._settings.set_recent_files([])


def _ask_for_new_file(dialog: QFileDialog, name: str, suffix: str) -> None:
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)


def _to_png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise StorageError("The picture could not be packed.", "Close other programs, then again.")
    return bytes(buffer.data().data())
