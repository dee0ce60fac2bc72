"""Reading any number of files on all cores, whatever befalls."""

import os
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digitpad.core.errors import DigitpadError, ImageError
from digitpad.core.reading import Reading
from digitpad.services.models.library import Model
from digitpad.services.picture_files import SourceFile
from digitpad.services.reading_records import Record, RecordFormat
from digitpad.training.model_card import LITERT_FILE
from digitpad.training.parallel import work_apart

if TYPE_CHECKING:
    from digitpad.services.recognition import Recognizer


@dataclass(frozen=True)
class Result:
    """A file that was read, or could not be.

    Parameters
    ----------
    path : str
        The file's.
    line : str
        Its record, as the format writes it.
    has_digits : bool
        Whether anything was found.
    error : DigitpadError or None
        Why it could not be read.
    """

    path: str
    line: str
    has_digits: bool = False
    error: DigitpadError | None = None


def name_model(model: Model) -> str:
    """Return a model's name and digest: what two models of one name differ by."""
    return f"{model.name}@{model.card.sha256.get(LITERT_FILE, '')[:12]}"


def read_here(
    files: Iterable[SourceFile], model: Model, record_format: RecordFormat
) -> Generator[Result, None, None]:
    """Read files one by one in this process; see `read_files`."""
    yield from map(_prepare(model, record_format), files)


def read_files(
    files: Iterable[SourceFile], model: Model, record_format: RecordFormat, workers: int
) -> Generator[Result, None, None]:
    """Read files in processes of their own; one that ends its process twice is listed.

    Parameters
    ----------
    files : iterable of SourceFile
        Asked for one by one, a little ahead of what was read.
    model : Model
        What to read with.
    record_format : RecordFormat
        What results are written as.
    workers : int
        The most processes there may be; no more are started than there are files.

    Returns
    -------
    generator of Result
        One a file, in the order of `files`. Closing it ends the processes at once.

    Raises
    ------
    DigitpadError
        If no process can be started, or the model can't be loaded.
    """
    return work_apart(
        partial(_prepare_worker, model, record_format),
        files,
        workers,
        partial(_give_up, model, record_format),
    )


def _prepare_worker(model: Model, record_format: RecordFormat) -> Callable[[SourceFile], Result]:
    work = _prepare(model, record_format)
    _mute_decoders()
    return work


def _prepare(model: Model, record_format: RecordFormat) -> Callable[[SourceFile], Result]:
    from digitpad.services.recognition import Recognizer

    return partial(_process, model, record_format, Recognizer(model))


def _process(
    model: Model, record_format: RecordFormat, recognizer: "Recognizer", file: SourceFile
) -> Result:
    return _write(model, record_format, file, file.error or _read(file, recognizer))


def _give_up(model: Model, record_format: RecordFormat, file: SourceFile, end: str) -> Result:
    error = ImageError(
        f"“{Path(file.path).name}” ended the process that read it, twice, with {end}.",
        "It may need more memory than there is: crop it, or save it at a smaller size.",
    )
    return _write(model, record_format, file, error)


def _read(file: SourceFile, recognizer: "Recognizer") -> Reading | DigitpadError:
    name = Path(file.path).name
    try:
        return recognizer.read_file(Path(file.path))
    except DigitpadError as error:
        return error
    except MemoryError:
        return ImageError(
            f"“{name}” needs more memory than there is.",
            "Crop it, save it at a smaller size, or read fewer files at a time with --jobs.",
        )
    except Exception as error:  # noqa: BLE001
        # A file that nobody foresaw must not end a run over thousands; it is listed instead.
        return ImageError(
            f"“{name}” could not be read: {type(error).__name__}: {error}.",
            "This is a fault of digitpad; please report it.",
        )


def _write(
    model: Model, record_format: RecordFormat, file: SourceFile, outcome: Reading | DigitpadError
) -> Result:
    line = record_format.write(Record(file, name_model(model), outcome))
    if isinstance(outcome, DigitpadError):
        return Result(file.path, line, error=outcome)
    return Result(file.path, line, has_digits=bool(outcome.lines))


def _mute_decoders() -> None:
    """Drop what libraries print of flaws in a picture that they can open all the same."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
