"""What a person kept: digit images, and what they really show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from digitpad.core.reading import LIKELY_DIGIT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digitpad.core.strokes import Stroke

NEW = 0
"""The id of a sample that is in no store yet."""


class Source(StrEnum):
    """Where a sample comes from."""

    DRAWING = "drawing"
    PHOTO = "photo"
    PRACTICE = "practice"
    IMPORT = "import"


@dataclass(frozen=True)
class Prediction:
    """What a model took a sample for.

    Parameters
    ----------
    label : int or None
        0 to 9; None if it read no digit.
    confidence : float
        How probable that is by the model, 0 to 1.
    model : str
        Name and digest, as `batch_reading.name_model` gives them.
    """

    label: int | None
    confidence: float
    model: str


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, eq=False)
class Sample:
    """One digit image, what it shows, and where it came from.

    Parameters
    ----------
    image : (28, 28) uint8
        What the network saw; 255 is full ink.
    label : int
        What it shows, 0 to 9.
    source : Source
        How it came about.
    origin : str
        The name of its file; empty if it has none.
    strokes : tuple of Stroke
        What it was written with; empty if it wasn't drawn.
    crop : bytes or None
        What it was cut from, as a PNG picture.
    predicted : Prediction or None
        What was read when it was kept; None if nothing was.
    created : datetime
        When it was kept, UTC.
    id : int
        Its number in the store; `NEW` if it is in none.
    key : str
        The same in every store and backup; one is made up where it is empty.
    """

    image: NDArray[np.uint8]
    label: int
    source: Source
    origin: str = ""
    strokes: tuple[Stroke, ...] = ()
    crop: bytes | None = None
    predicted: Prediction | None = None
    created: datetime = field(default_factory=_now)
    id: int = NEW
    key: str = ""


@dataclass(frozen=True)
class SampleFilter:
    """Which samples are wanted; all if nothing is said.

    Parameters
    ----------
    labels : frozenset of int
        Only these; empty is any.
    sources : frozenset of Source
        Only these; empty is any.
    since, until : datetime or None
        Kept from `since` on, and before `until`; both UTC.
    disagrees_with : str
        Only those that this model reads as something else; empty is any.
    """

    labels: frozenset[int] = frozenset()
    sources: frozenset[Source] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    disagrees_with: str = ""


EVERYTHING = SampleFilter()


@dataclass(frozen=True)
class SampleCounts:
    """How many samples there are.

    Parameters
    ----------
    by_kind : mapping from (label, Source) to int
        Only those of which there are some.
    """

    by_kind: Mapping[tuple[int, Source], int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_kind.values())

    def of_label(self, label: int) -> int:
        """Return how many show this digit."""
        return sum(count for (other, _), count in self.by_kind.items() if other == label)

    def of_source(self, source: Source) -> int:
        """Return how many came about like this."""
        return sum(count for (_, other), count in self.by_kind.items() if other is source)


def judge(probabilities: NDArray[np.float32], model: str) -> Prediction:
    """Return what a model's probabilities of the ten digits, (10,) float32, come to."""
    as_digit = min(float(probabilities.sum()), 1.0)
    if as_digit < LIKELY_DIGIT:
        return Prediction(None, 1.0 - as_digit, model)
    return Prediction(int(probabilities.argmax()), float(probabilities.max()), model)
