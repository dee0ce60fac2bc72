"""Picture -> ink and marks, looked at from as near as its digits ask for."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from digitpad.core.classifier import Classifier
from digitpad.core.images import Picture, fit_working_size, resize
from digitpad.core.ink import (
    LONGEST,
    InkPage,
    clean_page,
    mend_strokes,
    tell_apart,
)
from digitpad.core.ink_network import InkNetwork
from digitpad.core.marks import Marks, find_marks, select_digits, typical_height_px
from digitpad.core.orientation import Sample, read_sample

_AFAR_PX, _FARTHEST_PX = 512, 128
"""Longest sides of pictures that show how large the digits are, if they are large. From farthest
away, shadows look like strokes: that is for digits of broad strokes that read badly otherwise."""

_CLEAR_PX, _SMALL_DIGITS = 24.0, 0.2
"""They tell the size of digits from this height on: of the smallest part of them."""

_LEGIBLE, _SURE = 0.9, 0.97
"""What reads as well as the first need not be looked at from elsewhere; what is seen from farthest
away must read as well as the second."""

_MANY, _READABLE = 8, 0.85
"""What reads as so many digits with this probability is a page of them, whatever they look like
from afar: strokes of large digits don't read like that."""

_BAR = 3.0
"""Digits this many times as long as wide, all of them, may be rows of smaller ones."""

_DIGIT_PX = 74.0
"""Large digits are looked at from so far that they are about this high."""

_AS_EXPECTED = 0.5
"""What turns out to be less high than this part of what it seemed to be was something else."""

_LEAST_DIGIT_PX, _CLOSEST = 30.0, 3.0
"""Digits less high than this are looked at more closely, at so many times the size at most."""


@dataclass(frozen=True, eq=False)
class Look:
    """What is written in a picture.

    Parameters
    ----------
    page : InkPage
        The picture at working size, and its ink.
    marks : Marks
        What is connected on it.
    scale : float
        The width of `page` divided by that of the picture.
    sample : Sample
        Some of its digits, read in all four turns.
    """

    page: InkPage
    marks: Marks
    scale: float
    sample: Sample


@dataclass(frozen=True, eq=False)
class _View:
    """A `Look` of which nothing was read yet."""

    page: InkPage
    marks: Marks
    scale: float

    def read(self, classifier: Classifier) -> Look:
        return Look(self.page, self.marks, self.scale, read_sample(self.marks, classifier))


def look_at(picture: Picture, ink_network: InkNetwork, classifier: Classifier) -> Look:
    """Find what is written in a picture.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    ink_network : InkNetwork
        What tells ink from paper.
    classifier : Classifier
        Tells from how far the picture is best read.

    Returns
    -------
    Look
        From a distance where large digits are large: a stroke is to the network what is some
        pixels wide, not some hundred.
    """
    working, scale = fit_working_size(picture)

    def look_from(side_px: int) -> Iterator[Look]:
        far = min(1.0, scale, side_px / max(picture.shape))
        for view in _look_from_afar(picture, far, ink_network):
            yield view.read(classifier)

    looks = []
    for look in look_from(_AFAR_PX):
        if look.sample.legibility >= _LEGIBLE and not _are_bars(look.sample):
            return look
        looks.append(look)
    near = _look_nearby(picture, working, scale, ink_network).read(classifier)
    if _is_page(near.sample):
        looks = [look for look in looks if not _are_bars(look.sample)]
    best = max([near, *reversed(looks)], key=lambda look: look.sample.legibility)
    if best.sample.legibility < _LEGIBLE and not _is_page(best.sample):
        for look in look_from(_FARTHEST_PX):
            if look.sample.legibility >= _SURE:
                return look
    return best


def _is_page(sample: Sample) -> bool:
    """Whether these are many digits, and not the strokes of a few large ones."""
    return len(sample.marks) >= _MANY and sample.probability >= _READABLE


def _are_bars(sample: Sample) -> bool:
    """Whether these may be rows of small digits, which from afar look like 1s."""
    boxes = [mark.box for mark in sample.marks]
    return all(max(box.width, box.height) > _BAR * min(box.width, box.height) for box in boxes)


def _look_nearby(picture: Picture, working: Picture, scale: float, network: InkNetwork) -> _View:
    """Look from as near as any digits may be."""
    view = _look(working, scale, network)
    height_px = typical_height_px(view.marks.every)
    closer = _LEAST_DIGIT_PX / max(height_px, _LEAST_DIGIT_PX / _CLOSEST)
    return _look(*fit_working_size(picture, closer), network) if closer > 1 else view


def _look_from_afar(picture: Picture, far: float, network: InkNetwork) -> Iterator[_View]:
    """Look at what is high as digits in a picture `far` times as wide."""
    overview, _ = resize(picture, far)
    ink, paper = tell_apart(overview, network)
    mended = mend_strokes(overview, paper, ink, max(ink.shape))
    heights_px = {_height_of_small_digits(find_marks(seen)) for seen in (mended, ink)}
    for height_px in sorted(heights_px, reverse=True):
        if height_px < _CLEAR_PX:
            continue
        # From afar, rows of small digits look like a large one: how it reads will tell.
        size = min(1.0, far * _DIGIT_PX / height_px)
        expected_px = height_px * size / far
        view = _look(*resize(picture, size), network, LONGEST * expected_px)
        # A table, whose lines looked like a digit's strokes, is gone by now.
        highest_px = max((mark.box.height for mark in view.marks.every), default=0)
        if highest_px > _AS_EXPECTED * expected_px:
            yield view


def _look(
    working: Picture, scale: float, network: InkNetwork, longest_px: float | None = None
) -> _View:
    page = clean_page(working, network, longest_px)
    return _View(page, find_marks(page.ink), scale)


def _height_of_small_digits(marks: Marks) -> float:
    heights = [mark.box.height for mark in select_digits(marks.every)]
    return float(np.quantile(heights, _SMALL_DIGITS)) if heights else 0.0
