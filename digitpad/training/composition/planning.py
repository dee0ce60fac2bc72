"""How a page is divided: where its rows and columns run, and how full they get."""

from dataclasses import dataclass, replace

import numpy as np

from digitpad.training.composition.layout import Grid, Spacing

Range = tuple[float, float]


@dataclass(frozen=True)
class Plan:
    """What a page may look like.

    Parameters
    ----------
    layouts : tuple of str
        Of `LAYOUTS`, one of which is taken.
    heights : (float, float)
        Least and greatest height of the digits, by the longer side of the sheet.
    pitches : (float, float)
        Least and greatest distance of the baselines, by the digits' height.
    digit_gaps : (float, float)
        Least and greatest gap between neighbours, by the digits' height.
    most_digits : (int, int)
        Few and many digits on a page.
    fewest_digits : int
        A page with fewer is not used.
    """

    layouts: tuple[str, ...] = ("number", "rows", "spaced", "groups", "columns", "list")
    heights: Range = (0.022, 0.11)
    pitches: Range = (1.45, 2.4)
    digit_gaps: Range = (0.12, 0.45)
    most_digits: tuple[int, int] = (3, 60)
    fewest_digits: int = 1


LAYOUTS = ("number", "rows", "spaced", "groups", "columns", "list", "cells", "squares")
"""One number; numbers below each other; with wide gaps; several a row; in columns; flush right; in
every cell of a table; one digit in each square."""

_SMALLEST_PX = 10.0
_COLUMN_GAP = 1.6


def plan_page(size: tuple[int, int], plan: Plan, rng: np.random.Generator) -> tuple[Grid, Spacing]:
    """Divide a sheet.

    Parameters
    ----------
    size : (int, int)
        Width and height in pixels.
    plan : Plan
        What the page may look like.
    rng : Generator
        Source of chance.

    Returns
    -------
    (Grid, Spacing)
        Where and how to write.
    """
    width, height = size
    layout = str(rng.choice(plan.layouts))
    height_px = max(_SMALLEST_PX, max(size) * _draw_log(plan.heights, rng))
    height_px = min(height_px, 0.75 * height)
    pitch = height_px * rng.uniform(*plan.pitches)
    left, right = width * rng.uniform(0.07, 0.16), width * rng.uniform(0.86, 0.93)
    top, bottom = height * rng.uniform(0.06, 0.12) + height_px, height * 0.93
    room = max(1, 1 + int((bottom - top) / pitch))
    most_digits = round(_draw_log(plan.most_digits, rng))
    rows = 1 if layout == "number" else min(room, round(_draw_log((1.5, room + 0.5), rng)))
    if plan.most_digits[0] > 100:
        rows = room
    first = top + rng.uniform(0, max(0.0, bottom - top - (rows - 1) * pitch))
    columns = _divide(layout, left, right, height_px, rng)
    grid = Grid(
        size,
        height_px,
        tuple(float(first + i * pitch) for i in range(rows)),
        pitch,
        columns,
        square_px=pitch if layout == "squares" else 0.0,
    )
    digit_gap = rng.uniform(0.5, 1.0) if layout == "spaced" else rng.uniform(*plan.digit_gaps)
    spacing = Spacing(digit_gap=digit_gap, most_digits=most_digits)
    return grid, _fill(spacing, layout)


def _divide(
    layout: str, left: float, right: float, height_px: float, rng: np.random.Generator
) -> tuple[Range, ...]:
    gap = _COLUMN_GAP * height_px
    if layout in ("columns", "cells"):
        fitting = int((right - left + gap) / (3.2 * height_px + gap))
        count = int(rng.integers(2, 6))
        count = max(1, min(count, fitting))
        step = (right - left + gap) / count
        return tuple((left + i * step, left + (i + 1) * step - gap) for i in range(count))
    if layout == "list":
        return ((left, left + (right - left) * rng.uniform(0.35, 1.0)),)
    indent = (right - left) * rng.uniform(0, 0.3)
    return ((left + indent, right),)


def _fill(spacing: Spacing, layout: str) -> Spacing:
    if layout in ("groups", "squares"):
        return replace(spacing, numbers_per_cell=(2, 8), digits_per_number=(1, 5))
    if layout == "list":
        return replace(spacing, is_right_aligned=True, digits_per_number=(1, 7))
    if layout in ("columns", "cells"):
        return replace(spacing, digits_per_number=(1, 4))
    return replace(spacing, digits_per_number=(2, 12))


def _draw_log(bounds: Range, rng: np.random.Generator) -> float:
    low, high = np.log(bounds)
    return float(np.exp(rng.uniform(low, high)))
