"""Folders that were deleted, kept for a while."""

import contextlib
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digitpad.core.files import sync_folder

KEPT_DAYS = 30
"""So long what was deleted can be restored."""

TRASH_FOLDER = ".trash"
"""Within the folder that the deleted ones lay in."""

_DOOMED = ".doomed-"
_TIME_FORM = "%Y%m%dT%H%M%S.%fZ"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrashedFolder:
    """A folder in the trash.

    Parameters
    ----------
    key : str
        Tells it from all others that were ever in the trash.
    folder : Path
        Where it is now.
    deleted : datetime
        When it came into the trash, UTC.
    """

    key: str
    folder: Path
    deleted: datetime

    @property
    def former_name(self) -> str:
        """What it was called before."""
        return self.key.partition(" ")[2]


class FolderTrash:
    """A folder within another one that deleted folders are moved to, and from again.

    Parameters
    ----------
    own : Path
        Holds the folders. The trash is on the same disk, so that a move is whole or not at all.
    """

    def __init__(self, own: Path) -> None:
        self._own = own
        self._folder = own / TRASH_FOLDER

    def content(self) -> tuple[TrashedFolder, ...]:
        """Return what is in the trash, the latest first."""
        found = ((place, _parse_time(place.name)) for place in self._places())
        kept = [TrashedFolder(place.name, place, time) for place, time in found if time is not None]
        return tuple(sorted(kept, key=lambda trashed: trashed.key, reverse=True))

    def put(self, folder: Path) -> TrashedFolder:
        """Move a folder into the trash, in one step.

        Raises
        ------
        OSError
            If it can't be moved; it is where it was.
        """
        self._folder.mkdir(exist_ok=True)
        deleted = datetime.now(UTC)
        key = f"{deleted.strftime(_TIME_FORM)} {folder.name}"
        folder.rename(self._folder / key)
        self._sync()
        return TrashedFolder(key, self._folder / key, deleted)

    def take_out(self, trashed: TrashedFolder, target: Path) -> None:
        """Move a folder out of the trash, in one step.

        Raises
        ------
        OSError
            If it can't be moved; it is where it was.
        """
        trashed.folder.rename(target)
        self._sync()

    def empty(self, is_due: Callable[[datetime], bool] = lambda deleted: True) -> int:
        """Destroy folders for good.

        Parameters
        ----------
        is_due : callable
            Told when a folder came into the trash, says whether it goes. All go without it.

        Returns
        -------
        int
            How many went.

        Raises
        ------
        OSError
            If one can't be taken away; it and later ones are still there.
        """
        gone = 0
        for place in self._places():
            deleted = _parse_time(place.name)
            if deleted is None or not is_due(deleted):
                continue
            # Another process may just have done the same.
            with contextlib.suppress(FileNotFoundError):
                # Out of sight at once: what is half destroyed must not be restored.
                place.rename(self._folder / f"{_DOOMED}{place.name}")
                gone += 1
        for doomed in self._folder.glob(f"{_DOOMED}*"):
            # Whoever began with it may have been killed on the way.
            shutil.rmtree(doomed, ignore_errors=True)
        return gone

    def sweep(self) -> None:
        """Destroy what has been there for longer than `KEPT_DAYS`; it can wait if that fails."""
        due = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        try:
            self.empty(lambda deleted: deleted < due)
        except OSError as error:
            _log.warning("the trash can't be swept: %s", error)

    def _places(self) -> list[Path]:
        try:
            return sorted(place for place in self._folder.iterdir() if place.is_dir())
        except FileNotFoundError:
            return []
        except OSError as error:
            _log.warning("the trash can't be looked into: %s", error)
            return []

    def _sync(self) -> None:
        for folder in (self._folder, self._own):
            sync_folder(folder)


def _parse_time(key: str) -> datetime | None:
    """Return when a folder came into the trash; None for what is none of the trash's."""
    try:
        return datetime.strptime(key.partition(" ")[0], _TIME_FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
