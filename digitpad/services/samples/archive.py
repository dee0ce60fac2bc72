"""A backup of all samples: one file, to be restored on any machine."""

import hashlib
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from digitpad.core.errors import SampleError
from digitpad.core.files import open_atomically
from digitpad.services.samples.database import connect, telling_errors
from digitpad.services.samples.rows import iterate
from digitpad.services.samples.store import SampleStore

ARCHIVE_SUFFIX = ".zip"

_FORMAT = "digitpad-samples"
_MANIFEST = "manifest.json"
_DATABASE = "samples.db"
_CHUNK_BYTES = 1 << 20
_LARGEST_MANIFEST_BYTES = 100_000
_DAMAGE = (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)
"""What Python raises on archives that are not what they should be, together with OSError."""
_NONSENSE = (sqlite3.IntegrityError, TypeError, ValueError)


def write_archive(store: SampleStore, file: Path) -> int:
    """Back up all samples into one file, whole or not at all.

    Parameters
    ----------
    store : SampleStore
        Where they are; others may go on using them.
    file : Path
        A zip archive with the samples' file, and a manifest with its SHA-256.

    Returns
    -------
    int
        How many samples are in it.

    Raises
    ------
    StorageError
        If it can't be written.
    """
    with telling_errors(file), tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / _DATABASE
        store.copy_to(copy)
        with closing(connect(copy)) as connection:
            query = "SELECT count(*) FROM samples WHERE deleted IS NULL"
            count = int(connection.execute(query).fetchone()[0])
        with copy.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        manifest = {
            "format": _FORMAT,
            "version": 1,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "samples": count,
            "sha256": {_DATABASE: digest},
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            open_atomically(file) as opened,
            zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=2) + "\n")
            archive.write(copy, _DATABASE)
    return count


def restore_archive(store: SampleStore, file: Path, *, is_replacing: bool = False) -> list[int]:
    """Bring the samples of a backup back, all of them or none.

    Parameters
    ----------
    store : SampleStore
        Where to.
    file : Path
        As `write_archive` makes it.
    is_replacing : bool
        Whether those that are not in the backup go, and the others get its labels. Otherwise
        what is there stays as it is, and what is missing or was deleted is added.

    Returns
    -------
    list of int
        The ids of those that are there now and were not before.

    Raises
    ------
    SampleError
        If the file is no backup, damaged, or of a newer digitpad.
    StorageError
        If the samples can't be written to.
    """
    with _opened(file) as samples:
        found = iterate(samples)
        try:
            return store.replace(found) if is_replacing else store.add(found)
        except _NONSENSE as error:
            raise _refuse(file, error) from error


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Unpack the samples' file of a backup, check it, and open it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / _DATABASE
        try:
            with file.open("rb") as opened, zipfile.ZipFile(opened) as archive:
                digest = _read_digest(archive)
                with archive.open(_DATABASE) as packed, copy.open("wb") as target:
                    _unpack(packed, target, digest)
        except SampleError:
            raise
        except OSError as error:
            raise SampleError(
                f"“{file}” can't be opened: {error.strerror or error}.",
                "Check its name, and that you may read it.",
            ) from error
        except _DAMAGE as error:
            raise _refuse(file, error) from error
        try:
            connection = connect(copy)
        except SampleError as error:
            # A person knows the backup, not its copy.
            message = error.message.replace(str(copy), str(file))
            raise SampleError(message, error.hint) from error
        with closing(connection):
            yield connection


def _refuse(file: Path, error: Exception) -> SampleError:
    return SampleError(
        f"“{file}” is no backup of samples, or is damaged: {error}.",
        "Choose a file that “Back Up” made, or copy it again.",
    )


def _read_digest(archive: zipfile.ZipFile) -> str:
    if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST_BYTES:
        raise ValueError("its manifest is too long")
    manifest = json.loads(archive.read(_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise ValueError("its manifest is of something else")
    if manifest["version"] != 1:
        raise SampleError("The backup is of a newer digitpad.", "Update digitpad to restore it.")
    return str(manifest["sha256"][_DATABASE])


def _unpack(packed: IO[bytes], target: IO[bytes], digest: str) -> None:
    found = hashlib.sha256()
    while chunk := packed.read(_CHUNK_BYTES):
        found.update(chunk)
        target.write(chunk)
    if found.hexdigest() != digest:
        raise ValueError("its content has changed")
