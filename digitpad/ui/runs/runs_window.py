"""The window with all runs: compare them, go on with them, clear them away."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.errors import DigitpadError
from digitpad.services.runs.changes import list_trash
from digitpad.services.runs.records import RunRecord, RunStatus
from digitpad.training.run_folder import LOG_FILE, TENSORBOARD_FOLDER
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.flat_button import FlatButton
from digitpad.ui.inspection.empty_state import EmptyState
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.runs.curves_panel import CurvesPanel
from digitpad.ui.runs.more_epochs_form import MoreEpochsForm
from digitpad.ui.runs.run_actions import RunActions
from digitpad.ui.runs.run_changes import RunChanges
from digitpad.ui.runs.run_exports import RunExports
from digitpad.ui.runs.run_table import RunTable
from digitpad.ui.runs.run_table_model import RunTableModel
from digitpad.ui.runs.run_words import count_runs
from digitpad.ui.theme import GRID_PX

_FIRST_SIZE = QSize(960, 680)
_LEAST_SIZE = QSize(600, 440)
_TABLE_PX = 240
_REFRESH_MS = 1_000
_TICKED_AT_FIRST = 3
_LISTED_IN_TRASH = 12


class RunsWindow(QWidget):
    """Lists runs, with the curves of those that are ticked below.

    Parameters
    ----------
    keeper : RunKeeper
        Reads the runs, and moves them.
    parent : QWidget
        Above whose window it stays; that one remains usable.

    Signals
    -------
    resume_wanted(RunRecord)
        The person wants to go on with this run.
    continue_wanted(RunRecord, int)
        The person wants to go on with this run, up to this epoch.
    """

    resume_wanted = Signal(object)
    continue_wanted = Signal(object, int)

    def __init__(self, keeper: RunKeeper, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self._keeper = keeper
        self._is_asking = False
        self._known: set[str] | None = None
        self._model = RunTableModel()
        self._table = RunTable(self._model)
        self._curves = CurvesPanel()
        self._changes = RunChanges(keeper, self)
        self._exports = RunExports(self, keeper)
        self._actions = RunActions(self, self._changes.stack)
        self._form = MoreEpochsForm()
        self._useless = QLabel(wordWrap=True)
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self.setWindowTitle("Runs")
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_FIRST_SIZE)
        self._lay_out()
        self._messages = MessageBar(self)
        self._messages.lie_over(self._curves)
        self._connect_actions()
        self._connect_parts()
        self._on_selection_changed()
        self._follow_palette()

    def present(self) -> None:
        """Appear, or come to the front."""
        self.show()
        self.activateWindow()
        self._table.setFocus()

    def show_message(self, text: str, hint: str = "") -> None:
        """Say something that has to do with the runs."""
        self._messages.show_message(text, hint)

    # --- events ----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and "_actions" in self.__dict__:
            self._follow_palette()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    # --- reading the runs ------------------------------------------------------------------

    def _refresh(self) -> None:
        # Where reading takes longer than a second, it isn't asked for again meanwhile.
        if not self._is_asking:
            self._is_asking = True
            self._keeper.ask(
                lambda catalog: catalog.records(), self._on_read, self._on_reading_failed
            )

    def _on_read(self, records: Sequence[RunRecord]) -> None:
        self._is_asking = False
        is_first = self._known is None
        fresh = [record for record in records if record.name not in (self._known or ())]
        self._known = {record.name for record in records}
        self._model.show_records(records)
        if is_first:
            self._model.tick([r for r in fresh if not r.is_of_no_use][:_TICKED_AT_FIRST])
            self._table.select(records[:1])
        else:
            self._model.tick([r for r in fresh if r.status is RunStatus.UNDER_WAY])
        if fresh:
            self._table.fit_columns()
        useless = [record for record in records if record.is_of_no_use]
        self._useless.setText(f"{count_runs(len(useless))} ended before the first epoch did.")
        self._useless_row.setVisible(bool(useless))
        self._pages.setCurrentWidget(self._body if records else self._empty)
        if is_first:
            self._table.setFocus()

    def _on_reading_failed(self, error: DigitpadError) -> None:
        self._is_asking = False
        self._timer.stop()  # It would say so each second; it is tried again when shown anew.
        self._on_refused(error)

    # --- what is selected ------------------------------------------------------------------

    def _on_selection_changed(self) -> None:
        selected = self._table.selected
        one = selected[0] if len(selected) == 1 else None
        actions = self._actions
        actions.go_on.setEnabled(one is not None and one.can_resume)
        actions.go_further.setEnabled(one is not None and one.can_continue)
        is_at_rest = all(record.status is not RunStatus.UNDER_WAY for record in selected)
        actions.delete.setEnabled(bool(selected) and is_at_rest)
        actions.draw_alone.setEnabled(bool(selected))
        for action in actions.of_one:
            action.setEnabled(one is not None)
        actions.copy_command.setEnabled(one is not None and bool(one.config.command))

    def _on_ticks_changed(self) -> None:
        self._curves.show_runs(self._model.ticked)
        self._actions.export_epochs.setEnabled(bool(self._model.ticked))

    def _on_drawn(self) -> None:
        self._actions.export_plot.setEnabled(self._curves.plot is not None)

    # --- what is done ----------------------------------------------------------------------

    def _connect_actions(self) -> None:
        actions, changes = self._actions, self._changes
        actions.go_on.triggered.connect(lambda: self.resume_wanted.emit(self._table.selected[0]))
        actions.go_further.triggered.connect(lambda: self._form.ask(self._table.selected[0]))
        actions.delete.triggered.connect(lambda: changes.delete(self._table.selected))
        actions.clear.triggered.connect(self._on_clear)
        actions.draw_alone.triggered.connect(self._on_draw_alone)
        actions.reveal.triggered.connect(lambda: self._open(self._table.selected[0].folder))
        actions.open_log.triggered.connect(
            lambda: self._open(self._table.selected[0].folder / LOG_FILE)
        )
        actions.copy_command.triggered.connect(
            lambda: self._copy(self._table.selected[0].config.command)
        )
        actions.copy_tensorboard.triggered.connect(
            lambda: self._copy(_describe_tensorboard(self._table.selected[0]))
        )
        actions.empty_trash.triggered.connect(self._on_empty_trash)
        actions.export_plot.triggered.connect(
            lambda: self._exports.choose_plot(self._curves.encode)
        )
        actions.export_epochs.triggered.connect(
            lambda: self._exports.choose_table([record for record, _ in self._model.ticked])
        )
        actions.trash_menu.aboutToShow.connect(self._fill_trash_menu)
        self._table.addActions(actions.of_table)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _connect_parts(self) -> None:
        self._timer.timeout.connect(self._refresh)
        self._table.selection_changed.connect(self._on_selection_changed)
        self._model.ticks_changed.connect(self._on_ticks_changed)
        self._curves.drawn.connect(self._on_drawn)
        self._form.answered.connect(self.continue_wanted)
        self._changes.changed.connect(self._refresh)
        self._changes.happened.connect(self._on_happened)
        self._changes.refused.connect(self._on_refused)
        self._exports.exported.connect(self._messages.show_message)
        self._exports.failed.connect(self._on_refused)

    def _on_clear(self) -> None:
        self._changes.delete([record for record in self._model.records if record.is_of_no_use])

    def _on_draw_alone(self) -> None:
        self._model.tick(self._model.records, is_ticked=False)
        self._model.tick(self._table.selected)

    def _open(self, place: Path) -> None:
        if not place.exists():
            self._messages.show_message(f"There is no “{place}”.", "The run left none.")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self._messages.show_message(f"It is “{place}”.", "No app opens it here.")

    def _copy(self, command: str) -> None:
        QGuiApplication.clipboard().setText(command)
        self._messages.show_message(f"Copied: {command}")

    def _fill_trash_menu(self) -> None:
        menu: QMenu = self._actions.trash_menu
        menu.clear()
        for trashed in list_trash(self._keeper.runs)[:_LISTED_IN_TRASH]:
            action = menu.addAction(trashed.former_name)
            action.triggered.connect(
                lambda _=False, trashed=trashed: self._changes.restore(trashed)
            )
        if menu.isEmpty():
            menu.addAction("Nothing was deleted").setEnabled(False)

    def _on_empty_trash(self) -> None:
        count = len(list_trash(self._keeper.runs))
        if not count:
            self._messages.show_message("The trash is empty.")
        elif _ask_to_empty_trash(self, count):
            self._changes.empty_trash()

    def _on_happened(self, sentence: str) -> None:
        offer = self._actions.undo if self._changes.stack.canUndo() else None
        self._messages.show_message(sentence, offer=offer)

    def _on_refused(self, error: DigitpadError) -> None:
        self._messages.show_message(error.message, error.hint)

    # --- looks -----------------------------------------------------------------------------

    def _follow_palette(self) -> None:
        self._actions.follow_palette(self.palette())
        self._model.follow_palette(self.palette(), self.devicePixelRatioF())

    def _lay_out(self) -> None:
        actions = self._actions
        top = QHBoxLayout()
        top.setSpacing(GRID_PX // 2)
        for action in (actions.go_on, actions.go_further, actions.delete):
            top.addWidget(FlatButton(action, has_text=True))
        top.addSpacing(GRID_PX)
        for action in (actions.undo, actions.redo):
            top.addWidget(FlatButton(action))
        top.addStretch(1)
        for action in (actions.export, actions.more):
            button = FlatButton(action, has_text=True)
            button.setPopupMode(FlatButton.ToolButtonPopupMode.InstantPopup)
            top.addWidget(button)
        self._useless_row = QWidget()
        clear = QHBoxLayout(self._useless_row)
        clear.setContentsMargins(GRID_PX, 0, 0, 0)
        clear.addWidget(self._useless, stretch=1)
        clear.addWidget(FlatButton(actions.clear, has_text=True))
        self._useless_row.hide()
        self._body = QSplitter(Qt.Orientation.Vertical)
        self._body.setChildrenCollapsible(False)
        self._body.addWidget(self._table)
        self._body.addWidget(self._curves)
        self._body.setSizes([_TABLE_PX, _FIRST_SIZE.height() - _TABLE_PX])
        self._empty = EmptyState(
            "No runs yet",
            "Start one in the training pane (Ctrl+T), and how it goes is shown here.",
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(QWidget())
        self._pages.addWidget(self._body)
        self._pages.addWidget(self._empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX)
        outer.setSpacing(GRID_PX // 2)
        outer.addLayout(top)
        outer.addWidget(self._form)
        outer.addWidget(self._useless_row)
        outer.addWidget(self._pages, stretch=1)


def _describe_tensorboard(record: RunRecord) -> str:
    # Beside the interpreter, since people have no environment active.
    installed = Path(sys.executable).with_name("tensorboard")
    program = str(installed) if installed.exists() else "tensorboard"
    return shlex.join([program, "--logdir", str(record.folder / TENSORBOARD_FOLDER)])


def _ask_to_empty_trash(parent: QWidget, count: int) -> bool:
    """Ask whether to destroy the runs in the trash."""
    what = "The run in the trash" if count == 1 else f"All {count} runs in the trash"
    question = QMessageBox(
        QMessageBox.Icon.Warning, "Empty Trash", f"{what} will be gone for good.", parent=parent
    )
    question.setInformativeText("This can't be undone. Models that they made stay.")
    empty = question.addButton("Empty the Trash", QMessageBox.ButtonRole.DestructiveRole)
    keep = question.addButton(QMessageBox.StandardButton.Cancel)
    question.setDefaultButton(keep)
    question.exec()
    return question.clickedButton() is empty
