"""Picture -> ink and marks, looked at from as near as its digits ask for."""

from dataclasses import dataclass

import numpy as np

from digitpad.core.images import Picture, fit_working_size, resize
from digitpad.core.ink import InkPage, clean_page, extract_ink, mend_strokes
from digitpad.core.ink_network import InkNetwork
from digitpad.core.marks import Marks, find_marks, select_digits, typical_height_px

_OVERVIEW_PX = 512
"""Longest side of the first look; it shows how large the digits are, if they are large."""

_CLEAR_PX, _SMALL_DIGITS = 24.0, 0.2
"""The first look tells the size of digits from this height on: of the smallest part of them."""

_DIGIT_PX = 70.0
"""Large digits are looked at from so far that they are about this high."""

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
    """

    page: InkPage
    marks: Marks
    scale: float


def look_at(picture: Picture, network: InkNetwork) -> Look:
    """Find what is written in a picture.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    network : InkNetwork
        What tells ink from paper.

    Returns
    -------
    Look
        From a distance where large digits are large: a stroke is to the network what is some
        pixels wide, not some hundred.
    """
    working, scale = fit_working_size(picture)
    overview_scale = min(1.0, _OVERVIEW_PX / max(picture.shape))
    overview, _ = resize(picture, overview_scale)
    height_px = _height_of_small_digits(
        find_marks(mend_strokes(overview, extract_ink(overview, network)))
    )
    if height_px >= _CLEAR_PX:
        working, scale = resize(picture, min(scale, overview_scale * _DIGIT_PX / height_px))
        return _look(working, scale, network, is_large=True)
    look = _look(working, scale, network)
    height_px = typical_height_px(look.marks.every)
    closer = _LEAST_DIGIT_PX / max(height_px, _LEAST_DIGIT_PX / _CLOSEST)
    return _look(*fit_working_size(picture, closer), network) if closer > 1 else look


def _look(working: Picture, scale: float, network: InkNetwork, is_large: bool = False) -> Look:
    page = clean_page(working, network, is_large)
    return Look(page, find_marks(page.ink), scale)


def _height_of_small_digits(marks: Marks) -> float:
    heights = [mark.box.height for mark in select_digits(marks.every)]
    return float(np.quantile(heights, _SMALL_DIGITS)) if heights else 0.0
