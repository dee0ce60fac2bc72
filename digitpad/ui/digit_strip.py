"""What the network sees: one small image for each digit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitpad.core.reading import Digit
from digitpad.ui.theme import GRID_PX

_SIDE_PX = 28  # normalization has it too, but would load OpenCV before the window shows.
_HEIGHT_PX = 120
_FRAME_PX = 2
_NO_DIGIT_OPACITY = 0.35
_NOTCH = 120  # What a wheel turns by, as Qt counts it.
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class DigitStrip(QWidget):
    """Shows the digit images of a reading, one of them selected.

    Parameters
    ----------
    is_narrow : bool
        Whether there is little room beside the first image, so that it must not take all of it.

    Signals
    -------
    digit_selected(Digit)
        The person picked another one, with the mouse, its wheel or the arrow keys.
    """

    digit_selected = Signal(object)

    def __init__(self, parent: QWidget | None = None, is_narrow: bool = False) -> None:
        super().__init__(parent)
        self._is_narrow = is_narrow
        self._digits: tuple[Digit, ...] = ()
        self._pictures: list[QImage] = []
        self.selected = -1
        self._turned = 0
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("What the network sees")

    @property
    def digits(self) -> tuple[Digit, ...]:
        """What is shown."""
        return self._digits

    def sizeHint(self) -> QSize:
        return QSize(248, _HEIGHT_PX)

    def show_digits(self, digits: Sequence[Digit], selected: int) -> None:
        """Show `digits`; `selected` is the index of the one to mark, or -1."""
        if tuple(digits) != self._digits:
            self._digits = tuple(digits)
            self._pictures = [to_picture(digit) for digit in digits]
        self.selected = selected
        if 0 <= selected < len(self._digits):
            digit = digits[selected]
            words = digit.symbol if digit.is_digit else "not a digit"
            self.setAccessibleDescription(f"digit {selected + 1} of {len(digits)}: {words}")
        else:
            self.setAccessibleDescription("nothing")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._digits:
            painter.fillRect(self._cell(0), self.palette().midlight())
        for index, (digit, picture) in enumerate(zip(self._digits, self._pictures, strict=True)):
            painter.setOpacity(1.0 if digit.is_digit else _NO_DIGIT_OPACITY)
            painter.drawImage(self._cell(index), picture)
        painter.setOpacity(1.0)
        if len(self._digits) > 1 or (self._digits and self.hasFocus()):
            painter.setPen(QPen(self.palette().accent(), _FRAME_PX))
            painter.drawRect(self._cell(self.selected).adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index in range(len(self._digits)):
            if self._cell(index).contains(event.position().toPoint()):
                self._select(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not 0 <= self.selected + step < len(self._digits):
            event.ignore()
            return
        self._select(self.selected + step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A row a notch; a touchpad sends parts of one.
        self._turned += event.angleDelta().y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        target = self.selected - notches * self._columns()
        target = min(max(target, 0), len(self._digits) - 1)
        if target not in (-1, self.selected):
            self._select(target)

    def _select(self, index: int) -> None:
        self.show_digits(self._digits, index)
        self.digit_selected.emit(self._digits[index])

    def _cell(self, index: int) -> QRect:
        """Return where the image of a digit goes; outside the widget if it is scrolled away."""
        side = self._side_px()
        pitch = side + GRID_PX
        columns = self._columns()
        rows = (_HEIGHT_PX + GRID_PX) // pitch
        hidden = max(max(self.selected, 0) // columns - rows + 1, 0)
        row, column = divmod(index, columns)
        return QRect(column * pitch, (row - hidden) * pitch, side, side)

    def _columns(self) -> int:
        return max((self.width() + GRID_PX) // (self._side_px() + GRID_PX), 1)

    def _side_px(self) -> int:
        """Return the size of an image: whole multiples of its 28 pixels, so that none blurs."""
        count = len(self._digits)
        if self._is_narrow:
            return _SIDE_PX * (4 if count < 2 else 2 if count < 5 else 1)
        return _SIDE_PX * (4 if count < 3 else 2 if count < 9 else 1)


def to_picture(digit: Digit) -> QImage:
    """Return a digit image as the network gets it: white ink on black, 28 by 28."""
    pixels = (digit.image * 255).round().astype("uint8", order="C")
    side = pixels.shape[0]
    # A copy, because the pixels go away with this function.
    return QImage(pixels.data, side, side, side, QImage.Format.Format_Grayscale8).copy()
