"""The file that samples are kept in: opened, checked, and brought up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from digitpad.core.errors import DigitpadError, SampleError, StorageError
from digitpad.core.files import advise

APPLICATION_ID = 0x64_69_67_69
"""What tells a file of samples from other databases: “digi”."""

_PATIENCE_S = 20.0  # Another process may be keeping a whole data set.

_STEPS = (
    (
        """CREATE TABLE samples (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            label INTEGER NOT NULL CHECK (label BETWEEN 0 AND 9),
            source TEXT NOT NULL,
            origin TEXT NOT NULL,
            created TEXT NOT NULL,
            deleted TEXT,
            predicted INTEGER CHECK (predicted BETWEEN 0 AND 9),
            confidence REAL,
            model TEXT
        )""",
        # Apart from the rest, so that a hundred thousand are listed in no time.
        """CREATE TABLE pictures (
            sample INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
            image BLOB NOT NULL CHECK (length(image) = 784),
            strokes TEXT,
            crop BLOB
        )""",
        "CREATE INDEX deleted_samples ON samples (deleted) WHERE deleted IS NOT NULL",
    ),
    (
        # What each model takes each sample for, the newest only.
        """CREATE TABLE predictions (
            model TEXT NOT NULL,
            sample INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
            label INTEGER CHECK (label BETWEEN 0 AND 9),
            confidence REAL NOT NULL,
            PRIMARY KEY (model, sample)
        ) WITHOUT ROWID""",
        "CREATE INDEX predictions_of_samples ON predictions (sample)",
        """INSERT INTO predictions SELECT model, id, predicted, confidence
            FROM samples WHERE model IS NOT NULL""",
    ),
)
"""What brings a file from each version to the next; released ones never change."""

VERSION = len(_STEPS)
"""Of the files this digitpad writes, in SQLite's `user_version`."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_CLOSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


class _FoundWhole:
    """What this process found to be whole: device, number, size and time of each file."""

    def __init__(self) -> None:
        self.states: set[tuple[int, int, int, int]] = set()

    def forget(self) -> None:
        # Another set: what is being checked on another thread goes into the old one.
        self.states = set()


_found_whole = _FoundWhole()


class DamagedDatabaseError(SampleError):
    """The file of the samples is no database any more, or not a whole one."""


def connect(file: Path) -> sqlite3.Connection:
    """Open a file of samples, made if it is not there, and bring it up to date.

    Parameters
    ----------
    file : Path
        In a folder that is there.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode, for this thread alone.

    Raises
    ------
    DamagedDatabaseError
        If it is no database, or not a whole one.
    SampleError
        If a newer digitpad made it.
    StorageError
        If it can't be opened, or written to.
    """
    with telling_errors(file):
        connection = sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None)
        try:
            # Readers and the one who writes don't wait for each other.
            connection.execute("PRAGMA journal_mode = WAL")
            # With less, a power cut takes back what was reported kept.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            _check_version(connection, file)
            _check_content_once(connection, file)
            _update(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def connect_to_read(file: Path) -> sqlite3.Connection:
    """Open a file of samples that nobody writes to, a backup say, and leave it as it is.

    Raises
    ------
    DamagedDatabaseError, SampleError, StorageError
        As `connect` does, and if it holds no samples.
    """
    with telling_errors(file):
        address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
        try:
            check(connection, file)
            if _pragma(connection, "user_version") == 0:
                raise SampleError(f"“{file}” holds no samples.", "Choose a backup of samples.")
        except BaseException:
            connection.close()
            raise
    return connection


def check(connection: sqlite3.Connection, file: Path) -> None:
    """Make sure that a database is whole, and of samples that this digitpad knows.

    Raises
    ------
    DamagedDatabaseError, SampleError
        If it isn't.
    """
    _check_version(connection, file)
    _check_content(connection, file)


def _check_version(connection: sqlite3.Connection, file: Path) -> None:
    version = _pragma(connection, "user_version")
    if version and _pragma(connection, "application_id") != APPLICATION_ID:
        raise DamagedDatabaseError(f"“{file}” is a database, but not of samples.")
    if version > VERSION:
        raise SampleError(
            f"The samples in “{file}” are of a newer digitpad.",
            "Update digitpad to use them; they stay as they are.",
        )


def _check_content(connection: sqlite3.Connection, file: Path) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DamagedDatabaseError(f"“{file}” is damaged: {found}.")


def _check_content_once(connection: sqlite3.Connection, file: Path) -> None:
    """Make sure that it is whole, unless this process did so since the file last changed.

    A hundred thousand samples are read for it, and several threads open them.
    """
    status, found = file.stat(), _found_whole.states
    state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    if state not in found:
        _check_content(connection, file)
        found.add(state)


@contextmanager
def telling_errors(file: Path) -> Iterator[None]:
    """Raise what a person can act on in place of what SQLite or the system says of `file`."""
    try:
        yield
    except sqlite3.Error as error:
        told = _explain(error, file)
        if told is None:  # A bug.
            raise
        raise told from error
    except OSError as error:
        raise StorageError(
            f"“{file}” can't be used: {error.strerror or error}.", f"{advise(error)}."
        ) from error


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Keep other processes from opening the samples in `file`, or putting others in place.

    Raises
    ------
    sqlite3.Error
        If that can't be had.
    """
    # SQLite's own locks hold on every platform, and end with the process.
    lock = file.with_name(f"{file.name}.lock")
    with closing(sqlite3.connect(lock, timeout=_PATIENCE_S, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Make changes all together or not at all; they are on the disk at the end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # Where the disk is full, SQLite has ended it itself.
            connection.execute("ROLLBACK")
        raise


def _update(connection: sqlite3.Connection) -> None:
    if _pragma(connection, "user_version") >= VERSION:
        return
    with writing(connection):
        # Another process may have done it meanwhile.
        for version in range(_pragma(connection, "user_version"), VERSION):
            for statement in _STEPS[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _explain(error: sqlite3.Error, file: Path) -> DigitpadError | None:
    # Others come in many kinds, which differ in their upper bits.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        # A disk may damage it without a trace in the file's time.
        _found_whole.forget()
        return DamagedDatabaseError(
            f"“{file}” is damaged.",
            "Close digitpad and start it again: what can be saved is put back.",
        )
    if code in _BUSY:
        return StorageError(f"“{file}” is in use by another program.", "Try again in a moment.")
    if code in _CLOSED:
        return StorageError(
            f"“{file}” can't be opened, or not be written to.",
            "Check that you may write to it and to its folder.",
        )
    if code == sqlite3.SQLITE_FULL:
        return StorageError(
            f"“{file}” can't be written to: the disk is full.", "Free some space, then try again."
        )
    if code == sqlite3.SQLITE_IOERR:
        return StorageError(
            f"“{file}” can't be read or written: {error}.",
            "Check the disk, and free some space, then try again.",
        )
    return None
