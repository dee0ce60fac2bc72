"""Many pages into a folder, on all cores."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from digitpad.core.files import write_atomically
from digitpad.training.composition.compose import compose_page
from digitpad.training.composition.digit_source import DigitSource, load_digits
from digitpad.training.composition.page import ComposedPage
from digitpad.training.data.labelled_pictures import LABELS_FILE
from digitpad.training.data.splits import SPLITS
from digitpad.training.parallel import work_through


@dataclass(frozen=True)
class Order:
    """What pages to compose.

    Parameters
    ----------
    mnist, pen : Path
        Where the digits are.
    split : str
        One of `SPLITS`.
    difficulties : tuple of str
        Pages cycle through them.
    seed : int
        Page i depends on it, on i, on the split and on the difficulties alone.
    """

    mnist: Path
    pen: Path
    split: str
    difficulties: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class PageLabel:
    """A line of the table: a page's file, text and difficulty."""

    file: str
    text: str
    difficulty: str


def compose_numbered(source: DigitSource, order: Order, number: int) -> ComposedPage:
    """Return page `number` of an order, from 0."""
    # The splits differ in their chance as they do in their digits.
    rng = np.random.default_rng([SPLITS.index(order.split), order.seed, number])
    return compose_page(source, order.difficulties[number % len(order.difficulties)], rng)


def compose_folder(
    folder: Path, order: Order, count: int, jobs: int | None = None
) -> Iterator[PageLabel]:
    """Compose pages and save them, yielding one after another; the table is written last.

    Parameters
    ----------
    folder : Path
        Where they go; made if it isn't there.
    order : Order
        What to compose.
    count : int
        How many pages.
    jobs : int or None
        Processes to use, None for one a core; the pages don't depend on it.

    Yields
    ------
    PageLabel
        In order, each when its file is saved.

    Raises
    ------
    DatasetError
        If the digits can't be read.
    StorageError
        If a page can't be saved.
    """
    labels = []
    for label in work_through(partial(_prepare, folder, order), range(count), jobs):
        labels.append(label)
        yield label
    write_atomically(folder / LABELS_FILE, _write_table(labels))


def _prepare(folder: Path, order: Order) -> Callable[[int], PageLabel]:
    source = load_digits(order.mnist, order.pen, order.split)
    return partial(_save_page, folder, order, source)


def _save_page(folder: Path, order: Order, source: DigitSource, number: int) -> PageLabel:
    page = compose_numbered(source, order, number)
    file = f"{number:05} {page.difficulty}{page.suffix}".replace(" ", "-")
    write_atomically(folder / file, page.encoded)
    return PageLabel(file, page.text, page.difficulty)


def _write_table(labels: Sequence[PageLabel]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("file", "text", "difficulty"))
    writer.writerows((label.file, label.text, label.difficulty) for label in labels)
    return table.getvalue()
