"""Where rows, numbers and digits stand on a sheet."""

from dataclasses import dataclass, replace

import numpy as np

from digitpad.core.normalization import Ink
from digitpad.core.strokes import Point
from digitpad.training.composition.digit_source import Hand
from digitpad.training.composition.kerning import Glyph, join, kern
from digitpad.training.composition.marks import draw_mark
from digitpad.training.composition.page import PlacedDigit

_EMPTY_CELLS = 0.06
_OVERLAPPING = 0.7
"""Part of the touching digits whose ink overlaps; the others are tied by a stroke."""

_SEPARATORS = ("point", "comma", "colon")
_MARKED, _NEGATIVE, _TICKED = 0.35, 0.2, 0.2
"""How often marks stand between digits, before a number and after it, where there are any."""

_MARK_GAP, _TICK_GAP = 0.14, 0.7
"""Before a mark, by the digits' height."""

_NUMBER_GAP = 1.0
"""Least gap between numbers, by the digits' height."""


@dataclass(frozen=True)
class Grid:
    """The lines that are written on.

    Parameters
    ----------
    size : (int, int)
        Width and height of the sheet in pixels.
    height_px : float
        Usual height of a digit.
    baselines : tuple of float
        From the top down.
    pitch_px : float
        From one baseline to the next.
    columns : tuple of (float, float)
        Left and right end of each.
    square_px : float
        Width of the squares that hold a digit each; 0 if digits stand freely.
    """

    size: tuple[int, int]
    height_px: float
    baselines: tuple[float, ...]
    pitch_px: float
    columns: tuple[tuple[float, float], ...]
    square_px: float = 0.0


@dataclass(frozen=True)
class Spacing:
    """How a hand spaces what it writes.

    Parameters
    ----------
    digits_per_number : (int, int)
        Fewest and most.
    numbers_per_cell : (int, int)
        Fewest and most, of one row in one column.
    digit_gap : float
        Between the ink of neighbours, by the digits' height.
    most_digits : int
        On the page.
    is_right_aligned : bool
        Whether numbers end, rather than begin, below each other.
    touching : float
        Part of the neighbours that touch.
    marks : float
        Part of the numbers that have points, signs or ticks.
    wobble : float
        Standard deviation of heights and baselines, by the digits' height.
    slope : float
        Standard deviation of the rows' slope, as rise by length.
    """

    digits_per_number: tuple[int, int] = (1, 6)
    numbers_per_cell: tuple[int, int] = (1, 1)
    digit_gap: float = 0.25
    most_digits: int = 60
    is_right_aligned: bool = False
    touching: float = 0.0
    marks: float = 0.0
    wobble: float = 0.04
    slope: float = 0.008


@dataclass(frozen=True, eq=False)
class Writing:
    """What a hand wrote on a sheet.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        Of the digits.
    marks : (H, W) float32 in [0, 1]
        Of points, signs and ticks, which are no digits.
    digits : tuple of PlacedDigit
        In reading order.
    text : str
        Rows apart by a newline, numbers by a space.
    """

    ink: Ink
    marks: Ink
    digits: tuple[PlacedDigit, ...]
    text: str


def write_sheet(
    hand: Hand, grid: Grid, spacing: Spacing, pen_px: float, rng: np.random.Generator
) -> Writing:
    """Write numbers into the cells of a grid.

    Parameters
    ----------
    hand : Hand
        Who writes.
    grid : Grid
        Where.
    spacing : Spacing
        How.
    pen_px : float
        Width of the pen.
    rng : Generator
        Source of chance.

    Returns
    -------
    Writing
        At least one digit.
    """
    width, height = grid.size
    ink, marks = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    slope = float(rng.normal(0, spacing.slope))
    digits: list[PlacedDigit] = []
    rows: list[str] = []
    pen = _Writer(hand, grid, spacing, pen_px, rng)
    for baseline in grid.baselines:
        words: list[str] = []
        row_slope = slope + float(rng.normal(0, 0.3 * spacing.slope))
        for left, right in grid.columns:
            if len(digits) >= spacing.most_digits or (digits and rng.random() < _EMPTY_CELLS):
                continue
            for number in pen.write_cell(left, right, spacing.most_digits - len(digits)):
                for glyph in number:
                    y = baseline + row_slope * (glyph.x - width / 2) + glyph.bottom
                    corners = _stamp(marks if glyph.is_mark else ink, glyph.ink, glyph.x, y)
                    if glyph.label is not None:
                        digits.append(PlacedDigit(glyph.label, corners))
                words.append("".join(str(g.label) for g in number if g.label is not None))
        if words:
            rows.append(" ".join(words))
    return Writing(ink, marks, tuple(digits), "\n".join(rows))


class _Writer:
    """A hand with a pen, at one page."""

    def __init__(
        self, hand: Hand, grid: Grid, spacing: Spacing, pen_px: float, rng: np.random.Generator
    ) -> None:
        self._hand = hand
        self._height_px = grid.height_px
        self._square_px = grid.square_px
        self._pen_px = pen_px
        self._spacing = spacing
        self._rng = rng

    def write_cell(self, left: float, right: float, room: int) -> list[list[Glyph]]:
        """Return the numbers of one cell: `room` digits at most, and none beyond `right`."""
        numbers: list[list[Glyph]] = []
        x = left
        for _ in range(self._rng.integers(*self._spacing.numbers_per_cell, endpoint=True)):
            count = int(self._rng.integers(*self._spacing.digits_per_number, endpoint=True))
            number = self._write_number(x, right, min(room, count), is_first=not numbers)
            if not number:
                break
            numbers.append(number)
            room -= sum(glyph.label is not None for glyph in number)
            gap = _NUMBER_GAP + self._spacing.digit_gap + self._rng.exponential(0.35)
            x = max(glyph.right for glyph in number) + gap * self._height_px
            if self._square_px:
                x = left + self._square_px * np.ceil((x - left) / self._square_px)
        if not self._spacing.is_right_aligned:
            return numbers
        shift = right - max(glyph.right for number in numbers for glyph in number)
        return [[replace(glyph, x=glyph.x + shift) for glyph in number] for number in numbers]

    def _write_number(self, left: float, right: float, count: int, is_first: bool) -> list[Glyph]:
        """Return the digits that fit, with their marks; the first of a cell fits always."""
        glyphs: list[Glyph] = []
        has_marks = self._rng.random() < self._spacing.marks
        for position in range(count):
            new: list[Glyph] = []
            if has_marks and self._rng.random() < (_MARKED if position else _NEGATIVE):
                kind = str(self._rng.choice(_SEPARATORS)) if position else "minus"
                new.append(self._write_mark(kind, glyphs, left, _MARK_GAP))
            new += self._write_digit(position, [*glyphs, *new], left)
            if new[-1].right > right and not (is_first and position == 0):
                break
            glyphs += new
        if has_marks and glyphs and self._rng.random() < _TICKED:
            tick = self._write_mark("tick", glyphs, left, _TICK_GAP)
            glyphs += [tick] if tick.right <= right else []
        return glyphs

    def _write_mark(self, kind: str, before: list[Glyph], left: float, gap: float) -> Glyph:
        mark = draw_mark(kind, self._height_px, self._pen_px, self._rng)
        x = self._follow(before, mark.ink, mark.bottom_px, left, gap)
        return Glyph(mark.ink, x, mark.bottom_px, is_mark=True)

    def _write_digit(self, position: int, before: list[Glyph], left: float) -> list[Glyph]:
        """Return a digit, and before it the stroke that ties it to the last, if there is one."""
        spacing, rng = self._spacing, self._rng
        label = int(rng.integers(10))
        height = self._height_px * float(np.clip(rng.normal(1, spacing.wobble), 0.85, 1.15))
        ink = self._hand.write(label, height, self._pen_px, rng)
        bottom = float(rng.normal(0, spacing.wobble)) * self._height_px
        if self._square_px:
            middle = left + (position + 0.5) * self._square_px
            return [Glyph(ink, middle - ink.shape[1] / 2, bottom, label)]
        if before and before[-1].label is not None and rng.random() < spacing.touching:
            return self._touch(before[-1], Glyph(ink, 0.0, bottom, label))
        gap = spacing.digit_gap * float(np.clip(rng.normal(1, 0.25), 0.5, 1.6))
        return [Glyph(ink, self._follow(before, ink, bottom, left, gap), bottom, label)]

    def _follow(
        self, before: list[Glyph], ink: Ink, bottom: float, left: float, gap: float
    ) -> float:
        if not before:
            return left
        meeting = kern(before[-1], ink, bottom, self._height_px, keeps_distance=True)
        return meeting + gap * self._height_px

    def _touch(self, last: Glyph, glyph: Glyph) -> list[Glyph]:
        meeting = kern(last, glyph.ink, glyph.bottom, self._height_px, keeps_distance=False)
        if self._rng.random() < _OVERLAPPING:
            overlap = self._pen_px * float(self._rng.uniform(0.3, 1.1))
            return [replace(glyph, x=meeting - overlap)]
        apart = self._height_px * float(self._rng.uniform(0.1, 0.25))
        placed = replace(glyph, x=meeting + apart)
        return [join(last, placed, self._pen_px, self._rng), placed]


def _stamp(canvas: Ink, ink: Ink, x: float, bottom: float) -> tuple[Point, ...]:
    """Add ink to a canvas and return the corners of its box."""
    left, top = round(x), round(bottom) - ink.shape[0]
    right, low = left + ink.shape[1], top + ink.shape[0]
    place = canvas[max(top, 0) : max(low, 0), max(left, 0) : max(right, 0)]
    part = ink[max(-top, 0) :, max(-left, 0) :][: place.shape[0], : place.shape[1]]
    np.maximum(place, part, out=place)
    return ((left, top), (right, top), (right, low), (left, low))
