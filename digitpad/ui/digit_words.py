"""What is said about a digit that was read. Free of Qt."""

from dataclasses import dataclass, replace
from enum import Enum

from digitpad.core.reading import Digit

_GUESSES = 3


class Standing(Enum):
    """How far a digit can be relied on."""

    SURE = "sure"
    NOT_SURE = "not sure"
    NO_DIGIT = "not a digit"


@dataclass(frozen=True)
class Guess:
    """What a digit may be.

    Parameters
    ----------
    label : int
        0 to 9.
    probability : float
        0 to 1.
    """

    label: int
    probability: float

    @property
    def percent(self) -> str:
        """The probability in percent, rounded down: nobody is a hundred percent sure."""
        return f"{min(int(self.probability * 100), 99) or '<1'} %"


def judge(digit: Digit) -> Standing:
    """Return how far a digit can be relied on."""
    if not digit.is_digit:
        return Standing.NO_DIGIT
    return Standing.SURE if digit.is_sure else Standing.NOT_SURE


def guess(digit: Digit) -> tuple[Guess, ...]:
    """Return the three digits that the network takes for the most probable."""
    labels = digit.ranking[:_GUESSES]
    return tuple(Guess(label, float(digit.probabilities[label])) for label in labels)


def describe_digit(digit: Digit) -> str:
    """Return what was read in words: “4, sure, 98 %”, “not sure: 1 or 7?”, “kept as 7”."""
    first, second, *_ = guess(digit)
    if digit.correction is not None:
        read = replace(digit, correction=None).symbol
        kept = f"kept as {digit.correction}"
        return kept if read == str(digit.correction) else f"{kept}; read as {read}"
    standing = judge(digit)
    if standing is Standing.SURE:
        return f"{digit.label}, sure, {first.percent}"
    if standing is Standing.NOT_SURE:
        return f"not sure: {first.label} or {second.label}?"
    return f"not a digit; nearest: {first.label} or {second.label}"


def list_guesses(digit: Digit) -> str:
    """Return the most probable digits in words: “1: 52 %, 7: 44 %, 2: 1 %”."""
    return ", ".join(f"{each.label}: {each.percent}" for each in guess(digit))
