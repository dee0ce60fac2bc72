"""The page for photographs, and what its menus do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitpad.core.strokes import DRAWING_SUFFIX
from digitpad.services.reading_export import NamedReading
from digitpad.ui.actions import Actions
from digitpad.ui.background.reader import Reader

if TYPE_CHECKING:
    from digitpad.ui.photo.import_panel import ImportPanel
    from digitpad.ui.photo.open_picture import OpenPicture


class PhotoPage(QWidget):
    """Holds the image-import panel, which is made only when it is first used.

    Parameters
    ----------
    reader : Reader
        Loads and reads pictures.
    actions : Actions
        Those of the photo are connected here.

    Signals
    -------
    reading_changed(Reading or None), digit_selected(Digit or None), state_changed()
        The panel's own.
    message_raised(str, str), files_opened(list of Path), open_requested()
        The panel's own.
    picture_changed(OpenPicture)
        The panel's own.
    """

    reading_changed = Signal(object)
    digit_selected = Signal(object)
    message_raised = Signal(str, str)
    files_opened = Signal(object)
    open_requested = Signal()
    picture_changed = Signal(object)
    state_changed = Signal()

    def __init__(self, reader: Reader, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._actions = actions
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
        panel.open_requested.connect(self.open_requested)
        panel.picture_changed.connect(self.picture_changed)
        panel.state_changed.connect(self.state_changed)
        panel.undo_group.indexChanged.connect(self.state_changed)
        panel.installEventFilter(self)
        self._connect_actions(panel)
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

    @property
    def current_name(self) -> str:
        """The file of the picture shown, or what a pasted one is called; empty without one."""
        return _name(self.panel.current) if self.panel.current else ""

    @property
    def is_reading(self) -> bool:
        """Whether some open pictures are still to be read."""
        return any(picture.reading is None and picture.error is None for picture in self._pictures)

    def readings(self) -> list[NamedReading]:
        """Return what was read in all open pictures so far, edits included."""
        return [NamedReading(_name(p), p.reading) for p in self._pictures if p.reading is not None]

    @property
    def _pictures(self) -> Sequence[OpenPicture]:
        return self.panel.pictures if "panel" in self.__dict__ else ()

    def update_actions(self, *, is_seen: bool) -> None:
        """Offer what can be done with the photo; nothing while another page is seen."""
        actions = self._actions
        panel = self.panel if is_seen else None
        picture = panel.current if panel else None
        framing = panel.view.framing if panel else None
        has_digits = panel is not None and bool(panel.view.digits)
        for action in actions.photo_tools:
            action.setEnabled(picture is not None and picture.prepared is not None)
        is_read = picture is not None and picture.found is not None
        actions.add_box.setEnabled(is_read and framing is None)
        actions.remove_box.setEnabled(panel is not None and panel.view.selected_digit is not None)
        for action in (actions.next_doubtful, actions.previous_doubtful):
            action.setEnabled(has_digits)
        actions.crop.setChecked(panel is not None and panel.is_cropping)
        for action in (actions.reading_order, actions.steps):
            action.setEnabled(is_seen)
        for action in (actions.close_picture, actions.close_pictures):
            action.setEnabled(picture is not None)
        for action in (actions.next_picture, actions.previous_picture):
            action.setEnabled(panel is not None and len(panel.pictures) > 1)

    def _connect_actions(self, panel: ImportPanel) -> None:
        actions = self._actions
        actions.rotate_left.triggered.connect(panel.rotate_left)
        actions.rotate_right.triggered.connect(panel.rotate_right)
        actions.crop.triggered.connect(panel.set_cropping)
        actions.fit.triggered.connect(panel.view.fit)
        actions.add_box.triggered.connect(panel.add_box)
        actions.remove_box.triggered.connect(panel.remove_digit)
        actions.next_doubtful.triggered.connect(lambda: panel.select_doubtful(1))
        actions.previous_doubtful.triggered.connect(lambda: panel.select_doubtful(-1))
        actions.reading_order.toggled.connect(panel.view.show_order)
        panel.view.show_order(actions.reading_order.isChecked())
        actions.steps.triggered.connect(panel.show_steps)
        actions.next_picture.triggered.connect(lambda: panel.step(1))
        actions.previous_picture.triggered.connect(lambda: panel.step(-1))
        actions.close_picture.triggered.connect(panel.close_picture)
        actions.close_pictures.triggered.connect(panel.close_all)


def _name(picture: OpenPicture) -> str:
    return str(picture.source) if isinstance(picture.source, Path) else picture.name


def _has_drawing(mime: QMimeData) -> bool:
    return any(url.path().lower().endswith(DRAWING_SUFFIX) for url in mime.urls())
