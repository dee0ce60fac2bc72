"""The window: canvas or photo in the middle, the reading beside it, training at the side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QUndoGroup,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Drawing
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.reading_export import NamedReading
from digitpad.ui import dialogs
from digitpad.ui.actions import Actions
from digitpad.ui.background.reader import Reader
from digitpad.ui.background.run_watcher import RunWatcher
from digitpad.ui.drawing.canvas import Canvas, Tool
from digitpad.ui.drawing.paper import Board
from digitpad.ui.file_commands import FileCommands
from digitpad.ui.inspection.inspection_commands import InspectionCommands
from digitpad.ui.menus import fill_menu_bar
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.model_commands import ModelCommands
from digitpad.ui.page import Page
from digitpad.ui.photo.photo_page import PhotoPage
from digitpad.ui.prediction_view import PredictionView
from digitpad.ui.runs.runs_commands import RunsCommands
from digitpad.ui.samples.sample_commands import SampleCommands
from digitpad.ui.settings import Settings
from digitpad.ui.status_label import StatusLabel
from digitpad.ui.theme import GRID_PX
from digitpad.ui.tool_row import ToolRow
from digitpad.ui.training.lesson_commands import LessonCommands
from digitpad.ui.training.training_dock import TrainingDock
from digitpad.ui.window_memory import LEAST_SIZE, WindowMemory

_LEAST_WIDTH_WITH_TRAINING_PX = 880
_WIDTH_STEP_PX = 2


class MainWindow(QMainWindow):
    """The one window. It shows at once; `start` then loads what takes time.

    Parameters
    ----------
    library : ModelLibrary
        The models there are.
    reader : Reader
        Reads drawings and pictures.
    watcher : RunWatcher
        Watches the training run.
    settings : Settings
        What was remembered.
    """

    def __init__(
        self, library: ModelLibrary, reader: Reader, watcher: RunWatcher, settings: Settings
    ) -> None:
        super().__init__()
        self._reader = reader
        self._watcher = watcher
        self._readings: dict[Page, Reading | None] = {Page.DRAW: Reading(), Page.PHOTO: None}
        self.setWindowTitle("digitpad")
        self.setMinimumSize(LEAST_SIZE)
        self.setAcceptDrops(True)
        self._actions = Actions(self)
        self._files = FileCommands(self, settings)
        self._models = ModelCommands(self, self._actions, library, reader)
        self._canvas = Canvas()
        self._photo = PhotoPage(reader, self._actions)
        self._dock = TrainingDock(library, watcher, settings, self._actions, self)
        self._runs = RunsCommands(self, self._dock, self._actions)
        self._tools = ToolRow(self._actions)
        self._prediction = PredictionView()
        self._samples = SampleCommands(
            self, self._actions, reader, self._canvas, self._photo, self._prediction
        )
        self._inspection = InspectionCommands(
            self, library, reader, self._canvas, self._samples.keeper, self._actions
        )
        self._lessons = LessonCommands(
            self, self._actions, self._dock, library, self._samples.slow_keeper
        )
        self._status = StatusLabel()
        self._lay_out()
        fill_menu_bar(self.menuBar(), self._actions, self._files.recent_menu, self._models.menu)
        self._connect_actions()
        self._connect_parts()
        self._memory = WindowMemory(
            self, settings, self._actions, self._canvas, self._tools, self._dock
        )
        self._show_page(self._memory.restore())
        self._actions.follow_palette(self.palette())

    @property
    def canvas(self) -> Canvas:
        """Where a person writes."""
        return self._canvas

    def start(self, files: Sequence[Path] = ()) -> None:
        """Load the active model and open files, with the window already up."""
        self._models.load_active()
        self._files.open(files)

    def finish(self) -> None:
        """Wait for what is still being written."""
        self._files.close()
        self._samples.close()
        self._inspection.close()
        self._models.close()
        self._dock.finish()

    # --- laying out ------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self._canvas)
        self._pages.addWidget(self._photo)
        page = QVBoxLayout()
        page.setContentsMargins(GRID_PX, 0, 0, 0)
        page.addWidget(self._pages)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(page, stretch=1)
        row.addWidget(self._prediction)
        self._central = QWidget()
        column = QVBoxLayout(self._central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tools)
        column.addLayout(row, stretch=1)
        self.setCentralWidget(self._central)
        self._messages = MessageBar(self._pages)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._dock)
        self._dock.hide()
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addPermanentWidget(self._status)

    def _connect_actions(self) -> None:
        actions = self._actions
        actions.open.triggered.connect(self._files.choose_files)
        actions.paste.triggered.connect(self._on_paste)
        actions.save.triggered.connect(lambda: self._files.save_drawing(self._canvas.drawing))
        actions.export.triggered.connect(self._on_export)
        actions.export_reading.triggered.connect(self._on_export_reading)
        actions.export_readings.triggered.connect(self._on_export_readings)
        actions.quit.triggered.connect(self.close)
        actions.undo.triggered.connect(lambda: self._undoer.undo())
        actions.redo.triggered.connect(lambda: self._undoer.redo())
        actions.clear.triggered.connect(self._canvas.clear)
        actions.copy.triggered.connect(self._on_copy)
        actions.pen.triggered.connect(lambda: self._canvas.set_tool(Tool.PEN))
        actions.eraser.triggered.connect(lambda: self._canvas.set_tool(Tool.ERASER))
        actions.thinner.triggered.connect(lambda: self._change_pen_width(-_WIDTH_STEP_PX))
        actions.wider.triggered.connect(lambda: self._change_pen_width(_WIDTH_STEP_PX))
        actions.board.toggled.connect(self._on_board_toggled)
        self._pages.addActions(actions.drawing_tools)
        self._pages.addActions(actions.photo_edits)
        for shared in (actions.photo_tools, [actions.reading_order, actions.steps]):
            self._central.addActions(shared)
        actions.draw_page.triggered.connect(lambda: self._show_page(Page.DRAW))
        actions.photo_page.triggered.connect(lambda: self._show_page(Page.PHOTO))
        actions.reading_pane.toggled.connect(self._prediction.setVisible)
        actions.shortcuts.triggered.connect(
            lambda: dialogs.show_first_steps(self._actions.findChildren(QAction), self)
        )
        actions.about.triggered.connect(lambda: dialogs.show_about(self))

    def _connect_parts(self) -> None:
        self._canvas.drawing_changed.connect(self._on_drawing_changed)
        stack = self._canvas.undo_stack
        stack.canUndoChanged.connect(self._update_enabled)
        stack.canRedoChanged.connect(self._update_enabled)
        stack.undoTextChanged.connect(self._update_enabled)
        stack.redoTextChanged.connect(self._update_enabled)
        self._tools.pen_width_changed.connect(self._canvas.set_pen_width)
        self._prediction.copy_requested.connect(self._on_copy)
        self._prediction.digit_selected.connect(self._on_digit_picked)
        self._files.drawing_opened.connect(self._on_drawing_opened)
        self._files.pictures_chosen.connect(self._on_pictures_chosen)
        self._files.models_chosen.connect(self._models.import_files)
        self._files.message_raised.connect(self._messages.show_message)
        self._models.model_changed.connect(self._on_model_changed)
        self._models.message_raised.connect(self._messages.show_message)
        self._inspection.drawing_opened.connect(self._on_drawing_opened)
        self._inspection.picture_opened.connect(self._open_mime)
        self._inspection.message_raised.connect(self._messages.show_message)
        self._photo.reading_changed.connect(self._on_photo_reading_changed)
        self._photo.digit_selected.connect(self._on_digit_selected)
        self._photo.digit_selected.connect(self._inspection.show_digit)
        self._photo.message_raised.connect(self._messages.show_message)
        self._photo.files_opened.connect(self._files.remember)
        self._photo.open_requested.connect(self._files.choose_files)
        self._photo.state_changed.connect(self._on_photo_state_changed)
        self._dock.model_chosen.connect(self._reader.use_model)
        self._dock.message_raised.connect(self._messages.show_message)
        self._dock.visibilityChanged.connect(self._on_dock_visibility_changed)
        self._dock.topLevelChanged.connect(self._on_dock_visibility_changed)
        self._lessons.message_raised.connect(self._messages.show_message)
        self._samples.changed.connect(self._lessons.follow_samples)
        self._samples.drawing_read.connect(self._on_drawing_read)
        self._samples.drawing_opened.connect(self._on_drawing_opened)
        self._samples.picture_opened.connect(self._open_mime)
        self._samples.message_raised.connect(self._messages.show_message)

    def remember(self) -> None:
        """Write what the next start is to find as it is now."""
        self._memory.remember(self._page)

    # --- pages -----------------------------------------------------------------------------

    @property
    def _page(self) -> Page:
        return list(Page)[self._pages.currentIndex()]

    def _show_page(self, page: Page) -> None:
        is_draw = page is Page.DRAW
        shown = self._canvas if is_draw else self._photo.panel
        self._pages.setCurrentIndex(list(Page).index(page))
        (self._actions.draw_page if is_draw else self._actions.photo_page).setChecked(True)
        self._tools.drawing_tools.setVisible(is_draw)
        self._tools.photo_tools.setVisible(not is_draw)
        shown.setFocus()
        self._messages.lie_over(self._canvas if is_draw else self._photo.panel.stage)
        self._update_enabled()
        self._photo.update_actions(is_seen=not is_draw)
        self._show_reading()

    @property
    def _undoer(self) -> Canvas | QUndoGroup:
        """What undoes and redoes on this page."""
        return self._canvas if self._page is Page.DRAW else self._photo.panel.undo_group

    def _update_enabled(self) -> None:
        actions, is_draw = self._actions, self._page is Page.DRAW
        stack = self._canvas.undo_stack if is_draw else self._photo.panel.undo_group
        actions.undo.setEnabled(stack.canUndo())
        actions.redo.setEnabled(stack.canRedo())
        actions.name_undo(stack.undoText())
        actions.name_redo(stack.redoText())
        for action in (actions.clear, actions.save):
            action.setEnabled(is_draw and not self._canvas.is_empty)
        for action in actions.drawing_tools:
            action.setEnabled(is_draw)

    def _show_reading(self) -> None:
        reading = self._readings[self._page]
        if self._page is Page.DRAW:
            empty_text = "Draw a digit" if self._canvas.is_empty else "nothing to read"
        else:
            no_reading = "not read" if self._photo.panel.pictures else "No photo yet"
            empty_text = "nothing to read" if reading is not None else no_reading
        self._prediction.show_reading(reading or Reading(), empty_text)
        has_digits = bool(reading and reading.digits)
        self._actions.copy.setEnabled(has_digits)
        self._actions.export_reading.setEnabled(has_digits)
        self._status.show_state(self._models.model, reading)

    # --- drawing and reading ---------------------------------------------------------------

    def _on_drawing_changed(self, drawing: Drawing) -> None:
        self._reader.read_drawing(drawing)
        self._update_enabled()

    def _on_drawing_read(self, revision: int, reading: Reading) -> None:
        # While the pen moves the newest reading is a move late; after clearing, late is wrong.
        if self._canvas.is_empty and revision != self._canvas.drawing.revision:
            return
        self._readings[Page.DRAW] = reading
        self._canvas.show_reading(reading)
        if self._page is Page.DRAW:
            self._show_reading()

    def _on_photo_reading_changed(self, reading: Reading | None) -> None:
        self._readings[Page.PHOTO] = reading
        if self._page is Page.PHOTO:
            self._show_reading()

    def _on_photo_state_changed(self) -> None:
        is_seen = self._page is Page.PHOTO
        self._photo.update_actions(is_seen=is_seen)
        is_whole = not self._photo.is_reading and len(self._photo.readings()) > 1
        self._actions.export_readings.setEnabled(is_whole)
        if is_seen:
            self._update_enabled()

    def _on_digit_selected(self, digit: Digit | None) -> None:
        if digit is not None and self._page is Page.PHOTO:
            self._prediction.show_digit(digit)

    def _on_digit_picked(self, digit: Digit) -> None:
        is_photo = self._page is Page.PHOTO
        (self._photo.panel.select_digit if is_photo else self._canvas.point_out)(digit)

    def _change_pen_width(self, by_px: int) -> None:
        self._tools.set_pen_width(self._canvas.pen_width_px + by_px)

    def _on_board_toggled(self, is_black: bool) -> None:
        self._canvas.set_board(Board.BLACK_BOARD if is_black else Board.WHITE_PAPER)

    # --- files and clipboard ---------------------------------------------------------------

    def _on_drawing_opened(self, drawing: Drawing) -> None:
        self._show_page(Page.DRAW)
        self._canvas.set_drawing(drawing)

    def _on_pictures_chosen(self, files: list[Path]) -> None:
        self._show_page(Page.PHOTO)
        self._photo.panel.open_files(files)

    def _open_mime(self, mime: QMimeData) -> None:
        self._show_page(Page.PHOTO)
        self._photo.panel.open_mime(mime)

    def _on_paste(self) -> None:
        self._show_page(Page.PHOTO)
        self._photo.panel.paste()

    def _on_copy(self) -> None:
        text = self._prediction.reading.text
        if text:
            QGuiApplication.clipboard().setText(text)
            self._messages.show_message(f"Copied {text.replace(chr(10), ', ')}.")

    def _on_export(self) -> None:
        image = self._canvas.to_image() if self._page is Page.DRAW else self._photo.panel.to_image()
        if image.isNull():
            self._messages.show_message("There is no picture to export.", "Open a photo first.")
        else:
            self._files.export_image(image)

    def _on_export_reading(self) -> None:
        reading = self._readings[self._page]
        if reading is not None:
            name = self._photo.current_name if self._page is Page.PHOTO else "drawing"
            self._files.export_readings([NamedReading(name, reading)])

    def _on_export_readings(self) -> None:
        self._files.export_readings(self._photo.readings())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        urls = event.mimeData().urls()
        if urls and all(url.isLocalFile() for url in urls):
            self._files.open([Path(url.toLocalFile()) for url in urls])
        else:
            self._open_mime(event.mimeData())

    # --- models and training ---------------------------------------------------------------

    def _on_model_changed(self, model: Model) -> None:
        self._reader.read_drawing(self._canvas.drawing)
        self._photo.read_again()
        self._status.show_state(model, self._readings[self._page])

    def _on_dock_visibility_changed(self) -> None:
        is_beside = not self._dock.isHidden() and not self._dock.isFloating()
        self.setMinimumWidth(_LEAST_WIDTH_WITH_TRAINING_PX if is_beside else LEAST_SIZE.width())

    # --- the window itself -----------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_actions"):
            self._actions.follow_palette(self.palette())
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._watcher.is_running and not dialogs.ask_to_stop_run(self):
            event.ignore()
            return
        self.remember()
        event.accept()
