"""Automatic backups of the samples, and what they are for: a damaged file costs little."""

import logging
import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitpad.core.errors import DigitpadError, SampleError
from digitpad.core.files import open_atomically, sync_folder
from digitpad.services.samples.database import (
    DamagedDatabaseError,
    alone,
    check,
    connect,
    connect_to_read,
    telling_errors,
    writing,
)
from digitpad.services.samples.rows import insert, salvage

_log = logging.getLogger(__name__)

_KEPT_BACKUPS = 3  # Of as many days.
_BACKUP_AGE_S = 60 * 60
_ATTENDANTS = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a database, by how the name ends; the file itself goes after them."""


@dataclass(frozen=True)
class Opened:
    """The samples' file, opened.

    Parameters
    ----------
    connection : sqlite3.Connection
        For this thread alone.
    notice : SampleError or None
        What had to be done first, for a person; None if it was whole.
    """

    connection: sqlite3.Connection
    notice: SampleError | None = None


def open_database(file: Path) -> Opened:
    """Open the samples; a damaged file is set aside, and the last good backup put in its place.

    Parameters
    ----------
    file : Path
        Made with its folder if it is not there.

    Raises
    ------
    SampleError
        If a newer digitpad made it.
    StorageError
        If it can't be opened, or written to.
    """
    with telling_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        # One process may be putting a backup in place while another comes.
        with alone(file):
            notice = None
            if _is_missing(file) and find_backups(file):
                notice = _replace(file, "gone")
            try:
                return Opened(connect(file), notice)
            except DamagedDatabaseError:
                notice = _replace(file, "damaged")
            return Opened(connect(file), notice)


def back_up_if_due(connection: sqlite3.Connection, file: Path) -> Path | None:
    """Back up the samples, unless that was done in the last hour or nothing has changed.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the samples.
    file : Path
        Where they are; one backup a day is kept beside it, of the last three days.

    Returns
    -------
    Path or None
        The backup, if one was made.

    Raises
    ------
    DamagedDatabaseError, StorageError
        If it could not be made.
    """
    with telling_errors(file):
        backups = find_backups(file)
        newest = backups[0].stat().st_mtime if backups else 0.0
        is_empty = connection.execute("SELECT 1 FROM samples LIMIT 1").fetchone() is None
        if is_empty or time.time() - newest < _BACKUP_AGE_S or newest > _last_change(file):
            return None
        backup = _backup_folder(file) / f"{file.stem} {time.strftime('%Y-%m-%d')}{file.suffix}"
        back_up(connection, backup)
        for old in find_backups(file)[_KEPT_BACKUPS:]:
            old.unlink(missing_ok=True)
        return backup


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Write a copy of the samples, checked, whole or not at all; others may go on writing.

    Raises
    ------
    sqlite3.Error, OSError, DamagedDatabaseError
        If it could not be written, or is not whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            connection.backup(copy)
            # A file by itself, with nothing beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            check(copy, target)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def find_backups(file: Path) -> list[Path]:
    """Return the automatic backups of the samples in `file`, the newest first."""
    return sorted(_backup_folder(file).glob(f"{file.stem} *{file.suffix}"), reverse=True)


def _backup_folder(file: Path) -> Path:
    return file.parent / "backups"


def _is_missing(file: Path) -> bool:
    return not file.exists() or file.stat().st_size == 0


def _last_change(file: Path) -> float:
    # SQLite makes an empty log whenever the file is opened.
    log = file.with_name(f"{file.name}-wal")
    is_logged = log.exists() and log.stat().st_size > 0
    places = (file, log) if is_logged else (file,)
    return max(place.stat().st_mtime for place in places)


def _replace(file: Path, state: str) -> SampleError:
    """Put the last good backup in the place of the samples; return what to say about it."""
    aside = _set_aside(file)
    backup = _put_back(file)
    if backup is None:
        message = f"The samples were {state}, and there was no backup of them."
    else:
        made = datetime.fromtimestamp(backup.stat().st_mtime)
        day = f"{made.day} {made:%B %Y, %H:%M}"
        message = f"The samples were {state}; those of the backup of {day} are back."
    if aside is None:
        return SampleError(message)
    rescued = _rescue(aside, file)
    more = f"{rescued:,} more could be read from the damaged file. " if rescued else ""
    return SampleError(message, f"{more}It is kept as “{aside}”.")


def _rescue(damaged: Path, file: Path) -> int:
    """Keep what can be read of a damaged file and is not in the backup; return how much it is."""
    rescued = 0
    try:
        address = f"{damaged.absolute().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(address, uri=True, isolation_level=None)) as source,
            closing(connect(file)) as target,
            writing(target),
        ):
            for sample in salvage(source):
                with suppress(sqlite3.IntegrityError):  # Nonsense, though it could be read.
                    rescued += insert(target, sample) is not None
    except (sqlite3.Error, DigitpadError) as error:
        _log.warning("“%s” can't be read any further: %s", damaged, error)
        return 0
    return rescued


def _set_aside(file: Path) -> Path | None:
    """Rename the file and what belongs to it; return its new name, None if it isn't there."""
    name, number = f"{file.stem} damaged {time.strftime('%Y-%m-%d %H-%M-%S')}", 1
    aside = file.with_name(f"{name}{file.suffix}")
    while aside.exists():
        number += 1
        aside = file.with_name(f"{name} {number}{file.suffix}")
    for ending in (*_ATTENDANTS, ""):
        place = file.with_name(f"{file.name}{ending}")
        if place.exists():
            place.rename(f"{aside}{ending}")
    sync_folder(file.parent)
    return aside if aside.exists() else None


def _put_back(file: Path) -> Path | None:
    """Copy the newest whole backup into place; return it, None if there is none."""
    for backup in find_backups(file):
        try:
            connect_to_read(backup).close()
        except DigitpadError:
            continue
        with backup.open("rb") as source, open_atomically(file) as target:
            shutil.copyfileobj(source, target)
        return backup
    return None
