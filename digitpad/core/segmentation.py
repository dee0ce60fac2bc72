"""Marks -> digits: pieces joined, touching ones cut, and each read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.errors import EmptyInkError
from digitpad.core.joining import suggest_marks
from digitpad.core.layout import Box
from digitpad.core.marks import SOFT, Mark, Marks, typical_height_px
from digitpad.core.normalization import SIDE_PX, DigitImage, Ink, normalize
from digitpad.core.stroke_width import prepare_crop
from digitpad.core.touching import Part, cut_parts, find_cuts

_WIDE, _DOUBTED_WIDE = 0.9, 0.6
"""Marks as wide as this part of their height may be several digits; from the second on if they
don't read as one."""

_LARGEST = 6.0
"""Nothing so many times as high as the typical digit is made of digits that touch."""

_DOUBT = 0.5
"""A mark reads as a digit if its most probable class is more probable than this."""

_CUT_COST = 1.0
"""How much better, in log-probability, two digits must read than one for each cut."""

_USUAL_WIDTH, _WIDTH_SPREAD, _HEIGHT_SPREAD = 0.8, 0.3, 0.6
"""Of the typical height: up to the first any width is usual; wider ones, and other heights, are
as rare as in normal distributions of these standard deviations (of the logarithm for heights)."""

_LEAST_GAIN = 1.0
"""How much better, in log-probability, a mark must read with a piece, or without it, to change."""

_LEAST_PROBABILITY = 1e-3
"""One part that reads badly doesn't outweigh everything."""


@dataclass(frozen=True, eq=False)
class Crop:
    """One digit's ink, cut out of the page, and read.

    Parameters
    ----------
    box : Box
        Where it stood, in pixels of the page's ink.
    image : (28, 28) float32 in [0, 1]
        The digit alone, its neighbours removed, normalized.
    probabilities : (10,) float32
        One a class.
    """

    box: Box
    image: DigitImage
    probabilities: NDArray[np.float32]


def find_digits(
    marks: Marks, suggested: Sequence[Mark], classifier: Classifier
) -> tuple[Crop, ...]:
    """Cut a page into its digits.

    Parameters
    ----------
    marks : Marks
        What is connected on the page.
    suggested : sequence of Mark
        What may be digits, from `suggest_digits`.
    classifier : Classifier
        Tells one digit from two, and a digit from its parts.

    Returns
    -------
    tuple of Crop
        In no order; empty if there is nothing to read. Dots, specks and lines are left out.
    """
    typical_px = typical_height_px(suggested)
    digits, crops = _settle_pieces(marks, suggested, typical_px, classifier)
    parts = [
        _cut_apart(marks, mark, typical_px) if _may_be_several(mark, crop, typical_px) else ()
        for mark, crop in zip(digits, crops, strict=True)
    ]
    read = iter(_read([(part.box, part.ink) for some in parts for part in some], classifier))
    found: list[Crop] = []
    for crop, some in zip(crops, parts, strict=True):
        found += _choose(crop, [(part, next(read)) for part in some], typical_px)
    return tuple(found)


def _settle_pieces(
    marks: Marks, digits: Sequence[Mark], typical_px: float, classifier: Classifier
) -> tuple[list[Mark], list[Crop]]:
    """Read marks, those that aren't digits also with the pieces beside them, or without theirs."""
    crops = read_marks(marks, digits, classifier)
    doubted = [i for i, crop in enumerate(crops) if crop.probabilities.max() < _DOUBT]
    # Each trial is a mark instead of those of these numbers.
    trials = [trial for i in doubted for trial in suggest_marks(marks, digits, i, typical_px)]
    read = read_marks(marks, [mark for _, mark in trials], classifier)
    gains = [
        _plausibility(crop, typical_px) - sum(_plausibility(crops[i], typical_px) for i in numbers)
        for (numbers, _), crop in zip(trials, read, strict=True)
    ]
    replaced: set[int] = set()
    settled: list[tuple[Mark, Crop]] = []
    for trial in sorted(range(len(trials)), key=lambda trial: -gains[trial]):
        numbers, mark = trials[trial]
        if gains[trial] > _LEAST_GAIN and replaced.isdisjoint(numbers):
            replaced.update(numbers)
            settled.append((mark, read[trial]))
    settled += [pair for i, pair in enumerate(zip(digits, crops, strict=True)) if i not in replaced]
    return [mark for mark, _ in settled], [crop for _, crop in settled]


def read_marks(marks: Marks, digits: Sequence[Mark], classifier: Classifier) -> list[Crop]:
    """Read marks, each as one digit."""
    return _read([(mark.box, marks.cut(mark.box, mark.labels)) for mark in digits], classifier)


def cut_box(ink: Ink, box: Box) -> tuple[Box, Ink]:
    """Cut out what stands in a box.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        A page whose paper is exactly 0, from `extract_ink`.
    box : Box
        In pixels of `ink`; it may reach beyond it.

    Returns
    -------
    box : Box
        Around the ink. Neighbours that only reach into it are left out.
    ink : (h, w) float32 in [0, 1]
        What is in it.

    Raises
    ------
    EmptyInkError
        If nothing is written there.
    """
    height, width = ink.shape
    left, top = max(0, round(box.x)), max(0, round(box.y))
    right, bottom = min(width, round(box.right)), min(height, round(box.bottom))
    window = np.s_[top : max(top, bottom), left : max(left, right)]
    count, found = cv2.connectedComponents((ink > SOFT).astype(np.uint8))
    labels = found.astype(np.int32, copy=False)
    inside = np.bincount(labels[window].ravel(), minlength=count)
    # A box around nothing whole is around a part of something: the person means that part.
    is_own = 2 * inside > np.bincount(labels.ravel(), minlength=count)
    if not is_own[1:].any():
        is_own = inside > 0
    own = tuple(int(label) for label in np.flatnonzero(is_own) if label)
    rows, columns = np.nonzero(np.isin(labels[window], own))
    if rows.size == 0:
        raise EmptyInkError("There is nothing to read.", "Draw the box around a digit.")
    x, y = left + int(columns.min()), top + int(rows.min())
    fitting = Box(x, y, left + int(columns.max()) + 1 - x, top + int(rows.max()) + 1 - y)
    return fitting, Marks(ink, labels, ()).cut(fitting, own)


def _read(cut: Sequence[tuple[Box, Ink]], classifier: Classifier) -> list[Crop]:
    images = [normalize(prepare_crop(ink)) for _, ink in cut]
    stacked = np.stack(images) if images else np.empty((0, SIDE_PX, SIDE_PX), np.float32)
    return [
        Crop(box, image, probabilities)
        for (box, _), image, probabilities in zip(
            cut, images, classifier.classify(stacked), strict=True
        )
    ]


def _may_be_several(mark: Mark, crop: Crop, typical_px: float) -> bool:
    is_doubted = crop.probabilities.max() < _DOUBT
    height = min(mark.box.height, typical_px)
    is_wide = mark.box.width > (_DOUBTED_WIDE if is_doubted else _WIDE) * height
    return is_wide and mark.box.height < _LARGEST * typical_px


def _cut_apart(marks: Marks, mark: Mark, typical_px: float) -> tuple[Part, ...]:
    ink = marks.cut(mark.box, mark.labels)
    most = 3 * max(2, round(mark.box.width / (0.6 * typical_px)))
    cuts = find_cuts(ink, mark.thickness_px, most)
    return cut_parts(ink, cuts, widest_px=1.3 * typical_px)


def _choose(whole: Crop, parts: Sequence[tuple[Part, Crop]], typical_px: float) -> list[Crop]:
    """Return the digits that a mark most probably consists of: itself, or a chain of parts."""
    if not parts:
        return [whole]
    end = max(part.last for part, _ in parts)
    best: dict[int, tuple[float, tuple[Crop, ...]]] = {0: (0.0, ())}
    for last in range(1, end + 1):
        ways = [
            (best[part.first][0] + _plausibility(crop, typical_px) - _CUT_COST, part, crop)
            for part, crop in parts
            if part.last == last and part.first in best
        ]
        if ways:
            score, part, crop = max(ways, key=lambda way: way[0])
            best[last] = score, (*best[part.first][1], crop)
    alone = _plausibility(whole, typical_px) - _CUT_COST
    if end not in best or best[end][0] <= alone:
        return [whole]
    x, y = whole.box.x, whole.box.y
    return [Crop(c.box.moved(x, y), c.image, c.probabilities) for c in best[end][1]]


def _plausibility(crop: Crop, typical_px: float) -> float:
    """Return the log-probability, but for a constant, that this is one digit of the page."""
    width, height = crop.box.width / typical_px, crop.box.height / typical_px
    too_wide = max(0.0, width - _USUAL_WIDTH) / _WIDTH_SPREAD
    unlike = math.log(height) / _HEIGHT_SPREAD
    reads = math.log(max(float(crop.probabilities.max()), _LEAST_PROBABILITY))
    return reads - (too_wide**2 + unlike**2) / 2
