"""`digitpad compose`: pages of real digits on synthetic paper, whose truth is known."""

import argparse
import os
import sys
from pathlib import Path

from tqdm import tqdm

from digitpad.cli.exit_status import OK
from digitpad.cli.numbers import parse_count
from digitpad.core.errors import DatasetError, StorageError
from digitpad.services.runs.retraining import find_data, find_pen_data
from digitpad.training.composition.difficulties import DIFFICULTIES
from digitpad.training.composition.folder import Order, compose_folder
from digitpad.training.data.labelled_pictures import LABELS_FILE
from digitpad.training.data.splits import SPLITS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = (
        "Set real digits on synthetic paper, photograph it as people do, and keep the truth: "
        f"pictures and {LABELS_FILE} with file, text and difficulty."
    )
    add = parser.add_argument
    add("output", type=Path, metavar="OUT", help="the folder for the pages; new or empty")
    add("--count", type=parse_count, default=len(DIFFICULTIES), help="pages [%(default)s]")
    add("--seed", type=_parse_seed, default=1, help="another seed, other pages [%(default)s]")
    add("--data", type=Path, metavar="DIR", help="the folder of MNIST and pen digits")
    add("--split", choices=SPLITS, default="validation", help="whose digits [%(default)s]")
    add(
        "--difficulty",
        choices=tuple(DIFFICULTIES),
        nargs="+",
        default=tuple(DIFFICULTIES),
        metavar="NAME",
        help=f"only these: {', '.join(DIFFICULTIES)}",
    )
    add("--jobs", type=parse_count, help="processes; one a core if not given")


def run(options: argparse.Namespace) -> int:
    """Compose the pages, and show progress."""
    order = _order(options)
    _check_output(options.output)
    pages = compose_folder(options.output, order, options.count, options.jobs)
    # None: only a terminal is shown a bar.
    for _ in tqdm(pages, total=options.count, unit="page", disable=None):
        pass
    count = f"{options.count:,} page{'s' * (options.count != 1)}"
    print(f"{count} and {LABELS_FILE} in “{options.output}”.", file=sys.stderr)
    return OK


def _order(options: argparse.Namespace) -> Order:
    mnist, pen = find_data(options.data), find_pen_data(options.data)
    if mnist is None or pen is None:
        missing = "MNIST data was" if mnist is None else "pen digits were"
        raise DatasetError(
            f"No {missing} found{f' in “{options.data}”' if options.data else ''}.",
            "Name a folder with MNIST and pen/pendigits-train.jsonl.gz with --data.",
        )
    return Order(mnist, pen, options.split, tuple(options.difficulty), options.seed)


def _check_output(output: Path) -> None:
    try:
        is_taken = output.exists() and (not output.is_dir() or any(output.iterdir()))
        is_writable = not output.exists() or os.access(output, os.W_OK)
    except OSError as error:
        raise StorageError(
            f"“{output}” can't be looked into: {error.strerror or error}.", "Name another folder."
        ) from error
    if is_taken:
        raise StorageError(f"“{output}” is no empty folder.", "Name a new one.")
    if not is_writable:
        raise StorageError(f"“{output}” can't be written to.", "Name another folder.")


def _parse_seed(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 0 on")
    return int(text)
