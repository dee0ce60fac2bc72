"""Zip files that others made, read within bounds."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MAX_READ = 1 << 17
_PIECE = 1 << 16


class ArchiveError(Exception):
    """A zip file is damaged, or holds what it should not; the text says what."""


class Archive:
    """The members of a zip file.

    Parameters
    ----------
    content : zipfile.ZipFile
        As `open_archive` opens it.
    """

    def __init__(self, content: zipfile.ZipFile) -> None:
        self._content = content
        names = content.namelist()
        if len(set(names)) < len(names):
            raise ArchiveError("two files in it have the same name")
        self.names = frozenset(names)
        """As they are written there: they may lead anywhere, so compare them and nothing else."""

    def pieces(self, name: str, limit: int) -> Iterator[bytes]:
        """Yield a member, a piece at a time.

        Parameters
        ----------
        name : str
            One of `names`.
        limit : int
            Bytes it may have, unpacked.

        Raises
        ------
        KeyError
            If there is none of this name.
        ArchiveError
            If it has more bytes, or is damaged.
        """
        member = self._content.getinfo(name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveError(f"“{name}” in it is packed in an unusual way")
        # What is said here is also where unpacking ends, whatever follows.
        if member.file_size > limit:
            raise ArchiveError(f"“{name}” in it is too large")
        with _explaining(), self._content.open(member) as file:
            while piece := file.read(_PIECE):
                yield piece

    def read(self, name: str, limit: int) -> bytes:
        """Return all of a member; see `pieces`."""
        return b"".join(self.pieces(name, limit))

    def copy(self, name: str, target: Path, limit: int) -> None:
        """Unpack a member to a file; see `pieces`."""
        with target.open("wb") as file:
            for piece in self.pieces(name, limit):
                file.write(piece)


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """Open a zip file that may be anything.

    Parameters
    ----------
    file : Path
        What may be one.

    Yields
    ------
    Archive
        Its members.

    Raises
    ------
    ArchiveError
        If it is none.
    OSError
        If it can't be read.
    """
    with _BoundedFile(file) as raw:
        with _explaining():
            content = zipfile.ZipFile(raw)
        with content:
            yield Archive(content)


class _BoundedFile(io.FileIO):
    """Hands out little at a time, so that no list of a million members fills the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_READ:
            raise ArchiveError("too much is in it")
        # Only its last bytes are asked for without saying how many.
        return super().read(_MAX_READ if size is None or size < 0 else size) or b""


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except zipfile.BadZipFile as error:
        raise ArchiveError("it is damaged, or no such file at all") from error
    except (zlib.error, EOFError) as error:
        raise ArchiveError("it is damaged") from error
    except (RuntimeError, ValueError) as error:
        # Encrypted, of a later version, or written with nonsense for numbers and names.
        raise ArchiveError(f"it can't be unpacked ({error})") from error
