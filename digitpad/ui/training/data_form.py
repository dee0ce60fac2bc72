"""What to train on, as a part of the training form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QWidget

from digitpad.services.runs.retraining import find_data, find_pen_data
from digitpad.ui.training.form_parts import make_choice, make_note, number, select

_LIMITS = {
    0: "All 60,000",
    10_000: "10,000",
    5_000: "5,000, a short trial",
    1_000: "1,000, a quick trial",
}
"""How many MNIST digits to train on, 0 for all, and how that is put."""

_CHOOSE_FOLDER = "choose a folder"
_MNIST, _MNIST_AND_PEN, _DOWNLOAD = "mnist", "mnist and pen digits", "download"


class DataForm(QObject):
    """Which data, and how much of it.

    Parameters
    ----------
    download_folder : Path
        Where MNIST goes if it has to be downloaded.
    parent : QWidget
        The form that the choices are rows of.

    Signals
    -------
    changed()
        Another data set or amount was chosen.
    """

    changed = Signal()

    def __init__(self, download_folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._form = parent
        self._download_folder = download_folder
        self._chosen_folder: Path | None = None
        self._mnist: Path | None = None
        self._pen_data: Path | None = None
        self._is_pen_wanted = True
        self._data = make_choice("Data", {}, parent)
        self.note = make_note(parent)
        self._limit = make_choice("MNIST digits", {}, parent)
        for limit, text in _LIMITS.items():
            self._limit.addItem(text, limit)
        self._data.activated.connect(self._on_data_activated)
        self._limit.currentIndexChanged.connect(self.changed)

    @property
    def choices(self) -> tuple[QWidget, QWidget]:
        """What Tab goes through."""
        return self._data, self._limit

    @property
    def limit(self) -> int | None:
        """How many digits of MNIST; None for all."""
        return self._limit.currentData() or None

    def add_rows(self, layout: QFormLayout) -> None:
        """Add the choices to a form, below what is there."""
        layout.addRow("&Data", self._data)
        layout.addRow(self.note)
        layout.addRow("MNIST d&igits", self._limit)

    def settings(self) -> dict[str, Any]:
        """Return the parts of a `TrainingConfig` that say what to train on."""
        choice = self._data.currentData()
        return {
            "data": None if choice == _DOWNLOAD else self._mnist,
            "download_folder": self._download_folder if choice == _DOWNLOAD else None,
            "pen_data": self._pen_data if choice == _MNIST_AND_PEN else None,
            "limit": self.limit,
        }

    def to_settings(self) -> dict[str, Any]:
        """Return what to remember, as plain values."""
        return {
            "data": str(self._chosen_folder or ""),
            "pen": "yes" if self._is_pen_wanted else "no",
            "limit": self._limit.currentData(),
        }

    def from_settings(self, settings: Mapping[str, Any]) -> None:
        """Choose what `to_settings` returned."""
        select(self._limit, int(number(settings, "limit", 0)))
        self._is_pen_wanted = settings.get("pen", "yes") != "no"
        folder = str(settings.get("data", ""))
        self._chosen_folder = Path(folder) if folder else None
        self.refresh()

    def refresh(self) -> None:
        """Look again for what there is to train on."""
        self._mnist = find_data(self._chosen_folder)
        if self._mnist is None and self._chosen_folder is not None:
            self._chosen_folder = None
            self._mnist = find_data()
        self._pen_data = find_pen_data(self._chosen_folder) or find_pen_data()
        self._data.clear()
        if self._mnist is None:
            self._data.addItem("Download MNIST (11 MB)", _DOWNLOAD)
        else:
            self._data.addItem("MNIST", _MNIST)
            if self._pen_data is not None:
                self._data.addItem("MNIST and pen digits", _MNIST_AND_PEN)
        self._data.insertSeparator(self._data.count())
        self._data.addItem("Choose a folder…", _CHOOSE_FOLDER)
        self._select_data()

    def _select_data(self) -> None:
        select(self._data, _MNIST_AND_PEN if self._is_pen_wanted else _MNIST)
        if self._mnist is None:
            self.note.setText(
                "MNIST isn't on this computer yet. Start downloads it; without a connection, "
                "choose a folder that has it."
            )
            self.note.setToolTip("")
        else:
            self.note.setText(f"From {_shorten(self._mnist)}")
            self.note.setToolTip(str(self._mnist))

    def _on_data_activated(self) -> None:
        choice = self._data.currentData()
        if choice in (_MNIST, _MNIST_AND_PEN):
            self._is_pen_wanted = choice == _MNIST_AND_PEN
        elif choice == _CHOOSE_FOLDER:
            self._choose_folder()

    def _choose_folder(self) -> None:
        begin = self._chosen_folder or self._mnist or Path.home()
        picked = QFileDialog.getExistingDirectory(
            self._form, "Choose a folder with MNIST", str(begin if begin.is_dir() else begin.parent)
        )
        if not picked:
            self._select_data()
        elif find_data(Path(picked)) is None:
            self._select_data()
            self.note.setText(
                f"“{Path(picked).name}” holds no MNIST data. Choose a folder with its four IDX "
                "files or mnist.npz."
            )
        else:
            self._chosen_folder = Path(picked)
            self.refresh()


def _shorten(path: Path) -> str:
    return path.as_posix() if len(path.parts) <= 3 else "…/" + "/".join(path.parts[-2:])
