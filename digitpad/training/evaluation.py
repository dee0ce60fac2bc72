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
from digitpad.core.ink_network import InkNetwork
from digitpad.core.pipeline import read_drawing, read_image
from digitpad.core.reading import LIKELY_DIGIT, NO_DIGIT, Reading
from digitpad.core.strokes import Drawing
from digitpad.training.datasets import (
    PEN_FILE,
    LabelledDrawing,
    LabelledImages,
    find_mnist,
    load_drawings,
    load_mnist,
)
from digitpad.training.figures import Answer, Evaluation, summarize
from digitpad.training.labelled_pictures import (
    LabelledPicture,
    has_table,
    list_named,
    read_table,
)
from digitpad.training.parallel import count_jobs, work_through
from digitpad.training.splits import MNIST_VALIDATION_START, WRITERS
from digitpad.training.validation import VALIDATING, build_validation

_WORTH_PROCESSES = 24
"""So many pictures take as long to read as another process takes to start."""

_DRAWINGS_AT_ONCE = 100


@dataclass(frozen=True)
class NetworkFiles:
    """What reads pictures, as `.tflite` files.

    Parameters
    ----------
    classifier : Path
        Reads digits.
    ink : Path
        Finds what was written.
    """

    classifier: Path
    ink: Path


Follow = Callable[[Iterator[Answer], int], Iterable[Answer]]
"""Passes answers on, of which it is told how many will come, and may show how far it is."""


def _follow_silently(answers: Iterator[Answer], count: int) -> Iterable[Answer]:
    return answers


def evaluate(
    data: Path,
    networks: NetworkFiles,
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
    networks : NetworkFiles
        What to judge.
    writers : frozenset of str
        Of a strokes file, only these writers; empty for all.
    jobs : int or None
        Processes to read with, or threads where the images are normalized already; None for one
        a core. The figures don't depend on it.
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
        If a network can't be loaded.
    """
    model = networks.classifier
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
        if not drawings:
            raise DatasetError(f"“{data}” holds no digits.", "Name another strokes file.")
        if not chosen:
            raise DatasetError(f"“{data}” holds no digits of these writers.", "Name others.")
        return summarize(list(follow(_read_drawings(chosen, model, jobs), len(chosen))))
    if writers:
        raise DatasetError(f"“{data}” doesn't say who wrote what.", "Leave the writers out.")
    if not has_table(data) and find_mnist([data]):
        classifier = Classifier(model, jobs or count_jobs())
        return summarize(answer_images(load_mnist(data).test, classifier))
    pictures = read_table(data) if has_table(data) else list_named(data)
    return summarize(list(follow(_read_pictures(pictures, networks, jobs), len(pictures))))


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


def answer_picture(
    picture: LabelledPicture, classifier: Classifier, ink_network: InkNetwork
) -> Answer:
    """Read a picture's file."""
    reading = read_image(load_image(picture.file), classifier, ink_network)
    return _judge(picture.file.name, picture.text, picture.difficulty, reading)


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
    pictures: Sequence[LabelledPicture], networks: NetworkFiles, jobs: int | None
) -> Iterator[Answer]:
    return work_through(
        partial(_prepare_pictures, networks), pictures, _limit_jobs(jobs, len(pictures))
    )


def _prepare_pictures(networks: NetworkFiles) -> Callable[[LabelledPicture], Answer]:
    return partial(
        answer_picture,
        classifier=Classifier(networks.classifier),
        ink_network=InkNetwork(networks.ink),
    )


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
