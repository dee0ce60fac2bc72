"""Samples from files, and to files."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from digitpad.services.models.library import Model
from digitpad.services.samples.archive import ARCHIVE_SUFFIX, restore_archive, write_archive
from digitpad.services.samples.exports import EXPORT_FORMATS, ExportFormat, export_samples
from digitpad.services.samples.imports import ImportResult, import_samples
from digitpad.services.samples.predictions import judge_samples
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.samples.sample_words import count_samples

if TYPE_CHECKING:
    from digitpad.services.samples.store import SampleStore

_ARRAYS = "Digits (*.npz *idx3-ubyte *idx3-ubyte.gz)"
_BACKUPS = f"Backups (*{ARCHIVE_SUFFIX})"
_LISTED_FAILURES = 3


class SampleFiles(QObject):
    """Asks for files, and imports, exports, backs up and restores samples, one after the other.

    Parameters
    ----------
    window : QWidget
        Parent of the dialogs.
    keeper : SampleKeeper
        Does it; for long jobs, so that short ones needn't wait.

    Signals
    -------
    samples_added(list of int, str)
        Their ids, and what that was: an import, say.
    message_raised(str, str)
        What happened, and what to do.
    busy_changed(str)
        What is under way; empty if nothing is.
    """

    samples_added = Signal(object, str)
    message_raised = Signal(str, str)
    busy_changed = Signal(str)

    def __init__(self, window: QWidget, keeper: SampleKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = keeper
        self._jobs = 0

    def import_folder(self, model: Model) -> None:
        """Ask for a folder of pictures, and keep what they show."""
        dialog = self._make_dialog("Import Folder", "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.import_place(Path(name), model))
        dialog.open()

    def import_file(self, model: Model) -> None:
        """Ask for an npz or IDX file, and keep the digits in it."""
        dialog = self._make_dialog("Import File", f"{_ARRAYS};;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_place(Path(name), model))
        dialog.open()

    def import_place(self, place: Path, model: Model) -> None:
        """Keep the labelled digits in a folder or a file."""
        report = self._keeper.report
        self._start(
            f"Importing “{place.name}”",
            lambda store: import_samples(store, place, model, report),
            self._on_imported,
        )

    def export(self, ids: Sequence[int]) -> None:
        """Ask where to write samples, and in which format, and write them there."""
        forms = {_to_filter(form): form for form in EXPORT_FORMATS}
        dialog = self._make_dialog(f"Export {count_samples(len(ids))}", ";;".join(forms))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("samples")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(forms[chosen].suffix.removeprefix("."))
        )
        dialog.fileSelected.connect(
            lambda name: self._export(ids, Path(name), forms[dialog.selectedNameFilter()])
        )
        dialog.open()

    def back_up(self) -> None:
        """Ask where to write a backup of all samples, and write it."""
        dialog = self._make_dialog("Back Up", _BACKUPS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ARCHIVE_SUFFIX.removeprefix("."))
        dialog.selectFile(f"samples {time.strftime('%Y-%m-%d')}{ARCHIVE_SUFFIX}")
        dialog.fileSelected.connect(lambda name: self._back_up(Path(name)))
        dialog.open()

    def restore(self) -> None:
        """Ask for a backup, and bring back what is missing."""
        dialog = self._make_dialog("Restore", f"{_BACKUPS};;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._restore(Path(name)))
        dialog.open()

    def judge(self, model: Model) -> None:
        """Have a model read the samples that it hasn't read yet."""
        report = self._keeper.report
        self._start(f"“{model.name}” reads", lambda store: judge_samples(store, model, report))

    # --- what is done ----------------------------------------------------------------------

    def _export(self, ids: Sequence[int], target: Path, form: ExportFormat) -> None:
        self._start(
            f"Exporting {count_samples(len(ids))}",
            lambda store: export_samples(store, ids, target, form),
            lambda _: self._say(f"Exported {count_samples(len(ids))} to “{target.name}”."),
        )

    def _back_up(self, file: Path) -> None:
        self._start(
            "Backing up",
            lambda store: write_archive(store, file),
            lambda count: self._say(f"Backed up {count_samples(count)} in “{file.name}”."),
        )

    def _restore(self, file: Path) -> None:
        self._start(
            f"Restoring “{file.name}”",
            lambda store: restore_archive(store, file),
            lambda ids: self._on_added(ids, "Restoring", "restored", ""),
        )

    def _on_imported(self, result: ImportResult) -> None:
        known = f"; {result.known:,} were there already" if result.known else ""
        failed = [str(failure) for failure in result.failures[:_LISTED_FAILURES]]
        more = len(result.failures) - len(failed)
        if more:
            failed.append(f"And {more:,} more could not be read.")
        self._on_added(list(result.ids), "Import", f"imported{known}", " ".join(failed))

    def _on_added(self, ids: list[int], what: str, words: str, hint: str) -> None:
        if ids:
            self.samples_added.emit(ids, what)
        count = count_samples(len(ids))
        self.message_raised.emit(f"{count[0].upper()}{count[1:]} {words}.", hint)

    def _say(self, words: str) -> None:
        self.message_raised.emit(words, "")

    # --- one after the other ---------------------------------------------------------------

    def _start(
        self,
        what: str,
        work: Callable[[SampleStore], Any],
        answer: Callable[[Any], None] | None = None,
    ) -> None:
        self._jobs += 1
        self.busy_changed.emit(what)

        def finish(result: Any) -> None:
            self._end()
            if answer is not None:
                answer(result)

        self._keeper.ask(
            work, finish, on_failed=lambda _: self._end(), on_stopped=self._end, is_change=True
        )

    def _end(self) -> None:
        self._jobs -= 1
        if not self._jobs:
            self.busy_changed.emit("")

    def _make_dialog(self, title: str, filters: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(Path.home()), filters)
        dialog.finished.connect(dialog.deleteLater)
        return dialog


def _to_filter(form: ExportFormat) -> str:
    """Return how a file dialog offers a format."""
    return f"{form.title} (*{form.suffix})"
