"""Whether models are whole, and how quick they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import DigitpadError
from digitpad.services.models.catalog import check_whole
from digitpad.services.models.library import Model
from digitpad.services.models.speed import ModelSpeeds
from digitpad.ui.background.model_jobs import ModelJobs, Report


class ModelChecks(QObject):
    """Looks at every model once, off the GUI thread.

    Parameters
    ----------
    speeds : ModelSpeeds
        Remembers what was measured.
    jobs : ModelJobs
        Does the work.

    Signals
    -------
    checked(str)
        The place of a model that more is known of.
    """

    checked = Signal(str)

    def __init__(self, speeds: ModelSpeeds, jobs: ModelJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._speeds = speeds
        self._jobs = jobs
        self._asked: set[str] = set()
        self._damage: dict[str, str] = {}
        self._measured: dict[str, float] = {}

    def check(self, models: Sequence[Model]) -> None:
        """Look at those of the models that were not looked at yet."""
        for model in models:
            if model.place not in self._asked:
                self._asked.add(model.place)
                self._check(model)

    def forget(self) -> None:
        """Look at all models again when next asked to: files may have changed meanwhile."""
        self._asked.clear()

    def damage(self, model: Model) -> str:
        """Return what is wrong with a model; empty if nothing is known to be."""
        return self._damage.get(model.place, "")

    def speed(self, model: Model) -> float | None:
        """Return how many milliseconds a digit takes, if that is known by now."""
        return self._measured.get(model.place)

    def _check(self, model: Model) -> None:
        def work(report: Report) -> float:
            check_whole(model)
            known = self._speeds.find(model)
            return known if known is not None else self._speeds.measure(model)

        def on_done(speed: float) -> None:
            self._damage.pop(model.place, None)
            self._measured[model.place] = speed
            self.checked.emit(model.place)

        def on_failed(error: DigitpadError) -> None:
            self._damage[model.place] = error.message
            self.checked.emit(model.place)

        self._jobs.ask(work, on_done, on_failed)
