"""Picture -> ink: what was written, told from what it was written on."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.ink_network import InkNetwork
from digitpad.core.normalization import Ink

_STRONG, _WEAK = 0.5, 0.1
"""Ink is where it is this likely, and runs on to where it is as likely as the second."""

_ALIKE, _LEAST_FOUND = 0.5, 0.12
"""A stroke goes on where it is this much like the page's ink; the network must have found this
part of it."""

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


def clean_page(picture: Picture, network: InkNetwork, is_large: bool = False) -> InkPage:
    """Tell what was written from what it was written on.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB. Dark on light or light on dark, in any colours, under any light.
    network : InkNetwork
        What tells them apart.
    is_large : bool
        Whether the digits are large, so that their stems may look like ruled lines.

    Returns
    -------
    InkPage
        Of the picture's size.

    References
    ----------
    Canny, "A computational approach to edge detection", 1986, for the two thresholds.
    """
    ink = extract_ink(picture, network)
    if is_large:
        ink = mend_strokes(picture, ink)
    return InkPage(_flatten(picture, ink), ink)


def extract_ink(picture: Picture, network: InkNetwork) -> Ink:
    """Return the `InkPage.ink` of a picture."""
    found = network.find_ink(picture)
    _, labels = cv2.connectedComponents((found > _WEAK).astype(np.uint8))
    is_kept = np.zeros(int(labels.max()) + 1, np.bool_)
    is_kept[labels[found > _STRONG]] = True
    ink: Ink = np.where(is_kept[labels], found, np.float32(0))
    return ink


def mend_strokes(picture: Picture, ink: Ink) -> Ink:
    """Give strokes what the network has left out of them: the straight stem of a large digit.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    ink : (H, W) float32 in [0, 1]
        From `extract_ink`.

    Returns
    -------
    (H, W) float32 in [0, 1]
        With what has the colour of the page's ink and is connected with some of it, unless most
        of that is no ink to the network: a ruled line that crosses a digit runs on without it.
    """
    is_certain = ink > _STRONG
    if not is_certain.any():
        return ink
    darkness = _light_on_paper(picture, ink) - picture.astype(np.float32)
    colour = np.median(darkness[ink >= np.quantile(ink[is_certain], 0.5)], axis=0)
    alike = (darkness @ colour / max(float(colour @ colour), 1.0)).astype(np.float32)
    alike = np.clip(alike, 0, 1, dtype=np.float32)
    _, labels = cv2.connectedComponents((alike > _ALIKE).astype(np.uint8))
    found = np.bincount(labels.ravel(), weights=is_certain.ravel())
    is_mended = found > _LEAST_FOUND * np.bincount(labels.ravel())
    is_mended[0] = False
    kernel = np.ones((3, 3), np.uint8)
    stroke = cv2.dilate(is_mended[labels].astype(np.uint8), kernel)
    mended: Ink = np.maximum(ink, alike * stroke)
    return mended


def _light_on_paper(picture: Picture, ink: Ink) -> NDArray[np.float32]:
    """Return the colour that the paper has, or would have under the ink, everywhere."""
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


def _flatten(picture: Picture, ink: Ink) -> NDArray[np.uint8]:
    """Divide a picture by the light on its paper; what is lighter than paper is dark, too."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    light = cv2.cvtColor(_light_on_paper(picture, ink), cv2.COLOR_RGB2GRAY)
    ratio = np.maximum(gray, 1) / np.maximum(light, 1)
    flattened = 255 * np.minimum(ratio, 1 / ratio)
    return np.asarray(cv2.convertScaleAbs(flattened), np.uint8)
