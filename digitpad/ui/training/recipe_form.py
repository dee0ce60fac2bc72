"""How to train, as a part of the training form."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from digitpad.training.config import (
    ARCHITECTURES,
    AUGMENTATIONS,
    OPTIMIZERS,
    SCHEDULES,
)
from digitpad.training.presets import PRESETS
from digitpad.ui.training.form_parts import make_choice, make_note, number, select
from digitpad.ui.training.number_boxes import DoublingSpinBox, LearningRateSpinBox

_SWITCHES = {
    "is_best_kept": ("&Keep the best epoch", "The model is the one that validated best"),
    "is_standardized": ("Standardise the digit i&mages", "Subtract the mean image first"),
    "is_final": (
        "Train on the &validation digits too",
        "Once nothing is to be chosen any more; what is said of them is no validation then",
    ),
}
_SEED_LIMIT = 2**31 - 1


class RecipeForm(QObject):
    """A network, and the settings it is trained with: its own until a person changes them.

    Parameters
    ----------
    parent : QWidget
        The form that the settings are rows of.

    Signals
    -------
    network_changed()
        Another network was chosen.
    changed()
        Anything was.
    """

    network_changed = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_filling = False
        self._network = make_choice("Network", ARCHITECTURES, parent)
        self._network_note = make_note(parent)
        self._augmentation = make_choice("Augmentation", AUGMENTATIONS, parent)
        self._augmentation_note = make_note(parent)
        self._epochs = QSpinBox(parent, minimum=1, maximum=1_000)
        self._batch_size = DoublingSpinBox(parent, minimum=1, maximum=8_192)
        self._learning_rate = LearningRateSpinBox(parent)
        self._rate_note = make_note(parent)
        self._more = QToolButton(parent, autoRaise=True)
        self._more.setText("More settin&gs")
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._recipe_button = QPushButton("Back to its recipe", parent, flat=True)
        self._optimizer = make_choice("Optimizer", OPTIMIZERS, parent)
        self._schedule = make_choice("Schedule", SCHEDULES, parent)
        self._epoch_steps = QSpinBox(parent, maximum=1_000_000)
        self._patience = QSpinBox(parent, maximum=1_000)
        self._seed = QSpinBox(parent, maximum=_SEED_LIMIT)
        self._switches = {field: QCheckBox(text, parent) for field, (text, _) in _SWITCHES.items()}
        self._further = QWidget(parent)
        self._explain()
        self._connect()
        self._on_more_toggled(False)

    @property
    def notes(self) -> tuple[QLabel, ...]:
        """The lines that explain."""
        return self._network_note, self._augmentation_note, self._rate_note

    @property
    def choices(self) -> tuple[QWidget, QWidget]:
        """The choice of a network, and the first of the others."""
        return self._network, self._augmentation

    @property
    def network(self) -> str:
        """The key of the network that was chosen."""
        return str(self._network.currentData())

    def add_network_rows(self, layout: QFormLayout) -> None:
        """Add the choice of a network to a form."""
        layout.addRow("&Network", self._network)
        layout.addRow(self._network_note)

    def add_rows(self, layout: QFormLayout) -> None:
        """Add all other settings to a form."""
        layout.addRow("&Augmentation", self._augmentation)
        layout.addRow(self._augmentation_note)
        layout.addRow(self._lay_out_numbers())
        layout.addRow(self._rate_note)
        row = QGridLayout()
        row.addWidget(self._more, 0, 0)
        row.addWidget(self._recipe_button, 0, 1)
        row.setColumnStretch(2, 1)
        layout.addRow(row)
        layout.addRow(self._further)
        further = QFormLayout(self._further)
        further.setContentsMargins(0, 0, 0, 0)
        further.setSpacing(8)
        further.addRow("O&ptimizer", self._optimizer)
        further.addRow("S&chedule", self._schedule)
        further.addRow("Epoch l&ength", self._epoch_steps)
        further.addRow("Stop earl&y", self._patience)
        further.addRow("See&d", self._seed)
        for switch in self._switches.values():
            further.addRow(switch)

    def settings(self) -> dict[str, Any]:
        """Return the parts of a `TrainingConfig` that say how to train."""
        return {
            "architecture": self.network,
            "augmentation": self._augmentation.currentData(),
            "epochs": self._epochs.value(),
            "epoch_steps": self._epoch_steps.value() or None,
            "batch_size": self._batch_size.value(),
            "learning_rate": self._learning_rate.value(),
            "optimizer": self._optimizer.currentData(),
            "schedule": self._schedule.currentData(),
            "patience": self._patience.value(),
            "seed": self._seed.value(),
            "validation_size": PRESETS[self.network].config.validation_size,
        } | {field: switch.isChecked() for field, switch in self._switches.items()}

    def to_settings(self) -> dict[str, Any]:
        """Return what to remember, as plain values."""
        settings = self.settings()
        del settings["validation_size"]
        settings["epoch_steps"] = self._epoch_steps.value()
        return settings | {field: "yes" if settings[field] else "no" for field in _SWITCHES}

    def from_settings(self, settings: Mapping[str, Any]) -> None:
        """Choose what `to_settings` returned; what is missing or damaged is as in the recipe."""
        self._is_filling = True
        select(self._network, settings.get("architecture"))
        recipe = PRESETS[self.network].config
        for field, choice in (
            ("augmentation", self._augmentation),
            ("optimizer", self._optimizer),
            ("schedule", self._schedule),
        ):
            known = choice.findData(settings.get(field)) >= 0
            select(choice, settings[field] if known else getattr(recipe, field))
        for field, box in (
            ("epochs", self._epochs),
            ("epoch_steps", self._epoch_steps),
            ("batch_size", self._batch_size),
            ("patience", self._patience),
            ("seed", self._seed),
        ):
            box.setValue(int(number(settings, field, getattr(recipe, field) or 0)))
        self._learning_rate.setValue(number(settings, "learning_rate", recipe.learning_rate))
        for field, switch in self._switches.items():
            own = "yes" if getattr(recipe, field) else "no"
            switch.setChecked(settings.get(field, own) == "yes")
        self._is_filling = False
        self._follow()

    def say_size(self, digits: int) -> None:
        """Say how many steps an epoch has with so many digits to train on."""
        self._digits = digits
        size = self._batch_size.value()
        steps = self._epoch_steps.value() or -(-digits // size)
        text = f"{steps:,} steps an epoch. "
        if self._optimizer.currentData() == "adam":
            # The rule of the square root: twice the batch, 1.4 times the rate.
            usual = float(f"{0.001 * (size / 128) ** 0.5:.1g}")
            text += f"Adam often does well at {usual:g} with such batches."
        else:
            text += "Plain descent often does well at 0.1 to 0.5."
        self._rate_note.setText(text)

    def _lay_out_numbers(self) -> QGridLayout:
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(8)
        numbers.setVerticalSpacing(2)
        columns: tuple[tuple[str, QAbstractSpinBox], ...] = (
            ("Ep&ochs", self._epochs),
            ("&Batch size", self._batch_size),
            ("&Learning rate", self._learning_rate),
        )
        for column, (text, box) in enumerate(columns):
            label = QLabel(text, self._further.parentWidget())
            label.setBuddy(box)
            numbers.addWidget(label, 0, column)
            numbers.addWidget(box, 1, column)
            numbers.setColumnStretch(column, 1)
        return numbers

    def _explain(self) -> None:
        self._digits = 0
        for box, name, tip in (
            (self._epochs, "Epochs", "How often the network goes through all digits"),
            (self._batch_size, "Batch size", "Digits the network looks at before each step"),
            (self._learning_rate, "Learning rate", "How large the first steps are"),
            (self._epoch_steps, "Epoch length", "Batches after which an epoch ends"),
            (self._patience, "Stop early", "After so many epochs that were no better than before"),
            (self._seed, "Seed", "The same seed and settings give the same model"),
        ):
            box.setAccessibleName(name)
            box.setToolTip(tip)
        self._more.setCheckable(True)
        self._epoch_steps.setSpecialValueText("all digits once")
        self._patience.setSpecialValueText("never")
        self._epoch_steps.setSuffix(" batches")
        self._patience.setPrefix("after ")
        self._patience.setSuffix(" epochs without gain")
        self._recipe_button.setToolTip("Bring back the settings that the network is known with")
        self._more.setAccessibleName("More settings")
        for field, (text, tip) in _SWITCHES.items():
            self._switches[field].setToolTip(tip)
            self._switches[field].setAccessibleName(text.replace("&", ""))

    def _connect(self) -> None:
        self._network.currentIndexChanged.connect(self._on_network_changed)
        self._more.toggled.connect(self._on_more_toggled)
        self._recipe_button.clicked.connect(self._use_recipe)
        for choice in (self._augmentation, self._optimizer, self._schedule):
            choice.currentIndexChanged.connect(self._follow)
        for box in (self._epochs, self._epoch_steps, self._batch_size, self._patience, self._seed):
            box.valueChanged.connect(self._follow)
        self._learning_rate.valueChanged.connect(self._follow)
        for switch in self._switches.values():
            switch.toggled.connect(self._follow)

    def _on_network_changed(self) -> None:
        if not self._is_filling:
            self._use_recipe()
        self.network_changed.emit()

    def _use_recipe(self) -> None:
        self.from_settings({"architecture": self.network})

    def _on_more_toggled(self, is_open: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self._more.setArrowType(arrow)
        self._further.setVisible(is_open)

    def _follow(self) -> None:
        """Explain what is chosen now."""
        if self._is_filling:
            return
        preset = PRESETS[self.network]
        reported = f"; {preset.reported * 100:.2f} % reported" if preset.reported else ""
        self._network_note.setText(f"{ARCHITECTURES[self.network]}{reported}")
        self._augmentation_note.setText(AUGMENTATIONS[self._augmentation.currentData()])
        self.say_size(self._digits)
        chosen = self.settings()
        is_own = any(value != getattr(preset.config, field) for field, value in chosen.items())
        self._recipe_button.setVisible(is_own)
        self.changed.emit()
