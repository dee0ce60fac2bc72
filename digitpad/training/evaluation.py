"""How well a model reads. Free of TensorFlow: it runs what the app runs."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.errors import DatasetError
from digitpad.core.images import load_image
from digitpad.core.pipeline import read_drawing, read_image
from digitpad.core.reading import LIKELY_DIGIT, NO_DIGIT, Reading
from digitpad.core.strokes import Drawing
from digitpad.training.alignment import align
from digitpad.training.calibration import expected_calibration_error
from digitpad.training.datasets import (
    PEN_FILE,
    LabelledDrawing,
    LabelledImages,
    find_mnist,
    load_drawings,
    load_mnist,
)
from digitpad.training.labelled_pictures import (
    LabelledPicture,
    has_table,
    list_named,
    read_table,
)
from digitpad.training.parallel import work_through
from digitpad.training.splits import MNIST_VALIDATION_START, WRITERS
from digitpad.training.validation import VALIDATING, build_validation

_WORTH_PROCESSES = 24
"""So many pictures take as long to read as another process takes to start."""

_DRAWINGS_AT_ONCE = 100


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
    mistakes: tuple[Answer, ...]
    digits_flagged: int
    no_digits: int
    no_digits_flagged: int
    calibration_error: float | None
    kinds: tuple[KindFigures, ...]
    worst_kind: str


Follow = Callable[[Iterator[Answer], int], Iterable[Answer]]
"""Passes answers on, of which it is told how many will come, and may show how far it is."""


def _follow_silently(answers: Iterator[Answer], count: int) -> Iterable[Answer]:
    return answers


def evaluate(
    data: Path,
    model: Path,
    writers: frozenset[str] = frozenset(),
    jobs: int | None = None,
    follow: Follow = _follow_silently,
) -> Evaluation:
    """Read a whole data set, as the window would.

    Parameters
    ----------
    data : Path
        MNIST (its test split), a strokes file, a folder of images whose names begin with their
        label, or a folder with a `labels.csv` of `file,text` and perhaps `difficulty`.
    model : Path
        The `.tflite` file to judge.
    writers : frozenset of str
        Of a strokes file, only these writers; empty for all.
    jobs : int or None
        Processes to read with, None for one a core; the figures don't depend on it.
    follow : callable
        Shows progress.

    Returns
    -------
    Evaluation
        The figures.

    Raises
    ------
    DatasetError
        If `data` is of no such form.
    ModelError
        If the model can't be loaded.
    """
    try:
        data.stat()
    except OSError as error:
        raise DatasetError(
            f"“{data}” can't be opened: {error.strerror or error}.",
            "Check its name and its rights.",
        ) from error
    if data.name.endswith((".jsonl", ".jsonl.gz")):
        drawings = load_drawings(data)
        chosen = [drawing for drawing in drawings if not writers or drawing.writer in writers]
        if not chosen:
            raise DatasetError(f"“{data}” holds no digits of these writers.", "Name others.")
        return summarize(list(follow(_read_drawings(chosen, model, jobs), len(chosen))))
    if writers:
        raise DatasetError(f"“{data}” doesn't say who wrote what.", "Leave the writers out.")
    if not has_table(data) and find_mnist([data]):
        return summarize(answer_images(load_mnist(data).test, Classifier(model)))
    pictures = read_table(data) if has_table(data) else list_named(data)
    return summarize(list(follow(_read_pictures(pictures, model, jobs), len(pictures))))


def evaluate_validation(data: Path, model: Path) -> Evaluation:
    """Read what the bundled model was validated and calibrated on.

    Parameters
    ----------
    data : Path
        A folder with MNIST and pen digits.
    model : Path
        The `.tflite` file to judge.

    Returns
    -------
    Evaluation
        By source, and for allographs and non-digits by style.

    Raises
    ------
    DatasetError
        If the folder lacks either.
    ModelError
        If the model can't be loaded.
    """
    images = load_mnist(data).train.part(MNIST_VALIDATION_START, None)
    drawings = load_drawings(data / PEN_FILE)
    chosen = tuple(d for d in drawings if d.writer in WRITERS["validation"])
    validation = build_validation(images, chosen, VALIDATING, VALIDATING)
    rows = zip(
        validation.labels,
        validation.kinds,
        Classifier(model).classify(validation.images),
        strict=True,
    )
    return summarize(
        [_judge_image(str(n), label, kind, row) for n, (label, kind, row) in enumerate(rows)]
    )


def answer_images(data: LabelledImages, classifier: Classifier) -> list[Answer]:
    """Read digit images that are normalized already, as MNIST's are."""
    probabilities = classifier.classify(data.images.astype(np.float32) / np.float32(255))
    rows = zip(data.labels, probabilities, strict=True)
    return [_judge_image(str(n), label, "", row) for n, (label, row) in enumerate(rows)]


def answer_drawings(data: Iterable[LabelledDrawing], classifier: Classifier) -> list[Answer]:
    """Read drawings of one digit, or of no digit, each."""
    return [
        _judge(
            str(number),
            "" if drawing.label is None else str(drawing.label),
            drawing.style,
            read_drawing(Drawing(drawing.strokes), classifier),
        )
        for number, drawing in enumerate(data)
    ]


def answer_picture(picture: LabelledPicture, classifier: Classifier) -> Answer:
    """Read a picture's file."""
    reading = read_image(load_image(picture.file), classifier)
    return _judge(picture.file.name, picture.text, picture.difficulty, reading)


def summarize(answers: Sequence[Answer]) -> Evaluation:
    """Count what was read right and wrong in `answers`, of which there is at least one."""
    confusion = np.zeros((CLASSES, CLASSES), int)
    for answer in answers:
        for expected, read in align(answer.expected, answer.read):
            if expected and read.isdigit():
                confusion[int(expected), int(read)] += 1
    every = _count(answers, "")
    names = dict.fromkeys(answer.kind for answer in answers if answer.kind)
    kinds = tuple(_count([a for a in answers if a.kind == name], name) for name in names)
    no_digits = [answer for answer in answers if not answer.expected]
    return Evaluation(
        n=every.n,
        accuracy=every.accuracy,
        digits=every.digits,
        character_error_rate=every.character_error_rate,
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        mistakes=tuple(answer for answer in answers if not answer.is_right),
        digits_flagged=sum(answer.flagged for answer in answers if answer.expected),
        no_digits=len(no_digits),
        no_digits_flagged=sum(answer.is_right for answer in no_digits),
        calibration_error=_measure_calibration([a for a in answers if a.expected]),
        kinds=kinds,
        worst_kind=_find_worst(kinds),
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


def _judge_image(source: str, label: int, kind: str, row: NDArray[np.float32]) -> Answer:
    is_digit, is_flagged = label < CLASSES, bool(row.sum() < LIKELY_DIGIT)
    return Answer(
        source=source,
        expected=str(label) if is_digit else "",
        read=NO_DIGIT if is_flagged and not is_digit else str(row.argmax()),
        kind=str(kind),
        confidence=float(row.max()),
        flagged=int(is_flagged),
        is_layout_right=bool(row.argmax() == label),
    )


def _judge(source: str, text: str, kind: str, reading: Reading) -> Answer:
    return Answer(
        source=source,
        expected="".join(text.split()),
        read="".join(reading.text.split()),
        kind=kind,
        confidence=min((digit.confidence for digit in reading.digits), default=0.0),
        flagged=sum(not digit.is_digit for digit in reading.digits),
        is_layout_right=_split(reading.text) == _split(text),
    )


def _split(text: str) -> list[list[str]]:
    return [row.split() for row in text.split("\n")]


def _read_pictures(
    pictures: Sequence[LabelledPicture], model: Path, jobs: int | None
) -> Iterator[Answer]:
    return work_through(
        partial(_prepare_pictures, model), pictures, _limit_jobs(jobs, len(pictures))
    )


def _prepare_pictures(model: Path) -> Callable[[LabelledPicture], Answer]:
    return partial(answer_picture, classifier=Classifier(model))


def _read_drawings(
    drawings: Sequence[LabelledDrawing], model: Path, jobs: int | None
) -> Iterator[Answer]:
    starts = range(0, len(drawings), _DRAWINGS_AT_ONCE)
    parts = (drawings[start : start + _DRAWINGS_AT_ONCE] for start in starts)
    answers = work_through(
        partial(_prepare_drawings, model), parts, _limit_jobs(jobs, 4 * len(starts))
    )
    numbered = enumerate(answer for part in answers for answer in part)
    return (dataclasses.replace(answer, source=str(number)) for number, answer in numbered)


def _prepare_drawings(model: Path) -> Callable[[Sequence[LabelledDrawing]], list[Answer]]:
    return partial(answer_drawings, classifier=Classifier(model))


def _limit_jobs(jobs: int | None, count: int) -> int | None:
    return 1 if count < _WORTH_PROCESSES else jobs
