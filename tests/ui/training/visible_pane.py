"""What a person finds in the training pane."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from digitpad.ui.training.training_pane import TrainingPane


@dataclass
class VisiblePane:
    """The pane by its words."""

    pane: TrainingPane

    def button(self, text: str) -> QPushButton:
        buttons = self.pane.findChildren(QPushButton)
        return next(button for button in buttons if button.text().replace("&", "") == text)

    def named(self, name: str) -> QWidget:
        return next(w for w in self.pane.findChildren(QWidget) if w.accessibleName() == name)

    def words(self) -> str:
        labels = self.pane.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
