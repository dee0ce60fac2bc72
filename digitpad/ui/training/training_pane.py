"""The training pane: what to train, how it goes, what came of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.errors import DigitpadError, ModelError
from digitpad.services.model_library import ModelLibrary
from digitpad.services.retraining import Run, new_run_folder
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    Event,
    RunFailed,
    RunFinished,
    RunStopped,
)
from digitpad.ui.background.run_watcher import RunWatcher
from digitpad.ui.training.run_log import RunLog
from digitpad.ui.training.run_progress import RunProgress, describe_pace, describe_time_left
from digitpad.ui.training.run_result import Outcome, RunResult
from digitpad.ui.training.training_form import TrainingForm

if TYPE_CHECKING:
    from digitpad.ui.training.plots import TrainingPlot

_REFRESH_MS = 100
_BAR_STEPS = 1_000
_PLOT_DELAY_MS = 200
_PREFERRED_WIDTH_PX = 360
_LEAST_WIDTH_PX = 300

_PAUSE, _GO_ON = "Paus&e", "Go o&n"

_EMPTY_LINE = "\u00a0"
"""Keeps the height of a line, so that what is below doesn't jump."""

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
    runs : Path
        In which every run gets a folder of its own.
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
        runs: Path,
        data_folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._watcher = watcher
        self._runs = runs
        self._run: Run | None = None
        self._progress = RunProgress(epochs=1)
        self._new_name = ""
        self._previous_name = ""
        self._is_stopping = False
        self._plot: TrainingPlot | None = None

        self._form = TrainingForm(data_folder, self)
        self._start_button = QPushButton("&Start", self)
        self._stop_button = QPushButton("Sto&p", self)
        self._stop_button.setEnabled(False)
        self._pause_button = QPushButton(_PAUSE, self)
        self._pause_button.setEnabled(False)
        self._status = QLabel(self, wordWrap=True)
        self._bar = QProgressBar(self, textVisible=False)
        self._bar.setAccessibleName("Progress of the training")
        self._time_left = QLabel(self)
        self._time_left.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._pace = QLabel(self, wordWrap=True)
        self._pace.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._result = RunResult(self)
        self._explanation = QLabel(_WHAT_TRAINING_DOES, self, wordWrap=True)
        self._log = RunLog(self)
        for widget in (*self._running_widgets, self._result, self._log):
            widget.hide()
        self._lay_out()

        # Events may come a thousand times a second; a person reads ten.
        self._refresh_timer = QTimer(self, interval=_REFRESH_MS)
        self._refresh_timer.timeout.connect(self._on_refresh)
        self._form.submitted.connect(self.start)
        self._start_button.clicked.connect(self.start)
        self._stop_button.clicked.connect(self.stop)
        self._pause_button.clicked.connect(self.pause_or_go_on)
        self._result.use_requested.connect(self._on_use_requested)
        self._result.keep_requested.connect(self._on_keep_requested)
        self._result.return_requested.connect(self._on_return_requested)
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

    @property
    def _running_widgets(self) -> tuple[QWidget, ...]:
        return self._status, self._bar, self._time_left, self._pace

    @Slot()
    def start(self) -> None:
        """Start a run as the form asks for it. Does nothing while one is under way."""
        if self.is_running:
            return
        try:
            config = self._form.to_config(self._find_baseline())
            self.plot.begin(config.last_epoch)
            run = Run(config, new_run_folder(self._runs))
            self._watcher.start(run)
        except DigitpadError as error:
            self._result.show_failed(error.message, error.hint)
            self.message_raised.emit(error.message, error.hint)
            return
        self._run = run
        self._is_stopping = False
        self._progress = RunProgress(config.last_epoch)
        self._log.begin(run.log_file)
        self._show_running(True)

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

    @Slot(object)
    def _on_event_arrived(self, event: Event) -> None:
        if self._run is None:
            return
        self._progress.follow(event)
        self._log.write(event)
        if isinstance(event, BatchEnded):
            self.plot.add_batch(event)
        elif isinstance(event, EpochEnded):
            self.plot.add_epoch(event)

    @Slot(object)
    def _on_run_ended(self, event: Event) -> None:
        if self._run is None:
            return
        name = self._run.config.name
        had_focus = self._stop_button.hasFocus()
        self._run = None
        self._show_running(False)
        if isinstance(event, RunFinished):
            self._take_in(event, name)
        elif isinstance(event, RunStopped):
            self._result.show_stopped(event.epochs)
        elif isinstance(event, RunFailed):
            self._fail(event.message, event.hint)
        self._form.refresh()
        if had_focus:
            (self._result if isinstance(event, RunFinished) else self._start_button).setFocus()
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self._result))

    def _find_baseline(self) -> Path | None:
        try:
            active = self._library.active()
        except ModelError:
            # The window has said so already; training a new model may be just what is needed.
            self._previous_name = ""
            return None
        self._previous_name = active.name
        return active.litert_file

    def _take_in(self, event: RunFinished, name: str) -> None:
        """Save the candidate in the library and ask whether to use it."""
        try:
            self._new_name = self._library.add(event.folder, name).name
        except DigitpadError as error:
            self._fail(error.message, error.hint)
            return
        self._result.show_outcome(
            Outcome(
                name=self._new_name,
                active_name=self._previous_name,
                accuracy_before=event.accuracy_before,
                accuracy_after=event.accuracy_after,
                validation_accuracy=self._progress.validation_accuracy,
                test_size=self._progress.test_size,
                seconds=self._progress.seconds_taken,
            )
        )

    def _fail(self, message: str, hint: str) -> None:
        self._result.show_failed(message, hint)
        self._log.show_end_of_file()
        self.message_raised.emit(message, hint)

    @Slot()
    def _on_use_requested(self) -> None:
        # Another may have been chosen in the menu since the run began.
        self._previous_name = self._library.active_name()
        if self._activate(self._new_name):
            self._result.show_used(self._new_name, self._previous_name)

    @Slot()
    def _on_keep_requested(self) -> None:
        self._result.show_kept(self._library.active_name(), self._new_name)

    @Slot()
    def _on_return_requested(self) -> None:
        if self._activate(self._previous_name):
            self._result.show_kept(self._previous_name, self._new_name)

    def _activate(self, name: str) -> bool:
        try:
            model = self._library.activate(name)
        except DigitpadError as error:
            self.message_raised.emit(error.message, error.hint)
            return False
        self.model_chosen.emit(model)
        return True

    @Slot()
    def _on_refresh(self) -> None:
        progress = self._progress
        self._status.setText(self._describe_state())
        seconds = None if self._is_stopping else progress.seconds_left
        self._time_left.setText(_EMPTY_LINE if seconds is None else describe_time_left(seconds))
        pace = None if progress.is_paused else progress.pace
        self._pace.setText(_EMPTY_LINE if pace is None else describe_pace(pace))
        self._pause_button.setEnabled(self.is_running and not self._is_stopping)
        self._stop_button.setEnabled(self.is_running and not self._is_stopping)
        # A bar without an end runs to and fro.
        self._bar.setMaximum(0 if progress.fraction is None else _BAR_STEPS)
        if progress.fraction is not None:
            self._bar.setValue(round(progress.fraction * _BAR_STEPS))

    def _describe_state(self) -> str:
        if self._is_stopping:
            return "Stopping…"
        return f"Paused. {self._progress.text}" if self._progress.is_paused else self._progress.text

    def _show_running(self, is_running: bool) -> None:
        had_focus = self._scroll.isAncestorOf(QApplication.focusWidget() or self)
        self._form.setEnabled(not is_running)
        self._start_button.setEnabled(not is_running)
        self._stop_button.setEnabled(is_running)
        self._pause_button.setEnabled(is_running)
        self._pause_button.setText(_PAUSE)
        for widget in self._running_widgets:
            widget.setVisible(is_running)
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
        self._content.addWidget(self._form)
        self._content.addLayout(buttons)
        for widget in (*self._running_widgets, self._result, self._explanation, self._log):
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
