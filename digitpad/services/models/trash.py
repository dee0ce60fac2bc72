"""Models that were deleted, kept for a while."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitpad.core.errors import ModelError
from digitpad.services.folder_trash import FolderTrash, TrashedFolder
from digitpad.training.model_card import ModelCard

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrashedModel:
    """A model in the trash.

    Parameters
    ----------
    place : TrashedFolder
        Where its files are now, and since when.
    card : ModelCard
        What it is.
    """

    place: TrashedFolder
    card: ModelCard

    @property
    def key(self) -> str:
        """Tells it from all others that were ever in the trash."""
        return self.place.key

    @property
    def folder(self) -> Path:
        """Where its files are now."""
        return self.place.folder

    @property
    def deleted(self) -> datetime:
        """When it came into the trash, UTC."""
        return self.place.deleted

    @property
    def name(self) -> str:
        """What it was called."""
        return self.card.name

    @property
    def former_folder_name(self) -> str:
        """The name of its folder in the library."""
        return self.place.former_name


class ModelTrash:
    """A folder within the library that deleted models are moved to, and from again.

    Parameters
    ----------
    own : Path
        The user's models.
    """

    def __init__(self, own: Path) -> None:
        self._folders = FolderTrash(own)

    def models(self) -> tuple[TrashedModel, ...]:
        """Return what is in the trash, the latest first."""
        found = []
        for place in self._folders.content():
            try:
                found.append(TrashedModel(place, ModelCard.load(place.folder)))
            except ModelError as error:
                _log.warning("in the trash: %s", error)
        return tuple(found)

    def put(self, folder: Path) -> TrashedModel:
        """Move a model's folder into the trash, in one step.

        Raises
        ------
        OSError
            If it can't be moved; it is where it was.
        ModelError
            If its card can't be read.
        """
        card = ModelCard.load(folder)
        return TrashedModel(self._folders.put(folder), card)

    def take_out(self, model: TrashedModel, target: Path) -> None:
        """Move a model's folder out of the trash, in one step.

        Raises
        ------
        OSError
            If it can't be moved; it is where it was.
        """
        self._folders.take_out(model.place, target)

    def empty(self, is_due: Callable[[datetime], bool] = lambda deleted: True) -> int:
        """Destroy models for good.

        Parameters
        ----------
        is_due : callable
            Told when a model came into the trash, says whether it goes. All go without it.

        Returns
        -------
        int
            How many went.

        Raises
        ------
        OSError
            If one can't be taken away; it and later ones are still there.
        """
        return self._folders.empty(is_due)

    def sweep(self) -> None:
        """Destroy what has been there too long; it can wait if that fails."""
        self._folders.sweep()
