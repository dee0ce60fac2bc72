"""The models there are: those that ship with the app, and the user's own."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from digitpad.core.errors import ModelError
from digitpad.services.models.folders import NOTE_FILE, load_cards, number_name
from digitpad.training.model_card import KERAS_FILE, LITERT_FILE, ModelCard, find_damage

DEFAULT_MODEL = "default"
"""The bundled model that is active until another is chosen."""

MAX_NOTE = 20_000
"""Characters."""


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

    @property
    def place(self) -> str:
        """Where it is in the library, whatever it is called."""
        return f"{'bundled' if self.is_bundled else 'own'}/{self.folder.name}"

    def read_note(self) -> str:
        """Return what the person wrote about it; empty if nothing, or if it can't be read."""
        try:
            with (self.folder / NOTE_FILE).open(encoding="utf-8", errors="replace") as file:
                return file.read(MAX_NOTE)
        except OSError:
            return ""


class ModelCatalog:
    """Finds models by name.

    Parameters
    ----------
    bundled : Path
        Folder of the models that ship with the app.
    own : Path
        Folder of the user's own; may be missing.
    """

    def __init__(self, bundled: Path, own: Path) -> None:
        self._bundled = bundled
        self._own = own

    def models(self) -> tuple[Model, ...]:
        """Return all models with a readable card: the default first, own ones oldest first."""
        bundled = sorted(load_cards(self._bundled), key=lambda pair: _default_first(pair[1]))
        own = sorted(load_cards(self._own), key=lambda pair: pair[1].created)
        models: dict[str, Model] = {}
        for is_bundled, pairs in ((True, bundled), (False, own)):
            for folder, card in pairs:
                # An update may bring a model that is called as one of the user's own.
                name = number_name(card.name, models)
                named = dataclasses.replace(card, name=name)
                models[name] = Model(name, folder, named, is_bundled)
        return tuple(models.values())

    def find(self, name: str) -> Model:
        """Return the whole and undamaged model called `name`.

        Raises
        ------
        ModelError
            If there is none, or a file of it is missing or has changed.
        """
        return check_whole(self.look_up(name))

    def default(self) -> Model:
        """Return the bundled default model.

        Raises
        ------
        ModelError
            If the installation itself is damaged.
        """
        return self.find(DEFAULT_MODEL)

    def unique_name(self, base: str) -> str:
        """Return `base`, or `base` with the lowest number that makes it new."""
        return number_name(base, (model.name for model in self.models()))

    def look_up(self, name: str) -> Model:
        """Return the model called `name`, whole or not.

        Raises
        ------
        ModelError
            If there is none.
        """
        models = self.models()
        model = next((model for model in models if model.name == name), None)
        if model is None:
            known = ", ".join(model.name for model in models)
            raise ModelError(f"There is no model “{name}”.", f"Choose one of: {known}.")
        return model

    def look_up_own(self, name: str, done: str) -> Model:
        """Return the user's own model called `name`, which is about to be `done` something to.

        Raises
        ------
        ModelError
            If there is none, or it is bundled.
        """
        model = self.look_up(name)
        if model.is_bundled:
            raise ModelError(
                f"“{name}” ships with digitpad and can't be {done}.",
                "Duplicate it: the copy is yours.",
            )
        return model


def check_whole(model: Model) -> Model:
    """Return `model`.

    Raises
    ------
    ModelError
        If a file of it is missing or has changed.
    """
    damage = find_damage(model.folder, model.card)
    if damage is not None:
        raise ModelError(
            f"The model “{model.name}” is damaged: {damage}.",
            "Choose another model in the Model menu.",
        )
    return model


def _default_first(card: ModelCard) -> tuple[bool, str]:
    return card.name != DEFAULT_MODEL, card.name
