"""The image-import panel: pictures come in, are shown, turned, cropped, and read."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.errors import DigitpadError
from digitpad.core.images import IMAGE_SUFFIXES
from digitpad.core.reading import Digit, Reading
from digitpad.ui.background import Reader
from digitpad.ui.flat_button import FlatButton
from digitpad.ui.photo.drop_mark import DropMark
from digitpad.ui.photo.notice import Notice
from digitpad.ui.photo.open_pictures import OpenPicture, OpenPictures
from digitpad.ui.photo.photo_view import PhotoView
from digitpad.ui.photo.picture_sources import find_sources, has_pictures
from digitpad.ui.photo.picture_strip import PictureStrip
from digitpad.ui.theme import GRID_PX, icon

_ROW_PX = 32
_BUSY_DELAY_MS = 150
"""Work shorter than this goes without a sign of it."""

_NOTHING_HINT = "Turn it upright, crop it to the digits, or take it closer and in even light."


class ImportPanel(QWidget):
    """Opens pictures and shows what is read in them.

    Parameters
    ----------
    reader : Reader
        Loads and reads pictures off the GUI thread.

    Signals
    -------
    reading_changed(Reading or None)
        What is read in the picture shown; None while nothing is known.
    digit_selected(Digit or None)
        A digit's box was selected, or none is any more.
    message_raised(str, str)
        What happened and what to do about it.
    files_opened(list of Path)
        Files that could be opened, for the recent ones.
    """

    reading_changed = Signal(object)
    digit_selected = Signal(object)
    message_raised = Signal(str, str)
    files_opened = Signal(object)

    def __init__(self, reader: Reader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = OpenPictures(reader, self)
        self._view = PhotoView()
        self._strip = PictureStrip()
        self._reading: Reading | None = None
        self._folder = ""
        self.setAcceptDrops(True)
        self._make_actions()
        self._lay_out()
        self._connect()
        self._show_list()
        self._show_current()

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """The picture shown, (H, W, 3) uint8 RGB, turned upright; None while there is none."""
        return self._pictures.current.pixels if self._pictures.current else None

    @property
    def pictures(self) -> tuple[OpenPicture, ...]:
        """All open pictures."""
        return self._pictures.pictures

    @property
    def view(self) -> PhotoView:
        """The picture with its boxes."""
        return self._view

    @property
    def stage(self) -> QWidget:
        """Where the picture is, without what is above and below it."""
        return self._stack

    def open_dialog(self) -> None:
        """Let a person pick files."""
        patterns = " ".join(f"*{suffix}" for suffix in IMAGE_SUFFIXES)
        filters = f"Pictures ({patterns} {patterns.upper()});;All files (*)"
        names, _ = QFileDialog.getOpenFileNames(self, "Open pictures", self._folder, filters)
        if names:
            self._folder = str(Path(names[0]).parent)
            self.open_files([Path(name) for name in names])

    def open_files(self, files: Sequence[Path]) -> None:
        """Open pictures and show the first of them."""
        self._pictures.open([file.absolute() for file in files])
        self.setFocus()

    def open_mime(self, mime: QMimeData) -> None:
        """Open what was dropped, or what the clipboard holds."""
        try:
            self._pictures.open(find_sources(mime))
            self.setFocus()
        except DigitpadError as error:
            self.message_raised.emit(error.message, error.hint)

    def paste(self) -> None:
        """Open what the clipboard holds: a picture, picture files, or the path of one."""
        self.open_mime(QGuiApplication.clipboard().mimeData())

    def rotate_left(self) -> None:
        """Turn the picture a quarter anticlockwise and read it again."""
        self._pictures.turn(-1)

    def rotate_right(self) -> None:
        """Turn the picture a quarter clockwise and read it again."""
        self._pictures.turn(1)

    def close_picture(self) -> None:
        """Close the picture shown."""
        if self._pictures.current is not None:
            self._pictures.close(self._pictures.current.key)

    def close_all(self) -> None:
        """Close all pictures."""
        self._pictures.close_all()

    def select_digit(self, digit: Digit) -> None:
        """Select the box of a digit that was picked elsewhere."""
        self._view.select_digit(digit)

    def read_again(self) -> None:
        """Read all pictures again: the model has changed."""
        self._pictures.read_again()

    def to_image(self) -> QImage:
        """Return the picture with its boxes, for export; a null image while there is none."""
        return self._view.to_image()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_pictures(event.mimeData()):
            self._accept(event)
            self._drop_mark.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_mark.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_mark.hide()
        self._accept(event)
        self.open_mime(event.mimeData())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_palette()

    def _make_actions(self) -> None:
        self._icons: dict[QAction, str] = {}
        make = self._make_action
        self._open = make("Open…", self.open_dialog, "Open pictures", icon_name="open")
        self._paste = make("Paste", self.paste, "Open what is on the clipboard", icon_name="paste")
        self._left = make("Rotate left", self.rotate_left, key="L", icon_name="rotate-left")
        self._right = make("Rotate right", self.rotate_right, key="R", icon_name="rotate-right")
        self._crop = make("Crop", self._on_crop_toggled, "Read only a part", "C", "crop")
        self._crop.setCheckable(True)
        self._fit = make("Fit", self._view.fit, "Show all of the picture", "0", "fit")
        self._close = make("Close", self.close_picture, "Close the picture", "Del", "close")
        make("Close all", self.close_all, key="Shift+Del")
        make("Next picture", lambda: self._pictures.step(1), key="Ctrl+PgDown")
        make("Previous picture", lambda: self._pictures.step(-1), key="Ctrl+PgUp")
        self._follow_palette()

    def _make_action(
        self,
        text: str,
        slot: Callable[..., None],
        tip: str = "",
        key: str = "",
        icon_name: str = "",
    ) -> QAction:
        action = QAction(text, self)
        tip = tip or text
        if key:
            action.setShortcut(QKeySequence(key))
            # Single keys belong to the panel: elsewhere people type.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            tip = f"{tip} ({keys})"
        action.setToolTip(tip)
        action.triggered.connect(slot)
        self.addAction(action)
        if icon_name:
            self._icons[action] = icon_name
        return action

    def _follow_palette(self) -> None:
        for action, name in self._icons.items():
            action.setIcon(icon(name, self.palette()))

    def _lay_out(self) -> None:
        self._drop_mark = DropMark(self)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedHeight(3)
        self._busy.setAccessibleName("Reading the picture")
        keeps_room = self._busy.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self._busy.setSizePolicy(keeps_room)
        self._busy.hide()
        self._busy_timer = QTimer(self, singleShot=True, interval=_BUSY_DELAY_MS)

        self._empty = Notice(
            "Drop a photo here, paste, or open one",
            "Photos and scans with one digit or a page of them",
            self._open_button(),
        )
        self._failure = Notice("", "", self._open_button())
        self._stack = QStackedWidget()
        for page in (self._empty, self._view, self._failure):
            self._stack.addWidget(page)

        self._caption = QLabel()
        self._caption.setIndent(GRID_PX)
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._foot = QStackedWidget()
        self._foot.setFixedHeight(_ROW_PX)
        self._foot.addWidget(self._caption)
        self._foot.addWidget(self._make_crop_row())

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_toolbar())
        layout.addWidget(self._busy)
        layout.addWidget(self._stack, stretch=1)
        layout.addWidget(self._foot)
        layout.addWidget(self._strip)

    def _open_button(self) -> QPushButton:
        button = QPushButton("Open…")
        button.setMinimumHeight(_ROW_PX)
        button.clicked.connect(self.open_dialog)
        return button

    def _make_toolbar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX // 2)
        row.setSpacing(GRID_PX // 2)
        for action in (self._open, self._paste):
            row.addWidget(FlatButton(action))
        row.addSpacing(GRID_PX)
        for action in (self._left, self._right, self._crop, self._fit):
            row.addWidget(FlatButton(action))
        row.addStretch()
        row.addWidget(FlatButton(self._close))
        return row

    def _make_crop_row(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(GRID_PX, 0, GRID_PX, 0)
        hint = QLabel("Drag, or use the arrow keys; Shift resizes.")
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(hint, stretch=1)
        for text, slot in (
            ("Whole picture", self._view.reset_crop),
            ("Cancel", self._view.cancel_crop),
            ("Apply", self._view.apply_crop),
        ):
            button = QPushButton(text)
            button.clicked.connect(slot)
            layout.addWidget(button)
        return row

    def _connect(self) -> None:
        self._pictures.list_changed.connect(self._show_list)
        self._pictures.current_changed.connect(self._show_current)
        self._pictures.picture_changed.connect(self._on_picture_changed)
        self._pictures.loaded.connect(lambda file: self.files_opened.emit([file]))
        self._pictures.failed.connect(lambda e: self.message_raised.emit(e.message, e.hint))
        self._view.digit_selected.connect(self.digit_selected)
        self._view.crop_ended.connect(self._on_crop_ended)
        self._strip.picture_chosen.connect(self._pictures.select)
        self._busy_timer.timeout.connect(self._busy.show)

    def _show_list(self) -> None:
        self._strip.show_pictures(self.pictures)
        if self._pictures.current is not None:
            self._strip.select(self._pictures.current.key)
        self._strip.setVisible(len(self.pictures) > 1)

    def _show_current(self) -> None:
        """Bring the whole panel in line with the current picture."""
        picture = self._pictures.current
        if picture is not None:
            self._strip.select(picture.key)
        is_shown = picture is not None and picture.pixels is not None
        self._view.show_picture(
            picture.pixels if picture else None, picture.crop if picture else None
        )
        self._view.show_reading(picture.reading if picture else None)
        self._show_state(picture)
        for action in (self._left, self._right, self._crop, self._fit):
            action.setEnabled(is_shown)
        self._close.setEnabled(picture is not None)
        reading = picture.reading if picture else None
        if reading is not self._reading:
            self._reading = reading
            self.reading_changed.emit(reading)

    def _show_state(self, picture: OpenPicture | None) -> None:
        if picture is None:
            page: QWidget = self._empty
        elif picture.error is not None and picture.pixels is None:
            self._failure.show_text(picture.error.message, picture.error.hint)
            page = self._failure
        else:
            page = self._view
        self._stack.setCurrentWidget(page)
        self.setFocusProxy(page)
        self._caption.setText(_describe(picture))
        self._caption.setToolTip(self._caption.text())
        if not self._pictures.is_busy:
            self._busy_timer.stop()
            self._busy.hide()
        elif self._busy.isHidden() and not self._busy_timer.isActive():
            self._busy_timer.start()

    def _on_picture_changed(self, key: int) -> None:
        picture = self._pictures.find(key)
        self._strip.show_picture(picture)
        if self._pictures.current is picture:
            self._show_current()

    def _on_crop_toggled(self, is_checked: bool) -> None:
        if is_checked:
            self._view.start_crop()
            self._foot.setCurrentIndex(1)
        else:
            self._view.cancel_crop()

    def _on_crop_ended(self, is_applied: bool) -> None:
        self._crop.setChecked(False)
        self._foot.setCurrentIndex(0)
        if is_applied:
            self._pictures.crop(self._view.crop)

    def _accept(self, event: QDropEvent) -> None:
        # Whatever a file manager proposes, its files stay where they are.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()


def _describe(picture: OpenPicture | None) -> str:
    if picture is None:
        return ""
    if picture.error is not None:
        return "" if picture.pixels is None else str(picture.error)
    if picture.pixels is None:
        return f"Opening {picture.name}…"
    if picture.reading is None:
        return f"Reading {picture.name}…"
    digits = picture.reading.digits
    if not digits:
        return f"Nothing to read in this picture. {_NOTHING_HINT}"
    unsure = sum(not digit.is_sure for digit in digits)
    parts = [picture.name, f"{len(digits)} digit{'s' if len(digits) > 1 else ''}"]
    if unsure:
        parts.append(f"{unsure} not sure")
    return " · ".join(parts)
