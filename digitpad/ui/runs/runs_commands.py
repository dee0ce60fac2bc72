"""What “Runs…” does."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from digitpad.core.errors import DigitpadError
from digitpad.ui.actions import Actions
from digitpad.ui.training.training_dock import TrainingDock

if TYPE_CHECKING:
    from digitpad.services.runs.records import RunRecord
    from digitpad.ui.runs.runs_window import RunsWindow
    from digitpad.ui.training.run_offer import Past


class RunsCommands(QObject):
    """Opens the window of runs, and brings what is chosen there to the training pane.

    Parameters
    ----------
    window : QWidget
        Above which the other one stays.
    dock : TrainingDock
        Where runs go on.
    actions : Actions
        That of runs is connected here.
    """

    def __init__(self, window: QWidget, dock: TrainingDock, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._dock = dock
        actions.runs.triggered.connect(lambda: self._runs.present())

    @cached_property
    def _runs(self) -> RunsWindow:
        # It takes a moment to load, and most starts don't need it.
        from digitpad.ui.runs.runs_window import RunsWindow

        runs = RunsWindow(self._dock.keeper, self._window)
        runs.resume_wanted.connect(self._go_on)
        runs.continue_wanted.connect(self._go_on)
        return runs

    def _go_on(self, record: RunRecord, last_epoch: int | None = None) -> None:
        from digitpad.ui.training.run_offer import read_past

        def begin(found: tuple[RunRecord, Past]) -> None:
            self._dock.show()
            try:
                self._dock.pane.go_on_with(*found, last_epoch)
            except DigitpadError as error:
                self._refuse(error)

        self._dock.keeper.ask(lambda catalog: read_past(catalog, record.name), begin, self._refuse)

    def _refuse(self, error: DigitpadError) -> None:
        self._runs.show_message(error.message, error.hint)
