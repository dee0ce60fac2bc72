"""What is said about a digit that was judged. Free of Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digitpad.services.inspection import JudgedDigit

_SHORT_NONE = "–"
_NONE = "no digit"


def symbol(label: int | None) -> str:
    """Return a label in one character; what is none is a dash."""
    return _SHORT_NONE if label is None else str(label)


def name_label(label: int | None) -> str:
    """Return a label in words."""
    return _NONE if label is None else str(label)


def caption(digit: JudgedDigit) -> str:
    """Return what was read, and in brackets what it is if that is something else."""
    read = symbol(digit.read)
    return read if digit.is_right else f"{read} ({symbol(digit.expected)})"


def describe(digit: JudgedDigit) -> str:
    """Return what was read and what it is, in words."""
    if digit.read is None and digit.expected is not None:
        found = "missed" if digit.confidence == 0 else "taken for no digit"
        return f"{digit.expected}, {found}"
    said = "no digit" if digit.read is None else f"read as {digit.read}"
    if digit.is_right:
        return f"{said}, and right"
    return f"{said}, was {name_label(digit.expected)}"


def percent(part: float) -> str:
    """Return a confidence in percent, rounded down: nobody is a hundred percent sure."""
    return f"{min(int(part * 100), 99) or '<1'} %"


def count_digits(count: int, what: str = "digit") -> str:
    """Return so many digits in words."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
