"""Models made elsewhere, into the library."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from digitpad import paths
from digitpad.core.errors import ModelError, StorageError
from digitpad.core.files import advise
from digitpad.services.models.archive import ARCHIVE_SUFFIX, unpack_model
from digitpad.services.models.library import MAX_NAME, Model, ModelLibrary
from digitpad.training.events import Event, RunFailed, StatusChanged, from_line
from digitpad.training.keras_files import explain_refusal
from digitpad.training.model_card import KERAS_FILE, LITERT_FILE

IMPORT_SUFFIXES = (ARCHIVE_SUFFIX, ".keras", ".tflite")

_MAX_FILE = 1 << 29
_LOG_FILE = "import.txt"
_CHILD = "digitpad.training.conversion"

Report = Callable[[str], None]


class ModelImport:
    """One file that becomes a model, or is refused in a sentence.

    Parameters
    ----------
    library : ModelLibrary
        Where the model goes.
    file : Path
        Of one of `IMPORT_SUFFIXES`; made by anyone.
    name : str, optional
        What to call the model, rather than what its card or file says.
    """

    def __init__(self, library: ModelLibrary, file: Path, name: str | None = None) -> None:
        self.file = file
        self._library = library
        self._name = name
        self._is_cancelled = threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def run(self, report: Report) -> Model | None:
        """Import the file; takes half a minute if TensorFlow is needed.

        Parameters
        ----------
        report : callable
            Told what is being done.

        Returns
        -------
        Model
            The new one, not yet active; None if the import was cancelled.

        Raises
        ------
        ModelError
            If the file holds no model that reads digits, or anything that could be a program.
        StorageError
            If there is no room for it.
        """
        suffix = self.file.suffix.lower()
        if suffix not in IMPORT_SUFFIXES:
            raise ModelError(
                f"“{self.file.name}” is no file that a model can be imported from.",
                f"Choose one that ends in {', '.join(IMPORT_SUFFIXES[:-1])} or .tflite.",
            )
        if not self.file.is_file():
            raise ModelError(f"There is no file “{self.file}”.", "Check its name.")
        try:
            if self.file.stat().st_size > _MAX_FILE:
                raise self._refuse("it is larger than 512 MB")
            with tempfile.TemporaryDirectory(prefix="digitpad-") as place:
                return self._import(Path(place), suffix, report)
        except OSError as error:
            raise StorageError(
                f"“{self.file}” can't be imported: {error.strerror or error}.", f"{advise(error)}."
            ) from error

    def cancel(self) -> None:
        """Let `run` end soon, on whatever thread it is; nothing is imported then."""
        self._is_cancelled.set()
        if self._process is not None:
            self._process.kill()

    def _import(self, place: Path, suffix: str, report: Report) -> Model | None:
        candidate = place / "candidate"
        candidate.mkdir()
        if suffix == ARCHIVE_SUFFIX:
            report("Unpacking the model")
            unpacked = place / "unpacked"
            unpacked.mkdir()
            card = unpack_model(self.file, unpacked)
            refusal = explain_refusal(unpacked / KERAS_FILE) if KERAS_FILE in card.sha256 else None
            if refusal is not None:
                raise self._refuse(f"{refusal} ({KERAS_FILE})", "Nothing in it was run.")
            # Nothing but a trial: what was unpacked has a card that knows more.
            self._convert(unpacked / LITERT_FILE, candidate, report)
            candidate, name = unpacked, self._name or card.name
        else:
            self._convert(self.file, candidate, report)
            name = self._name or self.file.stem
        if self._is_cancelled.is_set():
            return None
        return self._library.add(candidate, _clean(name))

    def _convert(self, source: Path, candidate: Path, report: Report) -> None:
        log_file = paths.logs() / _LOG_FILE
        log_file.parent.mkdir(parents=True, exist_ok=True)
        with log_file.open("wb") as log:
            self._process = subprocess.Popen(
                # -P: nothing that lies in the person's folder, a random.py say, is imported.
                [sys.executable, "-P", "-m", _CHILD, str(source.absolute()), str(candidate)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                # Windows would open a console for the child; other systems have no such flag.
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        with self._process as process:
            if self._is_cancelled.is_set():
                process.kill()
            last = self._follow(process, report)
            status = process.wait()
        if self._is_cancelled.is_set() or status == 0:
            return
        if isinstance(last, RunFailed):
            raise self._refuse(last.message, last.hint)
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        raise self._refuse(f"converting it {how}", f"The log is “{log_file}”.")

    def _follow(self, process: subprocess.Popen[str], report: Report) -> Event | None:
        last: Event | None = None
        for line in process.stdout or ():
            try:
                last = from_line(line)
            except ValueError:
                continue  # Half a line: the process was killed while it wrote.
            if isinstance(last, StatusChanged):
                report(last.text)
        return last

    def _refuse(self, reason: str, hint: str = "") -> ModelError:
        return ModelError(f"“{self.file.name}” can't be imported: {reason}.", hint)


def describe_import(model: Model) -> tuple[str, str]:
    """Return what to say of a model that was imported: a sentence, and a hint or nothing."""
    said = f"“{model.name}” is among your models."
    samples = model.card.data.get("samples")
    digits, right = (
        (samples.get("digits"), samples.get("right")) if isinstance(samples, dict) else (0, 0)
    )
    if not (isinstance(digits, int) and isinstance(right, int)) or 2 * right >= digits:
        return said, ""
    return (
        f"{said} It read {right} of {digits} sample digits right.",
        "It may have been made for other images than white ink on black, from 0 to 1.",
    )


def _clean(name: str) -> str:
    printable = "".join(sign for sign in name if sign.isprintable())
    return printable.strip()[:MAX_NAME].strip() or "imported"
