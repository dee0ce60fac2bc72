"""The window with all models: choose, name, keep, delete and exchange them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from digitpad.core.errors import DigitpadError
from digitpad.services.models.imports import describe_import
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.models.speed import ModelSpeeds, measure_size
from digitpad.services.models.trash import TrashedModel
from digitpad.ui.background.model_jobs import ModelJobs
from digitpad.ui.flat_button import FlatButton
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.models.import_row import ImportRow
from digitpad.ui.models.library_changes import LibraryChanges
from digitpad.ui.models.model_actions import ModelActions
from digitpad.ui.models.model_checks import ModelChecks
from digitpad.ui.models.model_exchange import ModelExchange, find_models
from digitpad.ui.models.model_imports import ModelImports
from digitpad.ui.models.model_list import ModelList, ModelRow
from digitpad.ui.models.model_panel import ModelPanel
from digitpad.ui.models.questions import ask_to_empty_trash, ask_to_reset
from digitpad.ui.photo.drop_mark import DropMark
from digitpad.ui.theme import GRID_PX

_FIRST_SIZE = QSize(920, 600)
_LEAST_SIZE = QSize(560, 400)


class ModelsWindow(QWidget):
    """Lists models, with the card of the selected one beside.

    Parameters
    ----------
    library : ModelLibrary
        The models there are.
    speeds : ModelSpeeds
        Remembers how quick they are.
    parent : QWidget
        Above whose window it stays; that one remains usable.

    Signals
    -------
    library_changed()
        Another model may be active by now, or be called otherwise.
    crashed(Exception)
        A bug on a thread.
    """

    library_changed = Signal()
    crashed = Signal(object)

    def __init__(self, library: ModelLibrary, speeds: ModelSpeeds, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self._library = library
        self._models: dict[str, Model] = {}
        self._trash: dict[str, TrashedModel] = {}
        self._active_name = ""
        self._jobs = ModelJobs(self)
        self._checks = ModelChecks(speeds, self._jobs, self)
        self._changes = LibraryChanges(library, self)
        self._imports = ModelImports(library, self)
        self._exchange = ModelExchange(self, self._jobs)
        self._actions = ModelActions(self, self._changes.stack)
        self._list = ModelList()
        actions = self._actions
        self._panel = ModelPanel(actions.use, actions.restore, actions.empty_trash)
        self._import_row = ImportRow()
        self.setWindowTitle("Models")
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_FIRST_SIZE)
        self.setAcceptDrops(True)
        self._lay_out()
        self._messages = MessageBar(self)
        self._messages.lie_over(self._panel)
        self._drop_mark = DropMark(self)
        self._connect_actions()
        self._connect_parts()
        actions.follow_palette(self.palette())

    def present(self) -> None:
        """Appear, or come to the front."""
        self.show()
        self.activateWindow()
        self._list.setFocus()

    def import_files(self, files: Sequence[Path]) -> None:
        """Import models from files, one after the other."""
        self._imports.start(files)

    def close_jobs(self) -> None:
        """End what is under way, and wait for it."""
        self._panel.keep_note()
        self._imports.close()
        self._jobs.close()

    def refresh(self) -> None:
        """Show the library as it is now."""
        if not self.isVisible() or self._list.is_editing:
            return  # It is shown anew when it appears, or when the name is written.
        models, trash = self._library.models(), self._library.trash()
        self._active_name = self._library.active_name()
        self._models = {model.place: model for model in models}
        self._trash = {trashed.key: trashed for trashed in trash}
        self._list.show_models([self._describe(model) for model in models], trash)
        self._actions.roll_back.setEnabled(self._library.can_roll_back())
        self._checks.check(models)

    # --- events ----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._checks.forget()
        self.refresh()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._panel.keep_note()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            # A run may have ended meanwhile, or another window of digitpad changed something.
            self.refresh()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "_actions"):
            self._actions.follow_palette(self.palette())
            self.refresh()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if find_models(event.mimeData()):
            event.acceptProposedAction()
            self._drop_mark.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_mark.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_mark.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._imports.start(find_models(event.mimeData()))

    # --- what is selected ------------------------------------------------------------------

    @property
    def _selected(self) -> Model | None:
        return self._models.get(self._list.selected)

    def _describe(self, model: Model) -> ModelRow:
        is_active = model.name == self._active_name
        return ModelRow(
            model,
            is_active,
            measure_size(model),
            self._checks.speed(model),
            self._checks.damage(model),
        )

    def _on_selection_changed(self) -> None:
        self._panel.keep_note()
        self._show_selected()

    def _show_selected(self) -> None:
        model, trashed = self._selected, self._trash.get(self._list.selected)
        row = self._describe(model) if model is not None else None
        if row is not None:
            self._panel.show_model(row)
        elif trashed is not None:
            self._panel.show_trashed(trashed)
        is_own = model is not None and not model.is_bundled
        actions = self._actions
        for action in actions.of_models:
            action.setVisible(row is not None)
            action.setEnabled(row is not None and not row.damage)
        for action in actions.of_trash:
            action.setVisible(trashed is not None)
        actions.use.setEnabled(row is not None and not row.damage and not row.is_active)
        actions.rename.setEnabled(is_own)
        actions.delete.setEnabled(is_own)

    def _on_checked(self, place: str) -> None:
        model = self._models.get(place)
        if model is not None:
            self._list.show_row(self._describe(model))
        if place == self._list.selected:
            self._show_selected()

    # --- what is done ----------------------------------------------------------------------

    def _with_selected(self, action: QAction, do: Callable[[Model], None]) -> None:
        def on_triggered() -> None:
            model = self._selected
            if model is not None:
                do(model)

        action.triggered.connect(on_triggered)

    def _connect_actions(self) -> None:
        actions, changes = self._actions, self._changes
        self._with_selected(actions.use, changes.activate)
        self._with_selected(actions.delete, changes.delete)
        self._with_selected(actions.duplicate, self._duplicate)
        self._with_selected(actions.export, self._exchange.choose_target)
        actions.rename.triggered.connect(self._list.rename_selected)
        actions.restore.triggered.connect(lambda: changes.restore(self._list.selected))
        actions.empty_trash.triggered.connect(self._on_empty_trash)
        actions.import_.triggered.connect(self._exchange.choose_files)
        actions.roll_back.triggered.connect(changes.roll_back)
        actions.reset.triggered.connect(self._on_reset)
        for action in (actions.use, actions.restore):
            # Their button goes away or can't be pressed twice.
            action.triggered.connect(self._list.setFocus)
        self._list.addActions([*actions.of_models, *actions.of_trash])

    def _connect_parts(self) -> None:
        self._list.selection_changed.connect(self._on_selection_changed)
        self._list.use_asked.connect(self._on_use_asked)
        # Later: the list still works on the row that is about to be another.
        later = Qt.ConnectionType.QueuedConnection
        self._list.renamed.connect(self._on_renamed, later)
        self._list.editing_ended.connect(self.refresh, later)
        self._panel.note_written.connect(self._on_note_written)
        self._checks.checked.connect(self._on_checked)
        self._changes.changed.connect(self._on_changed)
        self._changes.happened.connect(self._on_happened)
        # Later: what is refused changes the list, too, and the list takes old messages away.
        self._changes.refused.connect(self._on_refused, later)
        self._exchange.files_chosen.connect(self._imports.start)
        self._exchange.exported.connect(self._messages.show_message)
        self._exchange.failed.connect(self._on_refused)
        self._imports.step_changed.connect(self._import_row.show_step)
        self._imports.ended.connect(self._import_row.hide)
        self._imports.imported.connect(self._on_imported)
        self._imports.failed.connect(self._on_refused)
        self._import_row.cancel.clicked.connect(self._imports.cancel)
        for part in (self._jobs, self._imports):
            part.crashed.connect(self.crashed)

    def _on_use_asked(self) -> None:
        (self._actions.use if self._selected is not None else self._actions.restore).trigger()

    def _on_renamed(self, place: str, name: str) -> None:
        model = self._models.get(place)
        if model is not None:
            self._changes.rename(model, name)
        self.refresh()

    def _on_note_written(self, place: str, note: str) -> None:
        model = self._models.get(place)
        if model is not None:
            self._panel.hold_note(place, note)
            if self._changes.write_note(model, note):
                self._panel.hold_note(place, None)

    def _duplicate(self, model: Model) -> None:
        def on_done(copy: Model) -> None:
            self._changes.note_arrival("Duplicate", copy)
            self._list.select(copy.place)
            self._list.rename_selected()

        self._jobs.ask(
            lambda report: self._library.duplicate(model.name), on_done, self._on_refused
        )

    def _on_imported(self, model: Model) -> None:
        self._changes.note_arrival("Import", model)
        self._list.select(model.place)
        sentence, hint = describe_import(model)
        self._messages.show_message(sentence, hint, self._actions.undo)

    def _on_reset(self) -> None:
        own = sum(not model.is_bundled for model in self._models.values())
        answer = ask_to_reset(self, own)
        if answer is not None:
            self._changes.reset(trash_own=answer)

    def _on_empty_trash(self) -> None:
        if ask_to_empty_trash(self, len(self._trash)):
            self._changes.empty_trash()

    def _on_changed(self) -> None:
        # What it offers to take back may not be the last step any more.
        self._messages.hide()
        self.refresh()
        self.library_changed.emit()

    def _on_happened(self, sentence: str) -> None:
        self._messages.show_message(sentence, offer=self._actions.undo)

    def _on_refused(self, error: DigitpadError) -> None:
        self._messages.show_message(error.message, error.hint)

    # --- laying out ------------------------------------------------------------------------

    def _lay_out(self) -> None:
        actions = self._actions
        top = QHBoxLayout()
        top.setSpacing(GRID_PX // 2)
        for action in (actions.import_, actions.export):
            top.addWidget(FlatButton(action, has_text=True))
        top.addSpacing(GRID_PX)
        for action in (actions.undo, actions.redo):
            top.addWidget(FlatButton(action))
        top.addStretch(1)
        for action in (actions.roll_back, actions.reset):
            top.addWidget(FlatButton(action, has_text=True))
        below = QHBoxLayout()
        below.setSpacing(GRID_PX // 2)
        for action in (actions.duplicate, actions.rename, actions.delete):
            below.addWidget(FlatButton(action, has_text=True))
        below.addStretch(1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self._list, stretch=1)
        column.addLayout(below)
        self._body = QSplitter()
        self._body.setChildrenCollapsible(False)
        self._body.addWidget(left)
        self._body.addWidget(self._panel)
        self._body.setStretchFactor(0, 1)
        self._body.setStretchFactor(1, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX)
        outer.setSpacing(GRID_PX // 2)
        outer.addLayout(top)
        outer.addWidget(self._body, stretch=1)
        outer.addWidget(self._import_row)
