"""The training pane's place at the side of the window."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QWidget

from digitpad import paths
from digitpad.core.errors import DigitpadError
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.actions import Actions
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.background.run_watcher import RunWatcher
from digitpad.ui.settings import Settings
from digitpad.ui.theme import icon

if TYPE_CHECKING:
    from digitpad.ui.training.training_pane import TrainingPane

_GROUP = "training"

_TITLE_ICONS = {"qt_dockwidget_floatbutton": "detach", "qt_dockwidget_closebutton": "close"}
"""In place of Qt's, which can hardly be seen on dark ground, by the names of its buttons."""


class TrainingDock(QDockWidget):
    """Holds the training pane, which is made only when it is first shown.

    Parameters
    ----------
    library, watcher
        For the pane.
    settings : Settings
        Remembers the pane's form.
    actions : Actions
        Those of training are connected here.
    parent : QWidget, optional
        The window.

    Attributes
    ----------
    keeper : RunKeeper
        Reads the runs there were.

    Signals
    -------
    model_chosen(Model), message_raised(str, str)
        The pane's own.
    """

    model_chosen = Signal(object)
    message_raised = Signal(str, str)

    def __init__(
        self,
        library: ModelLibrary,
        watcher: RunWatcher,
        settings: Settings,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Training", parent)
        self._library = library
        self._watcher = watcher
        self._settings = settings
        self._actions = actions
        self.keeper = RunKeeper(paths.runs(), self)
        self.keeper.failed.connect(self._on_failed)
        self.keeper.crashed.connect(self._on_crashed)
        actions.training_pane.triggered.connect(lambda shown: self.setVisible(shown))
        actions.start_training.triggered.connect(self.start)
        actions.stop_training.triggered.connect(self.stop)
        self.setObjectName("training")
        self.topLevelChanged.connect(self._draw_title_buttons)
        self.visibilityChanged.connect(self._on_visibility_changed)

    @cached_property
    def pane(self) -> TrainingPane:
        """The training pane."""
        from digitpad.ui.training.training_pane import TrainingPane

        pane = TrainingPane(self._library, self._watcher, self.keeper, paths.data())
        pane.from_settings(self._settings.mapping(_GROUP))
        pane.model_chosen.connect(self.model_chosen)
        pane.message_raised.connect(self.message_raised)
        pane.running_changed.connect(self._on_running_changed)
        pane.learn_box.wanted.connect(self._actions.learn.trigger)
        self.setWidget(pane)
        return pane

    def remember(self) -> None:
        """Keep the pane's form for the next start."""
        if "pane" in self.__dict__:
            self._settings.set_mapping(_GROUP, self.pane.to_settings())

    def finish(self) -> None:
        """Wait for what is still being read."""
        self.keeper.close()

    def start(self) -> None:
        """Show the pane and start a run with its settings."""
        self.show()
        self.pane.start()

    def stop(self) -> None:
        """Ask the run to end."""
        self.pane.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # While it is hidden, as at the start, nobody sees them: it is done when it is shown.
        is_new = event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)
        if is_new and self.isVisible():
            self._draw_title_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw_title_buttons()

    @Slot()
    def _draw_title_buttons(self) -> None:
        # Qt puts its own back whenever the pane floats, docks, or is where it was the last time.
        for name, picture in _TITLE_ICONS.items():
            button = self.findChild(QAbstractButton, name)
            if button is not None:
                button.setIcon(icon(picture, self.palette()))

    def _on_running_changed(self, is_running: bool) -> None:
        self._actions.start_training.setEnabled(not is_running)
        self._actions.learn.setEnabled(not is_running)
        self._actions.stop_training.setEnabled(is_running)

    def _on_visibility_changed(self) -> None:
        self._actions.training_pane.setChecked(not self.isHidden())
        if not self.isHidden():
            # After the window is painted, since the pane takes a moment to load.
            QTimer.singleShot(0, self, lambda: self.pane)

    def _on_failed(self, error: DigitpadError) -> None:
        self.message_raised.emit(error.message, error.hint)

    def _on_crashed(self, error: Exception) -> None:
        raise error  # For whoever catches what nobody else does.
