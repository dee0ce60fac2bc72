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

_BESIDE, _OFF_CENTER = 2.0, 0.15
"""A digit not farther than so many typical heights from a tall mark, and so far, of the mark's
height, from its middle, is in one of two rows that touch."""

_NORMAL = 1.4826
"""The standard deviation of a normal distribution, divided by its median absolute deviation."""

_TALL, _LEAST_SPREAD, _MANY = 1.7, 0.3, 8
"""Marks so many times as high as the typical digit may be digits of two rows, and, where others
stand in those rows, are as rare as all heights tell, if there are so many."""

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
    size = _measure(suggested)
    digits, crops = _settle_pieces(marks, suggested, size, classifier)
    boxes = [crop.box for crop in crops]
    pieces = [
        _Piece(
            crop,
            marks.cut(mark.box, mark.labels),
            mark.thickness_px,
            _stands_in_rows(crop.box, boxes, size.typical_px),
        )
        for mark, crop in zip(digits, crops, strict=True)
    ]
    beside = _cut_beside(pieces, size, classifier)
    below = _cut_below(pieces, size, classifier)
    found = [max(ways, key=lambda way: way.score) for ways in zip(beside, below, strict=True)]
    return tuple(crop for division in found for crop in division.crops)


@dataclass(frozen=True)
class _Size:
    """How high digits are on a page, and how much that varies, as a logarithm."""

    typical_px: float
    spread: float


@dataclass(frozen=True, eq=False)
class _Piece:
    """Ink that is one digit or several, and how it reads as one."""

    crop: Crop
    ink: Ink
    thickness_px: float
    is_in_rows: bool = False


@dataclass(frozen=True, eq=False)
class _Division:
    """The digits of a piece, and the log-probability, but for a constant, that it is those."""

    score: float
    crops: tuple[Crop, ...]


_NO_DIVISION = _Division(-math.inf, ())


def _measure(marks: Sequence[Mark]) -> _Size:
    typical_px = typical_height_px(marks)
    if len(marks) < _MANY:
        return _Size(typical_px, _HEIGHT_SPREAD)
    heights = np.log([mark.box.height / typical_px for mark in marks])
    # Of half of them: some may be two rows high.
    spread = float(np.median(np.abs(heights))) * _NORMAL
    return _Size(typical_px, float(np.clip(spread, _LEAST_SPREAD, _HEIGHT_SPREAD)))


def _settle_pieces(
    marks: Marks, digits: Sequence[Mark], size: _Size, classifier: Classifier
) -> tuple[list[Mark], list[Crop]]:
    """Read marks, those that aren't digits also with the pieces beside them, or without theirs."""
    crops = read_marks(marks, digits, classifier)
    doubted = [i for i, crop in enumerate(crops) if crop.probabilities.max() < _DOUBT]
    # Each trial is a mark instead of those of these numbers.
    trials = [trial for i in doubted for trial in suggest_marks(marks, digits, i, size.typical_px)]
    read = read_marks(marks, [mark for _, mark in trials], classifier)
    gains = [
        _plausibility(crop, size) - sum(_plausibility(crops[i], size) for i in numbers)
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
        A page whose paper is exactly 0, an `InkPage.ink`.
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


def _cut_beside(
    pieces: Sequence[_Piece], size: _Size, classifier: Classifier, lowest_px: float = 0.0
) -> list[_Division]:
    """Divide pieces that are wide into digits side by side, where they read better so."""
    parts = [_cut_wide(piece, size.typical_px, lowest_px) for piece in pieces]
    read = iter(_read([(part.box, part.ink) for some in parts for part in some], classifier))
    divisions = []
    for piece, some in zip(pieces, parts, strict=True):
        ways = [(part, _as_one(next(read), size)) for part in some]
        whole = _as_one(piece.crop, size, piece.is_in_rows)
        divided = _choose_chain(ways, piece.crop.box)
        divisions.append(max(whole, divided, key=lambda division: division.score))
    return divisions


def _cut_below(pieces: Sequence[_Piece], size: _Size, classifier: Classifier) -> list[_Division]:
    """Divide pieces that are two or more rows high into rows, and those into digits."""
    parts = [_cut_tall(piece, size.typical_px) if piece.is_in_rows else () for piece in pieces]
    cut = [part for some in parts for part in some]
    crops = _read([(part.box, part.ink) for part in cut], classifier)
    thick = [piece.thickness_px for piece, some in zip(pieces, parts, strict=True) for _ in some]
    rows = [
        _Piece(crop, part.ink, thickness_px)
        for crop, part, thickness_px in zip(crops, cut, thick, strict=True)
    ]
    # What is lower than a row is no row, however wide it is.
    read = iter(_cut_beside(rows, size, classifier, size.typical_px))
    return [
        _choose_chain([(part, next(read)) for part in some], piece.crop.box)
        for piece, some in zip(pieces, parts, strict=True)
    ]


def _cut_wide(piece: _Piece, typical_px: float, lowest_px: float) -> tuple[Part, ...]:
    box = piece.crop.box
    is_doubted = piece.crop.probabilities.max() < _DOUBT
    height = min(max(box.height, lowest_px), typical_px)
    is_wide = box.width > (_DOUBTED_WIDE if is_doubted else _WIDE) * height
    if not is_wide or box.height >= _LARGEST * typical_px:
        return ()
    most = 3 * max(2, round(box.width / (0.6 * typical_px)))
    cuts = find_cuts(piece.ink, piece.thickness_px, most)
    return cut_parts(piece.ink, cuts, widest_px=1.3 * typical_px)


def _stands_in_rows(tall: Box, boxes: Sequence[Box], typical_px: float) -> bool:
    """Tell whether a digit beside `tall` stands in a row that is a part of it, and not its own."""
    return _TALL * typical_px < tall.height < _LARGEST * typical_px and any(
        box.height < _TALL * typical_px
        and max(tall.x, box.x) - min(tall.right, box.right) < _BESIDE * typical_px
        and _OFF_CENTER < abs(box.center[1] - tall.center[1]) / tall.height < 0.5
        for box in boxes
    )


def _cut_tall(piece: _Piece, typical_px: float) -> tuple[Part, ...]:
    height = piece.crop.box.height
    lying = np.ascontiguousarray(piece.ink.T)
    cuts = find_cuts(lying, piece.thickness_px, 3 * max(2, round(height / typical_px)))
    return tuple(
        Part(
            part.first,
            part.last,
            Box(part.box.y, part.box.x, part.box.height, part.box.width),
            np.ascontiguousarray(part.ink.T),
        )
        for part in cut_parts(lying, cuts, widest_px=_TALL * typical_px)
    )


def _as_one(crop: Crop, size: _Size, is_in_rows: bool = False) -> _Division:
    spread = size.spread if is_in_rows else _HEIGHT_SPREAD
    return _Division(_plausibility(crop, size, spread) - _CUT_COST, (crop,))


def _choose_chain(ways: Sequence[tuple[Part, _Division]], box: Box) -> _Division:
    """Return the most probable chain of parts from one end of `box` to the other."""
    end = max((part.last for part, _ in ways), default=0)
    best = {0: _Division(0.0, ())}
    for last in range(1, end + 1):
        chains = [
            _Division(best[part.first].score + found.score, best[part.first].crops + found.crops)
            for part, found in ways
            if part.last == last and part.first in best
        ]
        if chains:
            best[last] = max(chains, key=lambda chain: chain.score)
    if not ways or end not in best:
        return _NO_DIVISION
    moved = (Crop(c.box.moved(box.x, box.y), c.image, c.probabilities) for c in best[end].crops)
    return _Division(best[end].score, tuple(moved))


def _plausibility(crop: Crop, size: _Size, spread: float = _HEIGHT_SPREAD) -> float:
    """Return the log-probability, but for a constant, that this is one digit of the page."""
    width, height = crop.box.width / size.typical_px, crop.box.height / size.typical_px
    too_wide = max(0.0, width - _USUAL_WIDTH) / _WIDTH_SPREAD
    unlike = math.log(height) / spread
    reads = math.log(max(float(crop.probabilities.max()), _LEAST_PROBABILITY))
    return reads - (too_wide**2 + unlike**2) / 2
