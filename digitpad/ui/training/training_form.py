"""What a run is asked to do, as a form."""

import dataclasses
import shlex
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from digitpad.training.config import TrainingConfig
from digitpad.ui.training.data_form import DataForm
from digitpad.ui.training.recipe_form import RecipeForm

_ALL = 60_000
_SYNTHESIZED_RATIO = 8
"""An allograph and a non-digit an epoch for so many digits of MNIST."""

_SHOWN = (
    "architecture",
    "epochs",
    "epoch_steps",
    "batch_size",
    "optimizer",
    "learning_rate",
    "schedule",
    "augmentation",
    "patience",
    "seed",
    "validation_size",
)
_SWITCHES = {
    "is_best_kept": "keep-best",
    "is_standardized": "standardize",
    "is_final": "final",
}
_NAME_LENGTH = 60


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
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._recipe = RecipeForm(self)
        self._data = DataForm(download_folder, self)
        self._name = QLineEdit(self, maxLength=_NAME_LENGTH, clearButtonEnabled=True)
        self._name.setAccessibleName("Name of the new model")
        self._recipe.add_network_rows(layout)
        self._data.add_rows(layout)
        self._recipe.add_rows(layout)
        layout.addRow("Name", self._name)
        # Tab goes from top to bottom, past the data between the settings.
        network, others = self._recipe.choices
        for one, other in pairwise((network, *self._data.choices, others)):
            QWidget.setTabOrder(one, other)
        self._recipe.network_changed.connect(self._on_network_changed)
        self._recipe.changed.connect(self._say_size)
        self._data.changed.connect(self._say_size)
        self._name.returnPressed.connect(self.submitted)
        self.from_settings({})

    def to_config(self, baseline: Path | None) -> TrainingConfig:
        """Return the configuration of a run as the form asks for it.

        Parameters
        ----------
        baseline : Path or None
            The `.tflite` to compare the candidate with.
        """
        # Without these a model takes whatever is written for a digit. The others stay as published.
        is_default = self._recipe.network == "default"
        synthesized = (self._data.limit or _ALL) // _SYNTHESIZED_RATIO if is_default else 0
        config = TrainingConfig(
            **self._recipe.settings(),
            **self._data.settings(),
            allographs=synthesized,
            non_digits=synthesized,
            name=self._name.text().strip() or self._suggest_name(),
            baseline=baseline,
        )
        return dataclasses.replace(config, command=_describe_command(config))

    def to_settings(self) -> dict[str, Any]:
        """Return what to remember, as plain values."""
        return self._recipe.to_settings() | self._data.to_settings()

    def from_settings(self, settings: Mapping[str, Any]) -> None:
        """Fill the form in with what `to_settings` returned; what doesn't fit is left out.

        Parameters
        ----------
        settings : mapping
            Values may be text, as settings files have them.
        """
        self._recipe.from_settings(settings)
        self._data.from_settings(settings)
        self._on_network_changed()
        self._say_size()

    def refresh(self) -> None:
        """Look again for what there is to train on, and suggest a name for now."""
        self._data.refresh()
        self._name.setPlaceholderText(self._suggest_name())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            # Placeholder text looks the same when disabled, and would stand out.
            role = QPalette.ColorRole.PlaceholderText
            role = role if self.isEnabled() else QPalette.ColorRole.WindowText
            for note in (*self._recipe.notes, self._data.note):
                note.setForegroundRole(role)

    def _suggest_name(self) -> str:
        now = datetime.now()
        return f"{self._recipe.network}, {now.day} {now:%b %H.%M}"

    def _on_network_changed(self) -> None:
        self._name.setPlaceholderText(self._suggest_name())

    def _say_size(self) -> None:
        settings = self._recipe.settings()
        held_out = 0 if settings["is_final"] else settings["validation_size"]
        limit = self._data.limit
        self._recipe.say_size(limit - limit // 6 if limit else _ALL - held_out)


def _describe_command(config: TrainingConfig) -> str:
    """Return the command that asks for the same run."""
    plain = TrainingConfig()
    parts = ["digitpad", "train", "--name", config.name]
    for field in _SHOWN:
        value = getattr(config, field)
        if field == "architecture" or value != getattr(plain, field):
            parts += [f"--{field.replace('_', '-')}", f"{value}"]
    parts += [f"--{option}" for field, option in _SWITCHES.items() if getattr(config, field)]
    if config.non_digits:
        parts += ["--allographs", f"{config.allographs}", "--non-digits", f"{config.non_digits}"]
    if config.limit is not None:
        parts += ["--limit", f"{config.limit}"]
    if config.pen_data is not None:
        parts.append("--pen")
    if config.download_folder is not None:
        parts.append("--download")
    return shlex.join(parts)
