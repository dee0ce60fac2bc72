"""The training pane's place at the side of the window."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from digitpad import paths
from digitpad.services.model_library import ModelLibrary
from digitpad.ui.background import RunWatcher
from digitpad.ui.settings import Settings

if TYPE_CHECKING:
    from digitpad.ui.training.training_pane import TrainingPane

_GROUP = "training"


class TrainingDock(QDockWidget):
    """Holds the training pane, which is made only when it is first shown.

    Parameters
    ----------
    library, watcher
        For the pane.
    settings : Settings
        Remembers the pane's form.
    parent : QWidget, optional
        The window.

    Signals
    -------
    model_chosen(Model), message_raised(str, str), running_changed(bool)
        The pane's own.
    """

    model_chosen = Signal(object)
    message_raised = Signal(str, str)
    running_changed = Signal(bool)

    def __init__(
        self,
        library: ModelLibrary,
        watcher: RunWatcher,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Training", parent)
        self._library = library
        self._watcher = watcher
        self._settings = settings
        self.setObjectName("training")
        self.visibilityChanged.connect(self._on_visibility_changed)

    @cached_property
    def pane(self) -> TrainingPane:
        """The training pane."""
        from digitpad.ui.training.training_pane import TrainingPane

        pane = TrainingPane(self._library, self._watcher, paths.runs(), paths.data())
        pane.from_settings(self._settings.mapping(_GROUP))
        pane.model_chosen.connect(self.model_chosen)
        pane.message_raised.connect(self.message_raised)
        pane.running_changed.connect(self.running_changed)
        self.setWidget(pane)
        return pane

    def start(self) -> None:
        """Show the pane and start a run with its settings."""
        self.show()
        self.pane.start()

    def stop(self) -> None:
        """Ask the run to end."""
        self.pane.stop()

    def remember(self) -> None:
        """Keep the pane's form for the next start."""
        if "pane" in self.__dict__:
            self._settings.set_mapping(_GROUP, self.pane.to_settings())

    def _on_visibility_changed(self) -> None:
        if not self.isHidden():
            # After the window is painted, since the pane takes a moment to load.
            QTimer.singleShot(0, self, lambda: self.pane)
