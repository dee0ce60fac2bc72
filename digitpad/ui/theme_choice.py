"""The theme that a person chose in the menu."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication

from digitpad.ui.settings import Settings
from digitpad.ui.theme import Theme, apply_theme


class ThemeChoice(QObject):
    """Applies the chosen theme, now and when the system's colours change.

    Parameters
    ----------
    actions : QActionGroup
        One for each member of `Theme`, in its order.
    settings : Settings
        Remembers the choice.
    """

    def __init__(self, actions: QActionGroup, settings: Settings) -> None:
        super().__init__(actions)
        self._actions = actions
        self._settings = settings
        self._theme = Theme.SYSTEM
        actions.triggered.connect(self._on_triggered)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    def restore(self) -> None:
        """Apply the theme that was chosen last."""
        self._theme = self._settings.choice("theme", Theme.SYSTEM)
        self._actions.actions()[list(Theme).index(self._theme)].setChecked(True)
        apply_theme(self._theme)

    def remember(self) -> None:
        """Keep the choice for the next start."""
        self._settings.set("theme", self._theme)

    def _on_triggered(self, action: QAction) -> None:
        self._theme = list(Theme)[self._actions.actions().index(action)]
        apply_theme(self._theme)

    def _on_scheme_changed(self) -> None:
        apply_theme(self._theme)
