"""MNIST and pen digits, from files. Free of TensorFlow."""

import gzip
import hashlib
import json
import logging
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import DatasetError
from digitpad.core.normalization import SIDE_PX
from digitpad.core.strokes import Stroke, parse_stroke

_log = logging.getLogger(__name__)

MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"

PEN_FILE = Path("pen") / "pendigits-train.jsonl.gz"
"""Where a data folder keeps its pen digits."""

_IDX_FILES = (
    ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
)
_ADVICE = "Choose a folder with MNIST's four IDX files or mnist.npz, or download it."
DAMAGE = (
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What Python and NumPy raise, between them, on files that are not what they should be."""

_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Digit images and what they show.

    Parameters
    ----------
    images : (n, 28, 28) uint8
        255 is full ink.
    labels : (n,) uint8
        0 to 9.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return the number of digits."""
        return len(self.labels)

    def part(self, start: int | None, stop: int | None) -> "LabelledImages":
        """Return the digits from `start` up to `stop`, as a slice would."""
        return LabelledImages(self.images[start:stop], self.labels[start:stop])

    def chosen(self, is_chosen: NDArray[np.bool_]) -> "LabelledImages":
        """Return the digits that a mask chooses."""
        return LabelledImages(self.images[is_chosen], self.labels[is_chosen])

    def fingerprint(self) -> str:
        """Return the SHA-256 of images and labels, to tell data sets apart."""
        return hashlib.sha256(self.images.tobytes() + self.labels.tobytes()).hexdigest()


@dataclass(frozen=True, eq=False)
class Mnist:
    """The official split: 60,000 to train on, 10,000 to test on."""

    train: LabelledImages
    test: LabelledImages


@dataclass(frozen=True)
class LabelledDrawing:
    """One pen digit.

    Parameters
    ----------
    label : int or None
        What it shows, 0 to 9; None if it is no digit.
    writer : str
        Who wrote it.
    strokes : tuple of Stroke
        At least one.
    style : str
        How that digit is written, in words ("crossed 7"), or what else it is; empty if unknown.
    """

    label: int | None
    writer: str
    strokes: tuple[Stroke, ...]
    style: str = ""


def find_mnist(candidates: Iterable[Path]) -> Path | None:
    """Return the first of `candidates` that holds MNIST, or None.

    Parameters
    ----------
    candidates : iterable of Path
        Folders, or `.npz` files; the cheapest look at each decides.
    """
    for place in candidates:
        try:
            if _locate(place) is not None:
                return place
        except OSError as error:
            # It may not be looked into; the next place may do.
            _log.warning("“%s” can't be looked into: %s", place, error)
    return None


def load_mnist(place: Path) -> Mnist:
    """Read MNIST.

    Parameters
    ----------
    place : Path
        An `.npz` file with `x_train, y_train, x_test, y_test`, or a folder with that file named
        `mnist.npz` or with the four IDX files, gzipped or not, itself or in its `mnist` folder.

    Returns
    -------
    Mnist
        Training and test digits.

    Raises
    ------
    DatasetError
        If it isn't there, or is damaged.
    """
    try:
        found = _locate(place)
    except OSError as error:
        raise DatasetError(f"“{place}” can't be opened: {error.strerror}.", _ADVICE) from error
    if found is None:
        raise DatasetError(f"“{place}” holds no MNIST data.", _ADVICE)
    try:
        arrays = _read_npz(found) if found.is_file() else _read_idx_folder(found)
    except DAMAGE as error:
        raise DatasetError(f"The MNIST data in “{found}” is damaged: {error}.", _ADVICE) from error
    train_images, train_labels, test_images, test_labels = arrays
    return Mnist(_check(train_images, train_labels, found), _check(test_images, test_labels, found))


def download_mnist(
    folder: Path, on_progress: Callable[[int, int], None], url: str = MNIST_URL
) -> Path:
    """Download MNIST, check it, and keep it.

    Parameters
    ----------
    folder : Path
        Where `mnist.npz` goes; one that is already there and whole is not downloaded again.
    on_progress : callable
        Called with bytes received and bytes in all (0 if unknown). To cancel, raise from it.
    url : str
        Where it is.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DatasetError
        If it can't be had after three tries, or is not what it should be.
    """
    # Slow to import, and needed once in the life of an installation.
    import pooch
    import requests

    progress = _Progress(on_progress)
    downloader = pooch.HTTPDownloader(progressbar=progress, chunk_size=_CHUNK_BYTES, timeout=30)
    store = pooch.create(
        folder,
        base_url="",
        registry={"mnist.npz": MNIST_SHA256},
        urls={"mnist.npz": url},
        retry_if_failed=2,
    )
    try:
        return Path(store.fetch("mnist.npz", downloader=downloader))
    except (OSError, ValueError, requests.RequestException) as error:
        raise DatasetError(
            f"MNIST could not be downloaded: {error}.",
            "Check the connection, or choose a folder that holds MNIST.",
        ) from error


def load_drawings(file: Path) -> tuple[LabelledDrawing, ...]:
    """Read a strokes file: one JSON object a line, with label, writer and strokes.

    Parameters
    ----------
    file : Path
        `.jsonl` or `.jsonl.gz`.

    Returns
    -------
    tuple of LabelledDrawing
        In the file's order.

    Raises
    ------
    DatasetError
        If it can't be read; the message names the line.
    """
    return tuple(_iterate_drawings(file))


def _iterate_drawings(file: Path) -> Iterator[LabelledDrawing]:
    number = 0
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8")
        ) as lines:
            for line in lines:
                number += 1
                if line.strip():
                    yield _parse_drawing(json.loads(line))
    except DAMAGE as error:
        if isinstance(error, OSError) and error.strerror:
            raise DatasetError(
                f"“{file}” can't be opened: {error.strerror}.", "Check its name and its rights."
            ) from error
        where = f"line {number} can't be read ({error})" if number else str(error)
        raise DatasetError(
            f"“{file}” is no strokes file: {where}.",
            'Each line is {"label": 3, "writer": "12", "strokes": [[[x, y], …], …]}.',
        ) from error


def _parse_drawing(record: dict[str, object]) -> LabelledDrawing:
    label = record["label"]
    if label is not None and label not in range(10):
        raise ValueError(f"label {label!r}")
    strokes = record["strokes"]
    if not isinstance(strokes, list) or not any(strokes):
        raise ValueError("no strokes")
    parsed = tuple(parse_stroke(points) for points in strokes if points)
    return LabelledDrawing(
        label=None if label is None else int(str(label)),
        writer=str(record.get("writer", "")),
        strokes=parsed,
        style=str(record.get("style", "")),
    )


def _locate(place: Path) -> Path | None:
    if place.is_file():
        return place if place.suffix == ".npz" else None
    for folder in (place, place / "mnist"):
        if (folder / "mnist.npz").is_file():
            return folder / "mnist.npz"
        if all(_find_idx(folder, names) for names in _IDX_FILES):
            return folder
    return None


def _find_idx(folder: Path, names: tuple[str, ...]) -> Path | None:
    places = [folder / f"{name}{suffix}" for name in names for suffix in ("", ".gz")]
    return next((place for place in places if place.is_file()), None)


def _read_npz(file: Path) -> list[NDArray[np.uint8]]:
    if not zipfile.is_zipfile(file):
        # NumPy would take it for a pickle, and advise to load it as one.
        raise ValueError("it is no npz archive")
    # Pickles run code when loaded; no file that a person picks may do that.
    # Opened here, because np.load leaves a damaged file open.
    with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
        names = ("x_train", "y_train", "x_test", "y_test")
        # NumPy hands over a member that is no array as its bytes.
        return [np.asarray(arrays[name]) for name in names]


def _read_idx_folder(folder: Path) -> list[NDArray[np.uint8]]:
    files = [_find_idx(folder, names) for names in _IDX_FILES]
    return [read_idx(file) for file in files if file is not None]


def read_idx(file: Path) -> NDArray[np.uint8]:
    """Read an IDX file of bytes with one or three dimensions, gzipped or not.

    Raises
    ------
    one of `DAMAGE`
        If it is something else.
    """
    content = _read_in_parts(file)
    zeros, kind, dimensions = content[:2], content[2], content[3]
    if bytes(zeros) != b"\0\0" or kind != 8 or dimensions not in (1, 3):
        raise ValueError(f"{file.name} is no IDX file of bytes")
    header = 4 + 4 * dimensions
    shape = tuple(int(n) for n in np.frombuffer(content[4:header], ">u4"))
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _read_in_parts(file: Path) -> memoryview:
    """Return a file's bytes, unpacked.

    As one, fifty megabytes would be copied several times, and each time the window would have to
    wait: Python lets no other thread in meanwhile.
    """
    content = bytearray()
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
        while part := stream.read(_CHUNK_BYTES):
            content += part
    return memoryview(content).toreadonly()


def _check(images: NDArray[np.uint8], labels: NDArray[np.uint8], place: Path) -> LabelledImages:
    is_fitting = (
        images.dtype == np.uint8
        and images.shape[1:] == (SIDE_PX, SIDE_PX)
        and labels.shape == (len(images),)
        and len(labels) > 0
        and np.issubdtype(labels.dtype, np.integer)
        and 0 <= int(labels.min()) <= int(labels.max()) < 10
    )
    if not is_fitting:
        raise DatasetError(
            f"“{place}” is not MNIST: images {images.shape}, labels {labels.shape}.", _ADVICE
        )
    return LabelledImages(images, labels.astype(np.uint8))


class _Progress:
    """What pooch asks of a progress bar, passed on to a callback."""

    def __init__(self, on_progress: Callable[[int, int], None]) -> None:
        self._on_progress = on_progress
        self._received = 0
        self._total = 0

    @property
    def total(self) -> int:
        return self._total

    @total.setter
    def total(self, total: int) -> None:
        # pooch says how much there is when a try begins.
        self._received, self._total = 0, total

    def update(self, count: int) -> None:
        # pooch counts the last chunk as a whole one.
        self._received += count
        self._on_progress(min(self._received, self._total or self._received), self._total)

    def reset(self) -> None:
        # pooch resets before its last update, which brings the bar back to the end.
        self._received = 0

    def close(self) -> None:
        pass
