"""`digitpad train`: a run in a terminal."""

import argparse
import os
import shlex
import shutil
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from digitpad import paths
from digitpad.cli.exit_status import FAILED, OK, STOPPED, complain
from digitpad.cli.library import open_library
from digitpad.cli.numbers import parse_names
from digitpad.core.errors import DatasetError, ModelError, StorageError, TrainingError
from digitpad.services.model_library import Model
from digitpad.services.retraining import Run, find_data, find_pen_data, new_run_folder
from digitpad.training.config import ARCHITECTURES, AUGMENTATIONS, SCHEDULES, TrainingConfig
from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    EpochEnded,
    Event,
    RunFailed,
    RunFinished,
    RunStopped,
    StatusChanged,
    to_line,
)
from digitpad.training.model_card import KERAS_FILE

_DEFAULTS = TrainingConfig()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = (
        "Train a model, judge it and put it in the model library. It becomes active only when "
        "that is asked for. Ctrl+C stops the run."
    )
    add = parser.add_argument
    add("--name", default="trained", help="what to call the model [%(default)s]")
    add("--architecture", choices=ARCHITECTURES, default=_DEFAULTS.architecture)
    add("--epochs", type=int, default=_DEFAULTS.epochs)
    add("--batch-size", type=int, default=_DEFAULTS.batch_size)
    add("--learning-rate", type=float, default=_DEFAULTS.learning_rate)
    add("--schedule", choices=SCHEDULES, default=_DEFAULTS.schedule)
    add("--augmentation", choices=AUGMENTATIONS, default=_DEFAULTS.augmentation)
    add("--data", type=Path, metavar="DIR", help="MNIST's folder or npz; looked for if not given")
    add("--download", action="store_true", help="download MNIST if it is not found")
    add("--pen", action="store_true", help="train on the data folder's pen digits as well")
    add("--pen-data", type=Path, metavar="FILE", help="train on this strokes file as well")
    add("--pen-writers", type=parse_names, default=(), help="train on these alone: 1-22")
    add("--pen-validation-writers", type=parse_names, default=(), help="validate on these: 23,24")
    add("--pen-repeats", type=int, default=_DEFAULTS.pen_repeats, help="an epoch [%(default)s]")
    add("--validation-size", type=int, default=_DEFAULTS.validation_size, help="of MNIST")
    add(
        "--allographs",
        type=int,
        default=_DEFAULTS.allographs,
        help="digits an epoch in the world's styles",
    )
    add(
        "--non-digits",
        type=int,
        default=_DEFAULTS.non_digits,
        help="things an epoch that are no digits, so that the model learns to say so",
    )
    parser.add_argument(
        "--from",
        dest="start",
        type=Path,
        metavar="MODEL",
        help="go on from this model: its folder or its .keras file",
    )
    add("--limit", type=int, help="train on this many digits of MNIST, for a quick trial")
    add("--seed", type=int, default=_DEFAULTS.seed)
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--activate", action="store_true", help="read with the model from now on")
    place.add_argument(
        "--output", type=Path, metavar="DIR", help="put the model there, not in the library"
    )
    add("--events", action="store_true", help="print every event as a line of JSON")


def run(options: argparse.Namespace) -> int:
    """Train, show progress, and keep the candidate."""
    config = _configure(options)
    _check_output(options.output)
    training = Run(config, new_run_folder(paths.runs()))
    training.start()
    _stop_on_interrupt(training)
    show = _print_line if options.events else _Progress(config.epochs)
    last: Event | None = None
    for last in training.events():
        show(last)
    if isinstance(last, RunFinished):
        return _keep(last, config, options)
    if isinstance(last, RunFailed):
        complain(TrainingError(last.message, last.hint))
        return FAILED
    return STOPPED


def _check_output(output: Path | None) -> None:
    """Find out now, not after an hour, that a model can't go there."""
    try:
        is_taken = output is not None and output.exists()
    except OSError as error:
        raise StorageError(
            f"“{output}” can't be looked into: {error.strerror or error}.", "Name another folder."
        ) from error
    if is_taken:
        raise TrainingError(f"“{output}” exists.", "Name a folder that doesn't.")


def _configure(options: argparse.Namespace) -> TrainingConfig:
    data = find_data(options.data)
    if data is None and not options.download:
        raise DatasetError(
            f"No MNIST data was found{f' in “{options.data}”' if options.data else ''}.",
            "Name its folder with --data, or add --download.",
        )
    pen_data = options.pen_data or (find_pen_data(options.data) if options.pen else None)
    if options.pen and pen_data is None:
        raise DatasetError("The data folder has no pen digits.", "Name a file with --pen-data.")
    if pen_data is None and (options.pen_writers or options.pen_validation_writers):
        raise DatasetError(
            "Writers are named, but no pen digits.", "Add --pen, or a strokes file with --pen-data."
        )
    return TrainingConfig(
        architecture=options.architecture,
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        schedule=options.schedule,
        augmentation=options.augmentation,
        data=data,
        download_folder=paths.data() if options.download else None,
        pen_data=pen_data,
        pen_writers=options.pen_writers,
        pen_validation_writers=options.pen_validation_writers,
        pen_repeats=options.pen_repeats,
        allographs=options.allographs,
        non_digits=options.non_digits,
        validation_size=options.validation_size,
        limit=options.limit,
        seed=options.seed,
        name=options.name,
        start=_find_start(options.start),
        baseline=_find_baseline(),
        command=_describe_command(sys.argv[1:]),
    )


def _find_start(place: Path | None) -> Path | None:
    if place is None:
        return None
    file = place / KERAS_FILE if place.is_dir() else place
    if not file.is_file():
        raise TrainingError(f"“{place}” is no model.", "Name a model's folder or its .keras file.")
    return file


def _find_baseline() -> Path | None:
    try:
        return open_library().active().litert_file
    except ModelError as error:
        # A damaged model is no reason not to train a better one.
        complain(error)
        return None


def _describe_command(arguments: list[str]) -> str:
    return shlex.join(["digitpad", *map(_shorten_path, arguments)])


def _shorten_path(argument: str) -> str:
    # Where data lay on this machine means nothing on another.
    option, equals, value = argument.rpartition("=")
    return option + equals + (Path(value).name if Path(value).is_absolute() else value)


def _stop_on_interrupt(training: Run) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        training.stop()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)


def _keep(finished: RunFinished, config: TrainingConfig, options: argparse.Namespace) -> int:
    if options.output is not None:
        _copy(finished.folder, options.output)
        where = f"in “{options.output}”"
    else:
        library = open_library()
        model: Model = library.add(finished.folder, config.name)
        if options.activate:
            library.activate(model.name)
        where = f"in the library as “{model.name}”" + (", and active" * options.activate)
    before = finished.accuracy_before
    compared = f" ({before:.4f} before)" if before is not None else ""
    print(f"MNIST test accuracy {finished.accuracy_after:.4f}{compared}; {where}.", file=sys.stderr)
    return OK


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

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
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
        elif isinstance(event, RunStopped):
            tqdm.write(f"Stopped after {event.epochs} whole epochs.", file=sys.stderr)
        if self._bar is not None and isinstance(event, RunFinished | RunStopped | RunFailed):
            self._bar.close()
