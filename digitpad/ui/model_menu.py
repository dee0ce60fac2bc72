"""The submenu to choose a model in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from digitpad.services.models.library import Model, ModelLibrary

TEST_METRIC = "mnist_test"


class ModelMenu(QMenu):
    """All models of the library, the active one marked.

    Signals
    -------
    model_picked(str)
        The name of the model to use from now on.
    """

    model_picked = Signal(str)

    def __init__(self, library: ModelLibrary, parent: QWidget | None = None) -> None:
        super().__init__("&Choose", parent)
        self._library = library
        self._active_name = ""
        self._group = QActionGroup(self)
        self.aboutToShow.connect(self._fill)

    def set_active(self, name: str) -> None:
        """Mark the model called `name`."""
        self._active_name = name
        self._fill()

    def _fill(self) -> None:
        self.clear()
        for model in self._library.models():
            action = self.addAction(describe_model(model).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(model.name == self._active_name)
            action.setActionGroup(self._group)
            action.triggered.connect(lambda _=False, name=model.name: self.model_picked.emit(name))


def describe_model(model: Model) -> str:
    """Return a model's name and how well it reads MNIST's test set."""
    accuracy = model.card.metrics.get(TEST_METRIC)
    return model.name if accuracy is None else f"{model.name}  {accuracy * 100:.1f} %"
