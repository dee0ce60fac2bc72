"""Thin lines that run on across a picture, straight or a little bent, at any small slope."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_BOX_PX = 4
"""Pixels are averaged along the line over this length."""

_STRIP_BOXES = 8
STRIP_PX = _BOX_PX * _STRIP_BOXES
"""Lines are straight within a strip of this width."""

_MOST_RISE_PX = 12
"""Rows that a line rises or falls in a strip, at most: 20 degrees."""

_REACH_PX = 3
"""A line is darker than what lies this far from its middle, on both sides."""

_CLEAR_NOISE, _CLEAR_CONTRAST = 3.0, 0.012
"""A line is clear if its contrast is this many standard deviations of the paper's, and this
part of its brightness; being clearer than that counts no more."""

_UNCLEAR = -0.35
"""Ink beside a line, however dark, hides no more of it than this."""

_LEAST_CLARITY = 0.35
"""Where a line is less clear than this it may have ended."""

_BEND_COST = 0.05
"""Clarity that a line pays for each pixel by which its rise changes."""

_LEAST_SCORE = 0.9
"""Clarity above the least, summed over strips, that makes a line."""

_FEWEST_STRIPS, _SOLID = 2, 0.85
"""A line is longer than so many strips, and seen along this part of its length."""

_WIDEST_PX = 8
"""Lines are measured up to this width."""

_PAPER_SAMPLES = 25
"""Paper is seen at one of so many places along a line, at least."""

_BEGINS = 2
"""Origin of a line that begins here; other origins are changes of its rise."""


@dataclass(frozen=True, eq=False)
class Line:
    """A line from left to right.

    Parameters
    ----------
    left : int
        Column where it begins.
    rows : (n + 1,) float64
        Where it is at that column and at the end of each of its n strips.
    width_px : float
        How wide it is.
    score : float
        How clearly it was seen, summed over strips.
    """

    left: int
    rows: NDArray[np.float64]
    width_px: float
    score: float

    @property
    def columns(self) -> NDArray[np.float64]:
        """Columns that `rows` belong to."""
        return self.left + STRIP_PX * np.arange(len(self.rows), dtype=np.float64)

    @property
    def right(self) -> int:
        """Column where it ends."""
        return self.left + STRIP_PX * (len(self.rows) - 1)

    @property
    def length_px(self) -> int:
        """How far it runs to the right."""
        return self.right - self.left


def trace_lines(pixels: NDArray[np.float32]) -> list[Line]:
    """Find the lines that are darker than what lies above and below them.

    Parameters
    ----------
    pixels : (H, W) float32
        Brightness. Negate it to find the light lines of a dark page.

    Returns
    -------
    list of Line
        The clearest first.

    References
    ----------
    Felzenszwalb & McAllester, "A min-cover approach for finding salient curves", 2006, and
    Smith & Waterman, "Identification of common molecular subsequences", 1981: the best paths
    through a strip-wise Radon transform, each as long as it pays.
    """
    if min(pixels.shape) < _FEWEST_STRIPS * STRIP_PX:
        return []
    clarity = _clarity(pixels)
    scores, origins = _follow(_sum_along(clarity))
    paths = _extract(scores, origins)
    lines = [
        _measure(pixels, STRIP_PX * first, path, score)
        for first, path, score in paths
        if len(path) > _FEWEST_STRIPS
    ]
    return [line for line in lines if line is not None]


def _clarity(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how clearly each box is part of a line, (H, strips, boxes)."""
    height, width = pixels.shape
    strips = width // STRIP_PX
    used = pixels[:, : strips * STRIP_PX]
    boxes = cv2.resize(used, (strips * _STRIP_BOXES, height), interpolation=cv2.INTER_AREA)
    boxes = cv2.GaussianBlur(boxes, (1, 3), 0.7)
    padded = np.pad(boxes, ((_REACH_PX, _REACH_PX), (0, 0)), mode="edge")
    above, below = padded[: -2 * _REACH_PX], padded[2 * _REACH_PX :]
    contrast = np.minimum(above, below) - boxes
    contrast = contrast / np.maximum(boxes, 20)
    sample = contrast[::3].ravel()
    middle = np.median(sample)
    noise = 1.48 * float(np.median(np.abs(sample - middle)))
    clear = max(_CLEAR_NOISE * noise, _CLEAR_CONTRAST)
    clipped = np.clip(contrast / clear, _UNCLEAR, 1).astype(np.float32)
    by_box: NDArray[np.float32] = clipped.reshape(height, strips, _STRIP_BOXES)
    return by_box


def _sum_along(clarity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the clarity of a line through each strip, (strips, rises, H).

    H counts the row at which the line enters the strip.
    """
    height, strips, boxes = clarity.shape
    by_box = np.ascontiguousarray(clarity.transpose(2, 1, 0))
    margin = _MOST_RISE_PX
    padded = np.full((boxes, strips, height + 2 * margin), _UNCLEAR, np.float32)
    padded[:, :, margin:-margin] = by_box
    sums = np.zeros((strips, 2 * margin + 1, height), np.float32)
    for rise in range(-margin, margin + 1):
        for box in range(boxes):
            start = margin + round(rise * (box + 0.5) / boxes)
            sums[:, rise + margin] += padded[box, :, start : start + height]
    sums /= boxes
    return sums


def _follow(
    sums: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return the best score of a line that has come through each strip, and where it came from.

    Origins are changes of the rise, or `_BEGINS`.
    """
    strips, rises, height = sums.shape
    margin = _MOST_RISE_PX
    scores = sums - _LEAST_CLARITY
    origins = np.full(sums.shape, _BEGINS, np.int8)
    arrived = np.full((rises + 2, height + 2 * margin), -np.inf, np.float32)
    for strip in range(1, strips):
        for rise in range(rises):
            shift = rise - margin
            # A line that entered at row y leaves at row y + rise.
            target = arrived[rise + 1]
            target.fill(-np.inf)
            target[margin + shift : margin + shift + height] = scores[strip - 1, rise]
        inner = slice(margin, margin + height)
        same = arrived[1:-1, inner]
        less, more = arrived[:-2, inner] - _BEND_COST, arrived[2:, inner] - _BEND_COST
        best = np.maximum(same, np.maximum(less, more))
        origin = np.where(best == same, 0, np.where(best == less, -1, 1)).astype(np.int8)
        goes_on = best > 0
        scores[strip] += np.where(goes_on, best, 0)
        origins[strip] = np.where(goes_on, origin, np.int8(_BEGINS))
    return scores, origins


def _extract(
    scores: NDArray[np.float32], origins: NDArray[np.int8]
) -> list[tuple[int, NDArray[np.float64], float]]:
    """Return the best line's first strip, rows and score, then the best of what is left."""
    _, _, height = scores.shape
    best_rise = scores.argmax(axis=1)
    best = np.take_along_axis(scores, best_rise[:, np.newaxis], axis=1)[:, 0]
    is_peak = (best >= _LEAST_SCORE) & (best >= cv2.dilate(best, np.ones((1, 3), np.uint8)))
    ends = np.argwhere(is_peak)
    taken = np.zeros(best.shape, np.bool_)
    paths = []
    for strip, end in ends[np.argsort(-best[is_peak], kind="stable")]:
        if taken[strip, end]:
            continue
        first, row, rise = int(strip), int(end), int(best_rise[strip, end])
        score = float(best[strip, end])
        rows = [row + rise - _MOST_RISE_PX, row]
        while (turn := int(origins[first, rise, row])) != _BEGINS:
            row_before = row - (rise + turn - _MOST_RISE_PX)
            if not 0 <= row_before < height:
                break
            first, row, rise = first - 1, row_before, rise + turn
            if taken[first, row]:
                score -= float(scores[first, rise, row])
                first += 1
                break
            rows.append(row)
        for back, passed in enumerate(rows[1:]):
            taken[strip - back, max(0, passed - _REACH_PX) : passed + _REACH_PX + 1] = True
        if score >= _LEAST_SCORE:
            paths.append((first, np.array(rows[::-1], np.float64), score))
    return paths


def _measure(
    pixels: NDArray[np.float32], left: int, path: NDArray[np.float64], score: float
) -> Line | None:
    """Return the line with its width, or None if it has gaps."""
    columns = np.arange(left, left + STRIP_PX * (len(path) - 1), 3)
    rows = np.interp(columns, left + STRIP_PX * np.arange(len(path)), path)
    places = np.round(rows).astype(int)[:, np.newaxis] + np.arange(-_WIDEST_PX, _WIDEST_PX + 1)
    band = pixels[np.clip(places, 0, len(pixels) - 1), columns[:, np.newaxis]]
    # Where ink covers the line, the paper is farther along it.
    paper = cv2.dilate(band.max(axis=1).reshape(-1, 1), np.ones((_PAPER_SAMPLES, 1), np.uint8))
    dips = paper.ravel() - band[:, _WIDEST_PX - 1 : _WIDEST_PX + 2].min(axis=1)
    if (dips > 0.5 * np.median(dips)).mean() < _SOLID:
        return None
    profile = np.median(band, axis=0)
    print_ = np.maximum(np.percentile(profile, 75) - profile, 0)
    # The area of the profile by the height of it.
    return Line(left, path, float(print_.sum() / max(float(print_.max()), 1e-6)), score)
