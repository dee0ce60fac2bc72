"""One page from an empty sheet to a file, and the truth about it."""

from dataclasses import dataclass, replace

import numpy as np

from digitpad.training.composition import camera, wear
from digitpad.training.composition.difficulties import DIFFICULTIES, Difficulty
from digitpad.training.composition.digit_source import DigitSource, choose_hand
from digitpad.training.composition.layout import Grid, Writing, write_sheet
from digitpad.training.composition.page import (
    ComposedPage,
    Picture,
    PlacedDigit,
    Sheet,
    decode,
    encode,
)
from digitpad.training.composition.pens import Pen, apply_ink, choose_colour
from digitpad.training.composition.planning import plan_page

_PNG_PART = 0.12
_THINNEST_PX = 1.3
_SMALL_PX = 24
"""Digits lower than this are not blurred as others are: a person could not read them either."""


def compose_page(source: DigitSource, difficulty: str, rng: np.random.Generator) -> ComposedPage:
    """Write digits on a sheet and photograph it.

    Parameters
    ----------
    source : DigitSource
        The digits to write.
    difficulty : str
        One of `DIFFICULTIES`.
    rng : Generator
        Source of chance: the same state gives the same page.

    Returns
    -------
    ComposedPage
        With at least one digit.
    """
    return follow_recipe(source, DIFFICULTIES[difficulty], difficulty, rng)


def follow_recipe(
    source: DigitSource, recipe: Difficulty, name: str, rng: np.random.Generator
) -> ComposedPage:
    """Compose a page as `compose_page` does, of a recipe with a name of its own."""
    size = recipe.sizes[rng.integers(len(recipe.sizes))]
    written = _write(source, recipe, size, rng)
    grid, pen, writing = written.grid, written.pen, written.writing
    colour = choose_colour(pen, rng)

    sheet = recipe.surface(size, rng)
    sheet = recipe.printing[rng.integers(len(recipe.printing))](sheet, grid, rng)
    if recipe.is_worn:
        back = _write(source, recipe, size, rng).writing
        sheet = _wear(wear.let_back_show(sheet, back.ink, colour, rng), rng)
    ink = np.maximum(writing.ink, writing.marks)
    sheet = apply_ink(sheet, ink, pen, colour, rng)

    view = recipe.look(size, rng)
    picture = camera.photograph(sheet, view, rng)
    for light in recipe.lights[rng.integers(len(recipe.lights))]:
        picture = light(picture, rng)
    picture = _expose(picture, recipe, grid.height_px, rng)
    is_lossless = rng.random() < _PNG_PART and not recipe.is_blurred
    quality = None if is_lossless else int(rng.integers(*recipe.qualities))
    encoded, suffix = encode(_turn(camera.expose(picture), recipe.quarter_turns), quality)
    seen = camera.see_ink(ink, view)
    return ComposedPage(
        picture=decode(encoded),
        text=writing.text,
        difficulty=name,
        digits=_place_digits(writing, view, recipe.quarter_turns),
        ink=_turn(camera.expose(seen), recipe.quarter_turns),
        encoded=encoded,
        suffix=suffix,
    )


@dataclass(frozen=True, eq=False)
class _Written:
    """What was written, where and with what."""

    grid: Grid
    pen: Pen
    writing: Writing


def _write(
    source: DigitSource, recipe: Difficulty, size: tuple[int, int], rng: np.random.Generator
) -> _Written:
    """Write until a page has enough digits."""
    while True:
        grid, spacing = plan_page(size, recipe.plan, rng)
        spacing = replace(spacing, touching=recipe.touching, marks=recipe.marks)
        pen = recipe.pens[rng.integers(len(recipe.pens))]
        pen_px = max(_THINNEST_PX, rng.uniform(*pen.widths) * grid.height_px)
        writing = write_sheet(choose_hand(source, rng, recipe.styled), grid, spacing, pen_px, rng)
        if len(writing.digits) >= recipe.plan.fewest_digits:
            return _Written(grid, pen, writing)


def _wear(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    if rng.random() < 0.5:
        sheet = wear.crease(sheet, rng)
    return wear.bind(sheet, rng) if rng.random() < 0.5 else sheet


def _expose(
    picture: Sheet, recipe: Difficulty, height_px: float, rng: np.random.Generator
) -> Sheet:
    if not recipe.is_blurred:
        if height_px >= _SMALL_PX:
            picture = camera.soften(picture, rng)
        return camera.add_noise(picture, rng.uniform(0.003, 0.014), rng)
    way = int(rng.integers(3))
    if way != 1:
        picture = camera.defocus(picture, rng.uniform(0.04, 0.075) * height_px)
    if way != 0:
        picture = camera.shake(picture, rng.uniform(0.08, 0.17) * height_px, rng)
    return camera.add_noise(picture, rng.uniform(0.015, 0.06), rng)


def _turn(pixels: Picture, quarter_turns: int) -> Picture:
    return np.ascontiguousarray(np.rot90(pixels, -quarter_turns))


def _place_digits(
    writing: Writing, view: camera.View, quarter_turns: int
) -> tuple[PlacedDigit, ...]:
    corners = np.array([digit.corners for digit in writing.digits], np.float64)
    seen = view.carry(corners.reshape(-1, 2))
    width, height = view.size
    for _ in range(quarter_turns):
        seen = np.stack([height - seen[:, 1], seen[:, 0]], axis=1)
        width, height = height, width
    return tuple(
        PlacedDigit(digit.label, tuple((float(x), float(y)) for x, y in four))
        for digit, four in zip(writing.digits, seen.reshape(-1, 4, 2), strict=True)
    )
