"""Labelled digits of others, kept as samples."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitpad.core.errors import DigitpadError, SampleError
from digitpad.core.images import IMAGE_SUFFIXES
from digitpad.services.models.library import Model
from digitpad.services.picture_files import is_folder
from digitpad.services.samples.arrays import load_arrays
from digitpad.services.samples.pictures import (
    LabelledFile,
    PictureReader,
    find_labelled,
    make_key,
)
from digitpad.services.samples.records import Sample, Source
from digitpad.services.samples.store import SampleStore

OnProgress = Callable[[int, int], None]
"""Called with the number done and that of all. To stop, raise from it; what was kept stays."""

_PICTURES_AT_ONCE = 10  # A second's work.
_ARRAYS_AT_ONCE = 1000


@dataclass(frozen=True)
class ImportResult:
    """What came of an import.

    Parameters
    ----------
    ids : tuple of int
        Of the samples that are there now and were not before.
    known : int
        Those that had been imported before.
    failures : tuple of DigitpadError
        A picture each that could not be read.
    """

    ids: tuple[int, ...] = ()
    known: int = 0
    failures: tuple[DigitpadError, ...] = ()

    @property
    def added(self) -> int:
        """How many are there now that were not before."""
        return len(self.ids)


def import_samples(
    store: SampleStore, place: Path, model: Model, on_progress: OnProgress
) -> ImportResult:
    """Keep labelled digits; those that were imported before are not added again.

    Parameters
    ----------
    store : SampleStore
        Where to.
    place : Path
        A folder of pictures (see `find_labelled`), one such picture, or arrays (see
        `load_arrays`).
    model : Model
        What to read pictures with.
    on_progress : callable
        See `OnProgress`.

    Raises
    ------
    SampleError
        If there is nothing to import.
    ModelError
        If the model can't be loaded.
    StorageError
        If the samples can't be written to.
    """
    if not is_folder(place) and place.suffix.lower() not in IMAGE_SUFFIXES:
        return _import_arrays(store, place, on_progress)
    files = list(find_labelled(place))
    if not files:
        raise SampleError(
            f"“{place}” holds no pictures whose digits are known.",
            "Let their names begin with the digit they show, or put them in folders 0 to 9.",
        )
    return _import_pictures(store, files, PictureReader(model), on_progress)


def _import_pictures(
    store: SampleStore, files: Sequence[LabelledFile], reader: PictureReader, report: OnProgress
) -> ImportResult:
    added: list[int] = []
    failures = []
    for start in range(0, len(files), _PICTURES_AT_ONCE):
        report(start, len(files))
        samples = []
        for labelled in files[start : start + _PICTURES_AT_ONCE]:
            try:
                samples.append(reader.read(labelled))
            except DigitpadError as error:
                failures.append(_locate(error, labelled))
        added += store.add(samples)
    report(len(files), len(files))
    return ImportResult(tuple(added), len(files) - len(added) - len(failures), tuple(failures))


def _import_arrays(store: SampleStore, file: Path, report: OnProgress) -> ImportResult:
    arrays = load_arrays(file)
    added: list[int] = []

    def make(start: int) -> Iterator[Sample]:
        part = arrays.part(start, start + _ARRAYS_AT_ONCE)
        rows = zip(part.images, part.labels, strict=True)
        for number, (image, label) in enumerate(rows, start):
            key = make_key(f"{file.name} {number}", int(label), image.tobytes())
            yield Sample(image, int(label), Source.IMPORT, file.name, key=key)

    for start in range(0, len(arrays), _ARRAYS_AT_ONCE):
        report(start, len(arrays))
        added += store.add(make(start))
    report(len(arrays), len(arrays))
    return ImportResult(tuple(added), len(arrays) - len(added))


def _locate(error: DigitpadError, labelled: LabelledFile) -> DigitpadError:
    # Of thousands of files, a name alone says little.
    if str(labelled.file) in error.message:
        return error
    return DigitpadError(f"{labelled.origin}: {error.message}", error.hint)
