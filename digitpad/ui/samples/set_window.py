"""The window that asks for a set of digits, one after the other."""

from __future__ import annotations

from random import Random

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QShortcut,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.errors import DigitpadError
from digitpad.core.grouping import is_dot
from digitpad.core.strokes import Drawing
from digitpad.services.models.library import Model
from digitpad.services.samples.keeping import AskedDigits, make_up_key
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.drawing.canvas import Canvas
from digitpad.ui.samples.set_plan import SetPlan
from digitpad.ui.theme import GRID_PX

REST_MS = 1200
"""When the pen has rested for so long, the digit is taken for whole."""

_FIRST_SIZE = QSize(560, 680)
_LEAST_SIZE = QSize(400, 440)
_PROMPT_SCALE = 2.4
_HINT = "Space takes the digit at once, Ctrl+Z takes it back, Esc ends. What is written stays."
_NEXT_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SetWindow(QWidget):
    """Asks for each digit five times, in random order, and keeps each with its strokes.

    Parameters
    ----------
    keeper : SampleKeeper
        Keeps them.
    parent : QWidget
        Above whose window it stays; that one remains usable.
    rng : Random, optional
        Decides the order.
    """

    def __init__(self, keeper: SampleKeeper, parent: QWidget, rng: Random | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self._keeper = keeper
        self._rng = rng or Random()
        self._plan = SetPlan(self._rng)
        self._asked = AskedDigits(None)
        self._trouble = ""
        self._canvas = Canvas()
        self._canvas.invitation = ""  # The prompt says it.
        self._prompt = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._count = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._words = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._progress = QProgressBar(textVisible=False)
        self._goes_on = QCheckBox("&Go on by itself when the pen rests")
        self._goes_on.setChecked(True)
        self._back = QPushButton("&Take Back")
        self._next = QPushButton("&Next")
        self._end = QPushButton("&End")
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self.setWindowTitle("Write a Set")
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_FIRST_SIZE)
        self._lay_out()
        self._connect()
        self._show_state()

    @property
    def canvas(self) -> Canvas:
        """Where the digits are written."""
        return self._canvas

    @property
    def plan(self) -> SetPlan:
        """What is asked for."""
        return self._plan

    def begin(self, model: Model | None, like: Canvas) -> None:
        """Ask for the digits of a set, or go on with the one that is under way.

        Parameters
        ----------
        model : Model or None
            What reads it.
        like : Canvas
            Pen and board are to be as there.
        """
        self._asked = AskedDigits(model)
        self._canvas.set_board(like.board)
        self._canvas.set_pen_width(like.pen_width_px)
        if not self.isVisible() or self._plan.label is None:
            self._start()
        self.show()
        self.activateWindow()
        self._canvas.setFocus()
        self._show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in _NEXT_KEYS:
            self._take()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._rest.stop()
        super().hideEvent(event)

    # --- what is written -------------------------------------------------------------------

    def _start(self) -> None:
        self._plan = SetPlan(self._rng)
        self._trouble = ""
        self._clear()

    def _take(self) -> None:
        """Keep what is written as the digit asked for, and ask for the next one."""
        self._rest.stop()
        label, strokes = self._plan.label, self._canvas.drawing.strokes
        if label is None:
            return
        if not strokes or is_dot(strokes):
            self._trouble = "That was only a dot." if strokes else ""
            self._clear()
            self._show_state()
            return
        key, asked = make_up_key(), self._asked
        self._keeper.change(
            lambda store: store.add([asked.to_sample(strokes, label, key)]),
            on_failed=lambda error: self._on_failed(key, error),
        )
        self._plan.take(key)
        self._trouble = ""
        self._clear()
        self._show_state()

    def _take_back(self) -> None:
        """Take the last stroke back, or where there is none the last digit."""
        if self._canvas.undo_stack.canUndo():
            self._canvas.undo()
        else:
            key = self._plan.take_back()
            if key is not None:
                self._keeper.forget(key)
        self._canvas.setFocus()
        self._show_state()

    def _clear(self) -> None:
        self._canvas.clear()
        self._canvas.undo_stack.clear()

    def _on_failed(self, key: str, error: DigitpadError) -> None:
        self._plan.ask_again(key)
        self._trouble = f"{error} It is asked for again."
        self._show_state()

    def _on_drawing_changed(self, drawing: Drawing) -> None:
        # While the pen is down; the stroke goes on the undo stack when it is up.
        self._rest.stop()
        self._show_enabled()

    def _on_stroke_ended(self) -> None:
        if self._goes_on.isChecked() and not self._canvas.is_empty:
            self._rest.start()
        self._show_enabled()

    # --- what is shown ---------------------------------------------------------------------

    def _show_state(self) -> None:
        plan, total = self._plan, len(self._plan.labels)
        is_done = plan.label is None
        self._prompt.setText("That was all" if is_done else f"Write a {plan.label}")
        left = "All are kept." if is_done else f"{plan.written + 1} of {total}"
        self._count.setText(left)
        self._progress.setRange(0, total)
        self._progress.setValue(plan.written)
        self._words.setText(self._trouble or _HINT)
        roles = QPalette.ColorRole
        self._words.setForegroundRole(roles.WindowText if self._trouble else roles.PlaceholderText)
        if is_done and self._canvas.hasFocus():
            self._end.setFocus()
        self._canvas.setEnabled(not is_done)
        self._end.setText("&Close" if is_done else "&End")
        self._next.setText("Write &Another" if is_done else "&Next")
        self._show_enabled()
        words = f"{self._prompt.text()}. {left} {self._trouble}".rstrip()
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _show_enabled(self) -> None:
        self._next.setEnabled(self._plan.label is None or not self._canvas.is_empty)
        self._back.setEnabled(self._plan.written > 0 or self._canvas.undo_stack.canUndo())

    def _lay_out(self) -> None:
        font = self._prompt.font()
        font.setPointSizeF(font.pointSizeF() * _PROMPT_SCALE)
        self._prompt.setFont(font)
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._progress.setFixedHeight(GRID_PX // 2)
        self._progress.setAccessibleName("Written so far")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(self._prompt)
        column.addWidget(self._count)
        column.addWidget(self._progress)
        column.addWidget(self._canvas, stretch=1)
        column.addWidget(self._words)
        foot = QHBoxLayout()
        foot.setSpacing(GRID_PX)
        foot.addWidget(self._goes_on)
        foot.addStretch(1)
        for button in (self._back, self._next, self._end):
            foot.addWidget(button)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._canvas.drawing_changed.connect(self._on_drawing_changed)
        self._canvas.undo_stack.indexChanged.connect(self._on_stroke_ended)
        self._rest.timeout.connect(self._take)
        self._goes_on.toggled.connect(self._on_stroke_ended)
        self._back.clicked.connect(self._take_back)
        self._next.clicked.connect(self._on_next_clicked)
        self._end.clicked.connect(self.close)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.activated.connect(self._take_back)

    def _on_next_clicked(self) -> None:
        if self._plan.label is None:
            self._start()
            self._show_state()
        else:
            self._take()
        self._canvas.setFocus()
