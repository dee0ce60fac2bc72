"""What a model can be judged on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.errors import DatasetError
from digitpad.core.strokes import Stroke
from digitpad.services.runs.retraining import find_data
from digitpad.services.samples.records import Sample
from digitpad.services.samples.store import SampleStore
from digitpad.training.data.allographs import list_styles
from digitpad.training.data.datasets import LabelledDrawing, LabelledImages, load_mnist
from digitpad.training.data.splits import MNIST_VALIDATION_START
from digitpad.training.evaluation import Item, load_labelled
from digitpad.training.validation import synthesize_allographs

_AT_ONCE = 1_000
_OF_EACH_STYLE = 30


@dataclass(frozen=True, eq=False)
class NamedImages:
    """Digit images that are normalized already.

    Parameters
    ----------
    images : (n, 28, 28) uint8
        255 is full ink.
    labels : (n,) uint8
        0 to 9.
    names : n of str
        What each is called in its data set.
    strokes : n of tuple of Stroke
        What each was drawn with; empty if it wasn't, or nobody knows.
    keys : n of str
        Each sample's; empty for what is no sample.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    names: tuple[str, ...]
    strokes: tuple[tuple[Stroke, ...], ...]
    keys: tuple[str, ...]


Content = NamedImages | tuple[Item, ...]
"""What a data set holds: images, or drawings, or pictures."""


@dataclass(frozen=True, eq=False)
class DataSet:
    """Digits whose labels are known.

    Parameters
    ----------
    name : str
        What a person calls it.
    load : callable
        Opens it, which takes a moment, or raises `DigitpadError`. There is something in it.
    """

    name: str
    load: Callable[[], Content]


def list_data_sets() -> list[DataSet]:
    """List what is at hand on this computer; there is always something."""
    return [*_list_mnist(), *_list_samples(), DataSet("Styles of the world", _write_styles)]


def choose_data_set(place: Path) -> DataSet:
    """Return what a person picked; what it is shows when it is opened.

    Parameters
    ----------
    place : Path
        As `digitpad.training.evaluation.load_labelled` takes it.
    """
    return DataSet(place.name or str(place), partial(_load_place, place))


def _list_mnist() -> list[DataSet]:
    place = find_data()
    if place is None:
        return []
    return [
        DataSet("MNIST test digits", lambda: _name_images(load_mnist(place).test, 0)),
        DataSet("MNIST validation digits", partial(_load_validation, place)),
    ]


def _load_validation(place: Path) -> NamedImages:
    digits = load_mnist(place).train.part(MNIST_VALIDATION_START, None)
    if not len(digits):
        raise DatasetError(
            f"“{place}” has no more than {MNIST_VALIDATION_START:,} training digits, so none are "
            "for validation.",
            "Choose another data set.",
        )
    return _name_images(digits, MNIST_VALIDATION_START)


def _list_samples() -> list[DataSet]:
    file = paths.samples_file()
    return [DataSet("My samples", partial(_load_samples, file))] if file.is_file() else []


def _load_samples(file: Path) -> NamedImages:
    with SampleStore(file) as store:
        ids = store.find()
        parts = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
        # What they were cut from would take much memory, and nobody asks for it here.
        samples = [replace(sample, crop=None) for part in parts for sample in store.load(part)]
    if not samples:
        raise DatasetError(
            "You have kept no samples yet.", "Correct what was read, and it is kept."
        )
    return NamedImages(
        images=np.stack([sample.image for sample in samples]),
        labels=np.array([sample.label for sample in samples], np.uint8),
        names=tuple(_name_sample(sample) for sample in samples),
        strokes=tuple(sample.strokes for sample in samples),
        keys=tuple(sample.key for sample in samples),
    )


def _name_sample(sample: Sample) -> str:
    day = sample.created.astimezone().strftime("%Y-%m-%d")
    return " ".join(filter(None, (sample.origin or sample.source.value, day)))


def _write_styles() -> tuple[LabelledDrawing, ...]:
    return synthesize_allographs(_OF_EACH_STYLE * len(list_styles()))


def _load_place(place: Path) -> Content:
    labelled = load_labelled(place)
    return _name_images(labelled, 0) if isinstance(labelled, LabelledImages) else labelled


def _name_images(digits: LabelledImages, first: int) -> NamedImages:
    return NamedImages(
        images=digits.images,
        labels=digits.labels,
        names=tuple(str(first + number) for number in range(len(digits))),
        strokes=((),) * len(digits),
        keys=("",) * len(digits),
    )
