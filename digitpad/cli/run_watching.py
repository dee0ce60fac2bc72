"""A run in a terminal: how far it is, how it is stopped, and where its model goes."""

import argparse
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from digitpad.cli.library import open_library
from digitpad.core.errors import StorageError, TrainingError
from digitpad.services.runs.retraining import Run
from digitpad.training.config import TrainingConfig
from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    EpochEnded,
    Event,
    ModelsCompared,
    PartFinished,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStopped,
    StatusChanged,
    to_line,
)
from digitpad.training.learning.judgement import DATA_NAMES


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says where the model goes, and what is printed meanwhile."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--activate",
        action="store_true",
        default=False,
        help="read with the model from now on",
    )
    place.add_argument(
        "--output",
        type=Path,
        default=None,
        metavar="DIR",
        help="put the model there, not in the library",
    )
    parser.add_argument(
        "--events", action="store_true", default=False, help="print every event as JSON"
    )


def watch(
    run: Run, *, has_events: bool, note: Callable[[Event], None] | None = None
) -> Event | None:
    """Start a run and show how far it is; an interrupt stops it in order.

    Parameters
    ----------
    run : Run
        To be started.
    has_events : bool
        Whether every event is printed instead.
    note : function from Event, optional
        Told every event as well.

    Returns
    -------
    Event or None
        The last one.

    Raises
    ------
    DigitpadError
        If it can't be started.
    """
    run.start()
    _stop_on_interrupt(run)
    show = _print_line if has_events else _Progress(run.config)
    last: Event | None = None
    for last in run.events():
        show(last)
        if note is not None:
            note(last)
    return last


def check_output(output: Path | None) -> None:
    """Find out now, not after an hour, that a model can't go there."""
    try:
        is_taken = output is not None and output.exists()
    except OSError as error:
        raise StorageError(
            f"“{output}” can't be looked into: {error.strerror or error}.", "Name another folder."
        ) from error
    if is_taken:
        raise TrainingError(f"“{output}” exists.", "Name a folder that doesn't.")


def keep_candidate(finished: RunFinished, name: str, options: argparse.Namespace) -> str:
    """Put the model of a run where it was asked for.

    Parameters
    ----------
    finished : RunFinished
        Where it is.
    name : str
        What to call it in the library.
    options : argparse.Namespace
        With what `add_place_arguments` added.

    Returns
    -------
    str
        Where it is now, as the end of a sentence.

    Raises
    ------
    DigitpadError
        If it can't be saved.
    """
    if options.output is not None:
        _copy(finished.folder, options.output)
        return f"in “{options.output}”"
    library = open_library()
    model = library.add(finished.folder, name)
    if options.activate:
        library.activate(model.name)
    return f"in the library as “{model.name}”{', and active' if options.activate else ''}"


def _stop_on_interrupt(run: Run) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        run.stop()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)


def _copy(candidate: Path, output: Path) -> None:
    """Copy a candidate to where it was asked for; it is there whole, or not at all."""
    partial = output.with_name(f".partial-{output.name}-{os.getpid()}")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copytree(candidate, partial)
            partial.rename(output)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise StorageError(
            f"The model could not be saved in “{output}”: {error.strerror or error}.",
            f"It is whole in “{candidate}”.",
        ) from error


def _print_line(event: Event) -> None:
    print(to_line(event), flush=True)


class _Progress:
    """A progress bar over all batches, and a line an epoch."""

    def __init__(self, config: TrainingConfig) -> None:
        self._last_epoch = config.last_epoch
        self._epochs = config.epochs
        self._bar: tqdm[None] | None = None

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, BatchEnded):
            if self._bar is None:
                self._bar = tqdm(total=self._epochs * event.batches, unit="batch")
            self._bar.set_postfix(loss=f"{event.loss:.4f}", refresh=False)
            self._bar.update()
        elif isinstance(event, EpochEnded):
            tqdm.write(
                f"epoch {event.epoch}/{event.epochs}: loss {event.loss:.4f}, accuracy "
                f"{event.accuracy:.4f}, validation {event.validation_accuracy:.4f}, "
                f"{event.seconds:.0f} s",
                file=sys.stderr,
            )
        elif isinstance(event, DataLoaded):
            tqdm.write(
                f"{event.train} digits to train on ({event.source}), {event.validation} to "
                f"validate on, {event.test} to test on",
                file=sys.stderr,
            )
        elif isinstance(event, StatusChanged):
            tqdm.write(event.text, file=sys.stderr)
        elif isinstance(event, ModelsCompared):
            tqdm.write(
                f"{DATA_NAMES[event.data]}: {event.right_after:,} of {event.count:,} read right, "
                f"{event.right_before:,} before",
                file=sys.stderr,
            )
        elif isinstance(event, RunResumed):
            tqdm.write(f"Going on after epoch {event.epoch}.", file=sys.stderr)
            self._epochs = self._last_epoch - event.epoch
        elif isinstance(event, PartFinished):
            tqdm.write(f"The run has finished; its model is at {event.first}.", file=sys.stderr)
        elif isinstance(event, RunStopped):
            tqdm.write(f"Stopped after {event.epochs} whole epochs.", file=sys.stderr)
        if self._bar is not None and isinstance(event, RunFinished | RunStopped | RunFailed):
            self._bar.close()
