"""Files that are either whole or not there."""

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from digitpad.core.errors import StorageError


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half of either.

    Parameters
    ----------
    path : Path
        Where to write; missing parent folders are made.
    content : bytes or str
        Text is encoded as UTF-8.

    Raises
    ------
    StorageError
        If the disk is full, or the folder can't be written to.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_atomically(path) as file:
            file.write(data)
    except OSError as error:
        raise StorageError(
            f"“{path}” could not be saved: {error.strerror or error}.", f"{advise(error)}."
        ) from error


def advise(error: OSError) -> str:
    """Return what to do so that a file can be written, without a full stop."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Free some space, then try again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "Check that you may write there, or choose another folder"
    return "Choose another folder, then try again"


@contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of another once all of it is on the disk.

    Parameters
    ----------
    path : Path
        In a folder that is there. What it names stays as it is if anything goes wrong.

    Yields
    ------
    BinaryIO
        To write to.

    Raises
    ------
    OSError
        If the disk is full, or the folder can't be written to.
    """
    # Not tempfile's: those can be read by nobody else, which a person's files should be.
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the platform can.

    Parameters
    ----------
    folder : Path
        The folder whose entries changed.
    """
    if os.name == "nt":  # Windows can't open folders, and journals renames by itself.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network drives sync files but know no way to sync folders.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
