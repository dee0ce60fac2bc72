"""What was read. Free of NumPy at run time: the window shows before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digitpad.core.layout import Box
    from digitpad.core.normalization import DigitImage

SURE = 0.9
"""From this confidence on a digit is called sure."""


@dataclass(frozen=True, eq=False)
class Digit:
    """One digit that was read.

    Parameters
    ----------
    box : Box
        Where it stands in the picture or drawing.
    image : (28, 28) float32 in [0, 1]
        What the network saw.
    probabilities : (10,) float32
        One a class, summing to 1.
    """

    box: Box
    image: DigitImage
    probabilities: NDArray[np.float32]

    @property
    def label(self) -> int:
        """The most probable class, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Probability of that class, 0 to 1."""
        return float(self.probabilities.max())

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
        """The digits as text, one line a row; empty when there is nothing to read."""
        return "\n".join("".join(str(digit.label) for digit in line) for line in self.lines)
