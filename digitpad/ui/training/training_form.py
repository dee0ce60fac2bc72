"""What a run is asked to do, as a form."""

import dataclasses
import math
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from digitpad.services.retraining import find_data, find_pen_data
from digitpad.training.config import ARCHITECTURES, AUGMENTATIONS, TrainingConfig

_LIMITS = {
    0: "All 60,000",
    10_000: "10,000",
    5_000: "5,000, a short trial",
    1_000: "1,000, a quick trial",
}
"""How many MNIST digits to train on, 0 for all, and how that is put."""

_DEFAULT_EPOCHS = 5
_SYNTHESIZED_RATIO = 8
"""An allograph and a non-digit an epoch for so many digits of MNIST."""
_NAME_LENGTH = 60
_CHOOSE_FOLDER = "choose a folder"
_MNIST, _MNIST_AND_PEN, _DOWNLOAD = "mnist", "mnist and pen digits", "download"


class TrainingForm(QWidget):
    """Network, data and settings of the next run.

    Parameters
    ----------
    download_folder : Path
        Where MNIST goes if it has to be downloaded.
    parent : QWidget, optional
        Where it sits.

    Signals
    -------
    submitted()
        Enter was pressed in the name's field.
    """

    submitted = Signal()

    def __init__(self, download_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._download_folder = download_folder
        self._chosen_folder: Path | None = None
        self._mnist: Path | None = None
        self._pen_data: Path | None = None
        self._is_pen_wanted = True

        # Made from top to bottom, as Tab is to go.
        self._architecture = _make_choice("Network", ARCHITECTURES, self)
        self._architecture_note = _make_note(self)
        self._data = _make_choice("Data", {}, self)
        self._data_note = _make_note(self)
        self._limit = _make_choice("MNIST digits", {}, self)
        self._augmentation = _make_choice("Augmentation", AUGMENTATIONS, self)
        self._augmentation_note = _make_note(self)
        self._epochs = QSpinBox(self, minimum=1, maximum=1_000, value=_DEFAULT_EPOCHS)
        self._batch_size = _DoublingSpinBox(self, minimum=1, maximum=8_192)
        self._learning_rate = LearningRateSpinBox(self)
        self._name = QLineEdit(self, maxLength=_NAME_LENGTH, clearButtonEnabled=True)

        for limit, text in _LIMITS.items():
            self._limit.addItem(text, limit)
        for box, name, tip in (
            (self._epochs, "Epochs", "How often the network goes through all digits"),
            (self._batch_size, "Batch size", "Digits the network looks at before each step"),
            (self._learning_rate, "Learning rate", "How large the first steps are"),
        ):
            box.setAccessibleName(name)
            box.setToolTip(tip)
        self._name.setAccessibleName("Name of the new model")
        self._lay_out()

        self._architecture.currentIndexChanged.connect(self._on_architecture_changed)
        self._augmentation.currentIndexChanged.connect(self._on_augmentation_changed)
        self._data.activated.connect(self._on_data_activated)
        self._name.returnPressed.connect(self.submitted)
        self.from_settings({})

    def to_config(self, baseline: Path | None) -> TrainingConfig:
        """Return the configuration of a run as the form asks for it.

        Parameters
        ----------
        baseline : Path or None
            The `.tflite` to compare the candidate with.
        """
        choice = self._data.currentData()
        limit = self._limit.currentData() or None
        is_default = self._architecture.currentData() == "default"
        # Without these a model takes whatever is written for a digit. The others stay as published.
        synthesized = (limit or 60_000) // _SYNTHESIZED_RATIO if is_default else 0
        config = TrainingConfig(
            architecture=self._architecture.currentData(),
            epochs=self._epochs.value(),
            batch_size=self._batch_size.value(),
            learning_rate=self._learning_rate.value(),
            augmentation=self._augmentation.currentData(),
            data=None if choice == _DOWNLOAD else self._mnist,
            download_folder=self._download_folder if choice == _DOWNLOAD else None,
            pen_data=self._pen_data if choice == _MNIST_AND_PEN else None,
            allographs=synthesized,
            non_digits=synthesized,
            limit=limit,
            name=self._name.text().strip() or self._suggest_name(),
            baseline=baseline,
        )
        return dataclasses.replace(config, command=_describe_command(config))

    def to_settings(self) -> dict[str, Any]:
        """Return what to remember, as plain values."""
        return {
            "architecture": self._architecture.currentData(),
            "data": str(self._chosen_folder or ""),
            "pen": "yes" if self._is_pen_wanted else "no",
            "epochs": self._epochs.value(),
            "batch_size": self._batch_size.value(),
            "learning_rate": self._learning_rate.value(),
            "augmentation": self._augmentation.currentData(),
            "limit": self._limit.currentData(),
        }

    def from_settings(self, settings: Mapping[str, Any]) -> None:
        """Fill the form in with what `to_settings` returned; what doesn't fit is left out.

        Parameters
        ----------
        settings : mapping
            Values may be text, as settings files have them.
        """
        defaults = TrainingConfig()
        _select(self._architecture, settings.get("architecture", defaults.architecture))
        _select(self._augmentation, settings.get("augmentation", defaults.augmentation))
        _select(self._limit, int(_number(settings, "limit", 0)))
        self._epochs.setValue(int(_number(settings, "epochs", _DEFAULT_EPOCHS)))
        self._batch_size.setValue(int(_number(settings, "batch_size", defaults.batch_size)))
        self._learning_rate.setValue(_number(settings, "learning_rate", defaults.learning_rate))
        self._is_pen_wanted = settings.get("pen", "yes") != "no"
        folder = str(settings.get("data", ""))
        self._chosen_folder = Path(folder) if folder else None
        self._on_architecture_changed()
        self._on_augmentation_changed()
        self.refresh()

    def refresh(self) -> None:
        """Look again for what there is to train on, and suggest a name for now."""
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
        self._name.setPlaceholderText(self._suggest_name())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            # Placeholder text looks the same when disabled, and would stand out.
            role = QPalette.ColorRole.PlaceholderText
            role = role if self.isEnabled() else QPalette.ColorRole.WindowText
            for note in (self._architecture_note, self._data_note, self._augmentation_note):
                note.setForegroundRole(role)

    def _select_data(self) -> None:
        _select(self._data, _MNIST_AND_PEN if self._is_pen_wanted else _MNIST)
        if self._mnist is None:
            self._data_note.setText(
                "MNIST isn't on this computer yet. Start downloads it; without a connection, "
                "choose a folder that has it."
            )
            self._data_note.setToolTip("")
        else:
            self._data_note.setText(f"From {_shorten(self._mnist)}")
            self._data_note.setToolTip(str(self._mnist))

    def _suggest_name(self) -> str:
        now = datetime.now()
        return f"{self._architecture.currentData()}, {now.day} {now:%b %H.%M}"

    def _on_architecture_changed(self) -> None:
        self._architecture_note.setText(ARCHITECTURES[self._architecture.currentData()])
        self._name.setPlaceholderText(self._suggest_name())

    def _on_augmentation_changed(self) -> None:
        self._augmentation_note.setText(AUGMENTATIONS[self._augmentation.currentData()])

    def _on_data_activated(self) -> None:
        choice = self._data.currentData()
        if choice in (_MNIST, _MNIST_AND_PEN):
            self._is_pen_wanted = choice == _MNIST_AND_PEN
        elif choice == _CHOOSE_FOLDER:
            self._choose_folder()

    def _choose_folder(self) -> None:
        begin = self._chosen_folder or self._mnist or Path.home()
        picked = QFileDialog.getExistingDirectory(
            self, "Choose a folder with MNIST", str(begin if begin.is_dir() else begin.parent)
        )
        if not picked:
            self._select_data()
        elif find_data(Path(picked)) is None:
            self._select_data()
            self._data_note.setText(
                f"“{Path(picked).name}” holds no MNIST data. Choose a folder with its four IDX "
                "files or mnist.npz."
            )
        else:
            self._chosen_folder = Path(picked)
            self.refresh()

    def _lay_out(self) -> None:
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addRow("&Network", self._architecture)
        layout.addRow(self._architecture_note)
        layout.addRow("&Data", self._data)
        layout.addRow(self._data_note)
        layout.addRow("MNIST d&igits", self._limit)
        layout.addRow("&Augmentation", self._augmentation)
        layout.addRow(self._augmentation_note)
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(8)
        numbers.setVerticalSpacing(2)
        columns: tuple[tuple[str, QAbstractSpinBox], ...] = (
            ("Ep&ochs", self._epochs),
            ("&Batch size", self._batch_size),
            ("&Learning rate", self._learning_rate),
        )
        for column, (text, box) in enumerate(columns):
            label = QLabel(text, self)
            label.setBuddy(box)
            numbers.addWidget(label, 0, column)
            numbers.addWidget(box, 1, column)
            numbers.setColumnStretch(column, 1)
        layout.addRow(numbers)
        layout.addRow("Name", self._name)


class LearningRateSpinBox(QDoubleSpinBox):
    """A learning rate, stepped 1, 2, 5, 10, and so on, as rates are tried."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(6)
        self.setRange(0.00001, 1.0)

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = _step_up(value) if steps > 0 else _step_down(value)
        self.setValue(value)

    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").rstrip(point) if point in text else text


class _DoublingSpinBox(QSpinBox):
    """A batch size, stepped in powers of two, as batch sizes are."""

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            below = 1 << max(0, (value - 1).bit_length() - 1)
            value = 1 << value.bit_length() if steps > 0 else below
        self.setValue(value)


def _step_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    digit = next(digit for digit in (2, 5, 10) if digit * power > value * 1.000001)
    return digit * power


def _step_down(value: float) -> float:
    power = 10.0 ** (math.ceil(math.log10(value) - 1e-9) - 1)
    digit = next(digit for digit in (5, 2, 1) if digit * power < value * 0.999999)
    return digit * power


def _make_choice(name: str, texts: dict[str, str], parent: QWidget) -> QComboBox:
    choice = QComboBox(parent)
    choice.setAccessibleName(name)
    # Long entries widen the list, not the pane.
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(6)
    for key in texts:
        choice.addItem(key, key)
    return choice


def _make_note(parent: QWidget) -> QLabel:
    note = QLabel(parent, wordWrap=True)
    note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return note


def _select(choice: QComboBox, value: object) -> None:
    index = choice.findData(value)
    choice.setCurrentIndex(max(index, 0))


def _number(settings: Mapping[str, Any], key: str, default: float) -> float:
    try:
        value = float(settings.get(key, default))
    except (TypeError, ValueError):
        return default
    # The boxes keep to their own ranges, but take no number beyond a machine word.
    return min(max(value, 0.0), 1e6) if math.isfinite(value) else default


def _shorten(path: Path) -> str:
    return path.as_posix() if len(path.parts) <= 3 else "…/" + "/".join(path.parts[-2:])


def _describe_command(config: TrainingConfig) -> str:
    """Return the command that asks for the same run."""
    parts = ["digitpad", "train", "--name", config.name]
    for option in ("architecture", "epochs", "batch_size", "learning_rate", "augmentation"):
        parts += [f"--{option.replace('_', '-')}", f"{getattr(config, option)}"]
    if config.non_digits:
        parts += ["--allographs", f"{config.allographs}", "--non-digits", f"{config.non_digits}"]
    if config.limit is not None:
        parts += ["--limit", f"{config.limit}"]
    if config.pen_data is not None:
        parts.append("--pen")
    if config.download_folder is not None:
        parts.append("--download")
    return shlex.join(parts)
