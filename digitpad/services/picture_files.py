"""Which files there are to read, in folder trees of any size."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digitpad.core.errors import DigitpadError, ImageError
from digitpad.core.images import IMAGE_SUFFIXES
from digitpad.core.strokes import DRAWING_SUFFIX

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DRAWING_MARK = b'"digitpad-drawing"'
_HEAD_BYTES = 1000  # A drawing says what it is at its beginning.

_FolderId = tuple[int, int]


@dataclass(frozen=True)
class SourceFile:
    """A file to read, as it was when it was found.

    Parameters
    ----------
    path : str
        Relative or absolute, as it or the folder it is in was given.
    size_bytes : int or None
        None if the file could not be looked at.
    modified : str
        ISO 8601, UTC, with microseconds; empty if the file could not be looked at.
    error : DigitpadError or None
        Why it needs no try: a folder that can't be listed, say.
    """

    path: str
    size_bytes: int | None = None
    modified: str = ""
    error: DigitpadError | None = None


def find_files(given: Iterable[Path], leave_out: Path | None = None) -> Iterator[SourceFile]:
    """Find pictures and drawings, one folder at a time, as they are asked for.

    Parameters
    ----------
    given : paths
        Files are taken as they are. Of a folder, the tree below it: pictures by the end of
        their name, and drawings, as `.json` may be anything, by what they hold. Hidden files
        and folders are passed over; a folder that is reached twice is taken once, so links may
        lead in circles.
    leave_out : Path or None
        A file that is not to be found in a folder: the one that results go to.

    Yields
    ------
    SourceFile
        In a folder the files by name, then the folders by name.
    """
    visited: set[_FolderId] = set()
    for path in given:
        if is_folder(path):
            yield from _walk(path, visited, leave_out)
        else:
            yield describe_file(path)


def is_folder(path: Path) -> bool:
    """Return whether `path` is a folder; what can't be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def describe_file(path: Path) -> SourceFile:
    """Return a file with its size and time; without them if it is gone or hidden from us."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # Reading it says what is the matter.
        return SourceFile(str(path))
    try:
        modified = _EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000)
    except OverflowError:  # A clock that was wrong by ten thousand years.
        return SourceFile(str(path), status.st_size)
    return SourceFile(str(path), status.st_size, modified.isoformat(timespec="microseconds"))


def _walk(top: Path, visited: set[_FolderId], leave_out: Path | None) -> Iterator[SourceFile]:
    waiting = [top]  # No recursion: trees may be deeper than Python's stack.
    while waiting:
        folder = waiting.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            files, folders = _list(folder)
        except OSError as error:
            reason = ImageError(
                f"The folder “{folder}” can't be listed: {error.strerror or error}.",
                "Check that you may read it.",
            )
            yield SourceFile(str(folder), error=reason)
            continue
        for name in files:
            file = folder / name
            if leave_out is not None and name == leave_out.name and _are_same(file, leave_out):
                continue
            if file.suffix.lower() != DRAWING_SUFFIX or _is_drawing(file):
                yield describe_file(file)
        waiting += [folder / name for name in reversed(folders)]


def _list(folder: Path) -> tuple[list[str], list[str]]:
    """Return the names of files that may be read, and of folders, each sorted."""
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                folders.append(entry.name)
            elif entry.name.lower().endswith((*IMAGE_SUFFIXES, DRAWING_SUFFIX)):
                files.append(entry.name)  # Names alone: there may be a million.
    return sorted(files), sorted(folders)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link that leads to itself.
        return False


def _are_same(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except OSError:  # A link that leads nowhere.
        return False


def _is_drawing(file: Path) -> bool:
    # Whatever else ends in .json lies beside photos by the thousand, and is no fault of anybody.
    try:
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            return _DRAWING_MARK in opened.read(_HEAD_BYTES)
    except OSError:
        return True  # To be listed among what could not be read.
