"""Many pages into a folder, on all cores."""

import csv
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from digitpad.core.files import write_atomically
from digitpad.training.composition.compose import compose_page
from digitpad.training.composition.digit_source import SPLITS, DigitSource, load_digits
from digitpad.training.composition.page import ComposedPage

LABELS_FILE = "labels.csv"


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


def compose_folder(folder: Path, order: Order, count: int, jobs: int) -> Iterator[PageLabel]:
    """Compose pages and save them, yielding one after another; the table is written last.

    Parameters
    ----------
    folder : Path
        Where they go; made if it isn't there.
    order : Order
        What to compose.
    count : int
        How many pages.
    jobs : int
        Processes to use; the pages don't depend on it.

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
    # Read here too, so that what is wrong with the data is told before a process is started.
    source = load_digits(order.mnist, order.pen, order.split)
    labels = []
    for label in _compose_all(folder, order, source, count, jobs):
        labels.append(label)
        yield label
    write_atomically(folder / LABELS_FILE, _write_table(labels))


def _compose_all(
    folder: Path, order: Order, source: DigitSource, count: int, jobs: int
) -> Iterator[PageLabel]:
    if jobs == 1:
        yield from (_save_page(folder, order, source, number) for number in range(count))
        return
    # Not forked: the parent may have threads, which a fork would leave behind half-way.
    with ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=_start_worker, initargs=(folder, order)
    ) as pool:
        yield from pool.map(_work, range(count), chunksize=4)


class _Worker:
    """What a process composes from; set once, when it starts."""

    folder: Path
    order: Order
    source: DigitSource


def _start_worker(folder: Path, order: Order) -> None:
    cv2.setNumThreads(1)  # The other cores have pages of their own.
    _Worker.folder, _Worker.order = folder, order
    _Worker.source = load_digits(order.mnist, order.pen, order.split)


def _work(number: int) -> PageLabel:
    return _save_page(_Worker.folder, _Worker.order, _Worker.source, number)


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
