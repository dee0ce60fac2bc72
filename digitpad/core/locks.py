"""One process at a time, where two would undo each other's work."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _is_locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return True
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        return False

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            # Some network drives know no locks; what is on them changes without.
            if error.errno not in (errno.EINVAL, errno.ENOLCK, errno.ENOTSUP):
                raise

    def _is_locked(descriptor: int) -> bool:
        try:
            # It is let go of when the file is closed.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno == errno.EWOULDBLOCK
        return False


@contextmanager
def hold_lock(file: Path) -> Iterator[None]:
    """Wait until no other thread or process holds the lock, and hold it.

    Whoever is killed lets go of it.

    Parameters
    ----------
    file : Path
        Stands for the lock; made if it isn't there, and left. Its folder is there.

    Raises
    ------
    OSError
        If the file can't be made, or others hold it for ten seconds on Windows.
    """
    with file.open("ab") as held:
        _lock(held.fileno())
        yield


def is_held(file: Path) -> bool:
    """Return whether some thread or process holds the lock just now.

    Parameters
    ----------
    file : Path
        As in `hold_lock`; nobody holds one that isn't there.
    """
    try:
        with file.open("rb+") as tried:
            return _is_locked(tried.fileno())
    except OSError:
        return False
