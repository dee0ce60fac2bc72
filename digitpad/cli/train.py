"""`digitpad train`: a run in a terminal."""

import argparse
import dataclasses
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from digitpad import paths
from digitpad.cli.exit_status import FAILED, OK, STOPPED, complain
from digitpad.cli.library import open_library
from digitpad.cli.numbers import parse_names
from digitpad.cli.run_watching import add_place_arguments, check_output, keep_candidate, watch
from digitpad.core.errors import DatasetError, ModelError, TrainingError
from digitpad.services.runs.changes import continue_run, find_run, resume_run
from digitpad.services.runs.retraining import (
    Run,
    find_data,
    find_machines,
    find_pen_data,
    new_part_folder,
    new_run_folder,
)
from digitpad.training.config import (
    ARCHITECTURES,
    AUGMENTATIONS,
    MULTI_WORKER,
    OPTIMIZERS,
    SCHEDULES,
    STRATEGIES,
    TrainingConfig,
)
from digitpad.training.events import (
    PartFinished,
    RunFailed,
    RunFinished,
)
from digitpad.training.model_card import KERAS_FILE, load_history
from digitpad.training.presets import PRESETS

_PLAIN = TrainingConfig(name="trained")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = (
        "Train a model, judge it and put it in the model library. It becomes active only when "
        "that is asked for. Ctrl+C stops the run."
    )
    # What is not given is left out, so that it doesn't hide what the preset says.
    parser.argument_default = argparse.SUPPRESS
    add = parser.add_argument
    add("--preset", choices=PRESETS, help="start from the settings of a well-known network")
    add("--name", help="what to call the model [trained, or the preset's]")
    add("--architecture", choices=ARCHITECTURES)
    add("--epochs", type=int)
    add("--epoch-steps", type=int, metavar="N", help="end an epoch after so many batches")
    add("--batch-size", type=int)
    add("--optimizer", choices=OPTIMIZERS)
    add("--learning-rate", type=float)
    add("--schedule", choices=SCHEDULES, help="of the learning rate")
    add("--augmentation", choices=AUGMENTATIONS)
    add("--patience", type=int, metavar="N", help="stop after N epochs without improvement")
    _add_switch(add, "--keep-best", "is_best_kept", "keep the best epoch's network, not the last's")
    _add_switch(add, "--standardize", "is_standardized", "standardise the digit images")
    _add_switch(add, "--final", "is_final", "train on the validation digits as well")
    add("--seed", type=int)
    add(
        "--strategy",
        choices=STRATEGIES,
        help="mirrored: train on all GPUs; multi-worker: on all machines that TF_CONFIG names, of "
        "which the first decides the settings and gets the model",
    )
    add("--limit", type=int, help="train on this many digits of MNIST, for a quick trial")
    add(
        "--from",
        dest="start",
        type=Path,
        metavar="MODEL",
        help="go on from this model: its folder or its .keras file",
    )
    add(
        "--resume",
        metavar="RUN",
        help="go on with a run that was stopped or killed; or, with --epochs, with any run up to a "
        "later epoch. See: digitpad runs",
    )
    _add_data_arguments(parser)
    _add_switch(
        add, "--tensorboard", "has_histograms", "write histograms and graph for TensorBoard too"
    )
    add_place_arguments(parser)


def _add_switch(add: Callable[..., object], option: str, field: str, text: str) -> None:
    add(option, dest=field, action=argparse.BooleanOptionalAction, help=text)


def _add_data_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--data",
        type=Path,
        default=None,
        metavar="DIR",
        help="MNIST's folder or npz; looked for if not given",
    )
    add("--download", action="store_true", default=False, help="download MNIST if it isn't found")
    add("--validation-size", type=int, help="of MNIST")
    add(
        "--pen",
        action="store_true",
        default=False,
        help="train on the data folder's pen digits as well",
    )
    add(
        "--pen-data",
        type=Path,
        default=None,
        metavar="FILE",
        help="train on this strokes file as well",
    )
    add("--pen-writers", type=parse_names, help="train on these alone: 1-22")
    add("--pen-validation-writers", type=parse_names, help="validate on these: 23,24")
    add("--pen-repeats", type=int, help="how often an epoch goes through them")
    add("--allographs", type=int, help="digits an epoch in the world's styles")
    add(
        "--non-digits",
        type=int,
        help="things an epoch that are no digits, so that the model learns to say so",
    )


def run(options: argparse.Namespace) -> int:
    """Train, show progress, and keep the candidate."""
    check_output(options.output)
    training = _prepare(options)
    last = watch(training, has_events=options.events)
    if isinstance(last, RunFinished):
        return _keep(last, training.config, options)
    if isinstance(last, RunFailed):
        complain(TrainingError(last.message, last.hint))
        return FAILED
    if training.folder.parent != paths.runs():
        # A part of a run that went well has nothing left to tell.
        shutil.rmtree(training.folder, ignore_errors=True)
    return OK if isinstance(last, PartFinished) else STOPPED


def _prepare(options: argparse.Namespace) -> Run:
    """Return a new run, or one that goes on with another."""
    if "resume" not in options:
        config = _configure(options)
        return Run(config, _make_folder(config.strategy, options))
    settings = {name for name in _given(options) if name not in ("epochs", "command")}
    if settings or "preset" in options or options.pen or options.download:
        raise TrainingError(
            "A run goes on with the settings that it began with.",
            "Only --epochs can be given with --resume.",
        )
    record = find_run(paths.runs(), options.resume)
    if record.config.strategy == MULTI_WORKER and not find_machines().is_first:
        raise TrainingError(
            "Only the first machine goes on with a run.",
            "Start this one with: digitpad train --strategy multi-worker",
        )
    if "epochs" in options:
        return continue_run(record, options.epochs, _find_baseline(), paths.runs())
    return resume_run(record, _find_baseline())


def _make_folder(strategy: str, options: argparse.Namespace) -> Path:
    if strategy != MULTI_WORKER or find_machines().is_first:
        return new_run_folder(paths.runs())
    if options.activate or options.output is not None:
        raise TrainingError(
            "Only the first machine of a run gets the model.",
            "Give --activate and --output there alone.",
        )
    return new_part_folder()


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of a run that were given."""
    fields = {field.name for field in dataclasses.fields(TrainingConfig)}
    return {
        name: value for name, value in vars(options).items() if name in fields and value is not None
    }


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
    if pen_data is None and ("pen_writers" in options or "pen_validation_writers" in options):
        raise DatasetError(
            "Writers are named, but no pen digits.", "Add --pen, or a strokes file with --pen-data."
        )
    chosen = PRESETS[options.preset].config if "preset" in options else _PLAIN
    found = {
        "data": data,
        "download_folder": paths.data() if options.download else None,
        "pen_data": pen_data,
        "baseline": _find_baseline(),
        "command": describe_command(sys.argv[1:]),
    }
    config = dataclasses.replace(chosen, **(_given(options) | found))
    if config.start is None:
        return config
    # Epochs count on from those of the model that the run begins with.
    start = _find_start(config.start)
    return dataclasses.replace(config, start=start, first_epoch=len(load_history(start)))


def _find_start(place: Path) -> Path:
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


def describe_command(arguments: list[str]) -> str:
    """Return a command as a model's card has it, without where things lay on this machine."""
    return shlex.join(["digitpad", *map(_shorten_path, arguments)])


def _shorten_path(argument: str) -> str:
    # Where data lay on this machine means nothing on another.
    option, equals, value = argument.rpartition("=")
    return option + equals + (Path(value).name if Path(value).is_absolute() else value)


def _keep(finished: RunFinished, config: TrainingConfig, options: argparse.Namespace) -> int:
    where = keep_candidate(finished, config.name, options)
    if config.learning is not None:
        print(f"The model is {where}.", file=sys.stderr)
        return OK
    before = finished.accuracy_before
    compared = f" ({before:.4f} before)" if before is not None else ""
    print(f"MNIST test accuracy {finished.accuracy_after:.4f}{compared}; {where}.", file=sys.stderr)
    return OK
