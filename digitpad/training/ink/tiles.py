"""Pieces of composed pages, and what is ink on each, for a network to learn from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import fit_working_size, resize
from digitpad.training.composition.compose import compose_page, follow_recipe
from digitpad.training.composition.difficulties import (
    DIFFICULTIES,
    LARGE_STEMS,
    mix_difficulties,
)
from digitpad.training.composition.digit_source import DigitSource, load_digits
from digitpad.training.composition.page import ComposedPage
from digitpad.training.parallel import work_through

TILE_PX = 320

_MIXED_PART = 0.7
"""Of the pages; the others are of one difficulty alone."""

_DIGITS_PX = (24.0, 140.0)
"""Digits are about this high, unless they are smaller in the picture: large ones are looked at
from afar."""

_WRITTEN_PART = 0.7
"""Of a page's tiles; the others lie anywhere."""


@dataclass(frozen=True, eq=False)
class InkTiles:
    """Tiles cut from pages.

    Parameters
    ----------
    pictures : (n, TILE_PX, TILE_PX, 3) uint8
        RGB.
    ink : (n, TILE_PX, TILE_PX) uint8
        How much of each pixel is covered by ink; 255 is all of it.
    """

    pictures: NDArray[np.uint8]
    ink: NDArray[np.uint8]


@dataclass(frozen=True)
class TileOrder:
    """What tiles are to be cut.

    Parameters
    ----------
    mnist, pen : Path
        MNIST's folder or file; a strokes file.
    split : str
        Whose digits, see `load_digits`.
    seed : int
        Of all chance.
    hardship : float
        Of the mixed pages, see `mix_difficulties`.
    large : float
        Part of the pages, 0 to 1, that have a few large digits, see `LARGE_STEMS`.
    at_border : float
        Part of the tiles, 0 to 1, that lie at the picture's border, where bindings are.
    per_page : int
        Tiles to cut from a page.
    """

    mnist: Path
    pen: Path
    split: str
    seed: int
    hardship: float = 0.3
    large: float = 0.0
    at_border: float = 0.0
    per_page: int = 8


def compose_tiles(order: TileOrder, pages: int, jobs: int | None = None) -> InkTiles:
    """Compose pages and cut tiles from them."""
    # Tiles take gigabytes: they are never held twice.
    count = pages * order.per_page
    pictures = np.empty((count, TILE_PX, TILE_PX, 3), np.uint8)
    ink = np.empty((count, TILE_PX, TILE_PX), np.uint8)
    for page, cut in enumerate(work_through(partial(_prepare, order), range(pages), jobs)):
        part = slice(page * order.per_page, (page + 1) * order.per_page)
        pictures[part], ink[part] = cut.pictures, cut.ink
    return InkTiles(pictures, ink)


def _prepare(order: TileOrder) -> Callable[[int], InkTiles]:
    return partial(_cut_page, order, load_digits(order.mnist, order.pen, order.split))


def _cut_page(order: TileOrder, source: DigitSource, number: int) -> InkTiles:
    rng = np.random.default_rng([order.seed, number])
    if rng.random() < order.large:
        recipe = replace(LARGE_STEMS, is_worn=bool(rng.random() < order.hardship))
        page = follow_recipe(source, recipe, "large stems", rng)
    elif rng.random() < _MIXED_PART:
        page = follow_recipe(source, mix_difficulties(rng, order.hardship), "mixed", rng)
    else:
        names = tuple(DIFFICULTIES)
        page = compose_page(source, names[rng.integers(len(names))], rng)
    return _cut(page, order, rng)


def _cut(page: ComposedPage, order: TileOrder, rng: np.random.Generator) -> InkTiles:
    heights = [digit.box.height for digit in page.digits]
    wanted = np.exp(rng.uniform(*np.log(_DIGITS_PX))) / np.median(heights)
    picture, scale = resize(page.picture, min(fit_working_size(page.picture)[1], float(wanted)))
    resized = cv2.resize(page.ink, picture.shape[1::-1], interpolation=cv2.INTER_AREA)
    ink = page.ink if scale == 1 else resized.astype(np.uint8, copy=False)
    margins = ((0, max(0, TILE_PX - ink.shape[0])), (0, max(0, TILE_PX - ink.shape[1])))
    picture = np.pad(picture, (*margins, (0, 0)), mode="edge")
    ink = np.pad(ink, margins)
    room = np.array(ink.shape) - TILE_PX
    written = np.argwhere(ink > 127)
    pictures, inks = [], []
    for _ in range(order.per_page):
        place = rng.integers(0, room + 1)
        if rng.random() < order.at_border:
            axis = rng.integers(2)
            place[axis] = rng.choice([0, room[axis]])
        elif rng.random() < _WRITTEN_PART:
            near = written[rng.integers(len(written))] - rng.integers(0, TILE_PX, 2)
            place = np.clip(near, 0, room)
        top, left = int(place[0]), int(place[1])
        pictures.append(picture[top : top + TILE_PX, left : left + TILE_PX])
        inks.append(ink[top : top + TILE_PX, left : left + TILE_PX])
    return InkTiles(np.stack(pictures), np.stack(inks).astype(np.uint8, copy=False))
