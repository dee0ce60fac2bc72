"""Where rows, numbers and digits stand on a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.normalization import Ink
from digitpad.training.composition.digit_source import Hand
from digitpad.training.composition.handwriting import draw_strokes
from digitpad.training.composition.marks import draw_mark
from digitpad.training.composition.page import PlacedDigit

_PROFILE_ROWS = 24
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
    """

    size: tuple[int, int]
    height_px: float
    baselines: tuple[float, ...]
    pitch_px: float
    columns: tuple[tuple[float, float], ...]


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
    """

    digits_per_number: tuple[int, int] = (1, 6)
    numbers_per_cell: tuple[int, int] = (1, 1)
    digit_gap: float = 0.25
    most_digits: int = 60
    is_right_aligned: bool = False
    touching: float = 0.0
    marks: float = 0.0
    wobble: float = 0.04


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


@dataclass(frozen=True, eq=False)
class _Glyph:
    """Ink at a place; a digit, or a mark if it has no label."""

    ink: Ink
    x: float
    bottom: float
    label: int | None

    @property
    def right(self) -> float:
        return self.x + float(self.ink.shape[1])


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
    slope = float(rng.normal(0, 0.004))
    digits: list[PlacedDigit] = []
    rows: list[str] = []
    pen = _Pen(hand, grid.height_px, pen_px, spacing, rng)
    for baseline in grid.baselines:
        words: list[str] = []
        row_slope = slope + float(rng.normal(0, 0.002))
        for left, right in grid.columns:
            if len(digits) >= spacing.most_digits or (digits and rng.random() < 0.06):
                continue
            room = spacing.most_digits - len(digits)
            for number in pen.write_cell(left, right, room):
                for glyph in number:
                    y = baseline + row_slope * (glyph.x - width / 2) + glyph.bottom
                    target = ink if glyph.label is not None else marks
                    box = _stamp(target, glyph.ink, glyph.x, y)
                    if glyph.label is not None:
                        digits.append(PlacedDigit(glyph.label, box))
                words.append("".join(str(g.label) for g in number if g.label is not None))
        if words:
            rows.append(" ".join(words))
    return Writing(ink, marks, tuple(digits), "\n".join(rows))


class _Pen:
    """Writes the numbers of one page."""

    def __init__(
        self,
        hand: Hand,
        height_px: float,
        pen_px: float,
        spacing: Spacing,
        rng: np.random.Generator,
    ) -> None:
        self._hand = hand
        self._height_px = height_px
        self._pen_px = pen_px
        self._spacing = spacing
        self._rng = rng

    def write_cell(self, left: float, right: float, room: int) -> list[list[_Glyph]]:
        """Return the numbers of one cell; at most `room` digits, none beyond `right`."""
        numbers: list[list[_Glyph]] = []
        count = self._rng.integers(*self._spacing.numbers_per_cell, endpoint=True)
        x = left
        for _ in range(count):
            most = min(
                room, int(self._rng.integers(*self._spacing.digits_per_number, endpoint=True))
            )
            number = self._write_number(x, right, most)
            if not any(glyph.label is not None for glyph in number):
                break
            numbers.append(number)
            room -= sum(glyph.label is not None for glyph in number)
            gap = _NUMBER_GAP + self._spacing.digit_gap + self._rng.exponential(0.35)
            x = max(glyph.right for glyph in number) + gap * self._height_px
            if room < 1:
                break
        if self._spacing.is_right_aligned and numbers:
            shift = right - max(glyph.right for number in numbers for glyph in number)
            numbers = [[_move(glyph, shift) for glyph in number] for number in numbers]
        return numbers

    def _write_number(self, left: float, right: float, count: int) -> list[_Glyph]:
        glyphs: list[_Glyph] = []
        has_marks = self._rng.random() < self._spacing.marks
        for position in range(count):
            if has_marks and self._rng.random() < (0.35 if position else 0.2):
                kind = (
                    "minus" if position == 0 else str(self._rng.choice(["point", "comma", "colon"]))
                )
                mark = draw_mark(kind, self._height_px, self._pen_px, self._rng)
                glyphs.append(self._place(mark.ink, None, mark.bottom_px, glyphs, left, 0.14))
            label = int(self._rng.integers(10))
            height = self._height_px * float(
                np.clip(self._rng.normal(1, self._spacing.wobble), 0.85, 1.15)
            )
            ink = self._hand.write(label, height, self._pen_px, self._rng)
            drop = float(self._rng.normal(0, self._spacing.wobble)) * self._height_px
            gap = self._spacing.digit_gap * float(np.clip(self._rng.normal(1, 0.25), 0.5, 1.6))
            glyph = self._place(ink, label, drop, glyphs, left, gap)
            if glyph.right > right and any(g.label is not None for g in glyphs):
                break
            glyphs.append(glyph)
        while glyphs and glyphs[-1].label is None:
            glyphs.pop()
        if has_marks and glyphs and self._rng.random() < 0.2:
            mark = draw_mark("tick", self._height_px, self._pen_px, self._rng)
            glyph = self._place(mark.ink, None, mark.bottom_px, glyphs, left, 0.7)
            glyphs += [glyph] if glyph.right <= right else []
        return glyphs

    def _place(
        self,
        ink: Ink,
        label: int | None,
        bottom: float,
        before: Sequence[_Glyph],
        left: float,
        gap: float,
    ) -> _Glyph:
        if not before:
            return _Glyph(ink, left, bottom, label)
        last = before[-1]
        is_touching = (
            label is not None
            and last.label is not None
            and self._rng.random() < self._spacing.touching
        )
        if not is_touching:
            x = _kern(last, ink, bottom, self._height_px, smooth=3) + gap * self._height_px
            return _Glyph(ink, x, bottom, label)
        x = _kern(last, ink, bottom, self._height_px, smooth=0)
        if self._rng.random() < 0.7:
            return _Glyph(ink, x - self._pen_px * self._rng.uniform(0.3, 1.1), bottom, label)
        x += self._height_px * self._rng.uniform(0.1, 0.25)
        joined = _join(last, _Glyph(ink, x, bottom, label), self._pen_px, self._rng)
        return joined


def _move(glyph: _Glyph, dx: float) -> _Glyph:
    return _Glyph(glyph.ink, glyph.x + dx, glyph.bottom, glyph.label)


def _kern(last: _Glyph, ink: Ink, bottom: float, height_px: float, smooth: int) -> float:
    """Return where ink begins that meets the ink before it in one point."""
    unit = height_px / _PROFILE_ROWS
    _, right_ends = _profile(last.ink, last.bottom, unit)
    left_ends, _ = _profile(ink, bottom, unit)
    if smooth:
        kernel = np.ones((2 * smooth + 1, 1), np.uint8)
        right_ends = np.asarray(cv2.dilate(right_ends, kernel), np.float32)
    meeting = float((right_ends - left_ends).max())
    # A comma below, say, has no row in common with what it follows.
    least = last.x + 0.35 * last.ink.shape[1]
    return max(last.x + meeting, least) if meeting > -1e6 else last.right


def _profile(
    ink: Ink, bottom: float, unit: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the left and right end of the ink in bands of `unit` pixels around the baseline."""
    bands = 3 * _PROFILE_ROWS
    lefts = np.full((bands, 1), 1e9, np.float32)
    rights = np.full((bands, 1), -1e9, np.float32)
    is_ink = ink > 0.3
    inked = np.flatnonzero(is_ink.any(axis=1))
    first = is_ink.argmax(axis=1)[inked]
    last = ink.shape[1] - is_ink[:, ::-1].argmax(axis=1)[inked]
    places = np.clip((bottom - ink.shape[0] + inked) / unit + 2 * _PROFILE_ROWS, 0, bands - 1)
    rows = places.astype(int)
    np.minimum.at(lefts[:, 0], rows, first.astype(np.float32))
    np.maximum.at(rights[:, 0], rows, last.astype(np.float32))
    return lefts, rights


def _join(last: _Glyph, following: _Glyph, pen_px: float, rng: np.random.Generator) -> _Glyph:
    """Return `following` with the stroke by which it is tied to the digit before."""
    height = last.ink.shape[0]
    is_low = last.ink[height // 2 :] > 0.5
    columns = np.flatnonzero(is_low.any(axis=0))
    end_x = columns[-1] if len(columns) else last.ink.shape[1] - 1
    rows = np.flatnonzero(is_low[:, end_x]) if len(columns) else np.array([0])
    start = np.array([last.x + end_x, last.bottom - height + height // 2 + rows[len(rows) // 2]])
    is_ink = following.ink > 0.5
    first = int(is_ink.any(axis=0).argmax())
    touched = np.flatnonzero(is_ink[:, first])
    entry = touched[len(touched) // 2] if len(touched) else following.ink.shape[0] // 2
    stop = np.array([following.x + first, following.bottom - following.ink.shape[0] + float(entry)])
    middle = (start + stop) / 2 + [0, rng.uniform(0.0, 0.08) * height]
    t = np.linspace(0, 1, 8)[:, np.newaxis]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * stop
    stroke = draw_strokes([curve], 0.8 * pen_px, rng)
    left, top = curve.min(axis=0) - 0.4 * pen_px
    return _merge(following, stroke, float(left), float(top))


def _merge(glyph: _Glyph, ink: Ink, left: float, top: float) -> _Glyph:
    glyph_top = glyph.bottom - glyph.ink.shape[0]
    x, y = min(glyph.x, left), min(glyph_top, top)
    right = max(glyph.right, left + ink.shape[1])
    bottom = max(glyph.bottom, top + ink.shape[0])
    merged = np.zeros((int(bottom - y) + 2, int(right - x) + 2), np.float32)
    for part, part_x, part_y in ((glyph.ink, glyph.x, glyph_top), (ink, left, top)):
        row, column = round(part_y - y), round(part_x - x)
        place = merged[row : row + part.shape[0], column : column + part.shape[1]]
        np.maximum(place, part[: place.shape[0], : place.shape[1]], out=place)
    return _Glyph(merged, x, y + merged.shape[0], glyph.label)


def _stamp(canvas: Ink, ink: Ink, x: float, bottom: float) -> tuple[tuple[float, float], ...]:
    """Add ink to a canvas and return the corners of its box."""
    left, top = round(x), round(bottom) - ink.shape[0]
    rows = slice(max(top, 0), max(top + ink.shape[0], 0))
    columns = slice(max(left, 0), max(left + ink.shape[1], 0))
    place = canvas[rows, columns]
    part = ink[max(-top, 0) :, max(-left, 0) :][: place.shape[0], : place.shape[1]]
    np.maximum(place, part, out=place)
    right, low = left + ink.shape[1], top + ink.shape[0]
    return ((left, top), (right, top), (right, low), (left, low))
