"""The child process of a run: configuration in, events out.

Started as ``python -m digitpad.training.worker RUN``, where the folder RUN holds `config.json`.
Events leave as JSON lines on standard output. On standard input the line ``pause`` holds the run up
after a batch and ``go on`` lets it go on; ``stop``, or the input's end, ends it within one batch.
Everything else that is printed goes to standard error.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from digitpad.core.errors import DigitpadError
from digitpad.core.locks import hold_lock
from digitpad.training.config import TrainingConfig
from digitpad.training.events import RunFailed, StatusChanged, claim_stdout
from digitpad.training.run_folder import CONFIG_FILE, LOCK_FILE


def main(folder: Path) -> int:
    """Run what `config.json` in `folder` asks for.

    Parameters
    ----------
    folder : Path
        The run's own folder.

    Returns
    -------
    int
        Exit status: 0 if the run finished or was stopped, 1 if it failed.
    """
    events = claim_stdout()
    report = events.report
    orders = Orders(before_waiting=events.flush)
    threading.Thread(target=orders.follow, args=(sys.stdin,), daemon=True).start()
    _give_way()
    try:
        config = TrainingConfig.from_json((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        # Held while TensorFlow is read too, which takes a while: the run is under way by then.
        with hold_lock(folder / LOCK_FILE):
            report(StatusChanged("Loading TensorFlow"))
            from digitpad.training.trainer import train

            train(config, folder, report, orders.is_stopped)
    except DigitpadError as error:
        report(RunFailed(error.message, error.hint))
        return 1
    except Exception as error:  # noqa: BLE001
        # The last line of defence of this process: the log has the traceback, the person a line.
        traceback.print_exc()
        report(RunFailed(f"Training failed: {error}.", "The run's log has the details."))
        return 1
    return 0


class Orders:
    """What the parent asks for.

    Parameters
    ----------
    before_waiting : function
        Called when the run is paused, before nothing more happens.
    """

    def __init__(self, before_waiting: Callable[[], None]) -> None:
        self._before_waiting = before_waiting
        self._is_stopped = False
        self._going = threading.Event()
        self._going.set()

    def follow(self, lines: TextIO) -> None:
        """Do as the lines say, until the last one.

        Parameters
        ----------
        lines : TextIO
            `pause`, `go on`, or anything else to stop; so does their end.
        """
        for line in lines:
            order = line.strip()
            if order == "pause":
                self._going.clear()
            elif order == "go on":
                self._going.set()
            else:
                break
        # The end of the input means that the parent is gone; nobody waits for the run any more.
        self._is_stopped = True
        self._going.set()

    def is_stopped(self) -> bool:
        """Return whether the run is to end; while it is paused, wait."""
        if not self._going.is_set():
            self._before_waiting()
            self._going.wait()
        return self._is_stopped


def _give_way() -> None:
    """Let the window go first: it needs little, but at once."""
    if hasattr(os, "nice"):
        os.nice(10)


if __name__ == "__main__":
    status = main(Path(sys.argv[1]))
    sys.stderr.flush()
    # Every file is whole by now. An orderly end could wait forever: after a stop, Keras's thread
    # that prepares batches waits for room in a queue that nobody empties any more.
    os._exit(status)
