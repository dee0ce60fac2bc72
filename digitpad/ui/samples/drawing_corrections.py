"""What a person says about the digits of a drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Stroke
from digitpad.services.models.library import Model
from digitpad.services.samples.keeping import KeptDigit
from digitpad.services.samples.records import Source
from digitpad.ui.background.reader import Reader
from digitpad.ui.background.sample_keeper import SampleKeeper

_Exchange = Callable[[KeptDigit | None, KeptDigit | None], None]


class DrawingCorrections(QObject):
    """Stands between the reader and the window, and sets right what a person corrected.

    A correction holds for as long as the same strokes are read as one digit.

    Parameters
    ----------
    reader : Reader
        Reads drawings.
    undo_stack : QUndoStack
        Of the canvas.
    keeper : SampleKeeper
        Keeps what was corrected.

    Signals
    -------
    drawing_read(int, Reading)
        As the reader's, with corrections made; also when nothing but they have changed.
    """

    drawing_read = Signal(int, object)

    def __init__(
        self,
        reader: Reader,
        undo_stack: QUndoStack,
        keeper: SampleKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._undo_stack = undo_stack
        self._keeper = keeper
        self._revision = 0
        self._reading = Reading()
        self._kept: dict[tuple[Stroke, ...], KeptDigit] = {}
        reader.drawing_read.connect(self._on_drawing_read)

    def correct(self, digit: Digit, label: int, model: Model | None) -> None:
        """Say what a digit is, and keep it as a sample; both can be undone.

        Parameters
        ----------
        digit : Digit
            One of the reading.
        label : int
            What it is, 0 to 9.
        model : Model or None
            What read it.
        """
        before = self._kept.get(digit.strokes)
        if before is None or before.label != label:
            read = replace(digit, correction=None)
            after = KeptDigit(read, label, Source.DRAWING, model)
            self._undo_stack.push(_Correct(before, after, self._exchange))

    def _exchange(self, gone: KeptDigit | None, new: KeptDigit | None) -> None:
        """Let one correction take the place of another; None is none."""
        if gone is not None:
            self._kept.pop(gone.digit.strokes, None)
            self._keeper.forget(gone.key)
        if new is not None:
            self._kept[new.digit.strokes] = new
            self._keeper.keep(new, lambda _: self._drop(new))
        self._tell()

    def _drop(self, kept: KeptDigit) -> None:
        """Take a correction back that could not be kept."""
        if self._kept.get(kept.digit.strokes) is kept:
            del self._kept[kept.digit.strokes]
            self._tell()

    def _tell(self) -> None:
        self.drawing_read.emit(self._revision, self._correct_all(self._reading))

    def _correct_all(self, reading: Reading) -> Reading:
        # Every move of the pen comes by here.
        if not self._kept or not any(digit.strokes in self._kept for digit in reading.digits):
            return reading
        lines = tuple(tuple(map(self._correct_one, line)) for line in reading.lines)
        return replace(reading, lines=lines)

    def _correct_one(self, digit: Digit) -> Digit:
        kept = self._kept.get(digit.strokes)
        return digit if kept is None else replace(digit, correction=kept.label)

    @Slot(int, object)
    def _on_drawing_read(self, revision: int, reading: Reading) -> None:
        self._revision, self._reading = revision, reading
        self._tell()


class _Correct(QUndoCommand):
    """Say that a digit is something else than was said before, or read.

    Parameters
    ----------
    before, after : KeptDigit or None
        What was kept of it, and what is.
    exchange : function
        Lets the second take the place of the first.
    """

    def __init__(self, before: KeptDigit | None, after: KeptDigit, exchange: _Exchange) -> None:
        super().__init__("Correction")
        self._before = before
        self._after = after
        self._exchange = exchange

    def undo(self) -> None:
        self._exchange(self._after, self._before)

    def redo(self) -> None:
        self._exchange(self._before, self._after)
