"""Which model to judge on which digits, and how far that is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from digitpad.services.data_sets import DataSet, choose_data_set, list_data_sets
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.theme import GRID_PX

_BAR_PX = 24 * GRID_PX
_FILES = ["Strokes files and MNIST (*.jsonl *.jsonl.gz *.npz)", "All files (*)"]


class InspectionRow(QWidget):
    """Choices of a model and a data set, with buttons to start and to cancel.

    Parameters
    ----------
    library : ModelLibrary
        The models there are.
    several : QWidget
        Chooses several models instead of one.

    Signals
    -------
    started(), cancelled()
        The person pressed a button.
    model_chosen()
        Another model is chosen.
    """

    started = Signal()
    cancelled = Signal()
    model_chosen = Signal()

    def __init__(
        self, library: ModelLibrary, several: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._several = several
        self._models = QComboBox()
        self._models.setAccessibleName("Model to look inside")
        self._data = _DataChoice(self)
        self._others = QPushButton("&Others")
        self._others.setToolTip("Judge it on digits in a folder or a file of yours")
        self._others.setMenu(QMenu(self._others))
        self._others.menu().addAction("A &Folder…", self._data.ask_for_folder)
        self._others.menu().addAction("A F&ile…", self._data.ask_for_file)
        self._start = QPushButton("&Start")
        self._cancel = QPushButton("&Cancel")
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress of the evaluation")
        self._bar.setFormat("%v of %m")
        self._bar.setFixedWidth(_BAR_PX)
        self._start.setDefault(True)
        self._start.clicked.connect(self.started)
        self._cancel.clicked.connect(self.cancelled)
        self._models.currentIndexChanged.connect(self.model_chosen)
        self._lay_out()
        self.show_idle()

    @property
    def model_name(self) -> str:
        """The name of the chosen model."""
        return str(self._models.currentData() or "")

    @property
    def data_set(self) -> DataSet:
        """The chosen digits."""
        return self._data.chosen

    def fill(self, active_name: str) -> None:
        """List what there is now; the choices stay, and the model is the active one at first."""
        self._data.fill()
        chosen = self.model_name or active_name
        with QSignalBlocker(self._models):
            self._models.clear()
            for model in self._library.models():
                name = f"{model.name} (active)" if model.name == active_name else model.name
                self._models.addItem(name, model.name)
            self._models.setCurrentIndex(max(self._models.findData(chosen), 0))
        if self.model_name != chosen:
            self.model_chosen.emit()

    def show_parts(self, *, is_judging: bool, are_several: bool) -> None:
        """Show what a page needs.

        Parameters
        ----------
        is_judging : bool
            Whether a model is judged there, on digits to choose.
        are_several : bool
            Whether several models can be chosen.
        """
        self._judging.setVisible(is_judging)
        self._model_field.setHidden(are_several)
        self._several.setVisible(are_several)

    def show_idle(self) -> None:
        """Offer to start."""
        self._show_running(False)

    def show_progress(self, done: int, count: int) -> None:
        """Show how far it is; a count of 0 is unknown."""
        self._bar.setRange(0, count)
        self._bar.setValue(done)
        self._show_running(True)

    def _show_running(self, is_running: bool) -> None:
        for widget in (self._models, self._data, self._others):
            widget.setEnabled(not is_running)
        had_focus = self._start.hasFocus() or self._cancel.hasFocus()
        self._start.setHidden(is_running)
        self._cancel.setVisible(is_running)
        self._bar.setVisible(is_running)
        if had_focus:
            (self._cancel if is_running else self._start).setFocus()

    def _lay_out(self) -> None:
        self._judging = QWidget()
        judging = QHBoxLayout(self._judging)
        judging.setContentsMargins(0, 0, 0, 0)
        _add_field(judging, "&Digits", self._data)
        for widget in (self._others, self._start, self._cancel, self._bar):
            judging.addWidget(widget)
        judging.addStretch()
        self._model_field = QWidget()
        field = QHBoxLayout(self._model_field)
        field.setContentsMargins(0, 0, 0, 0)
        _add_field(field, "&Model", self._models)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, GRID_PX)
        row.setSpacing(0)
        for part in (self._model_field, self._several, self._judging):
            row.addWidget(part)
        row.addStretch(1)


class _DataChoice(QComboBox):
    """Data sets at hand, and those that were named."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Digits to judge it on")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._named: list[DataSet] = []
        self.fill()

    def fill(self) -> None:
        chosen = self.currentText()
        self.clear()
        for data in (*self._named, *list_data_sets()):
            self.addItem(data.name, data)
        self.setCurrentIndex(max(self.findText(chosen), 0))

    @property
    def chosen(self) -> DataSet:
        return self.currentData()

    def ask_for_folder(self) -> None:
        dialog = self._make_dialog("Choose Digits: MNIST, or Pictures Named by Their Digit")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def ask_for_file(self) -> None:
        dialog = self._make_dialog("Choose Digits: Strokes or MNIST")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(_FILES)
        dialog.open()

    def _make_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, str(Path.home()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.fileSelected.connect(lambda name: self._add(Path(name)))
        return dialog

    def _add(self, place: Path) -> None:
        data = choose_data_set(place)
        # What has the same name takes its place.
        self._named = [data, *(other for other in self._named if other.name != data.name)]
        self.fill()
        self.setCurrentIndex(0)


def _add_field(row: QHBoxLayout, words: str, field: QComboBox) -> None:
    label = QLabel(words)
    label.setBuddy(field)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    field.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    row.addWidget(label)
    row.addWidget(field)
    row.addSpacing(GRID_PX)
