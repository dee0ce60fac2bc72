"""Samples, written out for others to use: whole, or not at all."""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import SampleError, StorageError
from digitpad.core.files import open_atomically, sync_folder
from digitpad.services.samples.crops import encode_png
from digitpad.services.samples.database import telling_errors
from digitpad.services.samples.records import Sample
from digitpad.services.samples.store import SampleStore
from digitpad.services.spreadsheets import MARK, write_name

_PAGE = 1000
_PIXELS = 28 * 28
_COLUMNS = ("id", "label", "read", "confidence", "model", "source", "file", "created")


@dataclass(frozen=True)
class ExportFormat:
    """A form in which samples can be written.

    Parameters
    ----------
    name : str
        What it is called on the command line.
    title : str
        What a person calls it.
    suffix : str
        Of its files, with the dot; empty if it is a folder.
    write : function
        Writes the samples with the given ids to a file, or into an empty folder.
    """

    name: str
    title: str
    suffix: str
    write: Callable[[SampleStore, Sequence[int], Path], None]


def export_samples(
    store: SampleStore, ids: Sequence[int], target: Path, form: ExportFormat
) -> None:
    """Write samples to a file, or to a new folder.

    Parameters
    ----------
    store : SampleStore
        Where they are.
    ids : sequence of int
        Which ones, in that order; those that are gone are left out.
    target : Path
        A file there is written over; a folder there must be empty.
    form : ExportFormat
        One of `EXPORT_FORMATS`.

    Raises
    ------
    SampleError
        If there are none.
    StorageError
        If they can't be written; what was there before still is.
    """
    if not ids:
        raise SampleError("There are no samples to export.", "Choose others.")
    with telling_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if form.suffix:
            form.write(store, ids, target)
        else:
            with _new_folder(target) as folder:
                form.write(store, ids, folder)


def export_training_set(store: SampleStore, file: Path, ids: Sequence[int]) -> int:
    """Write samples as they are now, for a training run to learn from.

    Parameters
    ----------
    store : SampleStore
        Where they are.
    file : Path
        An `.npz` file, in a folder that is there: `images` (n, 28, 28) uint8, `labels` (n,)
        uint8, and `ids` (n,) int64, in the order of `ids`.
    ids : sequence of int
        Those that are gone are left out.

    Returns
    -------
    int
        How many were written.

    Raises
    ------
    SampleError
        If none are left.
    StorageError
        If it can't be written.
    """
    samples = store.load(ids, is_whole=False)
    if not samples:
        raise SampleError("There are no samples to train on.", "Keep some first.")
    with telling_errors(file), open_atomically(file) as opened:
        np.savez(
            opened,
            images=np.stack([sample.image for sample in samples]),
            labels=np.array([sample.label for sample in samples], np.uint8),
            ids=np.array([sample.id for sample in samples], np.int64),
        )
    return len(samples)


def _write_npz(store: SampleStore, ids: Sequence[int], file: Path) -> None:
    export_training_set(store, file, ids)


def _write_pictures(store: SampleStore, ids: Sequence[int], folder: Path) -> None:
    for sample in _iterate(store, ids):
        place = folder / str(sample.label)
        place.mkdir(exist_ok=True)
        content = encode_png(sample.image)
        (place / f"{sample.label}-{sample.id}.png").write_bytes(content)


def _write_idx(store: SampleStore, ids: Sequence[int], folder: Path) -> None:
    samples = store.load(ids, is_whole=False)
    images = np.stack([sample.image for sample in samples])
    labels = np.array([sample.label for sample in samples], np.uint8)
    (folder / "train-images-idx3-ubyte").write_bytes(_to_idx(images))
    (folder / "train-labels-idx1-ubyte").write_bytes(_to_idx(labels))


def _write_csv(store: SampleStore, ids: Sequence[int], file: Path) -> None:
    with open_atomically(file) as opened:
        text = io.TextIOWrapper(opened, encoding="utf-8", newline="")
        try:
            text.write(MARK)
            rows = csv.writer(text, lineterminator="\n")
            rows.writerow([*_COLUMNS, *(f"pixel_{number}" for number in range(_PIXELS))])
            for sample in _iterate(store, ids):
                rows.writerow([*_describe(sample), *sample.image.ravel().tolist()])
        finally:
            text.detach()


EXPORT_FORMATS = (
    ExportFormat("png", "Folder of PNG pictures", "", _write_pictures),
    ExportFormat("idx", "Folder with IDX files", "", _write_idx),
    ExportFormat("npz", "NumPy arrays", ".npz", _write_npz),
    ExportFormat("csv", "CSV table", ".csv", _write_csv),
)
"""All there are."""


def _describe(sample: Sample) -> list[object]:
    """Return what stands in the columns before the pixels."""
    read: list[object] = [None, None, None]
    if sample.predicted is not None:
        label, confidence = sample.predicted.label, sample.predicted.confidence
        read = ["?" if label is None else label, f"{confidence:.4f}", sample.predicted.model]
    created = sample.created.isoformat(timespec="seconds")
    return [sample.id, sample.label, *read, sample.source, write_name(sample.origin), created]


def _iterate(store: SampleStore, ids: Sequence[int]) -> Iterator[Sample]:
    for start in range(0, len(ids), _PAGE):
        yield from store.load(ids[start : start + _PAGE], is_whole=False)


def _to_idx(values: NDArray[np.uint8]) -> bytes:
    header = bytes((0, 0, 8, values.ndim)) + np.array(values.shape, ">u4").tobytes()
    return header + values.tobytes()


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """Yield a folder that is renamed to `target` once all is in it."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StorageError(f"“{target}” is there already.", "Choose a new or an empty folder.")
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield partial
        partial.chmod(0o755)  # As folders usually are: this one was made for us alone.
        if target.exists():
            target.rmdir()
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync_folder(target.parent)
