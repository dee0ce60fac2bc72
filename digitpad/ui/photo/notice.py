"""A quiet page that says what to do, where there is nothing to show."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from digitpad.ui.theme import GRID_PX

_TITLE_RATIO = 1.3


class Notice(QWidget):
    """A sentence, a hint below it, and a button, inside a dashed frame that asks for a drop.

    Parameters
    ----------
    title, hint : str
        What to say at first.
    button : QPushButton
        What to do about it.
    """

    def __init__(self, title: str, hint: str, button: QPushButton) -> None:
        super().__init__()
        self._title = QLabel()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * _TITLE_RATIO)
        self._title.setFont(font)
        self._hint = QLabel()
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID_PX, 2 * GRID_PX, 4 * GRID_PX, 2 * GRID_PX)
        layout.setSpacing(GRID_PX)
        layout.addStretch()
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(GRID_PX)
        self.setFocusProxy(button)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self.show_text(title, hint)

    def show_text(self, title: str, hint: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{title} {hint}".strip())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().mid().color(), 1.5, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(GRID_PX, GRID_PX, -GRID_PX, -GRID_PX)
        painter.drawRoundedRect(frame, GRID_PX, GRID_PX)
        painter.end()
