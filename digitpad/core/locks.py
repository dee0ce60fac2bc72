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

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            # Some network drives know no locks; what is on them changes without.
            if error.errno not in (errno.EINVAL, errno.ENOLCK, errno.ENOTSUP):
                raise


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
