"""What a page says as long as it has nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from digitpad.ui.theme import GRID_PX

_LARGE_RATIO = 1.4


class EmptyState(QWidget):
    """A question that the page answers, and what to do for it.

    Parameters
    ----------
    title, words : str
        Both.
    """

    def __init__(self, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * _LARGE_RATIO)
        heading.setFont(font)
        text = QLabel(words, wordWrap=True)
        text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * GRID_PX, GRID_PX, 4 * GRID_PX, GRID_PX)
        column.addStretch()
        for label in (heading, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch()
