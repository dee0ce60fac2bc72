"""Plots and epochs to files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from digitpad.core.errors import DigitpadError
from digitpad.core.files import write_atomically
from digitpad.services.runs.changes import format_csv
from digitpad.services.runs.records import RunRecord
from digitpad.ui.background.run_keeper import RunKeeper

_PLOTS = {"PNG pictures (*.png)": ".png", "SVG drawings (*.svg)": ".svg"}
_TABLES = {"CSV tables (*.csv)": ".csv"}

Encode = Callable[[str], bytes | str]


class RunExports(QObject):
    """Asks for files, and writes to them.

    Parameters
    ----------
    window : QWidget
        Parent of the file dialogs.
    keeper : RunKeeper
        Writes them.

    Signals
    -------
    exported(str)
        What was written, for a person.
    failed(DigitpadError)
        A file could not be written.
    """

    exported = Signal(str)
    failed = Signal(object)

    def __init__(self, window: QWidget, keeper: RunKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = keeper
        self._folder = Path.home()

    def choose_plot(self, encode: Encode) -> None:
        """Ask where to write a plot; `encode` makes it, `.png` or `.svg`."""
        self._ask("Export Plot", "curves", _PLOTS, encode)

    def choose_table(self, records: Sequence[RunRecord]) -> None:
        """Ask where to write the epochs of runs."""
        self._ask("Export Epochs", "runs", _TABLES, lambda suffix: format_csv(records))

    def _ask(self, title: str, name: str, kinds: dict[str, str], encode: Encode) -> None:
        dialog = QFileDialog(self._window, title, str(self._folder), ";;".join(kinds))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        first = next(iter(kinds.values()))
        dialog.setDefaultSuffix(first)
        dialog.selectFile(f"{name}{first}")
        dialog.filterSelected.connect(lambda text: dialog.setDefaultSuffix(kinds[text]))
        dialog.fileSelected.connect(lambda file: self._write(Path(file), kinds, encode))
        dialog.open()

    def _write(self, file: Path, kinds: dict[str, str], encode: Encode) -> None:
        self._folder = file.parent
        suffix = file.suffix.lower()
        try:
            # Widgets are painted here, on the GUI thread; only the file is the other's.
            content = encode(suffix if suffix in kinds.values() else next(iter(kinds.values())))
        except DigitpadError as error:
            self.failed.emit(error)
            return
        self._keeper.ask(
            lambda catalog: write_atomically(file, content),
            lambda nothing: self.exported.emit(f"Saved “{file.name}”."),
            self.failed.emit,
        )
