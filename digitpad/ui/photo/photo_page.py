"""The page for photographs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitpad.core.strokes import DRAWING_SUFFIX
from digitpad.ui.background import Reader

if TYPE_CHECKING:
    from digitpad.ui.photo.import_panel import ImportPanel


class PhotoPage(QWidget):
    """Holds the image-import panel, which is made only when it is first used.

    Signals
    -------
    reading_changed(Reading or None), digit_selected(Digit or None)
        The panel's own.
    message_raised(str, str), files_opened(list of Path)
        The panel's own.
    """

    reading_changed = Signal(object)
    digit_selected = Signal(object)
    message_raised = Signal(str, str)
    files_opened = Signal(object)

    def __init__(self, reader: Reader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @cached_property
    def panel(self) -> ImportPanel:
        """The image-import panel."""
        from digitpad.ui.photo.import_panel import ImportPanel

        panel = ImportPanel(self._reader)
        panel.reading_changed.connect(self.reading_changed)
        panel.digit_selected.connect(self.digit_selected)
        panel.message_raised.connect(self.message_raised)
        panel.files_opened.connect(self.files_opened)
        panel.installEventFilter(self)
        self._column.addWidget(panel)
        self.setFocusProxy(panel)
        return panel

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The panel takes any file for a picture; a drawing is for the window to open.
        if isinstance(event, QDragEnterEvent) and _has_drawing(event.mimeData()):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def read_again(self) -> None:
        """Read what is open with another model."""
        if "panel" in self.__dict__:
            self.panel.read_again()


def _has_drawing(mime: QMimeData) -> bool:
    return any(url.path().lower().endswith(DRAWING_SUFFIX) for url in mime.urls())
