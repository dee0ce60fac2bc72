"""How well a model reads. Free of TensorFlow: it runs what the app runs."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
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
from digitpad.training.data.datasets import (
    PEN_FILE,
    LabelledDrawing,
    LabelledImages,
    find_mnist,
    load_drawings,
    load_mnist,
)
from digitpad.training.data.labelled_pictures import (
    LabelledPicture,
    has_table,
    list_named,
    read_table,
)
from digitpad.training.data.splits import MNIST_VALIDATION_START, WRITERS
from digitpad.training.figures import Answer, Evaluation, summarize
from digitpad.training.parallel import count_jobs, work_through
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

Item = LabelledDrawing | LabelledPicture

Labelled = LabelledImages | tuple[Item, ...]
"""A data set of any form, with something in it: images, or drawings, or pictures."""


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
    data, writers
        As `load_labelled` takes them.
    networks : NetworkFiles
        What to judge.
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
    labelled = load_labelled(data, writers)
    if isinstance(labelled, LabelledImages):
        classifier = Classifier(networks.classifier, jobs or count_jobs())
        return summarize(answer_images(labelled, classifier))
    readings = read_labelled(labelled, networks, jobs)
    answers = (
        answer(number, item, reading)
        for number, (item, reading) in enumerate(zip(labelled, readings, strict=True))
    )
    return summarize(list(follow(answers, len(labelled))))


def load_labelled(data: Path, writers: frozenset[str] = frozenset()) -> Labelled:
    """Open a data set, whatever its form.

    Parameters
    ----------
    data : Path
        MNIST (its test split), a strokes file, a folder of images whose names begin with their
        label, or a folder with a `labels.csv` of `file,text` and perhaps `difficulty`.
    writers : frozenset of str
        Of a strokes file, only these writers; empty for all.

    Returns
    -------
    LabelledImages, or tuple of LabelledDrawing or of LabelledPicture
        What it holds.

    Raises
    ------
    DatasetError
        If `data` is of no such form.
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
        chosen = tuple(drawing for drawing in drawings if not writers or drawing.writer in writers)
        if not drawings:
            raise DatasetError(f"“{data}” holds no digits.", "Name another strokes file.")
        if not chosen:
            raise DatasetError(f"“{data}” holds no digits of these writers.", "Name others.")
        return chosen
    if writers:
        raise DatasetError(f"“{data}” doesn't say who wrote what.", "Leave the writers out.")
    if not has_table(data) and find_mnist([data]):
        return load_mnist(data).test
    return tuple(read_table(data) if has_table(data) else list_named(data))


def read_labelled(
    items: Sequence[Item],
    networks: NetworkFiles,
    jobs: int | None = None,
) -> Generator[Reading, None, None]:
    """Read drawings or pictures, in processes if they are many.

    Parameters
    ----------
    items : sequence of LabelledDrawing, or of LabelledPicture
        What to read; at least one.
    networks : NetworkFiles
        What to read with.
    jobs : int or None
        Processes; None for one a core.

    Yields
    ------
    Reading
        Of each, in order. Closing the generator ends the processes.
    """
    is_drawn = isinstance(items[0], LabelledDrawing)
    size = _DRAWINGS_AT_ONCE if is_drawn else 1
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    # A part of drawings takes as long as four pictures.
    jobs = 1 if len(parts) * (4 if is_drawn else 1) < _WORTH_PROCESSES else jobs
    for readings in work_through(partial(_PartReader, networks), parts, jobs):
        yield from readings


class _PartReader:
    """Reads some drawings or pictures at a time."""

    def __init__(self, networks: NetworkFiles) -> None:
        self._networks = networks
        self._classifier = Classifier(networks.classifier)

    @cached_property
    def _ink_network(self) -> InkNetwork:
        return InkNetwork(self._networks.ink)

    def __call__(self, items: Sequence[Item]) -> list[Reading]:
        return [self._read(item) for item in items]

    def _read(self, item: Item) -> Reading:
        if isinstance(item, LabelledDrawing):
            return read_drawing(Drawing(item.strokes), self._classifier)
        return read_image(load_image(item.file), self._classifier, self._ink_network)


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
        [answer_image(str(n), label, kind, row) for n, (label, kind, row) in enumerate(rows)]
    )


def answer_images(data: LabelledImages, classifier: Classifier) -> list[Answer]:
    """Read digit images that are normalized already, as MNIST's are."""
    probabilities = classifier.classify(data.images.astype(np.float32) / np.float32(255))
    rows = zip(data.labels, probabilities, strict=True)
    return [answer_image(str(n), label, "", row) for n, (label, row) in enumerate(rows)]


def answer_drawings(data: Iterable[LabelledDrawing], classifier: Classifier) -> list[Answer]:
    """Read drawings of one digit, or of no digit, each."""
    return [
        answer(number, drawing, read_drawing(Drawing(drawing.strokes), classifier))
        for number, drawing in enumerate(data)
    ]


def answer_image(source: str, label: int, kind: str, row: NDArray[np.float32]) -> Answer:
    """Return what the probabilities of a normalized digit image, (10,), say.

    Its label is 0 to 9, or 10 for what is no digit.
    """
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


def answer(number: int, item: Item, reading: Reading) -> Answer:
    """Return what the reading of one drawing or picture, number so many of its data set, says."""
    if isinstance(item, LabelledPicture):
        source, text, kind = item.file.name, item.text, item.difficulty
    else:
        source, kind = str(number), item.style
        text = "" if item.label is None else str(item.label)
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
