"""Models as files that can be given to others, and taken from them."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from digitpad.core.archives import Archive, ArchiveError, open_archive
from digitpad.core.errors import ModelError, StorageError
from digitpad.core.files import advise, open_atomically
from digitpad.services.models.catalog import MAX_NOTE, Model, check_whole
from digitpad.services.models.folders import NOTE_FILE
from digitpad.training.model_card import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    ModelCard,
    find_damage,
)

ARCHIVE_SUFFIX = ".digitpad"
"""All of a model: what reads, what is trained on from, its card and its note."""

EXPORT_SUFFIXES = (ARCHIVE_SUFFIX, ".keras", ".tflite")

_FORMAT = "digitpad model"
_VERSION = 1
_MANIFEST = "manifest.json"
_MAX_BYTES = {
    _MANIFEST: 1 << 16,
    CARD_FILE: 8 << 20,
    NOTE_FILE: 4 * MAX_NOTE,
    LITERT_FILE: 1 << 28,
    KERAS_FILE: 1 << 28,
}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def export_model(model: Model, file: Path) -> None:
    """Write a model to a file, in the format that its name ends in.

    Parameters
    ----------
    model : Model
        Bundled, or one's own.
    file : Path
        Ends in one of `EXPORT_SUFFIXES`. It is there whole, or as it was before.

    Raises
    ------
    ModelError
        If the model is damaged or lacks what the format needs, or the format is unknown.
    StorageError
        If the file can't be written.
    """
    suffix = file.suffix.lower()
    if suffix not in EXPORT_SUFFIXES:
        raise ModelError(
            f"“{file.name}” is no format that a model can be written in.",
            f"Choose a name that ends in {', '.join(EXPORT_SUFFIXES[:-1])} or .tflite.",
        )
    check_whole(model)
    source = model.keras_file if suffix == ".keras" else model.litert_file
    try:
        with open_atomically(file) as target:
            if suffix == ARCHIVE_SUFFIX:
                with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                    _pack(model, archive)
            else:
                with source.open("rb") as content:
                    shutil.copyfileobj(content, target)
    except OSError as error:
        raise StorageError(
            f"“{file}” could not be written: {error.strerror or error}.", f"{advise(error)}."
        ) from error


def unpack_model(file: Path, folder: Path) -> ModelCard:
    """Unpack a `.digitpad` file that may be anything.

    Parameters
    ----------
    file : Path
        What `export_model` wrote, here or elsewhere.
    folder : Path
        Empty; nothing is written anywhere else.

    Returns
    -------
    ModelCard
        Of the model that is whole in `folder` now.

    Raises
    ------
    ModelError
        If it is damaged, or holds anything else than a model.
    StorageError
        If it can't be read, or the folder can't be written to.
    """
    try:
        with open_archive(file) as archive:
            _unpack(archive, folder)
        card = ModelCard.load(folder)
    except (ArchiveError, ModelError) as error:
        reason = error if isinstance(error, ArchiveError) else "its card can't be read"
        raise ModelError(
            f"“{file.name}” can't be imported: {reason}.",
            "Export the model again, or copy it anew.",
        ) from error
    except OSError as error:
        raise StorageError(
            f"“{file.name}” can't be unpacked: {error.strerror or error}.", f"{advise(error)}."
        ) from error
    damage = find_damage(folder, card)
    if damage is not None:
        raise ModelError(f"“{file.name}” can't be imported: {damage}.", "Copy it anew.")
    return card


def _pack(model: Model, archive: zipfile.ZipFile) -> None:
    contents = {CARD_FILE: model.card.to_json().encode()}
    note = model.read_note()
    if note:
        contents[NOTE_FILE] = note.encode()
    for name in (LITERT_FILE, KERAS_FILE):
        if name in model.card.sha256:
            contents[name] = (model.folder / name).read_bytes()
    manifest = {
        "format": _FORMAT,
        "version": _VERSION,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
    }
    packed = {_MANIFEST: (json.dumps(manifest, indent=2) + "\n").encode()} | contents
    for name, data in packed.items():
        # The same model gives the same file, whenever it is written.
        entry = zipfile.ZipInfo(name, _LONG_AGO)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, data)


def _unpack(archive: Archive, folder: Path) -> None:
    digests = _read_manifest(archive)
    for name, digest in digests.items():
        archive.copy(name, folder / name, _MAX_BYTES[name])
        with (folder / name).open("rb") as unpacked:
            if hashlib.file_digest(unpacked, "sha256").hexdigest() != digest:
                raise ArchiveError(f"{name} in it has changed since it was written")


def _read_manifest(archive: Archive) -> dict[str, Any]:
    """Return the digest of every other file; the archive has these, and no more."""
    if _MANIFEST not in archive.names:
        raise ArchiveError("it has no manifest, so it is no model of digitpad's")
    try:
        manifest = json.loads(archive.read(_MANIFEST, _MAX_BYTES[_MANIFEST]))
        version, form, digests = manifest["version"], manifest["format"], manifest["sha256"]
        told = frozenset(digests) | {_MANIFEST}
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ArchiveError("its manifest can't be read") from error
    if form != _FORMAT or not isinstance(digests, dict):
        raise ArchiveError("its manifest is of something else than a model")
    if version != _VERSION:
        raise ArchiveError(f"it is of version {version}, which a later digitpad wrote")
    strange = sorted((archive.names | told) - _MAX_BYTES.keys())
    if strange:
        raise ArchiveError(f"“{strange[0]}” in it is no part of a model")
    if told != archive.names:
        missing = sorted(told ^ archive.names)
        raise ArchiveError(f"its files are not those of its manifest ({', '.join(missing)})")
    if not {CARD_FILE, LITERT_FILE} <= told:
        raise ArchiveError("it lacks the model or its card")
    return digests
