"""A picture with the boxes of its digits: pick one, look at its guesses, type what it is."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from digitpad.core.reading import Digit, Reading
from digitpad.ui.digit_keys import typed_digit
from digitpad.ui.digit_words import describe_digit, list_guesses
from digitpad.ui.photo.digit_overlay import paint_digits, paint_emphasis, place_outline
from digitpad.ui.photo.digit_tip import DigitTip
from digitpad.ui.photo.order_overlay import paint_order
from digitpad.ui.photo.picture_geometry import Direction, find_outline, step_outline
from digitpad.ui.photo.picture_view import PictureView, to_rect

_REACH_PX = 4.0
"""How far beside a box a pointer still takes it, on screen."""

DIRECTIONS: dict[int, Direction] = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}
"""Where the arrow keys lead."""


class DigitView(PictureView):
    """Shows what was read in a picture, and lets a person go from digit to digit.

    Signals
    -------
    digit_selected(Digit or None)
        A box was clicked or reached by a key, or none is selected any more.
    label_typed(int)
        A digit was typed while one is selected.
    """

    digit_selected = Signal(object)
    label_typed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._has_order = False
        self._selected: int | None = None
        self._hovered: int | None = None
        self._painted: tuple[tuple[object, ...], QPixmap] | None = None
        self._tip = DigitTip(self.viewport())
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Picture")

    @property
    def reading(self) -> Reading | None:
        """What is shown; None before anything was read."""
        return self._reading

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits shown, in reading order."""
        return self._reading.digits if self._reading else ()

    @property
    def selected_index(self) -> int | None:
        """Which digit's box is selected."""
        return self._selected

    @property
    def selected_digit(self) -> Digit | None:
        """The digit whose box is selected."""
        return None if self._selected is None else self.digits[self._selected]

    def show_reading(self, reading: Reading | None) -> None:
        """Show the boxes of what was read; none are selected."""
        self.select(None)
        self._hovered = None
        self._reading = reading
        words = "" if reading is None else reading.text or "Nothing to read in this picture"
        self.setAccessibleDescription(words)
        self._tip.hide()
        self.viewport().update()

    def show_order(self, is_shown: bool) -> None:
        """Show in which order the digits are read, or no longer."""
        self._has_order = is_shown
        self.viewport().update()

    def select_digit(self, digit: Digit) -> None:
        """Select the box of one of the digits shown."""
        self.select(next((i for i, other in enumerate(self.digits) if other is digit), None))

    def select(self, index: int | None, *, has_tip: bool = False) -> None:
        """Select the box of a digit by its index in reading order, or none.

        Parameters
        ----------
        index : int or None
            Which one.
        has_tip : bool
            Whether to show what else it may be: for keys, as the pointer isn't there to show it.
        """
        if has_tip and index is not None:
            digit = self.digits[index]
            self.ensureVisible(to_rect(digit.box), 24, 24)
            self._show_tip(index)
        elif self._hovered is None:
            self._tip.hide()
        if index == self._selected:
            return
        self._selected = index
        self.viewport().update()
        if index is not None:
            digit = self.digits[index]
            place = f"Digit {index + 1} of {len(self.digits)}"
            words = f"{place}: {describe_digit(digit)}. {list_guesses(digit)}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        self.digit_selected.emit(self.selected_digit)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self.picture is None or self._reading is None:
            return
        painter.save()
        painter.resetTransform()
        to_view = self.viewportTransform()
        painter.drawPixmap(0, 0, self._paint_boxes(self._reading))
        # The selected one last: above the one that is pointed at.
        for index in (self._hovered, self._selected):
            if index is not None:
                is_selected = index == self._selected
                paint_emphasis(
                    painter, self.digits[index], to_target=to_view, is_selected=is_selected
                )
        painter.restore()

    def _paint_boxes(self, reading: Reading) -> QPixmap:
        """Return the boxes of a reading as seen now; three hundred take longer than a frame."""
        to_view, room = self.viewportTransform(), self.viewport().size()
        seen = (reading, to_view, room, self.devicePixelRatioF(), self._has_order)
        if self._painted is None or self._painted[0] != seen:
            boxes = QPixmap(room * self.devicePixelRatioF())
            boxes.setDevicePixelRatio(self.devicePixelRatioF())
            boxes.fill(Qt.GlobalColor.transparent)
            painter = QPainter(boxes)
            paint_digits(painter, reading.digits, to_target=to_view)
            if self._has_order:
                paint_order(painter, reading.lines, to_target=to_view)
            painter.end()
            self._painted = seen, boxes
        return self._painted[1]

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.point_at(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() == Qt.MouseButton.NoButton and not self.is_ready_to_pan:
            self.point_at(self.find_digit(event.position()))
        else:
            super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._press_digit_key(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Tab enters the picture at a digit; the arrow keys go on, and Tab leaves.
        is_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if is_tab and self.digits and self._selected is None:
            self.select(0, has_tip=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._hovered is None:
            self._tip.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tip.hide()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._tip.hide()

    def _press_digit_key(self, event: QKeyEvent) -> bool:
        key, has_digits = event.key(), bool(self.digits)
        direction = DIRECTIONS.get(key)
        is_moving = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if direction is not None and self._reading is not None and not is_moving:
            rows = [[digit.outline for digit in line] for line in self._reading.lines]
            index = step_outline(rows=rows, current=self._selected, direction=direction)
            self.select(index, has_tip=True)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and has_digits:
            self.select(0 if key == Qt.Key.Key_Home else len(self.digits) - 1, has_tip=True)
        elif self._selected is None:
            return False
        elif key == Qt.Key.Key_Escape:
            self.select(None)
        elif (label := typed_digit(event)) is not None:
            self.label_typed.emit(label)
        else:
            return False
        return True

    def point_at(self, index: int | None) -> None:
        """Bring out the digit that the pointer is over, or none."""
        if index is not None:
            shape = Qt.CursorShape.PointingHandCursor
        else:
            has_paper = self.picture is not None
            shape = Qt.CursorShape.CrossCursor if has_paper else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        if index == self._hovered:
            return
        self._hovered = index
        self.viewport().update()
        if index is None:
            self._tip.hide()
        else:
            self._show_tip(index)

    def find_digit(self, at: QPointF) -> int | None:
        """Return the index of the digit at a point of the viewport, or None."""
        point = self.to_picture(at)
        outlines = [digit.outline for digit in self.digits]
        reach_px = _REACH_PX / self.scale_factor
        return find_outline(outlines=outlines, x=point.x(), y=point.y(), reach_px=reach_px)

    def _show_tip(self, index: int) -> None:
        digit = self.digits[index]
        outline = place_outline(digit, self.viewportTransform(), 2)
        self._tip.point_at(digit, outline.boundingRect().toRect())
