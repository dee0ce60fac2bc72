"""What the training form is made of."""

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QLabel, QWidget


def make_choice(name: str, texts: dict[str, str], parent: QWidget) -> QComboBox:
    """Return a choice of what `texts` names, called `name` by screen readers."""
    choice = QComboBox(parent)
    choice.setAccessibleName(name)
    # Long entries widen the list, not the pane.
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(6)
    for key in texts:
        choice.addItem(key, key)
    return choice


def make_note(parent: QWidget) -> QLabel:
    """Return a line or more that explain."""
    note = QLabel(parent, wordWrap=True)
    note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return note


def select(choice: QComboBox, value: object) -> None:
    """Choose what goes by `value`, or the first if nothing does."""
    index = choice.findData(value)
    choice.setCurrentIndex(max(index, 0))


def number(settings: Mapping[str, Any], key: str, default: float) -> float:
    """Return a number of what was remembered, or `default` if that is none."""
    try:
        value = float(settings.get(key, default))
    except (TypeError, ValueError):
        return default
    # The boxes keep to their own ranges, but take no number beyond a machine word.
    return min(max(value, 0.0), 1e6) if math.isfinite(value) else default
