"""Keeps the page that is seen up to date with the digit that is looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from digitpad.core.errors import DigitpadError
from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Drawing
from digitpad.services.models.library import Model
from digitpad.ui.background.looker import Looker
from digitpad.ui.inspection.live_page import LivePage
from digitpad.ui.inspection.subject_panel import SubjectPanel

_SHORTEST_MS = 33
"""A page changes thirty times a second at most, however fast the pen moves."""


class LiveLook(QObject):
    """Asks what the page wants to know, off the GUI thread, and shows the newest answer on it.

    Parameters
    ----------
    looker : Looker
        Answers.
    window : QWidget
        While it is hidden nothing is asked.
    """

    def __init__(self, looker: Looker, window: QWidget) -> None:
        super().__init__(window)
        self._looker = looker
        self._window = window
        self._panel = SubjectPanel(window)
        self._panel.hide()
        self._page: LivePage | None = None
        self._model: Model | None = None
        self._newest: tuple[Drawing, Reading] | None = None
        self._first_of_page = 0
        self._last_asked = 0
        self._timer = QTimer(self, singleShot=True, interval=_SHORTEST_MS)
        self._timer.timeout.connect(self._ask)
        self._panel.subject_changed.connect(self._ask_soon)
        looker.looked.connect(self._on_looked)
        looker.failed.connect(self._on_failed)

    def use_model(self, model: Model) -> None:
        """Look through this model from now on."""
        self._model = model
        self._ask_soon()

    def turn_to(self, page: LivePage | None) -> None:
        """Keep this page up to date from now on, or none."""
        if self._page is not None:
            self._page.question_changed.disconnect(self._ask_soon)
        self._page = page
        # Answers to the questions of another page are not for this one.
        self._first_of_page = self._last_asked + 1
        if page is not None:
            page.question_changed.connect(self._ask_soon)
            page.take_panel(self._panel)
            self._panel.show()
            self._ask()

    def show_drawing(self, drawing: Drawing, reading: Reading) -> None:
        """Look at what is drawn."""
        self._newest = drawing, reading
        self._ask_soon()

    def show_digit(self, digit: Digit, words: str) -> None:
        """Look at one digit."""
        self._newest = None
        self._panel.show_digit(digit, words)

    def _ask_soon(self) -> None:
        if self._page is not None and not self._timer.isActive():
            self._timer.start()

    def _ask(self) -> None:
        page, model = self._page, self._model
        if page is None or not self._window.isVisible():
            return
        if self._newest is not None:
            newest, self._newest = self._newest, None
            self._panel.show_drawing(*newest)
            # It says that there is another digit, which is just what is asked about.
            self._timer.stop()
        subject = self._panel.subject
        if subject is None:
            page.show_nothing()
        elif model is not None:
            self._last_asked = self._looker.ask(page.ask(model, subject))

    def _on_looked(self, number: int, answer: object) -> None:
        page = self._awaiting(number)
        if page is not None:
            page.show_answer(answer)
            page.show_something()

    def _on_failed(self, number: int, error: DigitpadError) -> None:
        page = self._awaiting(number)
        if page is not None:
            page.show_error(error)
            page.show_something()

    def _awaiting(self, number: int) -> LivePage | None:
        is_late = number < self._first_of_page or self._panel.subject is None
        return None if is_late else self._page
