"""What reads, how well and how fast, at the lower edge of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from digitpad.core.reading import Reading
from digitpad.services.models.library import Model
from digitpad.ui.model_menu import describe_model
from digitpad.ui.theme import GRID_PX


class StatusLabel(QLabel):
    """Names the model in use, its accuracy, and the time the last reading took."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # A model may be called anything.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName("Model in use")
        self.setContentsMargins(0, 0, GRID_PX, 0)

    def show_state(self, model: Model | None, reading: Reading | None) -> None:
        """Show `model`, and the time of `reading` if anything was read."""
        parts = [describe_model(model) if model else "no model"]
        if reading is not None and reading.digits:
            parts.append(f"{reading.elapsed_ms:.1f} ms, on device")
        text = "    ".join(parts)
        # A new text makes the status bar lay itself out again.
        if text != self.text():
            self.setText(text)
