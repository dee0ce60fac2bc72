"""What a model is taught, what it rehearses meanwhile, and what it is tested on. No TensorFlow."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.normalization import SIDE_PX, normalize
from digitpad.core.rasterization import rasterize
from digitpad.training.config import LearningSettings, TrainingConfig
from digitpad.training.data.augmentation import Augmentation, augment_image
from digitpad.training.data.datasets import LabelledImages, load_mnist
from digitpad.training.events import DataLoaded
from digitpad.training.learning.judgement import ALLOGRAPHS, LEARNED, MNIST_TEST, OWN, REHEARSAL
from digitpad.training.learning.own_digits import OwnDigits
from digitpad.training.model_card import digest_file
from digitpad.training.rehearsal.generator import DigitGenerator
from digitpad.training.rehearsal.source import (
    DigitSource,
    GeneratedDigits,
    RehearsalShares,
    SoftDigits,
    WrittenDigits,
    draw_rehearsal,
)
from digitpad.training.reporter import Reporter
from digitpad.training.validation import VALIDATING, synthesize_allographs

_GENERATED = 13_000
"""Digits that guard and test without MNIST."""
_GUARDING = 10_000
"""So many of them guard."""
_SURE = 0.9
"""Only what the teacher is that sure of may test."""
_GUARD_EVERY = 5
_GUARD_FROM = 3
"""Of every five of MNIST's training digits three may be rehearsed, and two guard. A lesson loses
one in two thousand: among 5,000 digits, what one half lost said nothing of the other. They are
taken in turns, so that neighbours, which may be one hand's, are in both."""
_TOLERATED = 0.0004
"""What part of the digits that guard may be lost for one's own, 0 to 1."""
_CHANGED = 0.003
"""What part of generated digits may be read otherwise. They are less clear than MNIST's: among
those that change, one in ten or so is an MNIST digit lost."""
_OTHERS_OF = 16_000
"""However much is rehearsed, there are no more digits in the world's styles, and things that are
none, than among so many images: they take longest to write, and more of them gain nothing."""
_VALIDATED = 500
"""So many of what must not be forgotten are looked at after each epoch."""

_TRAIN, _TEST = range(2)
"""Where chance comes from, beside the seed; a test's is the same for every seed."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TestSet:
    """Digits that a model is tested on, before and after.

    Parameters
    ----------
    name : str
        A name in `digitpad.training.learning.judgement`.
    images : (n, 28, 28) float32 in [0, 1]
        Normalized.
    labels : (n,) int
        0 to 9.
    """

    # Not for pytest to collect.
    __test__ = False

    name: str
    images: Floats
    labels: NDArray[np.integer]

    def part(self, count: int) -> "TestSet":
        """Return the first `count` digits."""
        return TestSet(self.name, self.images[:count], self.labels[:count])


@dataclass(frozen=True, eq=False)
class Guard:
    """Others' digits that tell how much of a lesson can be kept.

    Parameters
    ----------
    digits : TestSet
        None of them is rehearsed or tested on.
    tolerated : float
        What part of them, 0 to 1, may be read worse than before.
    is_truth_known : bool
        Whether somebody said what they show; if not, all that is read otherwise is read worse.
    """

    digits: TestSet
    tolerated: float
    is_truth_known: bool


@dataclass(frozen=True, eq=False)
class Lesson:
    """All digits of a run that teaches a model.

    Parameters
    ----------
    own : OwnDigits
        What it is taught.
    source : DigitSource
        Where what it rehearses comes from.
    teacher : Classifier
        Says what rehearsed images show where nobody else does.
    guard : Guard
        Tells how much of the lesson can be kept.
    tests : tuple of TestSet
        What it is tested on.
    described : dict
        Counts and fingerprints, for the card.
    """

    own: OwnDigits
    source: DigitSource
    teacher: Classifier
    guard: Guard
    tests: tuple[TestSet, ...]
    described: dict[str, Any]

    def draw_rehearsal(self, count: int, seed: int, *, has_non_digits: bool) -> SoftDigits:
        """Return what is rehearsed.

        Parameters
        ----------
        count : int
            How many images.
        seed : int
            The same gives the same.
        has_non_digits : bool
            Whether some of it is no digit.
        """
        usual, part = RehearsalShares(), min(1.0, _OTHERS_OF / count)
        shares = RehearsalShares(
            usual.allographs * part, usual.non_digits * part if has_non_digits else 0.0
        )
        rng = np.random.default_rng((seed, _TRAIN))
        return draw_rehearsal(self.source, self.teacher, count, rng, shares)

    def validation(self) -> tuple[Floats, NDArray[np.integer]]:
        """Return digits and labels by which the run is followed: own, and what it may forget."""
        held_out = _test(OWN, self.own.held_out)
        parts = [held_out, *(part.part(_VALIDATED) for part in (self.guard.digits, self.tests[-1]))]
        return (
            np.concatenate([part.images for part in parts]),
            np.concatenate([part.labels for part in parts]),
        )


def load_lesson(config: TrainingConfig, settings: LearningSettings, run: Reporter) -> Lesson:
    """Read the digits of a run that teaches a model, and report how many there are.

    Parameters
    ----------
    config : TrainingConfig
        Of the run. Without `data` it rehearses what a generator writes.
    settings : LearningSettings
        What is taught, and how.
    run : Reporter
        Whom to tell.

    Raises
    ------
    DatasetError
        If a data set can't be read.
    ModelError
        If the generator or the teacher can't be loaded.
    """
    run.begin("Reading your digits")
    own = OwnDigits.load(settings.samples)
    teacher = Classifier(settings.teacher, threads=2)
    if config.data is not None:
        run.begin("Reading MNIST")
        source, guard, test, described = _use_mnist(config.data, config.limit)
    else:
        run.begin("Writing digits to rehearse")
        source, guard, test, described = _use_generator(settings.generator, teacher)
    held_out = (_test(OWN, own.held_out),) if len(own.held_out) else ()
    tests = (*held_out, _test(LEARNED, own.train), test, _write_allographs(config.limit))
    run.report(
        DataLoaded(
            train=len(own.train),
            validation=len(own.held_out),
            test=len(test.labels),
            source="MNIST to rehearse" if config.data else "generated digits to rehearse",
        )
    )
    described |= {
        "own_train": {"digits": len(own.train), "sha256": own.train.fingerprint()},
        "own_held_out": {"digits": len(own.held_out), "sha256": own.held_out.fingerprint()},
    }
    return Lesson(own, source, teacher, guard, tests, described)


def vary(
    digits: LabelledImages, copies: int, augmentation: Augmentation, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.uint8]]:
    """Return digits as they are, and varied copies of them.

    Parameters
    ----------
    digits : LabelledImages
        What to vary.
    copies : int
        How many copies of each.
    augmentation : Augmentation
        How they are varied.
    rng : numpy.random.Generator
        Where the chance comes from.

    Returns
    -------
    (n, 28, 28) float32 in [0, 1], (n,) uint8
        Images and labels.
    """
    plain = digits.images.astype(np.float32) / np.float32(255)
    varied = [augment_image(image, augmentation, rng) for image in plain for _ in range(copies)]
    copied = np.array(varied, np.float32).reshape(-1, SIDE_PX, SIDE_PX)
    labels = np.concatenate([digits.labels, np.repeat(digits.labels, copies)])
    return np.concatenate([plain, copied]), labels


def _use_mnist(
    place: Path, limit: int | None
) -> tuple[DigitSource, Guard, TestSet, dict[str, Any]]:
    mnist = load_mnist(place)
    is_guard = np.arange(len(mnist.train)) % _GUARD_EVERY >= _GUARD_FROM
    train = mnist.train.chosen(~is_guard).part(None, limit)
    others = mnist.train.chosen(is_guard).part(None, limit)
    guard = Guard(_test(MNIST_TEST, others), _TOLERATED, is_truth_known=True)
    described = {"mnist_train": {"digits": len(train), "sha256": train.fingerprint()}}
    test = _test(MNIST_TEST, mnist.test.part(None, limit))
    return WrittenDigits(train), guard, test, described


def _use_generator(
    file: Path, teacher: Classifier
) -> tuple[DigitSource, Guard, TestSet, dict[str, Any]]:
    source = GeneratedDigits(DigitGenerator.load(file), teacher)
    drawn = source.draw(_GENERATED, np.random.default_rng(_TEST))
    probabilities = drawn.probabilities[:, :CLASSES]
    labels, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    digits = TestSet(REHEARSAL, drawn.images[:_GUARDING], labels[:_GUARDING])
    guard = Guard(digits, _CHANGED, is_truth_known=False)
    is_test = (np.arange(_GENERATED) >= _GUARDING) & (sure > _SURE)
    test = TestSet(REHEARSAL, drawn.images[is_test], labels[is_test])
    return source, guard, test, {"generator": digest_file(file)}


def _test(name: str, digits: LabelledImages) -> TestSet:
    return TestSet(name, digits.images.astype(np.float32) / np.float32(255), digits.labels)


def _write_allographs(limit: int | None) -> TestSet:
    drawings = synthesize_allographs(min(limit or VALIDATING, VALIDATING))
    images = [normalize(rasterize(drawing.strokes)) for drawing in drawings]
    labels = np.array([drawing.label for drawing in drawings])
    return TestSet(ALLOGRAPHS, np.array(images, np.float32), labels)
