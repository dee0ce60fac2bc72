"""What a run needs to go on where it was: the network as it is after an epoch, and the history."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import keras

from digitpad.core.errors import TrainingError
from digitpad.core.files import write_atomically
from digitpad.training.export import save_network
from digitpad.training.history import Epoch, find_best
from digitpad.training.run_folder import CHECKPOINTS_FOLDER, STATE_FILE

_KEPT = 2
"""So many of the last checkpoints stay, and the best one."""


@dataclass(frozen=True)
class RunState:
    """Where a run is.

    Parameters
    ----------
    epochs_done : int
        Number of the last whole epoch.
    history : tuple of dict
        Loss and accuracy of each epoch of this run.
    fingerprint : str
        Of the data; a run doesn't go on with other data.
    """

    epochs_done: int
    history: tuple[Epoch, ...]
    fingerprint: str

    @property
    def best_epoch(self) -> int:
        """Number of the epoch with the best validation accuracy."""
        return self.epochs_done - len(self.history) + find_best(self.history)


class Checkpoints:
    """The checkpoints of one run, in a folder of their own.

    Parameters
    ----------
    folder : Path
        The run's own.
    is_kept : bool
        Whether `save` keeps anything; of several machines one is enough.
    """

    def __init__(self, folder: Path, is_kept: bool = True) -> None:
        self._folder = folder / CHECKPOINTS_FOLDER
        self._is_kept = is_kept

    def load(self, fingerprint: str) -> RunState | None:
        """Return where the run is, or None if no epoch of it ended yet.

        Raises
        ------
        TrainingError
            If what is there can't be read, or the data is not what it was.
        """
        try:
            content = json.loads((self._folder / STATE_FILE).read_text(encoding="utf-8"))
            state = RunState(
                int(content["epochs_done"]), tuple(content["history"]), content["fingerprint"]
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise TrainingError(
                f"The run can't go on: where it was can't be read ({error}).",
                "Start it anew.",
            ) from error
        if state.fingerprint != fingerprint:
            raise TrainingError(
                "The run can't go on: its data is not what it was when it began.",
                "Bring the data back, or start a new run.",
            )
        return state

    def load_network(self, epoch: int) -> keras.Model:
        """Return the network as it was after `epoch`, with its optimizer.

        Raises
        ------
        TrainingError
            If the checkpoint is missing or damaged.
        """
        file = self._file(epoch)
        try:
            return keras.models.load_model(file, safe_mode=True)
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise TrainingError(
                f"The run can't go on: the checkpoint “{file.name}” can't be read.",
                "Start a new run.",
            ) from error

    def save(self, network: keras.Model, state: RunState) -> None:
        """Keep the network of an epoch; a crash leaves the epoch before as it was.

        Raises
        ------
        StorageError
            If the disk is full or the folder can't be written to.
        """
        if not self._is_kept:
            return
        save_network(network, self._file(state.epochs_done))
        write_atomically(self._folder / STATE_FILE, json.dumps(dataclasses.asdict(state)))
        kept = {state.epochs_done - behind for behind in range(_KEPT)}
        kept |= {state.best_epoch}
        for file in self._folder.glob("epoch-*.keras"):
            if file not in {self._file(epoch) for epoch in kept}:
                file.unlink(missing_ok=True)

    def _file(self, epoch: int) -> Path:
        return self._folder / f"epoch-{epoch:03}.keras"
