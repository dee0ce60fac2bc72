"""The training pane: what to train, how it goes, what came of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.errors import DigitpadError, TrainingError
from digitpad.services.models.library import ModelLibrary
from digitpad.services.runs.changes import continue_run, resume_run
from digitpad.services.runs.records import RunRecord
from digitpad.services.runs.retraining import Run, new_run_folder
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    Event,
    RunFailed,
    RunFinished,
    RunStopped,
)
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.background.run_watcher import RunWatcher
from digitpad.ui.training.candidate_choice import CandidateChoice
from digitpad.ui.training.learn_box import LearnBox
from digitpad.ui.training.run_log import RunLog
from digitpad.ui.training.run_offer import RunOffer
from digitpad.ui.training.run_progress import RunProgress
from digitpad.ui.training.run_result import RunResult
from digitpad.ui.training.run_status import RunStatus
from digitpad.ui.training.training_form import TrainingForm

if TYPE_CHECKING:
    from digitpad.ui.training.plots import TrainingPlot

_REFRESH_MS = 200
_PLOT_DELAY_MS = 200
_PREFERRED_WIDTH_PX = 360
_LEAST_WIDTH_PX = 300

_PAUSE, _GO_ON = "Paus&e", "Go o&n"

_WHAT_TRAINING_DOES = (
    "Training teaches a new network to read digits from thousands of examples, on this computer. "
    "The model in use stays as it is until you choose the new one."
)


class TrainingPane(QWidget):
    """Settings of a run, its progress, its curves, its log and its result.

    Parameters
    ----------
    library : ModelLibrary
        Where the new model goes, and where the active one is.
    watcher : RunWatcher
        Starts, watches and stops the run.
    keeper : RunKeeper
        Reads the runs there were; every run gets a folder of its own beside them.
    data_folder : Path
        Where MNIST goes if it has to be downloaded.
    parent : QWidget, optional
        Where it sits.

    Signals
    -------
    model_chosen(Model)
        The person chose the model that is active from now on.
    message_raised(str, str)
        What happened and what to do, for the message bar.
    running_changed(bool)
        A run began or ended.
    """

    model_chosen = Signal(object)
    message_raised = Signal(str, str)
    running_changed = Signal(bool)

    def __init__(
        self,
        library: ModelLibrary,
        watcher: RunWatcher,
        keeper: RunKeeper,
        data_folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._watcher = watcher
        self._runs = keeper.runs
        self._run: Run | None = None
        self._progress = RunProgress(epochs=1)
        self._is_stopping = False
        self._was_shown = False
        self._plot: TrainingPlot | None = None

        self.learn_box = LearnBox(self)
        self._form = TrainingForm(data_folder, self)
        self._start_button = QPushButton("&Start", self)
        self._stop_button = QPushButton("Sto&p", self)
        self._stop_button.setEnabled(False)
        self._pause_button = QPushButton(_PAUSE, self)
        self._pause_button.setEnabled(False)
        self._subject = QLabel(self, wordWrap=True)
        self._status = RunStatus(self)
        self._result = RunResult(self)
        self._choice = CandidateChoice(library, self._result, self)
        self._offer = RunOffer(keeper, self._result, self)
        self._explanation = QLabel(_WHAT_TRAINING_DOES, self, wordWrap=True)
        self._log = RunLog(self)
        for widget in (self._subject, self._status, self._result, self._log):
            widget.hide()
        self._lay_out()

        # As often as a run tells of its batches.
        self._refresh_timer = QTimer(self, interval=_REFRESH_MS)
        self._refresh_timer.timeout.connect(self._on_refresh)
        self._form.submitted.connect(self.start)
        self._start_button.clicked.connect(self.start)
        self._stop_button.clicked.connect(self.stop)
        self._pause_button.clicked.connect(self.pause_or_go_on)
        self._choice.model_chosen.connect(self.model_chosen)
        self._choice.message_raised.connect(self.message_raised)
        self._offer.accepted.connect(self._on_offer_accepted)
        watcher.event_arrived.connect(self._on_event_arrived)
        watcher.run_ended.connect(self._on_run_ended)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._run is not None

    @property
    def plot(self) -> "TrainingPlot":
        """The curves; made when first needed, because their library is slow to load."""
        if self._plot is None:
            from digitpad.ui.training.plots import TrainingPlot

            self._plot = TrainingPlot(self)
            self._plot.hide()
            self._content.insertWidget(self._content.indexOf(self._log), self._plot)
        return self._plot

    @Slot()
    def start(self) -> None:
        """Start a run as the form asks for it. Does nothing while one is under way."""
        if self.is_running:
            return
        try:
            config = self._form.to_config(self._choice.find_baseline())
            self._begin(Run(config, new_run_folder(self._runs)))
        except DigitpadError as error:
            self._refuse(error)

    def go_on_with(
        self, record: RunRecord, past: Sequence[Event], last_epoch: int | None = None
    ) -> None:
        """Let a run that ended go on; it is shown as a new one, with what it reported so far.

        Parameters
        ----------
        record : RunRecord
            The run.
        past : sequence of BatchEnded and EpochEnded
            What it reported.
        last_epoch : int or None
            To go on up to a later epoch, in a run of its own.

        Raises
        ------
        DigitpadError
            If that can't be; all is as it was.
        """
        if self.is_running:
            raise TrainingError("Another run is under way.", "Stop it, or wait for its end.")
        baseline = self._choice.find_baseline()
        if last_epoch is None:
            run = resume_run(record, baseline)
        else:
            run = continue_run(record, last_epoch, baseline, self._runs)
        subject = f"Going on with “{record.config.name}”, {record.config.architecture}"
        self._begin(run, past, record.seconds, subject)

    def teach(self, run: Run, subject: str) -> None:
        """Start a run that teaches the active model one's own digits.

        Parameters
        ----------
        run : Run
            To be started.
        subject : str
            What it does, for a person.

        Raises
        ------
        DigitpadError
            If it can't be started.
        """
        self._choice.find_baseline()
        self._begin(run, subject=subject)

    def _begin(
        self,
        run: Run,
        past: Sequence[Event] = (),
        seconds_before: float = 0.0,
        subject: str = "",
    ) -> None:
        self.plot.begin(run.config.last_epoch)
        self._watcher.start(run)
        self._run = run
        self._is_stopping = False
        self._progress = RunProgress(run.config.last_epoch, seconds_before=seconds_before)
        self._log.begin(run.log_file)
        self._offer.withdraw()
        self._subject.setText(subject)
        self._subject.setVisible(bool(subject))
        for event in past:
            self._draw(event)
            if isinstance(event, EpochEnded):
                self._progress.follow(event)
        self._show_running(True)

    def _on_offer_accepted(self, record: RunRecord, past: Sequence[Event]) -> None:
        try:
            self.go_on_with(record, past)
        except DigitpadError as error:
            self._refuse(error)

    def _refuse(self, error: DigitpadError) -> None:
        self._result.show_failed(error.message, error.hint)
        self.message_raised.emit(error.message, error.hint)

    @Slot()
    def stop(self) -> None:
        """Ask the run to end within one batch. Does nothing if there is none."""
        if self.is_running and not self._is_stopping:
            self._is_stopping = True
            self._on_refresh()
            self._watcher.stop()

    @Slot()
    def pause_or_go_on(self) -> None:
        """Hold the run up, or let it go on. Does nothing if there is none."""
        if not self.is_running or self._is_stopping:
            return
        if self._progress.is_paused:
            self._progress.go_on()
            self._watcher.go_on()
        else:
            self._progress.pause()
            self._watcher.pause()
        self._pause_button.setText(_GO_ON if self._progress.is_paused else _PAUSE)
        self._on_refresh()

    def to_settings(self) -> dict[str, Any]:
        """Return what to remember of the form, as plain values."""
        return self._form.to_settings()

    def from_settings(self, settings: Mapping[str, Any]) -> None:
        """Fill the form in with what `to_settings` returned, or what a settings file made of it."""
        self._form.from_settings(settings)

    def sizeHint(self) -> QSize:
        return QSize(_PREFERRED_WIDTH_PX, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH_PX, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.is_running:
            self._form.refresh()
        # Once the pane is drawn: the curves' library takes most of a second to load, and during
        # a run it would be felt.
        QTimer.singleShot(_PLOT_DELAY_MS, self, lambda: self.plot)
        if not self._was_shown and not self.is_running:
            self._offer.look()
        self._was_shown = True

    @Slot(object)
    def _on_event_arrived(self, event: Event) -> None:
        if self._run is None:
            return
        self._progress.follow(event)
        self._log.write(event)
        self._draw(event)

    def _draw(self, event: Event) -> None:
        if isinstance(event, BatchEnded):
            self.plot.add_batch(event)
        elif isinstance(event, EpochEnded):
            self.plot.add_epoch(event)

    @Slot(object)
    def _on_run_ended(self, event: Event) -> None:
        if self._run is None:
            return
        run, self._run = self._run, None
        had_focus = self._stop_button.hasFocus()
        self._show_running(False)
        if isinstance(event, RunFinished):
            self._take_in(event, run.config.name)
        elif isinstance(event, RunStopped):
            self._result.show_stopped(event.epochs)
        elif isinstance(event, RunFailed):
            self._fail(event.message, event.hint)
        if not isinstance(event, RunFinished) and self._progress.has_epochs:
            self._offer.offer(run.folder.name)
        self._form.refresh()
        if had_focus:
            (self._result if isinstance(event, RunFinished) else self._start_button).setFocus()
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self._result))

    def _take_in(self, event: RunFinished, name: str) -> None:
        try:
            self._choice.take_in(event, name, self._progress)
        except DigitpadError as error:
            self._fail(error.message, error.hint)

    def _fail(self, message: str, hint: str) -> None:
        self._result.show_failed(message, hint)
        self._log.show_end_of_file()
        self.message_raised.emit(message, hint)

    @Slot()
    def _on_refresh(self) -> None:
        self._status.show_progress(self._progress, is_stopping=self._is_stopping)
        self._pause_button.setEnabled(self.is_running and not self._is_stopping)
        self._stop_button.setEnabled(self.is_running and not self._is_stopping)

    def _show_running(self, is_running: bool) -> None:
        had_focus = self._scroll.isAncestorOf(QApplication.focusWidget() or self)
        self._form.setEnabled(not is_running)
        self.learn_box.setEnabled(not is_running)
        self._start_button.setEnabled(not is_running)
        self._stop_button.setEnabled(is_running)
        self._pause_button.setEnabled(is_running)
        self._pause_button.setText(_PAUSE)
        self._status.setVisible(is_running)
        if is_running:
            self._explanation.hide()
            self._result.hide()
            self._log.show()
            self.plot.show()
            self._refresh_timer.start()
            self._on_refresh()
            if had_focus:
                self._stop_button.setFocus()
            QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.plot))
        else:
            self._refresh_timer.stop()
        self.running_changed.emit(is_running)

    def _lay_out(self) -> None:
        inside = QWidget(self)
        self._content = QVBoxLayout(inside)
        self._content.setContentsMargins(8, 8, 8, 8)
        self._content.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._start_button)
        buttons.addWidget(self._pause_button)
        buttons.addWidget(self._stop_button)
        self._content.addWidget(self.learn_box)
        self._content.addWidget(self._form)
        self._content.addLayout(buttons)
        self._content.addWidget(self._subject)
        for widget in (self._status, self._result, self._explanation, self._log):
            self._content.addWidget(widget)
        self._content.addStretch()
        self._scroll = QScrollArea(self, widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
