"""Models as folders: read, and copied whole or not at all."""

import contextlib
import dataclasses
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digitpad.core.errors import ModelError
from digitpad.core.files import sync_folder, write_atomically
from digitpad.core.locks import hold_lock
from digitpad.training.model_card import CARD_FILE, KERAS_FILE, LITERT_FILE, ModelCard

NOTE_FILE = "note.txt"
"""What the person wrote about a model; may be missing."""

_LOCK_FILE = ".lock"
_PARTIAL = ".partial-"
_ABANDONED_S = 24 * 60 * 60
_log = logging.getLogger(__name__)


def load_cards(parent: Path) -> Iterator[tuple[Path, ModelCard]]:
    """Yield the folder and the card of every model in `parent` whose card can be read."""
    try:
        folders = sorted(parent.iterdir()) if parent.is_dir() else []
    except OSError as error:
        # The bundled models read all the same.
        _log.warning("“%s” can't be looked into: %s", parent, error)
        return
    for folder in folders:
        if folder.is_dir() and not folder.name.startswith("."):
            try:
                yield folder, ModelCard.load(folder)
            except ModelError as error:
                _log.warning("%s", error)


def number_name(base: str, taken: Iterable[str]) -> str:
    """Return `base`, or `base` with the lowest number that makes it new."""
    names = set(taken)
    name, number = base, 2
    while name in names:
        name, number = f"{base} {number}", number + 1
    return name


def free_folder(parent: Path, name: str) -> Path:
    """Return where in `parent` a model called `name` may lie: nothing is there."""
    # A name that every file system takes.
    base = re.sub(r"[^\w\-. ]+", "-", name).strip(". ")[:80] or "model"
    folder, number = parent / base, 2
    while folder.exists():
        folder, number = parent / f"{base} {number}", number + 1
    return folder


@contextmanager
def hold_library(own: Path) -> Iterator[None]:
    """Change the user's own models while no other process does.

    Raises
    ------
    OSError
        If their folder, which is made if it isn't there, can't be written to.
    """
    own.mkdir(parents=True, exist_ok=True)
    with hold_lock(own / _LOCK_FILE):
        yield


def copy_model(
    source: Path, card: ModelCard, own: Path, choose_name: Callable[[], str]
) -> tuple[Path, ModelCard]:
    """Copy a model into the user's own; it is there whole, or not at all.

    Parameters
    ----------
    source : Path
        The model's folder.
    card : ModelCard
        Its card; what this doesn't vouch for is left behind.
    own : Path
        Where the copy goes, in a folder of its own.
    choose_name : callable
        Returns a name that is free; asked while no other process takes one.

    Returns
    -------
    folder : Path
        Of the copy.
    card : ModelCard
        The copy's.

    Raises
    ------
    OSError
        If the disk is full or the folder can't be written to.
    """
    own.mkdir(parents=True, exist_ok=True)
    _sweep(own)
    partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=own))
    try:
        _copy_files(source, card, partial)
        with hold_library(own):
            chosen = dataclasses.replace(card, name=choose_name())
            write_atomically(partial / CARD_FILE, chosen.to_json())
            folder = free_folder(own, chosen.name)
            partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync_folder(own)
    return folder, chosen


def _copy_files(source: Path, card: ModelCard, target: Path) -> None:
    for name in (KERAS_FILE, LITERT_FILE, NOTE_FILE):
        if name in card.sha256 or (name == NOTE_FILE and (source / name).is_file()):
            shutil.copy2(source / name, target / name)
            with (target / name).open("rb+") as copied:
                os.fsync(copied.fileno())


def _sweep(own: Path) -> None:
    """Remove what crashes left half done, a day ago or longer: nobody is at it any more."""
    for folder in own.glob(f"{_PARTIAL}*"):
        # One that another is just adding may be moved into place between the look and here.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)
