"""Picture -> ink: what was written, told from what it was written on."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.ink_network import InkNetwork
from digitpad.core.marks import find_marks, typical_height_px
from digitpad.core.normalization import Ink

Floats = NDArray[np.float32]

_STRONG, _WEAK = 0.2, 0.1
"""Ink is where it is this likely, and runs on to where it is as likely as the second."""

_PALE, _BOLD_PART = 0.3, 0.05
"""What shows through from the back has less than this part of the contrast of what is written;
the boldest part of all ink is surely written."""

_REACH = np.ones((9, 9), np.uint8)
"""Pale strokes that end as near to bold ones go on from them."""

_ALIKE, _LEAST_FOUND = 0.5, 0.06
"""A stroke goes on where it is this much like the page's ink; the network must have found this
part of it."""

LONGEST = 3.0
"""What is longer than so many digits are high is no digit."""

_LIGHT_PX = 400
"""Longest side at which lighting is estimated: it changes slowly."""

_LIGHT_RADIUS = 0.06
"""Part of the longest side within which paper is seen in the same light."""


@dataclass(frozen=True, eq=False)
class InkPage:
    """A picture on its way to being read.

    Parameters
    ----------
    flattened : (H, W) uint8
        The picture under even light, its paper near white and its ink dark, with nothing decided.
    ink : (H, W) float32 in [0, 1]
        1 is ink, soft at its edges; paper is exactly 0, all of it where nothing is written.
    """

    flattened: NDArray[np.uint8]
    ink: Ink


def clean_page(picture: Picture, network: InkNetwork, longest_px: float | None = None) -> InkPage:
    """Tell what was written from what it was written on.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB. Dark on light or light on dark, in any colours, under any light.
    network : InkNetwork
        What tells them apart.
    longest_px : float or None
        What is higher or wider is no digit, see `mend_strokes`; None to tell by most of the ink.

    Returns
    -------
    InkPage
        Of the picture's size.

    References
    ----------
    Canny, "A computational approach to edge detection", 1986, for the two thresholds.
    """
    ink, paper = tell_apart(picture, network)
    if longest_px is None:
        longest_px = LONGEST * typical_height_px(find_marks(ink).every)
    return InkPage(_flatten(picture, paper), mend_strokes(picture, paper, ink, longest_px))


def tell_apart(picture: Picture, network: InkNetwork) -> tuple[Ink, Floats]:
    """Tell ink from paper.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    network : InkNetwork
        What tells them apart.

    Returns
    -------
    ink : (H, W) float32 in [0, 1]
        The `InkPage.ink`, but for what `mend_strokes` adds.
    paper : (H, W, 3) float32
        Its colour, from `estimate_paper`.
    """
    found = network.find_ink(picture)
    count, components = cv2.connectedComponents((found > _WEAK).astype(np.uint8))
    labels = np.asarray(components, np.int32)
    is_kept = np.zeros(count, np.bool_)
    is_kept[labels[found > _STRONG]] = True
    is_kept[0] = False
    ink: Ink = np.where(is_kept[labels], found, np.float32(0))
    paper = estimate_paper(picture, ink)
    is_pale = _find_pale(labels, picture, paper, ink)
    if is_pale.any():
        ink = np.where(is_pale[labels], np.float32(0), ink)
    return ink, paper


def _measure_contrast(picture: Picture, paper: Floats) -> Floats:
    """Return how much of the paper's light each of (n, 3) pixels lacks, or has too much."""
    difference = np.linalg.norm(picture - paper, axis=1)
    return np.asarray(difference / np.maximum(np.linalg.norm(paper, axis=1), 1), np.float32)


def _find_pale(
    labels: NDArray[np.int32], picture: Picture, paper: Floats, ink: Ink
) -> NDArray[np.bool_]:
    """Tell which connected strokes are so pale that they show through from the back."""
    is_strong = ink > _STRONG
    if not is_strong.any():
        return np.zeros(1, np.bool_)
    own = labels[is_strong]
    contrast = _measure_contrast(picture[is_strong], paper[is_strong])
    count = int(labels.max()) + 1
    areas = np.bincount(own, minlength=count)
    strength = np.bincount(own, contrast, minlength=count) / np.maximum(areas, 1)
    order = np.argsort(-strength)
    reached = np.searchsorted(np.cumsum(areas[order]), _BOLD_PART * areas.sum())
    bold = strength[order[min(int(reached), len(order) - 1)]]
    is_pale: NDArray[np.bool_] = (strength < _PALE * bold) & (areas > 0)
    if not is_pale.any():
        return is_pale
    # Strokes may fade: what goes on from bold ink is part of it.
    is_bold = (~is_pale[labels] & (ink > 0)).astype(np.uint8)
    is_pale[labels[cv2.dilate(is_bold, _REACH) > 0]] = False
    return is_pale


def mend_strokes(picture: Picture, paper: Floats, ink: Ink, longest_px: float) -> Ink:
    """Give strokes what the network has left out of them: the straight stem of a large digit.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    paper : (H, W, 3) float32
        From `estimate_paper`.
    ink : (H, W) float32 in [0, 1]
        From `tell_apart`.
    longest_px : float
        Higher and wider than this is no digit, but a table or a frame.

    Returns
    -------
    (H, W) float32 in [0, 1]
        With what has the colour of the page's ink and is connected with some of it, unless most
        of that is no ink to the network: a ruled line that crosses a digit runs on without it.
    """
    is_certain = ink > _STRONG
    if not is_certain.any():
        return ink
    darkness = paper - picture
    colour = np.median(darkness[ink >= np.quantile(ink[is_certain], 0.5)], axis=0)
    alike = (darkness @ colour / max(float(colour @ colour), 1.0)).astype(np.float32)
    alike = np.clip(alike, 0, 1, dtype=np.float32)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((alike > _ALIKE).astype(np.uint8))
    found = np.bincount(labels.ravel(), weights=is_certain.ravel())
    is_mended = found > _LEAST_FOUND * stats[:, cv2.CC_STAT_AREA]
    is_mended &= stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) <= longest_px
    is_mended[0] = False
    kernel = np.ones((3, 3), np.uint8)
    stroke = cv2.dilate(is_mended[labels].astype(np.uint8), kernel)
    mended: Ink = np.maximum(ink, alike * stroke)
    return mended


def estimate_paper(picture: Picture, ink: Ink) -> Floats:
    """Return the colour that the paper has, or would have under the ink, everywhere.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    ink : (H, W) float32 in [0, 1]
        What is written on it.

    Returns
    -------
    (H, W, 3) float32
        RGB, 0 to 255.
    """
    height, width = ink.shape
    scale = min(1.0, _LIGHT_PX / max(height, width))
    size = [max(1, round(length * scale)) for length in (width, height)]
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    bare = (cv2.resize(ink, size, interpolation=cv2.INTER_AREA) < _WEAK).astype(np.float32)
    # Under the ink, the paper is as light as around it.
    sigma = _LIGHT_RADIUS * max(size)
    bare_part = np.maximum(cv2.GaussianBlur(bare, (0, 0), sigma), 1e-3)
    paper = cv2.GaussianBlur(small * bare[..., np.newaxis], (0, 0), sigma)
    paper = paper / bare_part[..., np.newaxis]
    return np.asarray(cv2.resize(paper.astype(np.float32), (width, height)), np.float32)


def _flatten(picture: Picture, paper: Floats) -> NDArray[np.uint8]:
    """Divide a picture by the light on its paper; what is lighter than paper is dark, too."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    light = cv2.cvtColor(paper, cv2.COLOR_RGB2GRAY)
    ratio = np.maximum(gray, 1) / np.maximum(light, 1)
    flattened = 255 * np.minimum(ratio, 1 / ratio)
    return np.asarray(cv2.convertScaleAbs(flattened), np.uint8)
