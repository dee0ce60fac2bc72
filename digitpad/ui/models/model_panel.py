"""One model beside the list: what it is, what is noted about it, and its card."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from digitpad.services.folder_trash import KEPT_DAYS
from digitpad.services.models.library import Model
from digitpad.services.models.trash import TrashedModel
from digitpad.ui.model_card_form import lay_out_card
from digitpad.ui.models.model_list import ModelRow
from digitpad.ui.theme import GRID_PX

_NAME_SCALE = 1.5
_NOTE_LINES = 3
_NARROW_PX = 400


class ModelPanel(QWidget):
    """Shows a model of the library or of the trash.

    Parameters
    ----------
    use, restore, empty_trash : QAction
        What its buttons do.

    Signals
    -------
    note_written(str, str)
        The place of a model, and the note that was written on it.
    """

    note_written = Signal(str, str)

    def __init__(
        self, use: QAction, restore: QAction, empty_trash: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._place = ""
        self._unsaved: dict[str, str] = {}
        self._is_keeping = False
        self._shown: tuple[Model, float | None] | None = None
        self._name = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._state = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._buttons = {action: QPushButton() for action in (use, restore, empty_trash)}
        self._note = QPlainTextEdit()
        self._card = QScrollArea(widgetResizable=True)
        self._lay_out()
        for action, button in self._buttons.items():
            button.clicked.connect(action.trigger)
            button.setText(action.text())
            action.changed.connect(self._follow_actions)
        self._follow_actions()

    def show_model(self, row: ModelRow) -> None:
        """Show a model of the library."""
        model = row.model
        origin = "Ships with digitpad" if model.is_bundled else "Your own"
        reads = "; it reads now" if row.is_active else ""
        self._show(model, row.speed_ms, row.damage or f"{origin}{reads}.")
        if self._place != model.place or not self._note.document().isModified():
            self._place = model.place
            unsaved = self._unsaved.get(model.place)
            self._write(model.read_note() if unsaved is None else unsaved)
            self._note.document().setModified(unsaved is not None)
        self._note.setHidden(model.is_bundled)

    def show_trashed(self, trashed: TrashedModel) -> None:
        """Show a model of the trash."""
        self._place = ""
        model = Model(trashed.name, trashed.folder, trashed.card, is_bundled=False)
        self._show(model, None, f"In the trash, where it stays for {KEPT_DAYS} days.")
        self._note.hide()

    def keep_note(self) -> None:
        """Let what was written so far be kept."""
        # What is kept changes the list, and the list asks for what was written.
        if self._place and self._note.document().isModified() and not self._is_keeping:
            self._is_keeping = True
            self._note.document().setModified(False)
            self.note_written.emit(self._place, self._note.toPlainText())
            self._is_keeping = False

    def hold_note(self, place: str, note: str | None) -> None:
        """Hold a note that could not be kept, for another try; None once it is kept."""
        if note is None:
            self._unsaved.pop(place, None)
        else:
            self._unsaved[place] = note

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._note and event.type() == QEvent.Type.FocusOut:
            self.keep_note()
        return super().eventFilter(watched, event)

    def _write(self, note: str) -> None:
        # The cursor of whoever writes stays where it is.
        if note != self._note.toPlainText():
            self._note.setPlainText(note)

    def _show(self, model: Model, speed_ms: float | None, state: str) -> None:
        self._name.setText(model.name)
        self._state.setText(state)
        shown = (model, speed_ms)
        if shown == self._shown:
            return
        is_other = self._shown is None or model.place != self._shown[0].place
        position = 0 if is_other else self._card.verticalScrollBar().value()
        self._shown = shown
        content = QWidget()
        form = lay_out_card(model, speed_ms)
        form.setRowWrapPolicy(self._wrap_policy)
        form.setContentsMargins(0, GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        content.setLayout(form)
        self._card.setWidget(content)
        self._card.verticalScrollBar().setValue(position)

    @property
    def _wrap_policy(self) -> QFormLayout.RowWrapPolicy:
        policies = QFormLayout.RowWrapPolicy
        return policies.WrapAllRows if self.width() < _NARROW_PX else policies.DontWrapRows

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        content = self._card.widget()
        form = content.layout() if content is not None else None
        if isinstance(form, QFormLayout):
            form.setRowWrapPolicy(self._wrap_policy)

    def _follow_actions(self) -> None:
        for action, button in self._buttons.items():
            button.setVisible(action.isVisible())
            button.setEnabled(action.isEnabled())

    def _lay_out(self) -> None:
        font = self._name.font()
        font.setPointSizeF(font.pointSizeF() * _NAME_SCALE)
        self._name.setFont(font)
        self._name.setAccessibleName("Model")
        self._state.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setPlaceholderText("Write a note about this model")
        self._note.setAccessibleName("Note")
        self._note.setTabChangesFocus(True)
        lines = _NOTE_LINES * self._note.fontMetrics().lineSpacing()
        self._note.setFixedHeight(lines + 2 * GRID_PX)
        self._note.installEventFilter(self)
        self._card.setFrameShape(QFrame.Shape.NoFrame)
        self._card.setAccessibleName("Card")
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID_PX)
        for button in self._buttons.values():
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, GRID_PX, 0, 0)
        column.setSpacing(GRID_PX)
        column.addWidget(self._name)
        column.addWidget(self._state)
        column.addLayout(buttons)
        column.addWidget(self._note)
        column.addWidget(self._card, stretch=1)
