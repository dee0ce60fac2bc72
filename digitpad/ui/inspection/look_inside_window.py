"""The window to look inside a model."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from digitpad.core.errors import DigitpadError
from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Drawing
from digitpad.services.inspection import Inspection, JudgedDigit
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.background.inspector import Inspector
from digitpad.ui.background.looker import Looker
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.inspection.digit_corrections import DigitCorrections
from digitpad.ui.inspection.digit_words import describe
from digitpad.ui.inspection.digits_page import DigitsPage
from digitpad.ui.inspection.evaluation_page import EvaluationPage
from digitpad.ui.inspection.feature_maps_page import FeatureMapsPage
from digitpad.ui.inspection.inspection_row import InspectionRow
from digitpad.ui.inspection.live_look import LiveLook
from digitpad.ui.inspection.live_page import LivePage
from digitpad.ui.inspection.saliency_page import SaliencyPage
from digitpad.ui.inspection.sheet_page import SheetPage
from digitpad.ui.inspection.side_by_side_page import SideBySidePage
from digitpad.ui.message_bar import MessageBar

_FIRST_SIZE = QSize(960, 640)
_LEAST_SIZE = QSize(680, 544)


class LookInsideWindow(QWidget):
    """Judges a model on digits, and shows what it makes of one.

    Parameters
    ----------
    library : ModelLibrary
        The models there are.
    inspector : Inspector
        Judges them.
    looker : Looker
        Looks through them.
    keeper : SampleKeeper
        Keeps digits of which a person says what they are.
    parent : QWidget
        Above whose window it stays; that one remains usable.

    Signals
    -------
    open_wanted(JudgedDigit)
        The person wants a digit on the canvas, or as a picture.
    """

    open_wanted = Signal(object)

    def __init__(
        self,
        library: ModelLibrary,
        inspector: Inspector,
        looker: Looker,
        keeper: SampleKeeper,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self._library = library
        self._inspector = inspector
        self._inspection: Inspection | None = None
        self._evaluation = EvaluationPage()
        self._corrections = DigitCorrections(keeper, self)
        self._digits = DigitsPage(self._corrections)
        self._sheet = SheetPage(self._corrections)
        self._maps = FeatureMapsPage()
        self._saliency = SaliencyPage()
        self._side_by_side = SideBySidePage(library)
        self._row = InspectionRow(library, self._side_by_side.chooser)
        self._tabs = QTabWidget(documentMode=True)
        self._live = LiveLook(looker, self)
        self.setWindowTitle("Look Inside")
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self._lay_out()
        self._messages = MessageBar(self._tabs)
        self._undo = self._add_undo()
        self._connect()
        self._row.fill(library.active_name())
        self._on_model_chosen()

    def present(self) -> None:
        """Appear, or come to the front."""
        self.show()
        self.activateWindow()

    def show_drawing(self, drawing: Drawing, reading: Reading) -> None:
        """Look at what is drawn from now on, while the window is open."""
        self._live.show_drawing(drawing, reading)

    def show_digit(self, digit: Digit, words: str) -> None:
        """Look at one digit from now on, until something is drawn."""
        self._live.show_digit(digit, words)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_tab_changed()

    def changeEvent(self, event: QEvent) -> None:
        # Models may have come and gone meanwhile.
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._row.fill(self._library.active_name())
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        for page, title in (
            (self._evaluation, "&Evaluation"),
            (self._digits, "M&istakes"),
            (self._sheet, "Sample S&heet"),
            (self._maps, "&Feature Maps"),
            (self._saliency, "&Where It Looks"),
            (self._side_by_side, "Side &by Side"),
        ):
            self._tabs.addTab(page, title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._row)
        column.addWidget(self._tabs, stretch=1)

    def _connect(self) -> None:
        self._row.started.connect(self._on_started)
        self._row.cancelled.connect(self._inspector.stop)
        self._row.model_chosen.connect(self._on_model_chosen)
        self._inspector.progressed.connect(self._row.show_progress)
        self._inspector.inspected.connect(self._on_inspected)
        self._inspector.stopped.connect(self._row.show_idle)
        self._inspector.failed.connect(self._on_failed)
        self._evaluation.cell_opened.connect(self._on_cell_opened)
        self._evaluation.mistakes_wanted.connect(self._on_mistakes_wanted)
        for page in (self._digits, self._sheet):
            page.open_wanted.connect(self.open_wanted)
            page.closer_look_wanted.connect(self._on_closer_look_wanted)
        self._corrections.said.connect(self._on_said)
        self._corrections.failed.connect(self._show_error)
        self._tabs.currentChanged.connect(self._on_tab_changed)

    def _add_undo(self) -> QAction:
        stack, keys = self._corrections.undo_stack, QKeySequence.StandardKey
        undo, redo = stack.createUndoAction(self), stack.createRedoAction(self)
        for action, standard in ((undo, keys.Undo), (redo, keys.Redo)):
            action.setShortcuts(standard)
            self.addAction(action)
        undo.setIconText("Undo")
        undo.triggered.connect(self._messages.hide)
        return undo

    # --- judging ---------------------------------------------------------------------------

    def _on_started(self) -> None:
        try:
            model = self._library.find(self._row.model_name)
        except DigitpadError as error:
            self._on_failed(error)
            return
        self._messages.hide()
        self._row.show_progress(0, 0)
        self._inspector.start(model, self._row.data_set)

    def _on_inspected(self, inspection: Inspection) -> None:
        self._row.show_idle()
        self._inspection = inspection
        self._corrections.turn_to(inspection)
        for page in (self._evaluation, self._digits, self._sheet):
            page.show_inspection(inspection)
        self._tabs.setTabText(
            self._tabs.indexOf(self._digits), f"M&istakes ({len(inspection.mistakes):,})"
        )
        self._place_messages()

    def _on_failed(self, error: DigitpadError) -> None:
        self._row.show_idle()
        self._show_error(error)

    def _show_error(self, error: DigitpadError) -> None:
        self._place_messages()
        self._messages.show_message(error.message, error.hint)

    def _place_messages(self) -> None:
        page = self._tabs.currentWidget()
        self._messages.lie_over(
            page.ground if isinstance(page, DigitsPage | SheetPage) else self._tabs
        )

    def _on_cell_opened(self, expected: int | None, read: int | None) -> None:
        self._tabs.setCurrentWidget(self._digits)
        self._digits.show_cell(expected, read)

    def _on_said(self, text: str) -> None:
        self._place_messages()
        self._messages.show_message(text, offer=self._undo)

    def _on_mistakes_wanted(self) -> None:
        self._tabs.setCurrentWidget(self._digits)
        self._digits.show_mistakes()

    # --- looking at one digit --------------------------------------------------------------

    def _on_tab_changed(self) -> None:
        page = self._tabs.currentWidget()
        live = page if isinstance(page, LivePage) else None
        self._row.show_parts(is_judging=live is None, are_several=live is self._side_by_side)
        self._live.turn_to(live)
        self._place_messages()

    def _on_model_chosen(self) -> None:
        try:
            self._live.use_model(self._library.find(self._row.model_name))
        except DigitpadError as error:
            self._show_error(error)

    def _on_closer_look_wanted(self, digit: JudgedDigit) -> None:
        data = self._inspection.data if self._inspection else ""
        self.show_digit(digit.to_digit(), f"{data}, {digit.source}: {describe(digit)}")
        self._tabs.setCurrentWidget(self._saliency)
