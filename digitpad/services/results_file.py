"""A file of records that an interrupted run goes on with."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from digitpad.core.errors import ModelError, StorageError
from digitpad.core.files import advise, open_atomically
from digitpad.services.picture_files import SourceFile, describe_file
from digitpad.services.reading_records import Csv, JsonLines, ResumableFormat, Written

_FORMATS: tuple[ResumableFormat, ...] = (JsonLines(), Csv())
_SYNC_S = 5.0  # As much work as a power cut may cost.
_LONGEST_LINE_BYTES = 100_000_000


class ResultsFile:
    """Records, added line by line; see `open_results`. `files` counts them.

    Parameters
    ----------
    path : Path
        Where it is.
    file : binary file
        Opened to append, unbuffered: a line is in the file, or it is not.
    earlier : _EarlierFiles
        What the file held when it was opened.
    """

    def __init__(self, path: Path, file: IO[bytes], earlier: "_EarlierFiles") -> None:
        self.path = path
        self.files = earlier.count
        self.has_digits = earlier.has_digits
        self._file = file
        self._earlier = earlier
        self._synced_at = time.monotonic()

    def has(self, file: SourceFile) -> bool:
        """Return whether an earlier run read `file`, and read it as it is now."""
        return file in self._earlier

    def append(self, line: str) -> None:
        """Add a record.

        Parameters
        ----------
        line : str
            As the format writes it.

        Raises
        ------
        StorageError
            If the disk is full, say. What was written before is whole.
        """
        self.write(line)
        self.files += 1
        if time.monotonic() - self._synced_at > _SYNC_S:
            self.sync()

    def write(self, text: str) -> None:
        """Add text that is no record; raises as `append` does."""
        rest = memoryview(text.encode())
        try:
            end = self._file.seek(0, os.SEEK_END) if self._file.seekable() else None
            try:
                while rest:
                    rest = rest[self._file.write(rest) :]
            except BaseException:
                if end is not None:
                    with suppress(OSError):  # Going on takes half a line out as well.
                        self._file.truncate(end)
                raise
        except OSError as error:
            raise _explain(self.path, error) from error

    def sync(self) -> None:
        """Bring to the disk what was added, so that a power cut can't take it."""
        try:
            if self.path.is_file():
                os.fsync(self._file.fileno())
        except OSError as error:
            raise _explain(self.path, error) from error
        self._synced_at = time.monotonic()


@contextmanager
def open_results(path: Path, record_format: ResumableFormat, model: str) -> Iterator[ResultsFile]:
    """Open a file that results go to, and find out what an earlier run has put there.

    That is kept, but for half a line at its end, files that could not be read, and files that
    have changed since, all of which are to be read again.

    Parameters
    ----------
    path : Path
        Made if it is not there. Devices and pipes are written to, and hold nothing.
    record_format : ResumableFormat
        What it is, or shall be, written in.
    model : str
        What is read with, name and digest.

    Yields
    ------
    ResultsFile
        Synced and closed at the end, whatever happens.

    Raises
    ------
    ModelError
        If it was begun with another model.
    StorageError
        If it was begun in another format, is no such file, or can't be written to.
    """
    with closing(_EarlierFiles(record_format)) as earlier:
        try:
            if path.is_file() and path.stat().st_size:
                _check_format(path, record_format)
                _load(path, earlier, record_format, model)
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("ab", buffering=0)
        except (OSError, sqlite3.Error) as error:
            raise _explain(path, error) from error
        with file:
            results = ResultsFile(path, file, earlier)
            if not (path.is_file() and path.stat().st_size):
                results.write(record_format.mark + record_format.header)
            try:
                yield results
            finally:
                results.sync()


class _EarlierFiles:
    """The files that were read before; on disk once they are many, so that memory is bounded."""

    def __init__(self, record_format: ResumableFormat) -> None:
        self.count = 0
        self.has_digits = False
        self._format = record_format
        self._database = sqlite3.connect("")  # A temporary file, made when it is needed.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE files (key BLOB PRIMARY KEY) WITHOUT ROWID")

    def __contains__(self, file: SourceFile) -> bool:
        """Return whether `file` was read, as it is now."""
        key = _key(self._format.write_name(file.path), file.size_bytes, file.modified)
        found = self._database.execute("SELECT 1 FROM files WHERE key = ?", [key])
        return found.fetchone() is not None

    def add(self, written: Written) -> bool:
        """Remember a file; return whether it is new."""
        key = _key(written.path, written.size_bytes, written.modified)
        added = self._database.execute("INSERT OR IGNORE INTO files VALUES (?)", [key])
        self.count += added.rowcount
        self.has_digits = self.has_digits or written.has_digits
        return bool(added.rowcount)

    def clear(self) -> None:
        """Forget all files."""
        self._database.execute("DELETE FROM files")
        self.count, self.has_digits = 0, False

    def close(self) -> None:
        """Remove the temporary file."""
        self._database.close()


def _key(path: str, size_bytes: int | None, modified: str) -> bytes:
    # Paths may hold what UTF-8 can't, but never a zero byte.
    return f"{path}\0{size_bytes}\0{modified}".encode("utf-8", "surrogatepass")


def _check_format(path: Path, record_format: ResumableFormat) -> None:
    with path.open("rb") as file:
        start = file.readline(_LONGEST_LINE_BYTES)
    begun_as = next((known.name for known in _FORMATS if known.can_begin_with(start)), None)
    if begun_as is None:
        raise StorageError(
            f"“{path}” is there, and was not written by “digitpad read”.", "Name another file."
        )
    if begun_as != record_format.name:
        raise StorageError(
            f"“{path}” was begun as {begun_as}, not as {record_format.name}.",
            "Go on in that format, or name another file.",
        )


def _load(path: Path, earlier: _EarlierFiles, lines: ResumableFormat, model: str) -> None:
    """Fill `earlier`, and take out of the file what is to be read again."""
    if all(is_kept for _, is_kept in _sift(path, earlier, lines, model)):
        return
    earlier.clear()
    with open_atomically(path) as file:
        sifted = _sift(path, earlier, lines, model)
        file.writelines(line for line, is_kept in sifted if is_kept)


def _sift(
    path: Path, earlier: _EarlierFiles, lines: ResumableFormat, model: str
) -> Iterator[tuple[bytes, bool]]:
    """Yield every line with whether it is kept; `earlier` then has it."""
    with path.open("rb") as file:
        if lines.header:
            header = file.readline()
            yield header, header.endswith(b"\n")
        for line in file:
            written = _parse(line, lines)
            if written is not None and written.model != lines.write_name(model):
                raise ModelError(
                    f"“{path}” was begun with the model “{written.model}”, not with “{model}”.",
                    "Choose that one with --model, or name another file.",
                )
            if written is None or written.is_error or _has_changed(written):
                yield line, False
            else:
                yield line, earlier.add(written)


def _parse(line: bytes, lines: ResumableFormat) -> Written | None:
    """Return what a line tells; None if it is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        return lines.parse(line.decode())
    except ValueError:
        return None


def _has_changed(written: Written) -> bool:
    now = describe_file(Path(written.path))
    # What is gone can't be read again.
    return now.size_bytes is not None and (now.size_bytes, now.modified) != (
        written.size_bytes,
        written.modified,
    )


def _explain(path: Path, error: Exception) -> StorageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    advice = advise(error) if isinstance(error, OSError) else "Name another file"
    return StorageError(
        f"“{path}” could not be written: {reason}.",
        f"{advice}; the same command goes on from what was written.",
    )
