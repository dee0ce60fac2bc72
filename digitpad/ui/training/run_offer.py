"""The offer to go on with a run that ended before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from digitpad.core.errors import TrainingError
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.training.run_result import RunResult

if TYPE_CHECKING:
    from digitpad.services.runs.records import RunCatalog, RunRecord
    from digitpad.training.events import BatchEnded, EpochEnded

    Past = tuple[BatchEnded | EpochEnded, ...]

BATCHES_SHOWN = 400
"""Of a run's past; more than so many are no more to be seen in its curves."""


class RunOffer(QObject):
    """Offers it on the card that says how a run ended.

    Parameters
    ----------
    keeper : RunKeeper
        Reads the runs.
    result : RunResult
        The card.
    parent : QObject
        Its owner.

    Signals
    -------
    accepted(RunRecord, tuple)
        The person wants to go on with this run, which has reported this so far.
    """

    accepted = Signal(object, object)

    def __init__(self, keeper: RunKeeper, result: RunResult, parent: QObject) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._result = result
        self._interrupted: RunRecord | None = None
        self._name = ""
        self._is_looking = False
        result.resume_requested.connect(self._on_resume_requested)
        result.leave_requested.connect(self._on_leave_requested)

    def look(self) -> None:
        """Look whether the last run was interrupted, and offer to go on with it."""
        self._is_looking = True
        self._keeper.ask(_find_interrupted, self._on_looked)

    def offer(self, name: str) -> None:
        """Offer to go on with the run in the folder `name`, which the card is about."""
        self._name = name
        self._result.offer_to_resume()

    def withdraw(self) -> None:
        """Offer nothing any more: a run begins."""
        self._is_looking = False
        self._interrupted = None

    def _on_looked(self, record: RunRecord | None) -> None:
        if record is not None and self._is_looking:
            self._interrupted = record
            self._name = record.name
            self._result.show_interrupted(
                record.config.name, record.epochs_done, record.config.last_epoch
            )

    @Slot()
    def _on_resume_requested(self) -> None:
        name = self._name
        self._keeper.ask(
            lambda catalog: read_past(catalog, name), lambda found: self.accepted.emit(*found)
        )

    @Slot()
    def _on_leave_requested(self) -> None:
        from digitpad.services.runs.changes import settle_run

        record, self._interrupted = self._interrupted, None
        self._result.hide()
        if record is not None:
            self._keeper.ask(lambda catalog: settle_run(record))


def _find_interrupted(catalog: RunCatalog) -> RunRecord | None:
    from digitpad.services.runs.records import RunStatus

    record = catalog.newest()
    return record if record and record.status is RunStatus.INTERRUPTED else None


def read_past(catalog: RunCatalog, name: str) -> tuple[RunRecord, Past]:
    """Return a run as it is now, and what it reported so far.

    Raises
    ------
    TrainingError
        If it is gone.
    """
    from digitpad.services.runs.records import read_curves

    record = catalog.find(name)
    if record is None:
        raise TrainingError(f"The run “{name}” is gone.", "Start a new one.")
    return record, read_curves(record, BATCHES_SHOWN)
