"""Printed lines taken out from under the ink that crosses them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.ruling import RuledLine

Values = NDArray[np.float32]

_BLOCK_PX = 32
"""Along a line, paper and print are the same within blocks of this length."""

_REACH_RATIO, _REACH_PX = 0.003, 2
"""Lines are looked for so far from where they were traced: by the picture's longest side, and
in pixels more."""

_STEPS_PX = (4, 2)
"""Every so many columns are enough to find the middle of a line, coarsely and then finely."""

_FAINTEST = 0.01
"""A line of less contrast needs no erasing."""

_EDGE = 0.15
"""A line is as wide as it has this part of its own contrast."""

_OUTER_PX = 2
"""Rows on both sides of a line that show the paper, or the ink, beside it."""

_BESIDE_PX = np.array([2, 3, 5, 8, 12, 17, 23])
"""Distances from a line at which paper is looked for: ink may lie along the line itself."""

_PAPER_RANK = 0.7
"""Part of what lies beside a line that may be ink."""

_WINDOW_BLOCKS = 7
"""Ink along a line is shorter than half of this."""

_DARKEST = 1.4
"""Nowhere is a line so many times as dark as it is on the whole."""

_MARGIN, _LEAST_INK = 0.3, 0.03
"""What is on a line is ink if it is darker than the line by this part of the line's contrast and
by this much."""

_SLOPES = (-1.4, -0.9, -0.45, 0.0, 0.45, 0.9, 1.4)
"""Columns by row of the strokes that are followed across a line."""


@dataclass(frozen=True, eq=False)
class _Course:
    """Several lines, one after the other, in whole blocks.

    Parameters
    ----------
    columns, rows : (n,) intp, float32
        Where each pixel of the lines is.
    starts, stops : (blocks,) intp
        First and last block of the line that a block is part of.
    """

    columns: NDArray[np.intp]
    rows: Values
    starts: NDArray[np.intp]
    stops: NDArray[np.intp]

    @classmethod
    def along(cls, lines: Sequence[RuledLine]) -> "_Course":
        blocks = np.array([-(-len(line.rows) // _BLOCK_PX) for line in lines])
        # The last block of a line is filled up by its last column.
        indices = [
            np.minimum(np.arange(count * _BLOCK_PX), len(line.rows) - 1)
            for count, line in zip(blocks, lines, strict=True)
        ]
        pairs = list(zip(lines, indices, strict=True))
        stops = np.cumsum(blocks)
        return cls(
            np.concatenate([line.left + index for line, index in pairs]),
            np.concatenate([line.rows[index] for line, index in pairs]).astype(np.float32),
            np.repeat(stops - blocks, blocks),
            np.repeat(stops - 1, blocks),
        )

    def around(self, values: Values, blocks: int) -> Values:
        """Return each block's values with those of its neighbours, (blocks, window, ...)."""
        reach = np.arange(-(blocks // 2), blocks // 2 + 1)
        window = np.arange(len(values))[:, np.newaxis] + reach
        near: Values = values[
            np.clip(window, self.starts[:, np.newaxis], self.stops[:, np.newaxis])
        ]
        return near

    def spread(self, by_block: Values) -> Values:
        """Return by column what is known by block."""
        steps = (np.arange(_BLOCK_PX, dtype=np.float32) + 0.5) / _BLOCK_PX - 0.5
        steps = steps.reshape(-1, *[1] * (by_block.ndim - 1))
        near = self.around(by_block, 3)[:, :, np.newaxis]
        spread = near[:, 1] + np.where(
            steps < 0, (near[:, 1] - near[:, 0]) * steps, (near[:, 2] - near[:, 1]) * steps
        )
        return spread.reshape(-1, *by_block.shape[1:]).astype(np.float32, copy=False)

    def lines(self) -> list[slice]:
        """Return the blocks of each line."""
        starts = np.unique(self.starts)
        return [slice(int(start), int(self.stops[start]) + 1) for start in starts]


def erase_ruling(pixels: Picture, lines: Sequence[RuledLine]) -> Picture:
    """Take printed lines out from under the ink.

    Parameters
    ----------
    pixels : (H, W) uint8
        One channel of the picture.
    lines : sequence of RuledLine
        From `find_ruling`.

    Returns
    -------
    (H, W) uint8
        The same without the lines. Ink that crosses them, or lies on them, is still there.
    """
    erased = pixels.copy()
    for is_upright in (False, True):
        family = [line for line in lines if line.is_upright == is_upright]
        if family:
            _erase(erased.T if is_upright else erased, _Course.along(family))
    return erased


def _erase(pixels: Picture, course: _Course) -> None:
    reach = round(_REACH_RATIO * max(pixels.shape)) + _REACH_PX
    for step in _STEPS_PX:
        dips = _dips(pixels, course, reach, step)
        course = replace(course, rows=course.rows + course.spread(_offsets(course, dips)))
    half_px = np.zeros(len(course.starts), np.intp)
    for blocks in course.lines():
        typical = np.median(dips[blocks], axis=0)
        if typical.max() > _FAINTEST:
            printed = np.abs(np.flatnonzero(typical > _EDGE * typical.max()) - reach)
            half_px[blocks] = printed.max() + 1
    if half_px.any():
        _write(pixels, course, half_px)


def _dips(pixels: Picture, course: _Course, reach: int, step: int) -> Values:
    """Return by block how much darker, or lighter, the line is than the paper."""
    columns, rows = course.columns[::step], course.rows[::step]
    whole = np.floor(rows).astype(np.intp)
    places = whole[:, np.newaxis] + np.arange(-reach, reach + 2)
    window = pixels[np.clip(places, 0, len(pixels) - 1), columns[:, np.newaxis]].astype(np.float32)
    part = (rows - whole)[:, np.newaxis]
    band = window[:, :-1] * (1 - part) + window[:, 1:] * part
    means = band.reshape(len(course.starts), -1, 2 * reach + 1).mean(axis=1)
    above, below = means[:, :_OUTER_PX].mean(axis=1), means[:, -_OUTER_PX:].mean(axis=1)
    paper = np.linspace(above, below, 2 * reach + 1, axis=1)
    dips = (paper - means) / np.maximum(paper, 1)
    typical = np.median(dips, axis=0)
    sign = 1 if typical.max() > -typical.min() else -1
    smooth: Values = np.maximum(sign * cv2.blur(dips, (3, 1)), 0, dtype=np.float32)
    return smooth


def _offsets(course: _Course, dips: Values) -> Values:
    """Return by block how far the middle of the line is from where it was taken to be."""
    width = dips.shape[1]
    positions = np.arange(width)
    peaks = dips.argmax(axis=1)[:, np.newaxis]
    near = np.where(np.abs(positions - peaks) <= 2, dips, 0) ** 2
    offsets = near @ (positions - width // 2) / np.maximum(near.sum(axis=1), 1e-9)
    strength = dips.max(axis=1)
    for blocks in course.lines():
        middle = np.median(strength[blocks])
        # Where ink crosses the line, its neighbours tell better.
        is_clear = np.abs(strength[blocks] - middle) <= 0.5 * middle
        at = np.arange(len(is_clear))
        if is_clear.any():
            offsets[blocks] = np.interp(at, at[is_clear], offsets[blocks][is_clear])
    middles = np.median(course.around(offsets.astype(np.float32), 5), axis=1)
    mean: Values = course.around(middles, 3).mean(axis=1, dtype=np.float32)
    return mean


def _write(pixels: Picture, course: _Course, half_px: NDArray[np.intp]) -> None:
    half = int(half_px.max())
    outer = half + _OUTER_PX
    paper = course.spread(_paper(pixels, course, half_px))[:, np.newaxis]
    whole = np.round(course.rows).astype(np.intp)
    offsets = np.arange(-outer, outer + 1)
    places = np.clip(whole[:, np.newaxis] + offsets, 0, len(pixels) - 1)
    contrast = 1 - pixels[places, course.columns[:, np.newaxis]] / paper
    line = _line_contrast(course, contrast, (course.rows - whole)[:, np.newaxis])
    # A thin line lies on one row of pixels here and on two rows there; three hold all of it.
    line_mean = cv2.blur(line, (3, 1))
    most = cv2.dilate(line_mean, np.ones((1, 3), np.uint8))
    peak = np.abs(line_mean).max(axis=1, keepdims=True)
    is_ink = cv2.blur(contrast, (3, 1)) - most > _MARGIN * peak + _LEAST_INK
    ink = np.where(is_ink, (contrast - line) / np.maximum(1 - line, 0.1), 0)
    np.maximum(ink, np.minimum(_bridge(contrast, half), contrast), out=ink)
    erased = np.clip(np.round(paper * (1 - ink)), 0, 255).astype(np.uint8)
    is_line = np.abs(offsets) <= np.repeat(half_px, _BLOCK_PX)[:, np.newaxis]
    chosen_columns = np.broadcast_to(course.columns[:, np.newaxis], places.shape)[is_line]
    pixels[places[is_line], chosen_columns] = erased[is_line]


def _paper(pixels: Picture, course: _Course, half_px: NDArray[np.intp]) -> Values:
    """Return by block the paper's brightness beside the line."""
    columns, rows = course.columns[::8], np.round(course.rows[::8]).astype(np.intp)
    near = np.repeat(half_px, _BLOCK_PX // 8)[:, np.newaxis] + _BESIDE_PX
    places = rows[:, np.newaxis] + np.concatenate([-near, near], axis=1)
    beside = pixels[np.clip(places, 0, len(pixels) - 1), columns[:, np.newaxis]]
    beside = np.sort(beside.reshape(len(half_px), -1), axis=1)
    paper = beside[:, round(_PAPER_RANK * beside.shape[1])].astype(np.float32)
    closed = course.around(course.around(paper, 3).max(axis=1), 3).min(axis=1)
    brightness: Values = np.maximum(closed, np.float32(1))
    return brightness


def _line_contrast(course: _Course, contrast: Values, part: Values) -> Values:
    """Return the line's own contrast at each pixel, as it is where no ink is."""
    aligned = _shift(contrast[::4], part[::4])
    by_block = np.median(aligned.reshape(len(course.starts), -1, contrast.shape[1]), axis=1)
    middles = np.median(course.around(by_block.astype(np.float32), _WINDOW_BLOCKS), axis=1)
    for blocks in course.lines():
        typical = np.median(middles[blocks], axis=0)
        most = _DARKEST * np.abs(typical) + 0.02
        middles[blocks] = np.clip(middles[blocks], -most, most)
    # Lines end within a block.
    near = course.around(middles, 3)
    strongest = np.take_along_axis(near, np.abs(near).argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    return _shift(course.spread(strongest), -part)


def _shift(band: Values, part: Values) -> Values:
    """Move each column's rows up by a part of a pixel, or down if that is negative."""
    padded = np.pad(band, ((0, 0), (1, 1)), mode="edge")
    up, down = np.maximum(part, 0), np.maximum(-part, 0)
    shifted: Values = band * (1 - up - down) + padded[:, 2:] * up + padded[:, :-2] * down
    return shifted


def _bridge(contrast: Values, half: int) -> Values:
    """Return the strokes that go on from one side of the lines to the other."""
    above, below = contrast[:, :_OUTER_PX].min(axis=1), contrast[:, -_OUTER_PX:].min(axis=1)
    count, gap = len(contrast), 2 * half + 2
    margin = round(max(_SLOPES) * gap) + 1
    above, below = np.pad(above, margin), np.pad(below, margin)
    bridged = np.zeros_like(contrast)
    for row in range(1, gap):
        joined = bridged[:, row + _OUTER_PX - 1]
        for slope in _SLOPES:
            up, down = margin - round(slope * row), margin + round(slope * (gap - row))
            stroke = np.minimum(above[up : up + count], below[down : down + count])
            np.maximum(joined, stroke, out=joined)
    return bridged
