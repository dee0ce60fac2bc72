"""What is printed on a sheet: rules, squares and tables, in step with the rows written on them."""

import cv2
import numpy as np

from digitpad.training.composition.blending import Colour, stain
from digitpad.training.composition.layout import Grid
from digitpad.training.composition.page import Sheet

_COLOURS: tuple[Colour, ...] = (
    (0.55, 0.70, 0.90),
    (0.35, 0.55, 0.85),
    (0.65, 0.65, 0.68),
    (0.45, 0.45, 0.48),
    (0.90, 0.50, 0.50),
    (0.45, 0.75, 0.55),
    (0.20, 0.22, 0.30),
    (0.70, 0.55, 0.75),
)
_MARGIN: Colour = (0.88, 0.30, 0.32)
_FRACTION_BITS = 4


def leave_blank(sheet: Sheet, grid: Grid, rng: np.random.Generator) -> Sheet:
    """Print nothing."""
    return sheet


def rule_lines(sheet: Sheet, grid: Grid, rng: np.random.Generator) -> Sheet:
    """Print a line below each row, and a margin on half of the sheets."""
    width, height = grid.size
    # Some write on the line, some above it, some across.
    offset = float(rng.normal(0.08, 0.1)) * grid.height_px
    first = (grid.baselines[0] + offset) % grid.pitch_px
    lines = _Lines(sheet, _thickness(grid, rng))
    for y in np.arange(first, height, grid.pitch_px):
        lines.draw((0, y), (width, y))
    sheet = lines.print_in(_choose_colour(rng), rng)
    if rng.random() < 0.5:
        margin = _Lines(sheet, _thickness(grid, rng))
        x = rng.uniform(0.04, 0.14) * width
        margin.draw((x, 0), (x, height))
        sheet = margin.print_in(_MARGIN, rng)
    return sheet


def rule_squares(sheet: Sheet, grid: Grid, rng: np.random.Generator) -> Sheet:
    """Print squares as large as a digit, or two to a row; a thicker line now and then."""
    width, height = grid.size
    side = grid.square_px or grid.pitch_px / int(rng.choice([1, 2, 2, 3]))
    offset = float(rng.normal(0.08, 0.12)) * side
    first = (grid.baselines[0] + offset) % side
    colour = _choose_colour(rng)
    lines = _Lines(sheet, _thickness(grid, rng))
    for y in np.arange(first, height, side):
        lines.draw((0, y), (width, y))
    left = grid.columns[0][0] % side if grid.square_px else rng.uniform(0, side)
    for x in np.arange(left, width, side):
        lines.draw((x, 0), (x, height))
    sheet = lines.print_in(colour, rng)
    if rng.random() < 0.25:
        heavy = _Lines(sheet, 2 * _thickness(grid, rng))
        for y in np.arange(first, height, 5 * side):
            heavy.draw((0, y), (width, y))
        sheet = heavy.print_in(colour, rng)
    return sheet


def rule_table(sheet: Sheet, grid: Grid, rng: np.random.Generator) -> Sheet:
    """Print borders around each column and row; on some sheets they are drawn by hand."""
    pad = 0.45 * grid.height_px
    columns = [left - pad for left, _ in grid.columns] + [grid.columns[-1][1] + pad]
    gap = (grid.pitch_px - grid.height_px) / 2
    rows = [grid.baselines[0] - grid.height_px - gap]
    rows += [baseline + gap for baseline in grid.baselines]
    is_drawn = rng.random() < 0.3
    wobble = 0.06 * grid.height_px if is_drawn else 0.0
    lines = _Lines(sheet, _thickness(grid, rng) * (1.6 if is_drawn else 1.2))
    for y in rows:
        a, b = rng.normal(0, wobble, 2)
        lines.draw((columns[0] - 2 * abs(a), y + a), (columns[-1] + 2 * abs(b), y + b))
    for x in columns:
        a, b = rng.normal(0, wobble, 2)
        lines.draw((x + a, rows[0] - 2 * abs(a)), (x + b, rows[-1] + 2 * abs(b)))
    darkness = rng.uniform(0.08, 0.5)
    return lines.print_in((darkness, darkness, darkness + 0.05), rng)


class _Lines:
    """Lines that are printed together, so that crossings are no darker."""

    def __init__(self, sheet: Sheet, thickness_px: float) -> None:
        self._sheet = sheet
        self._coverage = np.zeros(sheet.shape[:2], np.uint8)
        # Thinner than a pixel is one pixel's part.
        self._thickness = max(1, round(thickness_px))
        self._density = min(1.0, thickness_px / self._thickness)

    def draw(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        ends = [
            tuple(round(float(value) * (1 << _FRACTION_BITS)) for value in end)
            for end in (start, stop)
        ]
        cv2.line(
            self._coverage, ends[0], ends[1], 255, self._thickness, cv2.LINE_AA, _FRACTION_BITS
        )

    def print_in(self, colour: Colour, rng: np.random.Generator) -> Sheet:
        density = self._density * rng.uniform(0.7, 1.0)
        coverage = self._coverage.astype(np.float32) * np.float32(density / 255)
        return stain(self._sheet, coverage, colour)


def _thickness(grid: Grid, rng: np.random.Generator) -> float:
    return float(np.clip(grid.height_px * rng.uniform(0.015, 0.045), 0.8, 5.0))


def _choose_colour(rng: np.random.Generator) -> Colour:
    return _COLOURS[rng.integers(len(_COLOURS))]
