"""What a model rehearses while it learns, where there is no data set. Free of TensorFlow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.errors import ModelError
from digitpad.core.normalization import SIDE_PX, DigitImage, normalize
from digitpad.core.reading import LIKELY_DIGIT
from digitpad.training.data.allographs import list_styles, synthesize
from digitpad.training.data.augmentation import STRENGTHS, augment_image, augment_strokes
from digitpad.training.data.datasets import LabelledImages
from digitpad.training.data.non_digits import NonDigits
from digitpad.training.rehearsal.generator import DigitGenerator

Floats = NDArray[np.float32]

_HANDS = STRENGTHS["light"]
_VARIED = 0.5
"""Part of the digits, 0 to 1, that is varied; the rest is as MNIST's are."""
_CONTRAST = (1.0, 1.8)
_SPARE = 1.1
"""So many digits are written for one that is kept, at first."""
_ROUNDS = 50
"""So often digits are written for those that were not kept."""
_PIECES = 200
"""So many digits, at least, are what non-digits are made of."""


@dataclass(frozen=True)
class RehearsalShares:
    """What rehearsal consists of; the rest is digits of the source.

    Parameters
    ----------
    allographs : float
        Part, 0 to 1, that is digits in the world's styles.
    non_digits : float
        Part, 0 to 1, that is no digit.
    """

    allographs: float = 0.15
    non_digits: float = 0.10


@dataclass(frozen=True, eq=False)
class SoftDigits:
    """Digit images, and how probable it is what they show.

    Parameters
    ----------
    images : (n, 28, 28) float32 in [0, 1]
        Normalized.
    probabilities : (n, 11) float32
        Of the digits 0 to 9 and, last, of being none.
    """

    images: Floats
    probabilities: Floats

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def part(self, chosen: NDArray[np.bool_] | NDArray[np.integer]) -> "SoftDigits":
        """Return those that an array chooses, by mask or number."""
        return SoftDigits(self.images[chosen], self.probabilities[chosen])


class DigitSource(Protocol):
    """Where the digits of a rehearsal come from."""

    def draw(self, count: int, rng: np.random.Generator) -> SoftDigits:
        """Return so many digits, at least one, in no order; the same `rng` gives the same."""


class GeneratedDigits:
    """Digits that nobody wrote, every one about as often: no data set is needed.

    Parameters
    ----------
    generator : DigitGenerator
        Writes them.
    teacher : Classifier
        Says what they show; what it takes for no digit is left out.
    """

    def __init__(self, generator: DigitGenerator, teacher: Classifier) -> None:
        self._generator = generator
        self._teacher = teacher

    def draw(self, count: int, rng: np.random.Generator) -> SoftDigits:
        """Return digits that look as MNIST's do.

        Raises
        ------
        ModelError
            If hardly anything that the generator writes is a digit.
        """
        kept: list[SoftDigits] = []
        missing = count
        for _ in range(_ROUNDS):
            labels = rng.permutation(np.arange(round(missing * _SPARE) + CLASSES) % CLASSES)
            images = _vary(self._generator.write(labels, rng, _CONTRAST), rng)
            written = SoftDigits(images, label_softly(images, self._teacher))
            is_digit = written.probabilities[:, CLASSES] < 1 - LIKELY_DIGIT
            kept.append(written.part(is_digit))
            missing -= len(kept[-1])
            if missing <= 0:
                return _join(kept).part(np.arange(count))
        raise ModelError(
            "The generator of digits writes nothing that the bundled model takes for a digit.",
            "Reinstall digitpad, or rehearse MNIST.",
        )


class WrittenDigits:
    """Digits of a data set.

    Parameters
    ----------
    digits : LabelledImages
        Which ones; there is at least one.
    """

    def __init__(self, digits: LabelledImages) -> None:
        self._digits = digits

    def draw(self, count: int, rng: np.random.Generator) -> SoftDigits:
        """Return digits of the data set, none more often than another if that can be."""
        order = np.concatenate(
            [rng.permutation(len(self._digits)) for _ in range(-(-count // len(self._digits)))]
        )[:count]
        images = self._digits.images[order].astype(np.float32) / np.float32(255)
        labels = np.eye(CLASSES + 1, dtype=np.float32)[self._digits.labels[order]]
        return SoftDigits(_vary(images, rng), labels)


def draw_rehearsal(
    source: DigitSource,
    teacher: Classifier,
    count: int,
    rng: np.random.Generator,
    shares: RehearsalShares | None = None,
) -> SoftDigits:
    """Draw what a network rehearses: digits, digits in the world's styles, and what is none.

    Parameters
    ----------
    source : DigitSource
        Where most of the digits come from.
    teacher : Classifier
        Says what the others are.
    count : int
        How many images, at least one.
    rng : numpy.random.Generator
        Where the chance comes from; the same gives the same images.
    shares : RehearsalShares or None
        What there is of each kind; None for what is usual.

    Returns
    -------
    SoftDigits
        In no order.
    """
    shares = shares or RehearsalShares()
    allographs = round(count * shares.allographs)
    non_digits = round(count * shares.non_digits)
    digits = count - allographs - non_digits
    # What is no digit is made of digits, too.
    drawn = source.draw(max(digits, _PIECES if non_digits else 1), rng)
    made = [*_write_allographs(allographs, rng), *_make_non_digits(non_digits, drawn, rng)]
    images = np.array(made, np.float32).reshape(-1, SIDE_PX, SIDE_PX)
    others = SoftDigits(images, label_softly(images, teacher))
    return _join([drawn.part(np.arange(digits)), others]).part(rng.permutation(count))


def _vary(images: Floats, rng: np.random.Generator) -> Floats:
    varied = images.copy()
    for number in np.flatnonzero(rng.random(len(images)) < _VARIED):
        varied[number] = augment_image(images[number], _HANDS, rng)
    return varied


def _join(parts: Sequence[SoftDigits]) -> SoftDigits:
    return SoftDigits(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.probabilities for part in parts]),
    )


def label_softly(images: Floats, teacher: Classifier) -> Floats:
    """Let a model say what images show.

    Parameters
    ----------
    images : (n, 28, 28) float32 in [0, 1]
        Normalized digits, or what is none.
    teacher : Classifier
        Whom to ask.

    Returns
    -------
    (n, 11) float32
        Probabilities of the digits and, last, of being none.
    """
    digits = teacher.classify(images)
    others = np.clip(1 - digits.sum(axis=1, keepdims=True), 0, 1)
    return np.concatenate([digits, others], axis=1)


def _write_allographs(count: int, rng: np.random.Generator) -> list[DigitImage]:
    styles = list_styles()
    chosen = (styles[number % len(styles)] for number in range(count))
    return [
        augment_strokes(synthesize(label, rng, style).strokes, _HANDS, rng)
        for label, style in chosen
    ]


def _make_non_digits(count: int, digits: SoftDigits, rng: np.random.Generator) -> list[DigitImage]:
    if count == 0:
        return []
    images = np.round(digits.images * 255).astype(np.uint8)
    labels = digits.probabilities[:, :CLASSES].argmax(axis=1).astype(np.uint8)
    source = NonDigits(images, labels, ())
    made = (source.draw(rng) for _ in range(count))
    return [
        augment_strokes(found, _HANDS, rng)
        if isinstance(found, tuple)
        else augment_image(normalize(found), _HANDS, rng)
        for found in made
    ]
