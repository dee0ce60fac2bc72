"""Judging a model on a data set, and keeping every digit for a look."""

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.layout import Box
from digitpad.core.normalization import SIDE_PX
from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Stroke
from digitpad.services.batch_reading import name_model
from digitpad.services.data_sets import DataSet, NamedImages
from digitpad.services.models.library import Model
from digitpad.services.samples.keeping import derive_key
from digitpad.services.samples.records import Sample, Source, judge
from digitpad.training.data.alignment import align
from digitpad.training.data.datasets import LabelledDrawing
from digitpad.training.evaluation import Item, NetworkFiles, answer, answer_image, read_labelled
from digitpad.training.figures import Answer, Evaluation, summarize
from digitpad.training.parallel import count_jobs

_IMAGES_AT_ONCE = 500

Follow = Callable[[int, int], None]
"""Told how many were judged, and how many there are. To cancel, raise from it."""


@dataclass(frozen=True, eq=False, slots=True)
class JudgedDigit:
    """One digit of a data set, and what was read.

    Parameters
    ----------
    image : (28, 28) uint8
        What the network saw, 255 is full ink; all paper if nothing was found.
    probabilities : (10,) float32
        One a class, as in `Digit`; all zero if nothing was found.
    expected : int or None
        What it is, 0 to 9; None for what is no digit.
    read : int or None
        What was read, 0 to 9; None if it was missed or taken for no digit.
    source : str
        What it is called in its data set: a number or a file's name.
    kind : str
        The style of a digit or the difficulty of a page; empty if unknown.
    strokes : tuple of Stroke
        What it was drawn with, and all beside it; empty if that isn't known.
    own_strokes : tuple of Stroke
        Those of them that make this digit.
    file : Path or None
        The picture it is in.
    key : str
        The sample's; empty if it is none.
    """

    image: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    expected: int | None
    read: int | None
    source: str
    kind: str = ""
    strokes: tuple[Stroke, ...] = ()
    own_strokes: tuple[Stroke, ...] = ()
    file: Path | None = None
    key: str = ""

    @property
    def is_right(self) -> bool:
        """Whether it was read as what it is."""
        return self.read == self.expected

    @property
    def confidence(self) -> float:
        """Probability of the most probable class, 0 to 1."""
        return float(self.probabilities.max())

    def to_digit(self) -> Digit:
        """Return it as a reading has it."""
        image = self.image.astype(np.float32) / np.float32(255)
        return Digit(Box(0, 0, SIDE_PX, SIDE_PX), image, self.probabilities)


@dataclass(frozen=True, eq=False)
class Inspection:
    """A model judged on a data set.

    Parameters
    ----------
    model, data : str
        Their names.
    reader : str
        The model's name and digest, as `batch_reading.name_model` gives them.
    digits : tuple of JudgedDigit
        All digits there are, and all that was read where there is none.
    evaluation : Evaluation
        The figures, over whole pages where there are several digits on one.
    seconds : float
        How long it took.
    """

    model: str
    data: str
    reader: str
    digits: tuple[JudgedDigit, ...]
    evaluation: Evaluation
    seconds: float

    @cached_property
    def surest_first(self) -> tuple[JudgedDigit, ...]:
        """All digits, those first of whose reading the model was most sure."""
        # All at once: asked one by one, ten thousand digits would hold the window up.
        probabilities = np.array([digit.probabilities for digit in self.digits])
        confidences = probabilities.reshape(-1, CLASSES).max(axis=1)
        return tuple(self.digits[n] for n in np.argsort(-confidences, kind="stable"))

    @cached_property
    def mistakes(self) -> tuple[JudgedDigit, ...]:
        """What was not read right, the surest first."""
        return tuple(digit for digit in self.surest_first if not digit.is_right)

    def to_sample(self, digit: JudgedDigit, label: int) -> Sample:
        """Return one of the digits as a sample, the same whenever it is said to show that.

        Parameters
        ----------
        digit : JudgedDigit
            In which something was found.
        label : int
            What it shows, 0 to 9.
        """
        origin = f"{self.data}, {digit.source}"
        return Sample(
            image=digit.image,
            label=label,
            source=Source.IMPORT,
            origin=origin,
            strokes=digit.own_strokes,
            predicted=judge(digit.probabilities, self.reader),
            key=derive_key(digit.image.tobytes(), origin, label),
        )


def inspect(model: Model, data: DataSet, follow: Follow) -> Inspection:
    """Read a whole data set as the window would, and keep what was read.

    Parameters
    ----------
    model : Model
        What to judge.
    data : DataSet
        What to judge it on.
    follow : callable
        Told how far it is.

    Returns
    -------
    Inspection
        The figures agree with those of `digitpad evaluate`.

    Raises
    ------
    DatasetError, ImageError
        If the data can't be read.
    ModelError
        If a network can't be loaded.
    """
    start = time.perf_counter()
    networks = NetworkFiles(model.litert_file, paths.ink_network())
    content = data.load()
    if isinstance(content, NamedImages):
        judged = _judge_images(content, networks.classifier)
        count = len(content.images)
    else:
        judged = _judge_readings(content, networks)
        count = len(content)
    answers: list[Answer] = []
    digits: list[JudgedDigit] = []
    follow(0, count)
    # What is cancelled must not wait for what is under way.
    with closing(judged):
        for found, found_digits in judged:
            answers.extend(found)
            digits.extend(found_digits)
            follow(len(answers), count)
    evaluation = summarize(answers)
    seconds = time.perf_counter() - start
    reader = name_model(model)
    return Inspection(model.name, data.name, reader, tuple(digits), evaluation, seconds)


_Judged = tuple[list[Answer], list[JudgedDigit]]


def _judge_images(content: NamedImages, model: Path) -> Generator[_Judged, None, None]:
    classifier = Classifier(model, count_jobs())
    for start in range(0, len(content.images), _IMAGES_AT_ONCE):
        part = slice(start, start + _IMAGES_AT_ONCE)
        images = content.images[part]
        probabilities = classifier.classify(images.astype(np.float32) / np.float32(255))
        names, strokes, keys = content.names[part], content.strokes[part], content.keys[part]
        answers = [
            answer_image(name, label, "", row)
            for name, label, row in zip(names, content.labels[part], probabilities, strict=True)
        ]
        rows = zip(images, probabilities, answers, strokes, keys, strict=True)
        yield (
            answers,
            [
                JudgedDigit(
                    image=image,
                    probabilities=row,
                    expected=_label(said.expected),
                    read=_label(said.read),
                    source=said.source,
                    strokes=lines,
                    own_strokes=lines,
                    key=key,
                )
                for image, row, said, lines, key in rows
            ],
        )


def _judge_readings(
    items: tuple[Item, ...], networks: NetworkFiles
) -> Generator[_Judged, None, None]:
    with closing(read_labelled(items, networks)) as readings:
        for number, (item, reading) in enumerate(zip(items, readings, strict=True)):
            said = answer(number, item, reading)
            yield [said], _pair(said, item, reading)


def _pair(said: Answer, item: Item, reading: Reading) -> list[JudgedDigit]:
    """Return what is there beside what was read, digit by digit."""
    strokes, file = (item.strokes, None) if isinstance(item, LabelledDrawing) else ((), item.file)
    found = iter(reading.digits)
    pairs = []
    for expected, read in align(said.expected, said.read):
        digit = next(found) if read else None
        pairs.append(
            JudgedDigit(
                image=_NO_IMAGE if digit is None else (digit.image * 255).round().astype(np.uint8),
                probabilities=_NO_PROBABILITIES if digit is None else digit.probabilities,
                expected=_label(expected),
                read=_label(read),
                source=said.source,
                kind=said.kind,
                strokes=strokes,
                own_strokes=() if digit is None else digit.strokes,
                file=file,
            )
        )
    return pairs


_NO_IMAGE = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
_NO_PROBABILITIES = np.zeros(CLASSES, np.float32)


def _label(symbol: str) -> int | None:
    return int(symbol) if symbol.isdigit() else None
