"""Picture -> the one channel that tells ink from paper, under even light."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.normalization import Ink

Mask = NDArray[np.bool_]
_Any = TypeVar("_Any", np.bool_, np.float32)
_Value = TypeVar("_Value", np.uint8, np.float32)

_LIGHT_PX = 400
"""Longest side at which lighting is estimated: it changes slowly."""

_INK_SCALES = (0.035, 0.09, 0.26)
"""Parts of the picture's longest side within which ink is compared to paper."""

_DARKEST_PAPER = 40.0
"""Of 255. Below, a camera sees noise rather than contrast."""

_LEAST_CONTRAST, _CLEAR_CONTRAST, _RARE = 0.05, 0.15, 1.0
"""Ink differs from paper by this part of the paper's brightness; by the second, where the
skewness of the picture's contrast does not reach the third."""

_GRAIN_BLOCKS = 8
"""The picture is divided into so many rows and columns to see where it is grainy."""

_MOST_GRAIN = 6.0
"""Nowhere is the grain more than so many times that of the whole page."""


@dataclass(frozen=True, eq=False)
class Channel:
    """The picture as the one mix of its colours in which ink is darker than paper."""

    pixels: Picture
    least_light: float
    least_contrast: float


def find_contrast(picture: Picture, is_ruled: Mask) -> tuple[NDArray[np.float64], float]:
    """Return the mix of colours that tells ink from paper, and how much rarer ink is.

    The mix is signed so that ink is lower than paper; its weights add up to 1 in size. What is
    ruled does not count.
    """
    small = shrink(picture, _LIGHT_PX)[0].astype(np.float32)
    is_bare = (
        cv2.resize(is_ruled.view(np.uint8) * 255, small.shape[1::-1], interpolation=cv2.INTER_AREA)
        < 64
    )
    # Ink is rarer than paper, so it makes the longer tail, and most of all at its own scale:
    # the edges of shadows and of the page have two tails alike.
    views = [_widest_axis(small, is_bare, scale * max(small.shape)) for scale in _INK_SCALES]
    axis, skewness = max(views, key=lambda view: view[1])
    if skewness < _RARE:
        axis = _darken_middle(small, views[-1][0])
    return axis, skewness


def _widest_axis(
    small: NDArray[np.float32], is_bare: Mask, radius_px: float
) -> tuple[NDArray[np.float64], float]:
    """Return the mix of colours that varies most within `radius_px`, and its skewness.

    The mix is signed so that the rarer of its values are low.
    """
    side = 2 * round(radius_px) + 1
    around = cv2.blur(small, (side, side), borderType=cv2.BORDER_REPLICATE)
    spread = (small - around)[is_bare].astype(np.float64)
    spread -= spread.mean(axis=0)
    _, axes = np.linalg.eigh(spread.T @ spread)
    axis = axes[:, -1] / abs(axes[:, -1]).sum()
    values = spread @ axis
    skewness = float((values**3).mean() / max(float((values**2).mean()), 1e-6) ** 1.5)
    return (axis, -skewness) if skewness < 0 else (-axis, skewness)


def _darken_middle(small: NDArray[np.float32], axis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sign the axis by the picture's border, where a large thick digit leaves paper."""
    return axis if np.median(border(small) @ axis) > (small @ axis).mean() else -axis


def border(pixels: NDArray[_Any]) -> NDArray[_Any]:
    """Return the pixels along the picture's four sides."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def mix(picture: Picture, axis: NDArray[np.float64], skewness: float) -> Channel:
    """Return the channel that `find_contrast` has found."""
    offset = -255 * axis[axis < 0].sum()
    mixed = cv2.transform(picture, np.array([[*axis, offset]])).astype(np.uint8, copy=False)
    return Channel(
        mixed,
        # Light takes its share from ink and paper alike, but on a dark ground only ink shows it.
        least_light=_DARKEST_PAPER if axis.sum() > 0 else 255.0,
        # Faint marks are ink only where they are rare, as writing is; unevenness is everywhere.
        least_contrast=_LEAST_CONTRAST if skewness > _RARE else _CLEAR_CONTRAST,
    )


def paper_contrast(channel: Channel, gap: float) -> Ink:
    """Return how much darker than the paper around it each pixel is; bare paper is about 0."""
    small, _ = shrink(channel.pixels, _LIGHT_PX)
    side = max(3, round(gap * max(small.shape)) | 1)
    around = _continue_darkening(small, side)
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    smooth = blur(closed.astype(np.float32), side / 6)[side:-side, side:-side]
    height, width = channel.pixels.shape
    paper = cv2.resize(smooth, (width, height))
    contrast = ((paper - channel.pixels) / np.maximum(paper, channel.least_light)).astype(
        np.float32, copy=False
    )
    # The closing follows the paper's grain upwards.
    contrast -= np.float32(paper_level_and_grain(contrast)[0])
    return contrast


def _continue_darkening(pixels: NDArray[_Value], margin_px: int) -> NDArray[_Value]:
    """Return the picture with a margin in which light that falls towards the border falls on.

    A closing takes the dark end of a slope for something written, if the slope ends there.
    """
    signed = pixels.astype(np.float32)
    falling = np.pad(signed, margin_px, mode="reflect", reflect_type="odd")
    edge = np.pad(signed, margin_px, mode="edge")
    continued: NDArray[_Value] = np.clip(falling, 0, edge).astype(pixels.dtype)
    return continued


def blur(pixels: Ink, sigma_px: float) -> Ink:
    """Smooth by a Gaussian."""
    return cv2.GaussianBlur(pixels, (0, 0), sigma_px).astype(np.float32, copy=False)


def shrink(pixels: NDArray[_Value], longest_px: int) -> tuple[NDArray[_Value], float]:
    """Return the picture with its longest side at most `longest_px`, and by how much it shrank."""
    height, width = pixels.shape[:2]
    scale = min(1.0, longest_px / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small.astype(pixels.dtype, copy=False), scale


def paper_level_and_grain(contrast: Ink) -> tuple[float, float]:
    """Return the mean and standard deviation of the paper, whatever part of it is written on.

    Ink lies at the upper end, so the lower third is paper's alone.
    """
    step = max(1, max(contrast.shape) // 300)
    low, high = np.percentile(contrast[::step, ::step], (5, 30))
    grain = float(high - low) / (1.645 - 0.524)
    return float(high) + 0.524 * grain, grain


def local_grain(contrast: Ink) -> Ink:
    """Return the paper's standard deviation from place to place: shadows are noisier."""
    height, width = contrast.shape
    rows = np.linspace(0, height, _GRAIN_BLOCKS + 1, dtype=int)
    columns = np.linspace(0, width, _GRAIN_BLOCKS + 1, dtype=int)
    blocks = [
        [contrast[top:bottom, left:right] for left, right in pairwise(columns)]
        for top, bottom in pairwise(rows)
    ]
    grain = np.array([[paper_level_and_grain(b)[1] for b in row] for row in blocks], np.float32)
    most = _MOST_GRAIN * paper_level_and_grain(contrast)[1]
    grain = np.minimum(cv2.medianBlur(grain, 3), most, dtype=np.float32)
    return cv2.resize(grain, (width, height)).astype(np.float32, copy=False)
