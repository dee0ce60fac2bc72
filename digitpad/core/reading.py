"""What was read. Free of NumPy at run time: the window shows before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digitpad.core.layout import Box
    from digitpad.core.normalization import DigitImage
    from digitpad.core.strokes import Point, Stroke

SURE = 0.9
"""From this confidence on a digit is called sure."""

NO_DIGIT = "?"
"""What stands in the text for something that was written but is no digit."""

LIKELY_DIGIT = 0.5
"""Less probably a digit than this is called none."""


@dataclass(frozen=True, eq=False)
class Digit:
    """One digit that was read, or something in its place that is none.

    Parameters
    ----------
    box : Box
        The upright box around it in the picture or drawing.
    image : (28, 28) float32 in [0, 1]
        What the network saw.
    probabilities : (10,) float32
        One a class. What their sum lacks of 1 is the probability that this is no digit: a
        scribble, a letter, a part of a digit, or two in one.
    corners : four of (x, y), or empty
        Where the corners of the digit's own box stand in the picture, clockwise from its upper
        left as it is read; empty if that box is `box`, as in an upright picture.
    follows_gap : bool
        Whether the gap before it is wider than between the digits of one number.
    correction : int or None
        What a person said it is, 0 to 9.
    strokes : tuple of Stroke
        What it was written with; empty in a picture.
    """

    box: Box
    image: DigitImage
    probabilities: NDArray[np.float32]
    corners: tuple[Point, ...] = ()
    follows_gap: bool = False
    correction: int | None = None
    strokes: tuple[Stroke, ...] = ()

    @property
    def outline(self) -> tuple[Point, ...]:
        """The four corners of its box, clockwise from the upper left of the digit as it is read."""
        left, top, right, bottom = self.box.x, self.box.y, self.box.right, self.box.bottom
        return self.corners or ((left, top), (right, top), (right, bottom), (left, bottom))

    @property
    def digit_probability(self) -> float:
        """Probability that it is one digit at all, 0 to 1."""
        return min(float(self.probabilities.sum()), 1.0)

    @property
    def is_digit(self) -> bool:
        """Whether it is read as a digit."""
        return self.correction is not None or self.digit_probability >= LIKELY_DIGIT

    @property
    def label(self) -> int:
        """What it was corrected to, or else the most probable class, 0 to 9."""
        return int(self.probabilities.argmax()) if self.correction is None else self.correction

    @property
    def symbol(self) -> str:
        """The label as text, or `NO_DIGIT`."""
        return str(self.label) if self.is_digit else NO_DIGIT

    @property
    def confidence(self) -> float:
        """Probability of the most probable class, 0 to 1; 1 once a person has said what it is."""
        return float(self.probabilities.max()) if self.correction is None else 1.0

    @property
    def is_sure(self) -> bool:
        """Whether the reading needs no second look."""
        return self.confidence >= SURE

    @property
    def ranking(self) -> tuple[int, ...]:
        """All classes, the most probable first."""
        return tuple(sorted(range(len(self.probabilities)), key=lambda c: -self.probabilities[c]))


@dataclass(frozen=True)
class Reading:
    """Everything read in one picture or drawing.

    Parameters
    ----------
    lines : rows of Digit
        In reading order; empty when there is nothing to read.
    elapsed_ms : float
        How long it took, in milliseconds.
    """

    lines: tuple[tuple[Digit, ...], ...] = field(default=())
    elapsed_ms: float = 0.0

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits in reading order."""
        return tuple(digit for line in self.lines for digit in line)

    @property
    def text(self) -> str:
        """One line a row, numbers apart by a space; empty when there is nothing to read."""
        return "\n".join(_join(line) for line in self.lines)


def _join(line: tuple[Digit, ...]) -> str:
    spaced = (" " * digit.follows_gap + digit.symbol for digit in line)
    return "".join(spaced).lstrip()
