"""Answers to what is known -> the figures that say how well it was read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitpad.core.reading import NO_DIGIT
from digitpad.training.calibration import expected_calibration_error
from digitpad.training.data.alignment import align

_LABELS = "0123456789"


@dataclass(frozen=True)
class Answer:
    """What one image or drawing says, and what was read in it.

    Parameters
    ----------
    source : str
        File name, or number in its data set.
    expected : str
        Digits without separators; empty for what is no digit.
    read : str
        Digits, and `NO_DIGIT` for each thing that was taken for none; empty when nothing was
        found. Of an image that is normalized already, the most probable digit in any case.
    kind : str
        The difficulty of a page or the style of a digit; empty if unknown.
    confidence : float
        The least of those of all digits that were read, 0 to 1; 0 if there are none.
    flagged : int
        How many things were taken for no digit.
    is_layout_right : bool
        Whether rows and spaces are right as well.
    """

    source: str
    expected: str
    read: str
    kind: str = ""
    confidence: float = 0.0
    flagged: int = 0
    is_layout_right: bool = False

    @property
    def is_right(self) -> bool:
        """Whether it was read as what it is; what is no digit, as no digit."""
        return self.read == self.expected if self.expected else set(self.read) <= {NO_DIGIT}


@dataclass(frozen=True)
class KindFigures:
    """Figures over the images or drawings of one kind.

    Parameters
    ----------
    kind : str
        A difficulty or a style.
    n, right, layouts_right : int
        How many there are; how many were read right; and with rows and spaces as well.
    digits : int
        Digits in all of them.
    character_error_rate : float
        Wrong, missed and invented digits by `digits`; 0 is best.
    """

    kind: str
    n: int
    right: int
    layouts_right: int
    digits: int
    character_error_rate: float

    @property
    def accuracy(self) -> float:
        """Part that was read right, 0 to 1."""
        return self.right / self.n


@dataclass(frozen=True)
class ClassFigures:
    """Figures over the digits of one class.

    Parameters
    ----------
    label : int
        0 to 9.
    n, read, right : int
        How many digits are of this class; how many were read as it, some of which may be none;
        how many are both.
    precision : float or None
        Part of what was read as this class that is of it, 0 to 1; None if nothing was.
    recall : float or None
        Part of its digits that were read as such, 0 to 1; None if there are none.
    f1 : float or None
        The harmonic mean of both; None without either.
    """

    label: int
    n: int
    read: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Evaluation:
    """Figures over a data set.

    Parameters
    ----------
    n : int
        Images or drawings.
    accuracy : float
        Part of them read right, as a whole, 0 to 1.
    digits : int
        Digits in all of them.
    character_error_rate : float
        Wrong, missed and invented digits by `digits`; 0 is best.
    confusion : ten rows of ten
        How often the digit of the row was read as that of the column.
    classes : ten of ClassFigures
        In order of the digits. Here a digit that was missed or invented counts, too.
    mistakes : tuple of Answer
        All that were not read right.
    digits_flagged : int
        How much was taken for no digit in images and drawings of digits.
    no_digits, no_digits_flagged : int
        How many images or drawings show no digit, and how many of them were taken for none.
    calibration_error : float or None
        Expected calibration error over the digits; None if anything shows several, or all none.
    kinds : tuple of KindFigures
        By difficulty or style, in the order of the data; empty if it has none.
    worst_kind : str
        That with the most errors; empty if there are no kinds, or no errors.
    """

    n: int
    accuracy: float
    digits: int
    character_error_rate: float
    confusion: tuple[tuple[int, ...], ...]
    classes: tuple[ClassFigures, ...]
    mistakes: tuple[Answer, ...]
    digits_flagged: int
    no_digits: int
    no_digits_flagged: int
    calibration_error: float | None
    kinds: tuple[KindFigures, ...]
    worst_kind: str


def summarize(answers: Sequence[Answer]) -> Evaluation:
    """Count what was read right and wrong in `answers`, of which there is at least one."""
    pairs = Counter(pair for answer in answers for pair in align(answer.expected, answer.read))
    every = _count(answers, "")
    names = dict.fromkeys(answer.kind for answer in answers if answer.kind)
    kinds = tuple(_count([a for a in answers if a.kind == name], name) for name in names)
    no_digits = [answer for answer in answers if not answer.expected]
    return Evaluation(
        n=every.n,
        accuracy=every.accuracy,
        digits=every.digits,
        character_error_rate=every.character_error_rate,
        confusion=tuple(tuple(pairs[a, b] for b in _LABELS) for a in _LABELS),
        classes=tuple(_count_class(label, pairs) for label in _LABELS),
        mistakes=tuple(answer for answer in answers if not answer.is_right),
        digits_flagged=sum(answer.flagged for answer in answers if answer.expected),
        no_digits=len(no_digits),
        no_digits_flagged=sum(answer.is_right for answer in no_digits),
        calibration_error=_measure_calibration([a for a in answers if a.expected]),
        kinds=kinds,
        worst_kind=_find_worst(kinds),
    )


def _count_class(label: str, pairs: Counter[tuple[str, str]]) -> ClassFigures:
    n = sum(count for (expected, _), count in pairs.items() if expected == label)
    read = sum(count for (_, found), count in pairs.items() if found == label)
    right = pairs[label, label]
    return ClassFigures(
        label=int(label),
        n=n,
        read=read,
        right=right,
        precision=right / read if read else None,
        recall=right / n if n else None,
        # What the harmonic mean comes to.
        f1=2 * right / (n + read) if n and read else None,
    )


def _count(answers: Sequence[Answer], kind: str) -> KindFigures:
    shown = [answer for answer in answers if answer.expected]
    pairs = [pair for answer in shown for pair in align(answer.expected, answer.read)]
    digits = sum(len(answer.expected) for answer in shown)
    edits = sum(expected != read for expected, read in pairs)
    return KindFigures(
        kind=kind,
        n=len(answers),
        right=sum(answer.is_right for answer in answers),
        layouts_right=sum(answer.is_layout_right for answer in answers),
        digits=digits,
        character_error_rate=edits / max(digits, 1),
    )


def _find_worst(kinds: Sequence[KindFigures]) -> str:
    worst = max(kinds, key=lambda f: (f.character_error_rate, 1 - f.accuracy), default=None)
    return worst.kind if worst is not None and worst.right < worst.n else ""


def _measure_calibration(answers: Sequence[Answer]) -> float | None:
    if not answers or any(len(answer.expected) > 1 for answer in answers):
        return None
    confidences = np.array([answer.confidence for answer in answers])
    return expected_calibration_error(confidences, np.array([a.is_right for a in answers]))
