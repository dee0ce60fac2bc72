"""Teaching the model in use the digits that were kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from digitpad import paths
from digitpad.core.errors import DigitpadError, TrainingError
from digitpad.services.models.library import DEFAULT_MODEL, ModelLibrary
from digitpad.ui.actions import Actions
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.training.training_dock import TrainingDock

if TYPE_CHECKING:
    from digitpad.services.samples.records import SampleCounts
    from digitpad.services.samples.store import SampleStore
    from digitpad.training.learning.own_digits import OwnDigits


class LessonCommands(QObject):
    """Begins lessons, which are runs in the training pane.

    Parameters
    ----------
    window : QWidget
        The window.
    actions : Actions
        That of learning is connected here.
    dock : TrainingDock
        Where the run is shown.
    library : ModelLibrary
        Where the model is that learns.
    keeper : SampleKeeper
        Reads what was kept.

    Signals
    -------
    message_raised(str, str)
        What happened, and what to do.
    """

    message_raised = Signal(str, str)

    def __init__(
        self,
        window: QWidget,
        actions: Actions,
        dock: TrainingDock,
        library: ModelLibrary,
        keeper: SampleKeeper,
    ) -> None:
        super().__init__(window)
        self._dock = dock
        self._library = library
        self._keeper = keeper
        actions.learn.triggered.connect(self._collect)
        dock.visibilityChanged.connect(self._count)

    def follow_samples(self) -> None:
        """Count again: some were kept, changed or deleted."""
        self._count(self._dock.isVisible())

    def _count(self, is_visible: bool) -> None:
        if is_visible:
            self._keeper.ask(lambda store: store.count(), self._on_counted)

    def _on_counted(self, counts: SampleCounts) -> None:
        self._dock.pane.learn_box.say_count(counts.total)

    def _collect(self) -> None:
        self._dock.show()
        if self._dock.pane.is_running:
            self.message_raised.emit("Another run is under way.", "Stop it, or wait for its end.")
            return
        self._keeper.ask(_collect_own_digits, self._begin)

    def _begin(self, own: OwnDigits) -> None:
        # NumPy comes with it: the window is up before it is needed.
        from digitpad.services.learning import Rehearsal, prepare_learning
        from digitpad.services.runs.retraining import find_data

        try:
            if self._dock.pane.is_running:
                raise TrainingError("Another run is under way.", "Stop it, or wait for its end.")
            model = self._library.active()
            rehearsal = Rehearsal(
                find_data(), paths.digit_generator(), self._library.find(DEFAULT_MODEL).litert_file
            )
            now = datetime.now()
            run = prepare_learning(
                model,
                own,
                rehearsal,
                paths.runs(),
                f"my hand, {now.day} {now:%b %H.%M}",
            )
            self._dock.pane.teach(run, f"“{model.name}” learns your digits")
        except DigitpadError as error:
            self.message_raised.emit(error.message, error.hint)


def _collect_own_digits(store: SampleStore) -> OwnDigits:
    from digitpad.services.learning import collect_own_digits

    return collect_own_digits(store)
