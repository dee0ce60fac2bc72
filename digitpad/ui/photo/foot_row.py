"""The row below the picture: what it says, and what to do with a frame."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QWidget

from digitpad.ui.digit_words import Standing, judge
from digitpad.ui.photo.framing import Purpose
from digitpad.ui.photo.open_picture import OpenPicture
from digitpad.ui.theme import GRID_PX

_HEIGHT_PX = 32
_HINT = "Drag to add a box · type to correct · Del removes"
_NOTHING_HINT = "Turn it upright, crop it to the digits, or drag a box around one."
_FRAME_HINTS = {
    Purpose.CROP: "Drag, or use the arrow keys; Shift resizes.",
    Purpose.NEW_BOX: "Move it around a digit: drag, or use the arrow keys; Shift resizes.",
}


class FootRow(QStackedWidget):
    """Describes the picture that is shown; while there is a frame, has the buttons for it.

    Signals
    -------
    whole_picture_chosen(), cancelled(), applied()
        The buttons for the frame.
    """

    whole_picture_chosen = Signal()
    cancelled = Signal()
    applied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT_PX)
        self._caption = QLabel()
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint = QLabel(_HINT)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._frame_hint = QLabel()
        self._frame_hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole, self._cancel, self._apply = (
            QPushButton(text) for text in ("Whole picture", "Cancel", "Apply")
        )
        self._whole.clicked.connect(self.whole_picture_chosen)
        self._cancel.clicked.connect(self.cancelled)
        self._apply.clicked.connect(self.applied)
        self.addWidget(_lay_in_row(self._caption, self._hint))
        self.addWidget(_lay_in_row(self._frame_hint, self._whole, self._cancel, self._apply))

    def show_picture(self, picture: OpenPicture | None) -> None:
        """Describe a picture."""
        self._caption.setText(describe_picture(picture))
        self._fit()

    def show_framing(self, purpose: Purpose | None) -> None:
        """Offer what can be done with a frame; None if there is none."""
        self.setCurrentIndex(0 if purpose is None else 1)
        if purpose is not None:
            self._frame_hint.setText(_FRAME_HINTS[purpose])
            self._whole.setVisible(purpose is Purpose.CROP)
            self._apply.setText("Apply" if purpose is Purpose.CROP else "Add")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the caption the hint's room if it needs it, and a tool tip if that's too little."""
        words = self._caption.text()
        needed = self._caption.fontMetrics().horizontalAdvance(words) + 2 * GRID_PX
        has_room = needed + self._hint.sizeHint().width() + 2 * GRID_PX < self.width()
        self._hint.setVisible(has_room and " · " in words)
        self._caption.setToolTip(words if needed > self.width() else "")


def describe_picture(picture: OpenPicture | None) -> str:
    """Return what there is to say about a picture and its reading."""
    if picture is None:
        return ""
    if picture.error is not None:
        return "" if picture.prepared is None else f"{picture.name} · not read"
    if picture.prepared is None:
        return f"Opening {picture.name}…"
    if picture.reading is None:
        return f"Reading {picture.name}…"
    digits = picture.reading.digits
    if not digits:
        return f"Nothing to read in this picture. {_NOTHING_HINT}"
    standings = [judge(digit) for digit in digits]
    count = len(digits) - standings.count(Standing.NO_DIGIT)
    corrected = sum(digit.correction is not None for digit in digits)
    parts = [
        picture.name,
        f"{count} digit{'' if count == 1 else 's'}",
        _count(standings.count(Standing.NOT_SURE), "not sure"),
        _count(standings.count(Standing.NO_DIGIT), "not a digit"),
        _count(corrected, "corrected"),
        _count(len(picture.lost), "of your changes fit no box here"),
    ]
    return " · ".join(part for part in parts if part)


def _count(number: int, words: str) -> str:
    return f"{number} {words}" if number else ""


def _lay_in_row(first: QWidget, *others: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(GRID_PX, 0, GRID_PX, 0)
    layout.setSpacing(GRID_PX)
    layout.addWidget(first, stretch=1)
    for widget in others:
        layout.addWidget(widget)
    return row
