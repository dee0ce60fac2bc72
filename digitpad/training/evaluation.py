"""How well a model reads. Free of TensorFlow: it runs what the app runs."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.errors import DatasetError
from digitpad.core.images import IMAGE_SUFFIXES, load_image
from digitpad.core.pipeline import read_drawing, read_image
from digitpad.core.strokes import Drawing
from digitpad.training.datasets import (
    LabelledDrawing,
    LabelledImages,
    find_mnist,
    load_drawings,
    load_mnist,
)

LABELS_FILE = "labels.csv"


@dataclass(frozen=True)
class Answer:
    """What one image or drawing says, and what was read in it.

    Parameters
    ----------
    source : str
        File name, or number in its data set.
    expected, read : str
        Digits without separators; `read` is empty when nothing was found.
    """

    source: str
    expected: str
    read: str


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
    """

    n: int
    accuracy: float
    digits: int
    character_error_rate: float
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Answer, ...]


def evaluate(
    data: Path, classifier: Classifier, writers: frozenset[str] = frozenset()
) -> Evaluation:
    """Read a whole data set, as the window would.

    Parameters
    ----------
    data : Path
        MNIST (its test split), a strokes file, a folder of images whose names begin with their
        label, or a folder with a `labels.csv` of `file,text`.
    classifier : Classifier
        The model to judge.
    writers : frozenset of str
        Of a strokes file, only these writers; empty for all.

    Returns
    -------
    Evaluation
        The figures.

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
        chosen = [drawing for drawing in drawings if not writers or drawing.writer in writers]
        if not chosen:
            raise DatasetError(f"“{data}” holds no digits of these writers.", "Name others.")
        return summarize(answer_drawings(chosen, classifier))
    if writers:
        raise DatasetError(f"“{data}” doesn't say who wrote what.", "Leave the writers out.")
    try:
        has_labels = (data / LABELS_FILE).is_file()
    except OSError as error:
        raise DatasetError(
            f"“{data}” can't be opened: {error.strerror or error}.", "Check that you may read it."
        ) from error
    if has_labels:
        return summarize(answer_files(_read_labels(data), classifier))
    if find_mnist([data]):
        return summarize(answer_images(load_mnist(data).test, classifier))
    return summarize(answer_files(_list_labelled(data), classifier))


def answer_images(data: LabelledImages, classifier: Classifier) -> list[Answer]:
    """Read digit images that are normalized already, as MNIST's are."""
    probabilities = classifier.classify(data.images.astype(np.float32) / np.float32(255))
    pairs = zip(data.labels, probabilities.argmax(axis=1), strict=True)
    return [Answer(str(i), str(label), str(read)) for i, (label, read) in enumerate(pairs)]


def answer_drawings(data: Iterable[LabelledDrawing], classifier: Classifier) -> list[Answer]:
    """Read drawings of one digit each."""
    readings = ((d, read_drawing(Drawing(d.strokes), classifier)) for d in data)
    return [
        Answer(str(i), str(drawing.label), "".join(reading.text.split()))
        for i, (drawing, reading) in enumerate(readings)
    ]


def answer_files(data: Iterable[tuple[Path, str]], classifier: Classifier) -> list[Answer]:
    """Read image files, each with the text it shows."""
    return [
        Answer(file.name, text, "".join(read_image(load_image(file), classifier).text.split()))
        for file, text in data
    ]


def summarize(answers: list[Answer]) -> Evaluation:
    """Count what was read right and wrong in `answers`, of which there is at least one."""
    confusion = np.zeros((CLASSES, CLASSES), int)
    edits = 0
    for answer in answers:
        pairs = align(answer.expected, answer.read)
        edits += sum(expected != read for expected, read in pairs)
        for expected, read in pairs:
            if expected and read.isdigit():
                confusion[int(expected), int(read)] += 1
    digits = sum(len(answer.expected) for answer in answers)
    mistakes = tuple(answer for answer in answers if answer.read != answer.expected)
    return Evaluation(
        n=len(answers),
        accuracy=1 - len(mistakes) / len(answers),
        digits=digits,
        character_error_rate=edits / digits,
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        mistakes=mistakes,
    )


def align(expected: str, read: str) -> list[tuple[str, str]]:
    """Pair the characters of two texts with the fewest edits.

    Parameters
    ----------
    expected, read : str
        Any texts.

    Returns
    -------
    list of (str, str)
        Pairs in order; an empty string stands for a character that the other text lacks. As many
        pairs differ as the texts' edit distance.

    References
    ----------
    Wagner & Fischer, "The String-to-String Correction Problem", 1974.
    """
    distance = np.zeros((len(expected) + 1, len(read) + 1), int)
    distance[:, 0] = range(len(expected) + 1)
    distance[0] = range(len(read) + 1)
    for i, one in enumerate(expected, start=1):
        for j, other in enumerate(read, start=1):
            replaced = distance[i - 1, j - 1] + (one != other)
            distance[i, j] = min(replaced, distance[i - 1, j] + 1, distance[i, j - 1] + 1)
    pairs = []
    i, j = len(expected), len(read)
    while i or j:
        if i and j and distance[i, j] == distance[i - 1, j - 1] + (expected[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((expected[i], read[j]))
        elif i and distance[i, j] == distance[i - 1, j] + 1:
            i -= 1
            pairs.append((expected[i], ""))
        else:
            j -= 1
            pairs.append(("", read[j]))
    return pairs[::-1]


def _read_labels(folder: Path) -> list[tuple[Path, str]]:
    try:
        with (folder / LABELS_FILE).open(encoding="utf-8-sig", newline="") as rows:
            labels = [(row["file"], "".join(row["text"].split())) for row in csv.DictReader(rows)]
    except (OSError, ValueError, KeyError, AttributeError, csv.Error) as error:
        raise DatasetError(
            f"“{folder / LABELS_FILE}” can't be read.", "Its columns are “file” and “text”."
        ) from error
    bad = next((file for file, text in labels if not (text.isascii() and text.isdigit())), None)
    if bad is not None or not labels:
        raise DatasetError(
            f"“{folder / LABELS_FILE}” gives no digits for “{bad or 'any file'}”.",
            "Give each file the digits it shows.",
        )
    return [(folder / file, text) for file, text in labels]


def _list_labelled(folder: Path) -> list[tuple[Path, str]]:
    files = [(file, file.name[0]) for file in _walk_images(folder) if file.name[0] in "0123456789"]
    if not files:
        raise DatasetError(
            f"“{folder}” holds no data to evaluate on.",
            "Give MNIST's folder, a strokes file (.jsonl or .jsonl.gz), a folder of images whose "
            "names begin with the digit they show, or a folder with labels.csv.",
        )
    return files


def _walk_images(folder: Path) -> Iterator[Path]:
    every = sorted(folder.rglob("*")) if folder.is_dir() else []
    return (file for file in every if file.suffix.lower() in IMAGE_SUFFIXES)
