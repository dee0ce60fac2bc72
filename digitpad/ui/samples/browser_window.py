"""The window in which a person looks through the samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QUndoStack
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.strokes import Drawing
from digitpad.services.batch_reading import name_model
from digitpad.services.models.library import Model
from digitpad.services.samples.records import EVERYTHING, Sample, SampleFilter
from digitpad.services.samples.store import SampleStore
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.photo.notice import Notice
from digitpad.ui.samples import sample_changes
from digitpad.ui.samples.browser_actions import BrowserActions
from digitpad.ui.samples.browser_foot import BrowserFoot
from digitpad.ui.samples.filter_row import FilterRow
from digitpad.ui.samples.sample_details import SampleDetails
from digitpad.ui.samples.sample_files import SampleFiles
from digitpad.ui.samples.sample_grid import SampleGrid
from digitpad.ui.samples.sample_model import SampleModel
from digitpad.ui.samples.sample_opening import to_mime
from digitpad.ui.theme import GRID_PX

_FIRST_SIZE = QSize(1000, 680)
_LEAST_SIZE = QSize(760, 480)


class BrowserWindow(QMainWindow):
    """All samples in a grid: look for some, set their labels right, delete, import, export.

    Parameters
    ----------
    keeper : SampleKeeper
        Loads and changes samples.
    slow_keeper : SampleKeeper
        Does what takes long.
    parent : QWidget
        Above whose window it stays; that one remains usable.

    Signals
    -------
    drawing_opened(Drawing)
        A sample is to be on the canvas.
    picture_opened(QMimeData)
        A sample that was not drawn is to be opened as a picture.
    set_wanted()
        The person wants to write a set.
    message_raised(str, str)
        What happened, and what to do, while the window is closed.
    """

    drawing_opened = Signal(object)
    picture_opened = Signal(object)
    set_wanted = Signal()
    message_raised = Signal(str, str)

    def __init__(self, keeper: SampleKeeper, slow_keeper: SampleKeeper, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self._keeper = keeper
        self._slow_keeper = slow_keeper
        self._reader: Model | None = None
        self._generation = 0
        self._undo_stack = QUndoStack(self)
        self._model = SampleModel(keeper, self)
        self._filter = FilterRow()
        self._grid = SampleGrid(self._model, self)
        self._details = SampleDetails()
        self._foot = BrowserFoot()
        self._actions = BrowserActions(self)
        self._files = SampleFiles(self, slow_keeper)
        self.setWindowTitle("Samples")
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self._lay_out()
        self._messages = MessageBar(self._stack)
        self._actions.fill(self.menuBar())
        self._actions.belong_to(self._grid)
        self._connect_actions()
        self._connect_parts()
        self._show_enabled()

    @property
    def shown_ids(self) -> Sequence[int]:
        """Of the samples that are shown, those kept last first."""
        return self._model.ids

    def present(self, model: Model | None) -> None:
        """Appear, or come to the front, and tell by `model` what is read otherwise."""
        self.show()
        self.activateWindow()
        self._grid.setFocus()
        if model is not None and model is not self._reader:
            self.use_model(model)
        else:
            self._judge()
        self._refresh()

    def use_model(self, model: Model) -> None:
        """Tell by this model what is read otherwise, from now on."""
        self._reader = model
        name = name_model(model)
        self._model.use_reader(name)
        self._filter.use_reader(name)
        self._judge()
        self._show_enabled()

    def show_message(self, text: str, hint: str) -> None:
        """Say what happened, and what to do; if the window is closed, have it said elsewhere."""
        if self.isVisible():
            self._messages.show_message(text, hint)
        else:
            self.message_raised.emit(text, hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        # Another window, or another program, may have changed samples meanwhile.
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._refresh()
        super().changeEvent(event)

    def _judge(self) -> None:
        """Have the model read what it hasn't read yet."""
        if self._reader is not None and self.isVisible():
            self._files.judge(self._reader)

    # --- what is shown ---------------------------------------------------------------------

    def _refresh(self) -> None:
        """Look for the samples that are wanted, and show them."""
        if not self.isVisible():
            return
        self._generation += 1
        generation, wanted = self._generation, self._filter.wanted
        self._keeper.ask(
            lambda store: _look(store, wanted),
            lambda found: self._show_found(generation, *found),
        )

    def _show_found(self, generation: int, ids: list[int], total: int) -> None:
        if generation != self._generation:
            return
        self._grid.show_ids(ids)
        page = self._grid if ids else self._no_match if total else self._empty
        self._stack.setCurrentWidget(page)
        self._details.setVisible(bool(ids))
        self._foot.show_counts(len(ids), total)
        self._show_details(self._current_id)
        self._show_enabled()

    @property
    def _current_id(self) -> int | None:
        row = self._grid.currentIndex().row()
        return self._model.ids[row] if 0 <= row < len(self._model.ids) else None

    def _show_details(self, sample_id: int | None) -> None:
        if sample_id is None:
            self._details.show_sample(None, None)
            return

        def show(samples: list[Sample]) -> None:
            row = self._grid.currentIndex().row()
            if samples and samples[0].id == self._current_id:
                self._details.show_sample(samples[0], self._model.tile(row))

        self._keeper.ask(lambda store: store.load([sample_id]), show)

    def _show_enabled(self) -> None:
        selected = self._grid.selected_ids
        for action in self._actions.on_selection:
            action.setEnabled(bool(selected))
        self._actions.open.setEnabled(self._current_id is not None)
        self._actions.export.setEnabled(bool(self._model.ids))
        self._actions.show_all.setEnabled(not self._filter.is_open)
        for action in (self._actions.import_folder, self._actions.import_file):
            action.setEnabled(self._reader is not None)
        self._foot.show_selected(len(selected))

    # --- what is done ----------------------------------------------------------------------

    def _relabel(self, label: int) -> None:
        ids = self._grid.selected_ids

        def push(labels: dict[int, int]) -> None:
            others = {each: before for each, before in labels.items() if before != label}
            if others:
                self._undo_stack.push(sample_changes.relabel(self._keeper, others, label))

        self._keeper.ask(lambda store: store.labels(ids), push)

    def _delete(self) -> None:
        ids = self._grid.selected_ids
        if ids:
            self._undo_stack.push(sample_changes.delete(self._keeper, ids))

    def _open(self) -> None:
        current = self._current_id
        if current is not None:
            self._keeper.ask(
                lambda store: store.load([current]),
                lambda samples: self._open_sample(samples[0] if samples else None),
            )

    def _open_sample(self, sample: Sample | None) -> None:
        if sample is None:
            return
        if sample.strokes:
            self.drawing_opened.emit(Drawing(sample.strokes))
        else:
            self.picture_opened.emit(to_mime(sample))

    def _export(self) -> None:
        selected = self._grid.selected_ids
        self._files.export(selected if len(selected) > 1 else list(self._model.ids))

    def _import(self, ask: Callable[[Model], None]) -> None:
        if self._reader is not None:
            ask(self._reader)

    def _on_samples_added(self, ids: list[int], what: str) -> None:
        self._undo_stack.push(sample_changes.added(self._keeper, ids, what))
        self._judge()

    # --- dropping --------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._reader is not None and _local_files(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        for file in _local_files(event.mimeData()):
            if self._reader is not None:
                self._files.import_place(file, self._reader)

    # --- laying out ------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._empty = Notice(
            "No samples yet",
            "Type what a digit really is, write a set, or drop labelled pictures here",
            _make_button("Write a Set…", self.set_wanted.emit),
        )
        self._no_match = Notice(
            "No such samples", "Choose others above", _make_button("Show All", self._filter.clear)
        )
        self._stack = QStackedWidget()
        for page in (self._grid, self._empty, self._no_match):
            self._stack.addWidget(page)
        middle = QHBoxLayout()
        middle.setContentsMargins(2 * GRID_PX, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._stack, stretch=1)
        middle.addWidget(self._details)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._filter)
        column.addLayout(middle, stretch=1)
        column.addWidget(self._foot)
        self.setCentralWidget(central)
        self.setAcceptDrops(True)

    def _connect_actions(self) -> None:
        actions, files, stack = self._actions, self._files, self._undo_stack
        actions.write_set.triggered.connect(self.set_wanted)
        actions.import_folder.triggered.connect(lambda: self._import(files.import_folder))
        actions.import_file.triggered.connect(lambda: self._import(files.import_file))
        actions.export.triggered.connect(self._export)
        actions.back_up.triggered.connect(files.back_up)
        actions.restore.triggered.connect(files.restore)
        actions.close.triggered.connect(self.close)
        actions.undo.triggered.connect(stack.undo)
        actions.redo.triggered.connect(stack.redo)
        stack.canUndoChanged.connect(actions.undo.setEnabled)
        stack.canRedoChanged.connect(actions.redo.setEnabled)
        stack.undoTextChanged.connect(actions.name_undo)
        stack.redoTextChanged.connect(actions.name_redo)
        for label, action in enumerate(actions.labels):
            action.triggered.connect(lambda _=False, label=label: self._relabel(label))
        actions.delete.triggered.connect(self._delete)
        actions.open.triggered.connect(self._open)
        actions.select_all.triggered.connect(self._grid.selectAll)
        actions.show_all.triggered.connect(self._filter.clear)

    def _connect_parts(self) -> None:
        self._filter.changed.connect(self._refresh)
        self._grid.sample_selected.connect(self._show_details)
        self._grid.selection_changed.connect(self._show_enabled)
        self._grid.activated.connect(self._open)
        self._grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._grid.customContextMenuRequested.connect(self._show_menu)
        self._details.open_wanted.connect(self._open_sample)
        self._files.samples_added.connect(self._on_samples_added)
        self._files.message_raised.connect(self.show_message)
        self._files.busy_changed.connect(self._foot.show_busy)
        self._foot.cancelled.connect(self._slow_keeper.stop)
        self._slow_keeper.progressed.connect(self._foot.show_progress)
        for keeper in (self._keeper, self._slow_keeper):
            keeper.changed.connect(self._refresh)

    def _show_menu(self, place: QPoint) -> None:
        if not self._grid.selected_ids:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addMenu(self._actions.label_menu)
        menu.addActions([self._actions.delete, self._actions.open])
        menu.popup(self._grid.viewport().mapToGlobal(place))


def _look(store: SampleStore, wanted: SampleFilter) -> tuple[list[int], int]:
    """Return the ids of the samples that are wanted, and how many there are at all."""
    ids = store.find(wanted)
    return ids, len(ids) if wanted == EVERYTHING else store.count().total


def _make_button(text: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setMinimumHeight(4 * GRID_PX)
    button.clicked.connect(lambda: act())
    return button


def _local_files(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
