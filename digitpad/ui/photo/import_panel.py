"""The image-import panel: pictures come in, are shown, turned, cropped, read, and set right."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QUndoGroup,
)
from PySide6.QtWidgets import (
    QApplication,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.errors import DigitpadError, EmptyInkError
from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.ui.background.reader import Reader
from digitpad.ui.photo.drop_mark import DropMark
from digitpad.ui.photo.foot_row import FootRow
from digitpad.ui.photo.framing import Purpose
from digitpad.ui.photo.notice import Notice
from digitpad.ui.photo.open_picture import OpenPicture
from digitpad.ui.photo.open_pictures import OpenPictures
from digitpad.ui.photo.photo_view import PhotoView
from digitpad.ui.photo.picture_sources import find_sources, has_pictures
from digitpad.ui.photo.picture_strip import PictureStrip
from digitpad.ui.photo.reading_edits import Correction, Removal, find_digit, find_doubtful
from digitpad.ui.photo.steps_window import StepsWindow

_BUTTON_PX = 32
_BUSY_DELAY_MS = 150
"""Work shorter than this goes without a sign of it."""


class ImportPanel(QWidget):
    """Opens pictures, shows what is read in them, and lets a person set it right.

    Parameters
    ----------
    reader : Reader
        Loads and reads pictures off the GUI thread.

    Signals
    -------
    reading_changed(Reading or None)
        What is read in the picture shown, edits included; None while nothing is known.
    digit_selected(Digit or None)
        A digit's box was selected, or none is any more.
    message_raised(str, str)
        What happened and what to do about it.
    files_opened(list of Path)
        Files that could be opened, for the recent ones.
    open_requested()
        The person wants to pick files.
    picture_changed(OpenPicture)
        Something about an open picture has changed.
    state_changed()
        What can be done may have changed: another picture, a selection, a frame.
    """

    reading_changed = Signal(object)
    digit_selected = Signal(object)
    message_raised = Signal(str, str)
    files_opened = Signal(object)
    open_requested = Signal()
    picture_changed = Signal(object)
    state_changed = Signal()

    def __init__(self, reader: Reader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = OpenPictures(reader, self)
        self._view = PhotoView()
        self._strip = PictureStrip()
        self._foot = FootRow()
        self._steps = StepsWindow(self)
        self._reading: Reading | None = None
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self._show_list()
        self._show_current()

    @property
    def current(self) -> OpenPicture | None:
        """The picture that is shown."""
        return self._pictures.current

    @property
    def pictures(self) -> tuple[OpenPicture, ...]:
        """All open pictures."""
        return self._pictures.pictures

    @property
    def undo_group(self) -> QUndoGroup:
        """What was changed about the readings; each picture has a stack of its own."""
        return self._pictures.undo_group

    @property
    def view(self) -> PhotoView:
        """The picture with its boxes."""
        return self._view

    @property
    def steps(self) -> StepsWindow:
        """The window that shows how the picture was read."""
        return self._steps

    @property
    def is_cropping(self) -> bool:
        """Whether a frame for the crop is on the picture."""
        framing = self._view.framing
        return framing is not None and framing.purpose is Purpose.CROP

    @property
    def stage(self) -> QWidget:
        """Where the picture is, without what is above and below it."""
        return self._stack

    # --- ways in ---------------------------------------------------------------------------

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

    def close_picture(self) -> None:
        """Close the picture shown."""
        if self.current is not None:
            self._pictures.close(self.current.key)

    def close_all(self) -> None:
        """Close all pictures."""
        self._pictures.close_all()

    def step(self, by: int) -> None:
        """Show the next picture (1) or the one before (-1)."""
        self._pictures.step(by)

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

    def _accept(self, event: QDropEvent) -> None:
        # Whatever a file manager proposes, its files stay where they are.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    # --- what is read ----------------------------------------------------------------------

    def rotate_left(self) -> None:
        """Turn the picture a quarter anticlockwise and read it again."""
        self._pictures.turn(-1)

    def rotate_right(self) -> None:
        """Turn the picture a quarter clockwise and read it again."""
        self._pictures.turn(1)

    def set_cropping(self, is_cropping: bool) -> None:
        """Put a frame for the crop on the picture, or take it away."""
        if is_cropping:
            self._view.start_crop()
        else:
            self._view.cancel_frame()
        self._show_framing()

    def read_again(self) -> None:
        """Read all pictures again: the model has changed."""
        self._pictures.read_again()

    def show_steps(self) -> None:
        """Show how the picture was read, step by step, in a window of its own."""
        self._steps.present()

    def to_image(self) -> QImage:
        """Return the picture with its boxes, for export; a null image while there is none."""
        return self._view.to_image()

    # --- what a person sets right ----------------------------------------------------------

    def select_digit(self, digit: Digit) -> None:
        """Select the box of a digit that was picked elsewhere."""
        self._view.select_digit(digit)

    def add_box(self) -> None:
        """Put a frame on the picture, to be moved around a digit that was missed."""
        if self.current is not None and self.current.found is not None:
            self._view.start_box()
            self._show_framing()

    def remove_digit(self) -> None:
        """Remove the selected digit and select the one after it."""
        digit, index = self._view.selected_digit, self._view.selected_index
        if self.current is None or digit is None or index is None:
            return
        self._pictures.edit(Removal(self.current.to_edit_box(digit.box)))
        count = len(self._view.digits)
        self._view.select(min(index, count - 1) if count else None, has_tip=True)

    def correct_digit(self, label: int) -> None:
        """Say what the selected digit is, and go on to the next one that needs a look."""
        digit, index = self._view.selected_digit, self._view.selected_index
        if self.current is None or digit is None:
            return
        self._pictures.edit(Correction(self.current.to_edit_box(digit.box), label))
        doubtful = find_doubtful(self._view.digits, index)
        self._view.select(index if doubtful is None else doubtful, has_tip=True)

    def select_doubtful(self, step: int) -> None:
        """Go to the next digit that needs a look (1), or the one before (-1)."""
        index = find_doubtful(self._view.digits, self._view.selected_index, step)
        if index is not None:
            self._view.setFocus()
            self._view.select(index, has_tip=True)
        elif self._view.digits:
            self.message_raised.emit("All digits in this picture are sure.", "")

    # --- laying out ------------------------------------------------------------------------

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

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._busy)
        layout.addWidget(self._stack, stretch=1)
        layout.addWidget(self._foot)
        layout.addWidget(self._strip)

    def _open_button(self) -> QPushButton:
        button = QPushButton("Open…")
        button.setMinimumHeight(_BUTTON_PX)
        button.clicked.connect(self.open_requested)
        return button

    def _connect(self) -> None:
        pictures, view = self._pictures, self._view
        pictures.list_changed.connect(self._show_list)
        pictures.current_changed.connect(self._show_current)
        pictures.picture_changed.connect(self._on_picture_changed)
        pictures.digit_edited.connect(self._on_digit_edited)
        pictures.loaded.connect(lambda file: self.files_opened.emit([file]))
        pictures.failed.connect(self._on_failed)
        view.digit_selected.connect(self._on_digit_selected)
        view.label_typed.connect(self.correct_digit)
        view.box_drawn.connect(pictures.draw_box)
        view.framing_ended.connect(self._on_framing_ended)
        self._foot.whole_picture_chosen.connect(view.reset_frame)
        self._foot.cancelled.connect(view.cancel_frame)
        self._foot.applied.connect(view.apply_frame)
        self._steps.visibility_changed.connect(self._on_steps_visibility_changed)
        self._strip.picture_chosen.connect(pictures.select)
        self._busy_timer.timeout.connect(self._busy.show)

    # --- what is shown ---------------------------------------------------------------------

    def _show_list(self) -> None:
        self._strip.show_pictures(self.pictures)
        if self.current is not None:
            self._strip.select(self.current.key)
        self._strip.setVisible(len(self.pictures) > 1)

    def _show_current(self) -> None:
        """Bring the whole panel in line with the current picture."""
        picture = self.current
        if picture is not None:
            self._strip.select(picture.key)
        reading = picture.reading if picture else None
        self._view.show_picture(
            picture.prepared if picture else None, picture.crop if picture else None
        )
        if reading is not self._view.reading:
            self._view.show_reading(reading)
        self._show_state(picture)
        if self._steps.isVisible():
            self._steps.show_picture(picture)
        if reading is not self._reading:
            self._reading = reading
            self.reading_changed.emit(reading)
        self.state_changed.emit()

    def _show_state(self, picture: OpenPicture | None) -> None:
        if picture is None:
            page: QWidget = self._empty
        elif picture.error is not None and picture.prepared is None:
            self._failure.show_text(picture.error.message, picture.error.hint)
            page = self._failure
        else:
            page = self._view
        focus = QApplication.focusWidget()
        has_focus = focus is not None and self._stack.isAncestorOf(focus)
        self._stack.setCurrentWidget(page)
        self.setFocusProxy(page)
        if has_focus:
            # Qt would give it to whatever comes next in the window.
            page.setFocus()
        self._foot.show_picture(picture)
        if not self._pictures.is_busy:
            self._busy_timer.stop()
            self._busy.hide()
        elif self._busy.isHidden() and not self._busy_timer.isActive():
            self._busy_timer.start()

    def _show_framing(self) -> None:
        framing = self._view.framing
        self._foot.show_framing(framing.purpose if framing else None)
        self.state_changed.emit()

    def _on_picture_changed(self, key: int) -> None:
        picture = self._pictures.find(key)
        self._strip.show_picture(picture)
        if self.current is picture:
            self._show_current()
        else:
            self.state_changed.emit()
        self.picture_changed.emit(picture)

    def _on_digit_edited(self, box: Box) -> None:
        # Also after undoing: there the digit is that something has happened to.
        self._view.select(find_digit(self._view.digits, box), has_tip=True)

    def _on_digit_selected(self, digit: Digit | None) -> None:
        self.digit_selected.emit(digit)
        self.state_changed.emit()

    def _on_framing_ended(self, purpose: Purpose, is_applied: bool) -> None:
        self._show_framing()
        if purpose is Purpose.CROP and is_applied:
            self._pictures.crop(self._view.crop)

    def _on_failed(self, key: int, error: DigitpadError) -> None:
        is_shown = self.current is not None and self.current.key == key
        if not is_shown:
            # What to do about it is said once it is looked at.
            self.message_raised.emit(error.message, "")
        elif isinstance(error, EmptyInkError):
            # With a hint it would stay, though the next box may well be better.
            self.message_raised.emit(str(error), "")
        elif self._stack.currentWidget() is not self._failure:
            self.message_raised.emit(error.message, error.hint)

    def _on_steps_visibility_changed(self, is_visible: bool) -> None:
        self._pictures.set_tracing(is_visible)
        if is_visible:
            self._steps.show_picture(self.current)
