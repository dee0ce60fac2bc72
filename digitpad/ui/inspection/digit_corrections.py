"""What a person says about the digits of an inspection."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitpad.core.errors import DigitpadError, SampleError
from digitpad.services.inspection import Inspection, JudgedDigit
from digitpad.ui.background.sample_keeper import SampleKeeper, Work

_Say = Callable[[JudgedDigit, int | None, int | None], None]


class DigitCorrections(QObject):
    """Keeps what is said of a digit as a sample; what is one already gets another label.

    Parameters
    ----------
    keeper : SampleKeeper
        Keeps what was said.

    Signals
    -------
    changed(JudgedDigit)
        Something else is known of it.
    said(str)
        What is on disk now, in words.
    failed(DigitpadError)
        It could not be kept.
    """

    changed = Signal(object)
    said = Signal(str)
    failed = Signal(object)

    def __init__(self, keeper: SampleKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._inspection: Inspection | None = None
        self._labels: dict[JudgedDigit, int] = {}
        self.undo_stack = QUndoStack(self)

    def turn_to(self, inspection: Inspection) -> None:
        """Let go of what was said; from now on it is about the digits of another inspection."""
        self._inspection = inspection
        self._labels.clear()
        self.undo_stack.clear()

    def find_label(self, digit: JudgedDigit) -> int | None:
        """Return what a person said that a digit is, 0 to 9; None if nothing."""
        return self._labels.get(digit)

    def correct(self, digit: JudgedDigit, label: int) -> None:
        """Say what a digit is; it can be undone.

        Parameters
        ----------
        digit : JudgedDigit
            One of the inspection.
        label : int
            What it is, 0 to 9.
        """
        if not digit.image.any():
            self.failed.emit(
                SampleError(
                    "Nothing was found there, so there is nothing to keep.", "Open it to see."
                )
            )
            return
        before = self._labels.get(digit)
        known = digit.expected if digit.key and before is None else before
        if label != known:
            self.undo_stack.push(_Correct(digit, before, label, self._say))

    def _say(self, digit: JudgedDigit, before: int | None, after: int | None) -> None:
        if digit.key:
            self._relabel(digit, after)
        else:
            self._exchange(digit, before, after)
        self._know(digit, after)

    def _relabel(self, digit: JudgedDigit, after: int | None) -> None:
        label = digit.expected if after is None else after
        assert label is not None  # Every sample shows a digit.
        self._change(
            lambda store: store.relabel(dict.fromkeys(store.find_keys([digit.key]), label)),
            digit,
            after,
        )

    def _exchange(self, digit: JudgedDigit, before: int | None, after: int | None) -> None:
        assert self._inspection is not None
        if before is not None:
            self._keeper.forget(self._inspection.to_sample(digit, before).key)
        if after is not None:
            sample = self._inspection.to_sample(digit, after)
            self._change(lambda store: store.add([sample]), digit, after)

    def _change(self, work: Work, digit: JudgedDigit, after: int | None) -> None:
        self._keeper.ask(
            work,
            lambda _: self._tell(digit, after),
            on_failed=lambda error: self._on_failed(digit, error),
            is_change=True,
        )

    def _tell(self, digit: JudgedDigit, label: int | None) -> None:
        if label is not None:
            done = "sample has the label" if digit.key else "digit is kept as"
            self.said.emit(f"This {done} {label}.")

    def _on_failed(self, digit: JudgedDigit, error: DigitpadError) -> None:
        self._know(digit, None)
        self.failed.emit(error)

    def _know(self, digit: JudgedDigit, label: int | None) -> None:
        if label is None:
            self._labels.pop(digit, None)
        else:
            self._labels[digit] = label
        self.changed.emit(digit)


class _Correct(QUndoCommand):
    """Say that a digit is something else than was said before; None is nothing."""

    def __init__(self, digit: JudgedDigit, before: int | None, after: int, say: _Say) -> None:
        super().__init__("Correction")
        self._digit = digit
        self._before = before
        self._after = after
        self._say = say

    def undo(self) -> None:
        self._say(self._digit, self._after, self._before)

    def redo(self) -> None:
        self._say(self._digit, self._before, self._after)
