"""What invites to teach the model one's own digits."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from digitpad.ui.theme import GRID_PX

_NONE = "Correct digits with the keys 0 to 9, or write a set, and the model can learn your hand."


class LearnBox(QFrame):
    """Says how many digits were kept, and lets the model in use learn them.

    Parameters
    ----------
    parent : QWidget, optional
        Where it sits.

    Signals
    -------
    wanted()
        The model is to learn them.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._text = QLabel(_NONE, self, wordWrap=True)
        self._button = QPushButton("&Learn my digits", self)
        self._button.setToolTip("Teach the model in use the digits you kept: about a minute")
        self._button.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        row.setSpacing(GRID_PX)
        row.addWidget(self._text, stretch=1)
        row.addWidget(self._button)
        self.say_count(0)

    def say_count(self, count: int) -> None:
        """Say how many digits were kept."""
        digits = "digit of yours is" if count == 1 else "digits of yours are"
        self._text.setText(f"{count:,} {digits} kept." if count else _NONE)
        self._button.setVisible(count > 0)
