"""Several models read the same digits."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.errors import DigitpadError
from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.ui.background.looker import Question
from digitpad.ui.inspection.live_page import LivePage
from digitpad.ui.inspection.subject_panel import Subject
from digitpad.ui.prediction_view import describe
from digitpad.ui.probability_bars import ProbabilityBars
from digitpad.ui.reading_text import ReadingText
from digitpad.ui.theme import GRID_PX

_AT_FIRST = 3
_CARD_PX = 25 * GRID_PX


class SideBySidePage(LivePage):
    """A card for each chosen model, with what it reads and how probable it finds each digit.

    Parameters
    ----------
    library : ModelLibrary
        The models there are.

    Attributes
    ----------
    chooser : QPushButton
        Chooses the models; to be put where models are chosen.
    """

    def __init__(self, library: ModelLibrary, parent: QWidget | None = None) -> None:
        super().__init__("Which model reads it best?", parent)
        self._library = library
        self._cards: dict[str, _Card] = {}
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.chooser = QPushButton("&Models")
        self.chooser.setToolTip("Choose the models to compare")
        self.chooser.setMenu(self._menu)
        self._cards_row = QHBoxLayout()
        self._cards_row.setSpacing(GRID_PX)
        self._cards_row.addStretch()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.addWidget(self._make_area())
        self.set_content(content)
        for model in _choose_first(library):
            self._add(model)

    def ask(self, model: Model, subject: Subject) -> Question:
        cards = tuple(self._cards.values())
        models = [card.model for card in cards]
        box = subject.digit.box
        return lambda lens: (box, list(zip(cards, lens.compare(models, subject.seen), strict=True)))

    def show_answer(self, answer: object) -> None:
        assert isinstance(answer, tuple)
        box, readings = answer
        for card, reading in readings:
            if card in self._cards.values():
                card.show_reading(reading, box)

    def show_error(self, error: DigitpadError) -> None:
        for card in self._cards.values():
            card.show_reading(error, Box(0, 0, 0, 0))

    def _make_area(self) -> QScrollArea:
        cards = QWidget()
        cards.setLayout(self._cards_row)
        self._cards_row.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setWidget(cards)
        return area

    def _fill_menu(self) -> None:
        self._menu.clear()
        for model in self._library.models():
            action = self._menu.addAction(model.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(model.name in self._cards)
            action.toggled.connect(lambda on, model=model: self._choose(model, on))

    def _choose(self, model: Model, is_chosen: bool) -> None:
        if is_chosen:
            self._add(model)
        else:
            card = self._cards.pop(model.name)
            self._cards_row.removeWidget(card)
            card.deleteLater()
        self.question_changed.emit()

    def _add(self, model: Model) -> None:
        card = _Card(model)
        self._cards[model.name] = card
        self._cards_row.insertWidget(
            len(self._cards) - 1, card, alignment=Qt.AlignmentFlag.AlignTop
        )


def _choose_first(library: ModelLibrary) -> list[Model]:
    """Return the active model, the default one and the newest of the person's own."""
    models, active = library.models(), library.active_name()
    own = [model for model in reversed(models) if not model.is_bundled]
    bundled = [model for model in models if model.is_bundled]
    chosen = [model for model in models if model.name == active]
    for model in (*bundled[:1], *own, *bundled):
        if model.name not in {other.name for other in chosen}:
            chosen.append(model)
    return chosen[:_AT_FIRST]


class _Card(QFrame):
    """What one model reads."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFixedWidth(_CARD_PX)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAccessibleName(f"What {model.name} reads")
        self._name = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        fitting = self._name.fontMetrics().elidedText(
            model.name, Qt.TextElideMode.ElideRight, _CARD_PX - 4 * GRID_PX
        )
        self._name.setText(fitting)
        self._name.setToolTip(model.name)
        self._text = ReadingText()
        self._words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._bars = ProbabilityBars()
        self._time = QLabel()
        self._time.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX)
        for widget in (self._name, self._text, self._words, self._bars, self._time):
            column.addWidget(widget)
        column.addStretch()

    def show_reading(self, found: Reading | DigitpadError, box: Box) -> None:
        """Show a reading, with the probabilities of that digit that lies nearest to a box."""
        reading = found if isinstance(found, Reading) else Reading()
        nearest = min(reading.digits, key=lambda digit: _distance(digit, box), default=None)
        words = describe(reading) if isinstance(found, Reading) else str(found)
        self._text.show_text(reading.text)
        self._words.setText(words or "nothing to read")
        self._bars.show_digit(nearest)
        self._time.setText(f"{reading.elapsed_ms:.1f} ms" if reading.digits else "")
        self.setAccessibleDescription(f"{reading.text or 'nothing'}: {words}")


def _distance(digit: Digit, box: Box) -> float:
    return math.dist(digit.box.center, box.center)
