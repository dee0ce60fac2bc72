"""Which model is used after a run: the candidate, or the one before."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from digitpad.core.errors import DigitpadError, ModelError
from digitpad.services.models.library import ModelLibrary
from digitpad.training.events import RunFinished
from digitpad.ui.training.advice import Outcome, advise, advise_after_lesson
from digitpad.ui.training.run_progress import RunProgress
from digitpad.ui.training.run_result import RunResult


class CandidateChoice(QObject):
    """Lets the person choose on the card that says how the run ended.

    Parameters
    ----------
    library : ModelLibrary
        Where the new model goes, and where the active one is.
    result : RunResult
        The card.
    parent : QObject
        Its owner.

    Signals
    -------
    model_chosen(Model)
        The person chose the model that is active from now on.
    message_raised(str, str)
        What happened and what to do.
    """

    model_chosen = Signal(object)
    message_raised = Signal(str, str)

    def __init__(self, library: ModelLibrary, result: RunResult, parent: QObject) -> None:
        super().__init__(parent)
        self._library = library
        self._result = result
        self._new_name = ""
        self._previous_name = ""
        result.use_requested.connect(self._on_use_requested)
        result.keep_requested.connect(self._on_keep_requested)
        result.return_requested.connect(self._on_return_requested)

    def find_baseline(self) -> Path | None:
        """Return the `.tflite` of the active model, to compare the candidate with; None if bad."""
        try:
            active = self._library.active()
        except ModelError:
            # The window has said so already; training a new model may be just what is needed.
            self._previous_name = ""
            return None
        self._previous_name = active.name
        return active.litert_file

    def take_in(self, event: RunFinished, name: str, progress: RunProgress) -> None:
        """Save the candidate in the library and ask whether to use it.

        Raises
        ------
        DigitpadError
            If it is damaged or can't be saved.
        """
        self._new_name = self._library.add(event.folder, name).name
        if progress.compared:
            advice = advise_after_lesson(progress.compared, progress.seconds_taken)
        else:
            outcome = Outcome(
                name=self._new_name,
                active_name=self._previous_name,
                accuracy_before=event.accuracy_before,
                accuracy_after=event.accuracy_after,
                validation_accuracy=progress.validation_accuracy,
                test_size=progress.test_size,
                seconds=progress.seconds_taken,
            )
            advice = advise(outcome)
        self._result.show_choice(advice)

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
