"""The drawing canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QUndoStack,
)
from PySide6.QtWidgets import QWidget

from digitpad.core.erasing import erase
from digitpad.core.layout import bounding_box
from digitpad.core.reading import Digit, Reading
from digitpad.core.smoothing import PenPath
from digitpad.core.strokes import Drawing, Point, Stroke
from digitpad.ui.drawing.canvas_commands import ReplaceStrokes, Strokes
from digitpad.ui.drawing.cursors import ring_cursor
from digitpad.ui.drawing.digit_marks import DigitMarks
from digitpad.ui.drawing.paper import Board, Paper, WetInk, ink_rect, stroke_rect
from digitpad.ui.drawing.pointer import PointerWidget

PEN_WIDTHS_PX = range(4, 41)
DEFAULT_PEN_WIDTH_PX = 16
MIN_ERASER_PX = 12
_SWING_PX = 8


class Tool(Enum):
    """What the pointer does."""

    PEN = "pen"
    ERASER = "eraser"


@dataclass(frozen=True)
class _Writing:
    """A stroke in progress."""

    path: PenPath
    width_px: float
    ink: WetInk


@dataclass(frozen=True)
class _Erasing:
    """An eraser on the move: what there was before it came down, and where it is."""

    before: Strokes
    place: Point


class Canvas(PointerWidget):
    """Takes strokes from mouse, finger and pen, and shows them; an `invitation` while empty.

    Signals
    -------
    drawing_changed(Drawing)
        After every change, each move of a stroke in progress included; revisions only grow.
    """

    drawing_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._strokes: Strokes = ()
        self._revision = 0
        self._gesture: _Writing | _Erasing | None = None
        self._tool = Tool.PEN
        self._pen_width_px = DEFAULT_PEN_WIDTH_PX
        self._board = Board.WHITE_PAPER
        self._paper: Paper | None = None
        self._view = QTransform()
        self._marks = DigitMarks()
        self._has_key_focus = False
        self.invitation = "Draw a digit"
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 200)
        self.setAccessibleName("Drawing canvas")
        self._update_cursor()
        self._update_description()

    def sizeHint(self) -> QSize:
        return QSize(720, 560)

    @property
    def drawing(self) -> Drawing:
        """All strokes, the one in progress included."""
        strokes = self._strokes
        if isinstance(self._gesture, _Writing):
            strokes = (*strokes, Stroke(self._gesture.path.points, self._gesture.width_px))
        return Drawing(strokes, self._revision)

    @property
    def is_empty(self) -> bool:
        """Whether there is no ink at all."""
        return not self._strokes and not isinstance(self._gesture, _Writing)

    @property
    def pen_width_px(self) -> int:
        """The pen's width on screen."""
        return self._pen_width_px

    @property
    def board(self) -> Board:
        """What is written on."""
        return self._board

    @property
    def tool(self) -> Tool:
        """What the pointer does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Write or erase from now on."""
        self._tool = tool
        self._update_cursor()

    def set_pen_width(self, width_px: int) -> None:
        """Write this wide from now on; the eraser grows along."""
        self._pen_width_px = min(max(width_px, PEN_WIDTHS_PX[0]), PEN_WIDTHS_PX[-1])
        self._update_cursor()

    def set_board(self, board: Board) -> None:
        """Write on white paper or a black board; the drawing stays."""
        self._board = board
        self._paper = None
        self._update_cursor()
        self.update()

    def set_drawing(self, drawing: Drawing, text: str = "Open Drawing") -> None:
        """Show another drawing; what was there comes back with undo."""
        self.end_gesture()
        self._push(text, self._strokes, drawing.strokes)

    def clear(self) -> None:
        """Take all strokes away; they come back with undo."""
        self.end_gesture()
        if not self.is_empty:
            self._push("Clear", self._strokes, ())

    def undo(self) -> None:
        """Take the last change back."""
        self.end_gesture()
        self.undo_stack.undo()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self.end_gesture()
        self.undo_stack.redo()

    def show_reading(self, reading: Reading) -> None:
        """Mark what was read, where several digits could be confused."""
        before = self._marks.areas
        self._marks.show_reading(reading)
        self._place_marks(before)

    def point_out(self, digit: Digit) -> None:
        """Frame one digit of the reading, until there is another reading."""
        before = self._marks.areas
        self._marks.pick(digit)
        self._place_marks(before)

    def to_image(self) -> QImage:
        """Return the drawing as it is on screen, without marks."""
        image = QImage(self.size() * self.devicePixelRatioF(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(image)
        painter.drawImage(0, 0, self._current_paper().image)
        self._paint_wet_ink(painter, QRectF(self.rect()))
        painter.end()
        return image

    # --- what the pointer does -------------------------------------------------------------

    def begin_gesture(self, position: QPointF, is_eraser_end: bool) -> None:
        self.end_gesture()
        place = self._to_drawing(position)
        if self._tool is Tool.PEN and not is_eraser_end:
            path, width_px = PenPath(place), self._pen_width_px / self._view.m11()
            self._gesture = _Writing(path, width_px, WetInk(path, width_px))
            self._report_change()
            self._update_ink((place,))
            if not self._strokes:
                self.update()  # the words of the empty canvas go
        else:
            self._gesture = _Erasing(self._strokes, place)
            self._erase_to(place)

    def move_gesture(self, position: QPointF) -> None:
        place = self._to_drawing(position)
        if isinstance(self._gesture, _Writing):
            changed = self._gesture.path.add(place)
            if changed:
                self._update_ink(changed)
                self._report_change()
        elif isinstance(self._gesture, _Erasing):
            self._erase_to(place)

    def _erase_to(self, place: Point) -> None:
        assert isinstance(self._gesture, _Erasing)
        radius_px = self._eraser_px / 2 / self._view.m11()
        kept = tuple(erase(self._strokes, self._gesture.place, place, radius_px))
        self._gesture = _Erasing(self._gesture.before, place)
        self._replace_strokes(kept)

    def end_gesture(self) -> None:
        gesture, self._gesture = self._gesture, None
        if isinstance(gesture, _Writing):
            stroke = Stroke(gesture.path.points, gesture.width_px)
            self._push("Stroke", self._strokes, (*self._strokes, stroke))
        elif isinstance(gesture, _Erasing) and gesture.before != self._strokes:
            self._push("Erase", gesture.before, self._strokes)

    def cancel_gesture(self) -> None:
        gesture, self._gesture = self._gesture, None
        if isinstance(gesture, _Writing):
            self.update()
            self._report_change()
        elif isinstance(gesture, _Erasing):
            self._replace_strokes(gesture.before)

    @property
    def _eraser_px(self) -> int:
        return max(MIN_ERASER_PX, 2 * self._pen_width_px)

    def _push(self, text: str, before: Strokes, after: Strokes) -> None:
        self.undo_stack.push(ReplaceStrokes(text, before, after, self._show_strokes))

    def _show_strokes(self, strokes: Strokes) -> None:
        # Whatever the pointer was about, it was about the strokes that were here before.
        self._gesture = None
        self._replace_strokes(strokes)

    def _replace_strokes(self, strokes: Strokes) -> None:
        before, self._strokes = self._strokes, strokes
        kept = {id(stroke) for stroke in before} & {id(stroke) for stroke in strokes}
        changed = [stroke for stroke in (*before, *strokes) if id(stroke) not in kept]
        if not changed:
            return
        view = self._view if self._has_all_in_view() else self._find_view()
        if view != self._view:
            self._set_view(view)
        else:
            region = QRectF()
            for stroke in changed:
                region = region.united(view.mapRect(stroke_rect(stroke)))
            # Whole pixels, or the edge of what is cleared shows.
            pixels = region.toAlignedRect()
            self._current_paper().paint(strokes, QRectF(pixels))
            self.update(pixels)
        if not before or not strokes:
            self.update()  # the words of the empty canvas come and go
        self._update_description()
        self._report_change()

    def _report_change(self) -> None:
        self._revision += 1
        self.drawing_changed.emit(self.drawing)

    # --- where things are ------------------------------------------------------------------

    def _has_all_in_view(self) -> bool:
        """Whether the view may stay as it is: a drawing must not jump while it is written."""
        if not self._strokes:
            return self._view.isIdentity()
        box = bounding_box(stroke.box for stroke in self._strokes)
        # A curve may swing a little past the edge that its places lie on.
        swing = (-_SWING_PX, -_SWING_PX, _SWING_PX, _SWING_PX)
        shown = self._view.inverted()[0].mapRect(QRectF(self.rect()).adjusted(*swing))
        return shown.contains(QRectF(box.x, box.y, box.width, box.height))

    def _find_view(self) -> QTransform:
        """Shrink a drawing that is larger than the canvas, so that all of it can be seen."""
        shown = QRectF(self.rect())
        for stroke in self._strokes:
            shown = shown.united(stroke_rect(stroke))
        scale = min(self.width() / shown.width(), self.height() / shown.height())
        return QTransform(scale, 0, 0, scale, -shown.left() * scale, -shown.top() * scale)

    def _to_drawing(self, position: QPointF) -> Point:
        # A pointer that leaves the canvas slides along its edge.
        inside = QPointF(
            min(max(position.x(), 0.0), self.width()), min(max(position.y(), 0.0), self.height())
        )
        place = self._view.inverted()[0].map(inside)
        return place.x(), place.y()

    def _update_ink(self, points: tuple[Point, ...]) -> None:
        assert points
        width_px = self._pen_width_px / self._view.m11()
        self.update(self._view.mapRect(ink_rect(points, width_px)).toAlignedRect())

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self._current_paper().image)
        self._paint_wet_ink(painter, QRectF(event.rect()))
        if not self._strokes and self._gesture is None:
            self._paint_invitation(painter)
        self._paint_marks(painter)
        self._paint_frame(painter)
        painter.end()

    def _current_paper(self) -> Paper:
        ratio = self.devicePixelRatioF()
        if self._paper is None or self._paper.image.size() != self.size() * ratio:
            self._paper = Paper(self._board, self.size(), ratio, self._view)
            self._paper.paint(self._strokes)
        return self._paper

    def _paint_wet_ink(self, painter: QPainter, region: QRectF) -> None:
        if isinstance(self._gesture, _Writing):
            painter.save()
            painter.setTransform(self._view, combine=True)
            drawn = self._view.inverted()[0].mapRect(region)
            self._gesture.ink.paint(painter, drawn, self._board.ink)
            painter.restore()

    def _paint_invitation(self, painter: QPainter) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        painter.setFont(font)
        painter.setPen(self._board.faint_ink)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.invitation)

    def _set_view(self, view: QTransform) -> None:
        self._view, self._paper = view, None
        self._place_marks()
        self.update()

    def _place_marks(self, before: Sequence[QRect] = ()) -> None:
        gap_px = self._pen_width_px / 2 + 4
        self._marks.place(self._view, self.size(), gap_px, self.fontMetrics())
        for area in (*before, *self._marks.areas):
            self.update(area)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        accent = self.palette().accent().color()
        self._marks.paint(painter, self._board.faint_ink, accent)

    def _paint_frame(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        frame = self.rect().adjusted(0, 0, -1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(frame)
        if self._has_key_focus:
            painter.setPen(self.palette().accent().color())
            painter.drawRect(frame)
            painter.drawRect(frame.adjusted(1, 1, -1, -1))

    # --- what Qt asks ----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_view(self._find_view())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A ring shows where the keyboard is; whoever uses the mouse knows.
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._has_key_focus = event.reason() in reasons
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_key_focus = False
        self.update()

    def _update_cursor(self) -> None:
        if self._tool is Tool.PEN:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(ring_cursor(self._eraser_px, self._board.ink))

    def _update_description(self) -> None:
        count = len(self._strokes)
        words = {0: "Empty. Draw a digit.", 1: "One stroke."}
        self.setAccessibleDescription(words.get(count, f"{count} strokes."))
