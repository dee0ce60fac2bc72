"""Bundled models and the user's own, and which of them is active."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digitpad.core.errors import ModelError, StorageError
from digitpad.core.files import advise, write_atomically
from digitpad.services.models.catalog import (
    DEFAULT_MODEL,
    MAX_NOTE,
    Model,
    ModelCatalog,
    check_whole,
)
from digitpad.services.models.folders import NOTE_FILE, copy_model, free_folder, hold_library
from digitpad.services.models.history import Activation, ModelHistory
from digitpad.services.models.trash import ModelTrash, TrashedModel
from digitpad.training.model_card import CARD_FILE, ModelCard, find_damage

__all__ = ["DEFAULT_MODEL", "MAX_NAME", "MAX_NOTE", "Deletion", "Model", "ModelLibrary"]

MAX_NAME = 80
"""Characters."""

_ACTIVE_FILE = "active.json"


@dataclass(frozen=True)
class Deletion:
    """A model was moved to the trash.

    Parameters
    ----------
    trashed : TrashedModel
        What can be restored.
    fallback : Model or None
        What is active now, if the deleted one was.
    """

    trashed: TrashedModel
    fallback: Model | None

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        instead = f"; “{self.fallback.name}” reads now" if self.fallback else ""
        return f"“{self.trashed.name}” is in the trash{instead}."


class ModelLibrary(ModelCatalog):
    """All models there are. Several processes may use one library at a time.

    Parameters
    ----------
    bundled : Path
        Folder of the models that ship with the app; never written to.
    own : Path
        Folder of the user's own; made when first needed.
    """

    def __init__(self, bundled: Path, own: Path) -> None:
        super().__init__(bundled, own)
        self._history = ModelHistory(own / _ACTIVE_FILE)
        self._trash = ModelTrash(own)

    # --- which one is active ---------------------------------------------------------------

    def active(self) -> Model:
        """Return the model to read with.

        Raises
        ------
        ModelError
            If the one that was chosen is gone or damaged; `default` is there to fall back on.
        """
        chosen = self._latest()
        if chosen is None:
            return self.default()
        models = self.models()
        model = _recall(chosen, models)
        if model is None:
            known = ", ".join(model.name for model in models)
            raise ModelError(
                f"The model “{chosen.name}” that was chosen is gone.", f"Choose one of: {known}."
            )
        return check_whole(model)

    def active_name(self) -> str:
        """Return the name of the model that was chosen, whether or not it is still there."""
        chosen = self._latest()
        if chosen is None:
            return DEFAULT_MODEL
        model = _recall(chosen, self.models())
        return model.name if model is not None else chosen.name

    def history(self) -> tuple[Activation, ...]:
        """Return which model became active when, the latest last."""
        return self._history.activations()

    def activate(self, name: str) -> Model:
        """Make the model called `name` the active one, from now on and after a restart.

        Raises
        ------
        ModelError
            If there is no such model, or it is damaged.
        StorageError
            If the choice can't be saved.
        """
        with self._changing("The choice of model could not be saved"):
            return self._activate(self.find(name))

    def roll_back(self) -> Model:
        """Make the model that was active before the active one; again, the one before that.

        Returns
        -------
        Model
            The latest that is still there, whole, and not the active one.

        Raises
        ------
        ModelError
            If there is none.
        StorageError
            If the choice can't be saved.
        """
        with self._changing("The choice of model could not be saved"):
            model = self._find_earlier()
            if model is not None:
                self._history.add(model.place, model.name, is_return=True)
                return model
        raise ModelError(
            "There is no model to roll back to: no other was active before.",
            "Choose one in the Model menu.",
        )

    def can_roll_back(self) -> bool:
        """Return whether another model was active before, and is still there."""
        return self._find_earlier() is not None

    def reset(self, trash_own: bool = False) -> tuple[TrashedModel, ...]:
        """Make the default model active, as when the app was new.

        Parameters
        ----------
        trash_own : bool
            Whether all of the user's own models go into the trash.

        Returns
        -------
        tuple of TrashedModel
            What went into the trash.

        Raises
        ------
        ModelError
            If the installation itself is damaged.
        StorageError
            If something can't be written; some models may be in the trash by then.
        """
        with self._changing("The library could not be reset"):
            self._activate(self.default())
            own = [model for model in self.models() if trash_own and not model.is_bundled]
            return tuple(self._trash.put(model.folder) for model in own)

    # --- changing models -------------------------------------------------------------------

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
        return self._copy(candidate, card, name, "; the candidate stays in the folder of its run")

    def duplicate(self, name: str, new_name: str | None = None) -> Model:
        """Copy a model, with its note.

        Parameters
        ----------
        name : str
            Of the model to copy; a bundled one may be copied, too.
        new_name : str, optional
            What to call the copy; a number is added if that is taken.

        Returns
        -------
        Model
            The copy, one of the user's own.

        Raises
        ------
        ModelError
            If there is no such model, or it is damaged, or the new name can't be one.
        StorageError
            If the disk is full or the folder can't be written to.
        """
        model = self.find(name)
        wanted = f"{model.name} copy" if new_name is None else _check_name(new_name)
        return self._copy(model.folder, model.card, wanted)

    def rename(self, name: str, new_name: str) -> Model:
        """Call one of the user's own models something else.

        Raises
        ------
        ModelError
            If there is no such model, it is bundled, or the new name is taken or can't be one.
        StorageError
            If its card can't be written.
        """
        wanted = _check_name(new_name)
        with self._changing(f"“{name}” could not be renamed"):
            model = self.look_up_own(name, "renamed")
            if any(other.name == wanted and other != model for other in self.models()):
                raise ModelError(
                    f"There is a model “{wanted}” already.", "Choose another name for this one."
                )
            card = dataclasses.replace(model.card, name=wanted)
            write_atomically(model.folder / CARD_FILE, card.to_json())
            return dataclasses.replace(model, name=wanted, card=card)

    def write_note(self, name: str, text: str) -> None:
        """Keep a note with one of the user's own models; an empty one takes it away.

        Raises
        ------
        ModelError
            If there is no such model, it is bundled, or the note is longer than `MAX_NOTE`.
        StorageError
            If the note can't be written.
        """
        if len(text) > MAX_NOTE:
            raise ModelError(
                f"The note has {len(text):,} characters.", f"Keep it below {MAX_NOTE:,}."
            )
        with self._changing(f"The note of “{name}” could not be saved"):
            file = self.look_up_own(name, "given a note").folder / NOTE_FILE
            if text.strip():
                write_atomically(file, text)
            else:
                file.unlink(missing_ok=True)

    # --- the trash -------------------------------------------------------------------------

    def delete(self, name: str) -> Deletion:
        """Move one of the user's own models to the trash; the default reads if it was active.

        Raises
        ------
        ModelError
            If there is no such model, or it is bundled.
        StorageError
            If it can't be moved.
        """
        with self._changing(f"“{name}” could not be deleted"):
            model = self.look_up_own(name, "deleted")
            latest = self._latest()
            is_active = latest is not None and _recall(latest, self.models()) == model
            fallback = self._activate(self.default()) if is_active else None
            return Deletion(self._trash.put(model.folder), fallback)

    def trash(self) -> tuple[TrashedModel, ...]:
        """Return what is in the trash, the latest first; what was too long there is destroyed."""
        self._trash.sweep()
        return self._trash.models()

    def restore(self, key: str) -> Model:
        """Take a model from the trash; a number is added to its name if that is taken.

        Parameters
        ----------
        key : str
            Of the `TrashedModel`.

        Raises
        ------
        ModelError
            If it isn't in the trash any more.
        StorageError
            If it can't be moved.
        """
        with self._changing("The model could not be restored"):
            trashed = next((model for model in self._trash.models() if model.key == key), None)
            if trashed is None:
                raise ModelError("This model isn't in the trash any more.", "Look what is there.")
            card = dataclasses.replace(trashed.card, name=self.unique_name(trashed.name))
            if card != trashed.card:
                write_atomically(trashed.folder / CARD_FILE, card.to_json())
            folder = free_folder(self._own, trashed.former_folder_name)
            self._trash.take_out(trashed, folder)
            return Model(card.name, folder, card, is_bundled=False)

    def empty_trash(self) -> int:
        """Destroy what is in the trash, and return how many models that were.

        Raises
        ------
        StorageError
            If one can't be taken away.
        """
        with self._changing("The trash could not be emptied"):
            return self._trash.empty()

    # --- on the way ------------------------------------------------------------------------

    def _latest(self) -> Activation | None:
        return next(reversed(self._history.activations()), None)

    def _find_earlier(self) -> Model | None:
        models, latest = self.models(), self._latest()
        # Before anything was chosen the default was active.
        default = Activation("", DEFAULT_MODEL)
        current = _recall(latest or default, models)
        for entry in (*self._history.earlier(), default):
            model = _recall(entry, models)
            if model in (None, current) or find_damage(model.folder, model.card):
                continue
            return model
        return None

    def _activate(self, model: Model) -> Model:
        latest = self._latest()
        if latest is None or latest.place != model.place:
            self._history.add(model.place, model.name)
        return model

    def _copy(self, source: Path, card: ModelCard, name: str, comfort: str = "") -> Model:
        try:
            folder, chosen = copy_model(source, card, self._own, lambda: self.unique_name(name))
        except OSError as error:
            raise StorageError(
                f"The model could not be saved in “{self._own}”: {error.strerror or error}.",
                f"{advise(error)}{comfort}.",
            ) from error
        self._trash.sweep()
        return Model(chosen.name, folder, chosen, is_bundled=False)

    @contextmanager
    def _changing(self, failure: str) -> Iterator[None]:
        """Change the library while no other process does."""
        try:
            with hold_library(self._own):
                yield
        except OSError as error:
            raise StorageError(
                f"{failure} in “{self._own}”: {error.strerror or error}.", f"{advise(error)}."
            ) from error


def _check_name(name: str) -> str:
    stripped = name.strip()
    if not stripped.isprintable() or not 0 < len(stripped) <= MAX_NAME:
        raise ModelError(
            "A model's name has 1 to 80 characters, on one line.", "Choose another name."
        )
    return stripped


def _recall(entry: Activation, models: tuple[Model, ...]) -> Model | None:
    """Return the model that became active then, whatever it is called now."""
    if entry.place:
        return next((model for model in models if model.place == entry.place), None)
    # The user's own first: one that ships since then can't be what was chosen.
    same = [model for model in models if model.name == entry.name]
    return same[-1] if same else None
