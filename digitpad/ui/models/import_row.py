"""What is being imported, and a way to end it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from digitpad.ui.theme import GRID_PX

_BAR_PX = 96


class ImportRow(QWidget):
    """Names the file and the step that an import is at.

    Attributes
    ----------
    cancel : QPushButton
        Ends the import.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._words.setAccessibleName("Import")
        self._busy = QProgressBar(textVisible=False)
        self._busy.setRange(0, 0)
        self._busy.setFixedSize(_BAR_PX, GRID_PX // 2)
        self._busy.setAccessibleName("Importing")
        self.cancel = QPushButton("&Cancel Import")
        self.cancel.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, GRID_PX // 2, 2 * GRID_PX, GRID_PX)
        row.setSpacing(2 * GRID_PX)
        row.addWidget(self._busy)
        row.addWidget(self._words, stretch=1)
        row.addWidget(self.cancel)
        self.hide()

    def show_step(self, file: str, step: str, waiting: int) -> None:
        """Show what is under way.

        Parameters
        ----------
        file : str
            Name of the file.
        step : str
            What is done with it.
        waiting : int
            How many files come after it.
        """
        others = f"  {waiting} more to come." if waiting else ""
        self._words.setText(f"“{file}”: {step} …{others}")
        self._words.setAccessibleDescription(self._words.text())
        self.show()
