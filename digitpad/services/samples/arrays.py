"""Digit images and labels from arrays: IDX pairs and npz files."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import SampleError
from digitpad.core.normalization import SIDE_PX
from digitpad.training.data.datasets import DAMAGE, LabelledImages, read_idx

_PAIRS = (("images", "labels"), ("x", "y"), ("x_train", "y_train"))
"""What arrays of images and of labels are called in npz files."""

_ADVICE = (
    "Give an npz file with images and labels, x and y or x_train and y_train, or one of two IDX "
    "files that lie side by side, as train-images-idx3-ubyte and train-labels-idx1-ubyte do."
)
_IMAGE_MARKS, _LABEL_MARKS = ("images", "idx3"), ("labels", "idx1")


def load_arrays(file: Path) -> LabelledImages:
    """Read the digit images and labels of an npz file or a pair of IDX files.

    Parameters
    ----------
    file : Path
        An npz file with `images` and `labels`, `x` and `y`, or `x_train` and `y_train`: images
        (n, 28, 28), (n, 28, 28, 1) or (n, 784), of whole numbers up to 255 or of others up to 1.
        Or either file of an IDX pair, gzipped or not.

    Returns
    -------
    LabelledImages
        As they are in the file; nothing is normalized.

    Raises
    ------
    SampleError
        If it holds something else, or can't be read.
    """
    try:
        images, labels = _read_npz(file) if file.suffix == ".npz" else _read_idx_pair(file)
        return LabelledImages(_to_bytes(images), _to_labels(labels, len(images)))
    except SampleError:
        raise
    except DAMAGE as error:
        reason = getattr(error, "strerror", None) or error
        raise SampleError(f"“{file}” can't be imported: {reason}.", _ADVICE) from error


def _read_npz(file: Path) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    with file.open("rb") as content:
        if not zipfile.is_zipfile(content):
            # NumPy would take it for a pickle, and advise to load it as one.
            raise ValueError("it is no npz archive")
        with np.load(content, allow_pickle=False) as arrays:
            return _find_pair(arrays)


def _find_pair(
    arrays: Mapping[str, NDArray[np.generic]],
) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    for images, labels in _PAIRS:
        if images in arrays and labels in arrays:
            return np.asarray(arrays[images]), np.asarray(arrays[labels])
    raise ValueError("it has no arrays of images and labels")


def _read_idx_pair(file: Path) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    images = file.with_name(_swap(file.name, _LABEL_MARKS, _IMAGE_MARKS))
    labels = file.with_name(_swap(file.name, _IMAGE_MARKS, _LABEL_MARKS))
    if images == labels:
        raise ValueError("its name says neither “images” nor “labels”")
    for place in (images, labels):
        if not place.is_file():
            raise SampleError(f"“{place}” is missing.", _ADVICE)
    return read_idx(images), read_idx(labels)


def _swap(name: str, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    for old, new in zip(before, after, strict=True):
        name = name.replace(old, new)
    return name


def _to_bytes(images: NDArray[np.generic]) -> NDArray[np.uint8]:
    pixels = images.reshape(len(images), SIDE_PX, SIDE_PX)
    lowest, highest = (float(pixels.min()), float(pixels.max())) if pixels.size else (0.0, 0.0)
    is_unit = pixels.dtype.kind == "f" and highest <= 1
    if pixels.dtype.kind not in "uif" or not 0 <= lowest <= highest <= 255:
        raise ValueError("its images are not of numbers from 0 to 255 or 0 to 1")
    return np.round(pixels.astype(np.float32) * (255 if is_unit else 1)).astype(np.uint8)


def _to_labels(labels: NDArray[np.generic], count: int) -> NDArray[np.uint8]:
    if labels.shape != (count,) or labels.dtype.kind not in "uif":
        raise ValueError(f"{count:,} images have labels of the shape {labels.shape}")
    if not np.isin(labels, np.arange(10)).all():
        raise ValueError("its labels are not digits")
    return labels.astype(np.uint8)
