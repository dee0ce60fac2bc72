"""Which way up a page is, found by reading some of it in all four ways."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.joining import suggest_digits
from digitpad.core.layout import Box, find_slant
from digitpad.core.marks import Mark, Marks, find_marks
from digitpad.core.normalization import normalize
from digitpad.core.stroke_width import prepare_crop
from digitpad.core.strokes import Point

_UNTURNED = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))

_LEVEL = 0.06
"""Rows that fall or rise by less than this part of their length are level enough."""

_SAMPLE = 24
"""So many digits tell which way up a page is."""

_ALIKE = (0.5, 1.6)
"""Marks of this many times the typical longer side are taken for digits."""

_CUT_OFF = 0.3
"""A mark that lies along the picture's border for this part of its longer side is no digit."""

_LEAST_PROBABILITY = 0.05
"""No digit that reads badly in one turn speaks louder against it than this."""

_SHAPE_WEIGHT = 1.0
"""How much a digit that is higher than wide says for its turn."""

_DOUBT = 3.0
"""A page is turned only if that is this much more probable, in log-probability: most pictures
are upright, and one digit alone, a 6 or a 9, proves nothing."""


@dataclass(frozen=True, eq=False)
class Upright:
    """A page turned so that its digits stand upright and its rows are level.

    Parameters
    ----------
    marks : Marks
        What is connected on the turned page.
    digits : tuple of Mark
        What of it may be digits, see `suggest_digits`.
    to_page : (2, 3) float64
        Maps a point of the turned page to where it was.
    """

    marks: Marks
    digits: tuple[Mark, ...]
    to_page: NDArray[np.float64]

    @property
    def is_turned(self) -> bool:
        """Whether it was turned at all."""
        return not np.array_equal(self.to_page, _UNTURNED)

    def find_corners(self, box: Box) -> tuple[Point, ...]:
        """Return where the corners of an upright box were, clockwise from its upper left."""
        xs = np.array([box.x, box.right, box.right, box.x])
        ys = np.array([box.y, box.y, box.bottom, box.bottom])
        x, y = self.to_page @ np.stack([xs, ys, np.ones(4)])
        return tuple(zip(x.tolist(), y.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Sample:
    """Some of a page's digits, read in all four turns.

    Parameters
    ----------
    marks : tuple of Mark
        At most `_SAMPLE`; empty if nothing is written.
    probabilities : (4, n) float64
        Of the most probable digit of each mark, turned against the clock 0 to 3 times.
    ink_part : float
        Part of the page's ink that is of about the same size, 0 to 1.
    """

    marks: tuple[Mark, ...]
    probabilities: NDArray[np.float64]
    ink_part: float

    @property
    def probability(self) -> float:
        """The mean over the marks, the way up that they read best; 0 if there are none."""
        return float(self.probabilities.mean(axis=1).max()) if self.marks else 0.0

    @property
    def legibility(self) -> float:
        """How well the page reads, whichever way up it is, 0 to 1."""
        return self.ink_part * self.probability

    @property
    def turn(self) -> int:
        """Quarter turns against the clock to set the page upright; 0 unless clearly better."""
        if len(self.marks) < 2:
            return 0
        reads = np.log(np.maximum(self.probabilities, _LEAST_PROBABILITY))
        # Digits are higher than wide, whatever they are.
        shapes = [np.log(mark.box.height / mark.box.width) for mark in self.marks]
        upright = _SHAPE_WEIGHT * float(np.clip(shapes, -1, 1).sum())
        scores = reads.sum(axis=1) + np.array([1, -1, 1, -1]) * upright / 2
        best = int(np.argmax(scores))
        return best if scores[best] - scores[0] > _DOUBT else 0


def read_sample(marks: Marks, classifier: Classifier) -> Sample:
    """Read some of what is connected on a page in all four turns.

    Parameters
    ----------
    marks : Marks
        What is connected on the page.
    classifier : Classifier
        Reads some of it.

    Returns
    -------
    Sample
        Of marks of about one size, evenly chosen from first to last.
    """
    alike = _select_alike(marks.every)
    if not alike:
        return Sample((), np.empty((4, 0)), 0.0)
    picked = np.linspace(0, len(alike) - 1, min(len(alike), _SAMPLE)).round().astype(int)
    sample = tuple(alike[i] for i in picked)
    images = np.stack(
        [normalize(prepare_crop(marks.cut(mark.box, mark.labels))) for mark in sample]
    )
    turned = np.concatenate([np.rot90(images, turn, axes=(1, 2)) for turn in range(4)])
    best = classifier.classify(turned).max(axis=1).reshape(4, -1)
    ink_part = sum(mark.area for mark in alike) / sum(mark.area for mark in marks.every)
    return Sample(sample, np.asarray(best, np.float64), ink_part)


def set_upright(marks: Marks, sample: Sample) -> Upright:
    """Turn a page by quarters, and then by a few degrees, until it can be read.

    Parameters
    ----------
    marks : Marks
        The page.
    sample : Sample
        From `read_sample`; tells which way up it is.

    Returns
    -------
    Upright
        The page itself, unless another way is clearly better.
    """
    turn = sample.turn
    to_page = quarter_turn(turn, *marks.ink.shape)
    if turn:
        marks = find_marks(np.ascontiguousarray(np.rot90(marks.ink, turn)))
    digits = suggest_digits(marks)
    slant = find_slant([mark.box for mark in digits])
    if abs(slant) < _LEVEL:
        return Upright(marks, tuple(digits), to_page)
    height, width = marks.ink.shape
    angle_deg = math.degrees(math.atan(slant))
    level = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0)
    ink = cv2.warpAffine(marks.ink, level, (width, height))
    back = cv2.invertAffineTransform(level)
    to_page = to_page @ np.vstack([back, [0, 0, 1]])
    marks = find_marks(ink.astype(np.float32, copy=False))
    return Upright(marks, tuple(suggest_digits(marks)), to_page)


def quarter_turn(turn: int, height: int, width: int) -> NDArray[np.float64]:
    """Return what maps a point of a picture turned by `numpy.rot90` back to the picture.

    Parameters
    ----------
    turn : int
        Quarter turns against the clock, 0 to 3.
    height, width : int
        The picture's size before.

    Returns
    -------
    (2, 3) float64
        An affine map.
    """
    maps = (
        _UNTURNED,
        [[0, -1, width], [1, 0, 0]],
        [[-1, 0, width], [0, -1, height]],
        [[0, 1, 0], [-1, 0, height]],
    )
    return np.array(maps[turn], np.float64)


def count_turns(outline: Sequence[Point]) -> int:
    """Return how many quarter turns against the clock set a digit of this outline upright."""
    (left, top), (right, bottom) = outline[:2]
    return round(math.atan2(bottom - top, right - left) / (math.pi / 2)) % 4


def _select_alike(marks: Sequence[Mark]) -> list[Mark]:
    """Leave out what is of another size than most of the ink, and what the border cuts off."""
    if not marks:
        return []
    by_size = sorted(marks, key=lambda mark: mark.longest_px)
    areas = np.cumsum([mark.area for mark in by_size])
    typical_px = by_size[int(np.searchsorted(areas, areas[-1] / 2))].longest_px
    low, high = (ratio * typical_px for ratio in _ALIKE)
    alike = [mark for mark in marks if low <= mark.longest_px <= high]
    inside = [mark for mark in alike if mark.border_px == 0]
    return inside or [mark for mark in alike if mark.border_px < _CUT_OFF * mark.longest_px]
