"""Bundled models and the user's own, and which of them is active."""

import contextlib
import dataclasses
import json
import logging
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from digitpad.core.errors import ModelError, StorageError
from digitpad.core.files import advise, sync_folder, write_atomically
from digitpad.training.model_card import CARD_FILE, KERAS_FILE, LITERT_FILE, ModelCard, find_damage

DEFAULT_MODEL = "default"
"""The bundled model that is active until another is chosen."""

_ACTIVE_FILE = "active.json"
_PARTIAL = ".partial-"
_ABANDONED_S = 24 * 60 * 60
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """Trained weights and their card.

    Parameters
    ----------
    name : str
        Unique in the library.
    folder : Path
        Where its files are.
    card : ModelCard
        What it is.
    is_bundled : bool
        Whether it ships with the app, and is read-only.
    """

    name: str
    folder: Path
    card: ModelCard
    is_bundled: bool

    @property
    def litert_file(self) -> Path:
        """The file that reading runs on."""
        return self.folder / LITERT_FILE

    @property
    def keras_file(self) -> Path:
        """The file that training goes on from.

        Raises
        ------
        ModelError
            If the model came without one.
        """
        if KERAS_FILE not in self.card.sha256:
            raise ModelError(
                f"The model “{self.name}” came without {KERAS_FILE}, so it reads but can't be "
                "trained further.",
                f"Train the architecture “{self.card.architecture}” anew, or choose another model.",
            )
        return self.folder / KERAS_FILE


class ModelLibrary:
    """All models there are. Several processes may use one library at a time.

    Parameters
    ----------
    bundled : Path
        Folder of the models that ship with the app; never written to.
    own : Path
        Folder of the user's own; made when first needed.
    """

    def __init__(self, bundled: Path, own: Path) -> None:
        self._bundled = bundled
        self._own = own

    def models(self) -> tuple[Model, ...]:
        """Return all models with a readable card: the default first, own ones oldest first."""
        bundled = sorted(self._load_all(self._bundled), key=_default_first)
        own = sorted(self._load_all(self._own), key=lambda model: model.card.created)
        return (*bundled, *own)

    def find(self, name: str) -> Model:
        """Return the whole and undamaged model called `name`.

        Raises
        ------
        ModelError
            If there is none, or a file of it is missing or has changed.
        """
        models = self.models()
        model = next((model for model in models if model.name == name), None)
        if model is None:
            known = ", ".join(model.name for model in models)
            raise ModelError(f"There is no model “{name}”.", f"Choose one of: {known}.")
        damage = find_damage(model.folder, model.card)
        if damage is not None:
            raise ModelError(
                f"The model “{name}” is damaged: {damage}.",
                "Choose another model in the Model menu.",
            )
        return model

    def active(self) -> Model:
        """Return the model to read with.

        Raises
        ------
        ModelError
            If the one that was chosen is gone or damaged; `default` is there to fall back on.
        """
        return self.find(self.active_name())

    def active_name(self) -> str:
        """Return the name of the model that was chosen, whether or not it is still there."""
        try:
            content = json.loads((self._own / _ACTIVE_FILE).read_text(encoding="utf-8"))
            return str(content["name"])
        except FileNotFoundError:
            return DEFAULT_MODEL
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or error
            _log.warning("the choice of model can't be read, so it is the default: %s.", reason)
            return DEFAULT_MODEL

    def default(self) -> Model:
        """Return the bundled default model.

        Raises
        ------
        ModelError
            If the installation itself is damaged.
        """
        return self.find(DEFAULT_MODEL)

    def activate(self, name: str) -> Model:
        """Make the model called `name` the active one, from now on and after a restart.

        Raises
        ------
        ModelError
            If there is no such model, or it is damaged.
        StorageError
            If the choice can't be saved.
        """
        model = self.find(name)
        write_atomically(self._own / _ACTIVE_FILE, json.dumps({"name": name}))
        return model

    def add(self, candidate: Path, name: str) -> Model:
        """Copy a candidate into the library; it is there whole, or not at all.

        Parameters
        ----------
        candidate : Path
            Folder with a model's files and card.
        name : str
            What to call it; a number is added if that is taken.

        Returns
        -------
        Model
            The model, not yet active.

        Raises
        ------
        ModelError
            If the candidate is damaged.
        StorageError
            If the disk is full or the folder can't be written to.
        """
        card = ModelCard.load(candidate)
        damage = find_damage(candidate, card)
        if damage is not None:
            raise ModelError(f"The candidate is damaged: {damage}.", "Train it again.")
        try:
            return self._add(candidate, card, name)
        except OSError as error:
            raise StorageError(
                f"The model could not be saved in “{self._own}”: {error.strerror or error}.",
                f"{advise(error)}; the candidate stays in the folder of its run.",
            ) from error

    def unique_name(self, base: str) -> str:
        """Return `base`, or `base` with the lowest number that makes it new."""
        taken = {model.name for model in self.models()}
        taken |= {_folder_name(name) for name in taken}
        name, number = base, 2
        while name in taken or _folder_name(name) in taken or self._folder_for(name).exists():
            name, number = f"{base} {number}", number + 1
        return name

    def _add(self, candidate: Path, card: ModelCard, name: str) -> Model:
        self._own.mkdir(parents=True, exist_ok=True)
        self._sweep()
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self._own))
        try:
            for file in (name for name in (KERAS_FILE, LITERT_FILE) if name in card.sha256):
                shutil.copy2(candidate / file, partial / file)
                with (partial / file).open("rb+") as copied:
                    os.fsync(copied.fileno())
            while True:
                chosen = dataclasses.replace(card, name=self.unique_name(name))
                write_atomically(partial / CARD_FILE, chosen.to_json())
                folder = self._folder_for(chosen.name)
                try:
                    partial.rename(folder)
                    break
                except OSError:
                    # Another process may have taken the name between the look and the move.
                    if not folder.exists():
                        raise
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        sync_folder(self._own)
        return Model(chosen.name, folder, chosen, is_bundled=False)

    def _sweep(self) -> None:
        """Remove what crashes left half done, a day ago or longer: nobody is at it any more."""
        for folder in self._own.glob(f"{_PARTIAL}*"):
            # One that another is just adding may be moved into place between the look and here.
            with contextlib.suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(folder, ignore_errors=True)

    def _folder_for(self, name: str) -> Path:
        return self._own / _folder_name(name)

    def _load_all(self, folder: Path) -> list[Model]:
        try:
            places = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            # The bundled models read all the same.
            _log.warning("“%s” can't be looked into: %s", folder, error)
            return []
        models = []
        for place in places:
            if place.is_dir() and not place.name.startswith("."):
                try:
                    card = ModelCard.load(place)
                except ModelError as error:
                    _log.warning("%s", error)
                    continue
                models.append(Model(card.name, place, card, folder == self._bundled))
        return models


def _folder_name(name: str) -> str:
    """Return a name that every file system takes."""
    return re.sub(r"[^\w\-. ]+", "-", name).strip(". ")[:80] or "model"


def _default_first(model: Model) -> tuple[bool, str]:
    return model.name != DEFAULT_MODEL, model.name
