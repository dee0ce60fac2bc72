"""What the pages have in common that look at one digit while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from digitpad.core.errors import DigitpadError
from digitpad.services.models.library import Model
from digitpad.ui.background.looker import Question
from digitpad.ui.inspection.empty_state import EmptyState
from digitpad.ui.inspection.subject_panel import Subject

if TYPE_CHECKING:
    from digitpad.ui.inspection.subject_panel import SubjectPanel

_DRAW = "Draw a digit in the window behind, or pick one on another page and look closer."


class LivePage(QStackedWidget):
    """Asks something about a digit, and shows the answer.

    Parameters
    ----------
    title : str
        The question that the page answers.

    Signals
    -------
    question_changed()
        The page has something else to ask about the same digit.
    """

    question_changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = QWidget()
        self._row = QHBoxLayout(content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.addWidget(EmptyState(title, _DRAW))
        self.addWidget(content)

    def set_content(self, content: QWidget) -> None:
        """Show the answers in this widget."""
        self._row.addWidget(content, stretch=1)

    def take_panel(self, panel: SubjectPanel) -> None:
        """Show at the left which digit is looked at."""
        self._row.insertWidget(0, panel)

    def show_nothing(self) -> None:
        """Say what to do: there is no digit."""
        self.setCurrentIndex(0)

    def show_something(self) -> None:
        """Show the last answer: there is a digit."""
        self.setCurrentIndex(1)

    def ask(self, model: Model, subject: Subject) -> Question:
        """Return what to ask about a digit; it is called on another thread."""
        raise NotImplementedError

    def show_answer(self, answer: object) -> None:
        """Show what came of the question."""
        raise NotImplementedError

    def show_error(self, error: DigitpadError) -> None:
        """Show why there is no answer."""
        raise NotImplementedError
