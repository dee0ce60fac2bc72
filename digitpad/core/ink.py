"""Picture -> ink: colour and polarity found, lighting flattened, paper cleaned."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.normalization import Ink

Mask = NDArray[np.bool_]

_LIGHT_PX = 400
"""Longest side at which lighting is estimated: it changes slowly."""

_SURVEY_PX = 800
"""Longest side at which stroke width is estimated."""

_WIDEST_GAP = 0.3
"""Ink up to this part of the picture's longest side wide is told from shadow."""

_GAP_STROKES = 2.5
"""Where strokes cross, ink is at most this many stroke widths wide."""

_DARKEST_PAPER = 20.0
"""Of 255. Below, a camera sees noise rather than contrast."""

_LEAST_CONTRAST = 0.05
"""Fainter than this part of the paper's brightness is stain, shadow or noise, not ink."""

_STRONG, _WEAK = 0.35, 0.2
"""Ink starts where it is this strong, compared to the page's typical ink, and runs on to this."""

_STRONG_NOISE, _WEAK_NOISE = 6.0, 3.0
"""The same in standard deviations of the paper's grain."""


def extract_ink(picture: Picture) -> Ink:
    """Tell what was written from what it was written on.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB. Dark on light or light on dark, in any colours, under any light.

    Returns
    -------
    (H, W) float32 in [0, 1]
        1 is the page's typical ink, soft at its edges; paper is exactly 0, all of it where
        nothing is written.

    References
    ----------
    Gatos et al., "Adaptive degraded document image binarization", 2006, for dividing by an
    estimate of the bare paper; Canny, "A computational approach to edge detection", 1986, for
    the two thresholds.
    """
    channel = _contrast_channel(picture)
    # The first look finds how wide strokes are; the second follows the light as closely as
    # that allows.
    stroke_px = _stroke_width_px(channel)
    if stroke_px == 0:
        return np.zeros(channel.shape, np.float32)
    gap = _GAP_STROKES * stroke_px / max(channel.shape)
    contrast = _paper_contrast(channel, float(np.clip(gap, 0.03, _WIDEST_GAP)))
    contrast = cv2.GaussianBlur(contrast, (0, 0), float(np.clip(0.2 * stroke_px, 0.3, 3.0)))
    return _clean(contrast.astype(np.float32, copy=False))


def _contrast_channel(picture: Picture) -> Picture:
    """Mix the colours so that ink differs most from paper, and is the darker of the two."""
    small = _shrink(picture, _LIGHT_PX)[0].astype(np.float32)
    spread = small - cv2.GaussianBlur(small, (0, 0), 0.06 * max(small.shape))
    colors = spread.reshape(-1, 3)
    colors -= colors.mean(axis=0)
    _, axes = np.linalg.eigh(colors.T @ colors)
    axis = axes[:, -1] / abs(axes[:, -1]).sum()
    # Ink is the rarer of the two, so it makes the longer tail. Edges of shadows and of the page
    # have two tails alike.
    if ((colors @ axis) ** 3).sum() > 0:
        axis = -axis
    offset = -255 * axis[axis < 0].sum()
    mixed = cv2.transform(picture, np.array([[*axis, offset]]))
    return mixed.astype(np.uint8, copy=False)


def _paper_contrast(channel: Picture, gap: float) -> Ink:
    """Return how much darker than the paper around it each pixel is; bare paper is about 0."""
    small, _ = _shrink(channel, _LIGHT_PX)
    side = max(3, round(gap * max(small.shape)) | 1)
    kernel = np.ones((side, side), np.uint8)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel).astype(np.float32)
    paper = cv2.GaussianBlur(paper, (0, 0), side / 6)
    height, width = channel.shape
    paper = np.maximum(cv2.resize(paper, (width, height)), _DARKEST_PAPER)
    contrast = 1 - channel / paper
    # The closing follows the paper's grain upwards.
    contrast -= np.median(contrast[::4, ::4])
    return contrast.astype(np.float32, copy=False)


def _shrink(pixels: Picture, longest_px: int) -> tuple[Picture, float]:
    scale = min(1.0, longest_px / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False), scale


def _grain(contrast: Ink) -> float:
    """Return the standard deviation of the paper, of which there is more than of ink."""
    return 1.4826 * float(np.median(abs(contrast[::4, ::4])))


def _stroke_width_px(channel: Picture) -> float:
    """Return how wide the page's strokes are; 0 if there are none."""
    # A reduced picture has less grain, and fewer holes in strokes.
    small, scale = _shrink(channel, _SURVEY_PX)
    contrast = _paper_contrast(small, _WIDEST_GAP)
    contrast = cv2.GaussianBlur(contrast, (0, 0), 1.0).astype(np.float32, copy=False)
    threshold = max(_LEAST_CONTRAST, _STRONG_NOISE * _grain(contrast))
    ridge, radius = _ridge(contrast > threshold)
    if not ridge.any():
        return 0.0
    ink_level = _median_by_area(contrast[ridge], radius[ridge])
    ridge, radius = _ridge(contrast > max(threshold, _STRONG * ink_level))
    return 2 * _median_by_area(radius[ridge], radius[ridge]) / scale


def _median_by_area(values: NDArray[np.float32], radius: NDArray[np.float32]) -> float:
    order = np.argsort(values)
    area = np.cumsum(radius[order])
    return float(values[order][np.searchsorted(area, area[-1] / 2)])


def _ridge(mask: Mask) -> tuple[Mask, NDArray[np.float32]]:
    """Return the middle lines of strokes, and each pixel's distance from the paper.

    A stroke counts by its length, not its area, so that blots and shadows hardly count.
    """
    radius = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    ridge = mask & (radius >= cv2.dilate(radius, np.ones((3, 3), np.uint8)))
    return ridge, radius.astype(np.float32, copy=False)


def _clean(contrast: Ink) -> Ink:
    grain = _grain(contrast)
    ridge, radius = _ridge(contrast > max(_LEAST_CONTRAST, _STRONG_NOISE * grain))
    if not ridge.any():
        return np.zeros_like(contrast)
    level = _median_by_area(contrast[ridge], radius[ridge])
    strong = contrast > max(_LEAST_CONTRAST, _STRONG_NOISE * grain, _STRONG * level)
    weak = contrast > max(0.6 * _LEAST_CONTRAST, _WEAK_NOISE * grain, _WEAK * level)
    _, labels = cv2.connectedComponents(weak.astype(np.uint8))
    is_kept = np.zeros(int(labels.max()) + 1, np.bool_)
    is_kept[labels[strong]] = True
    is_kept[0] = False
    kept = is_kept[labels].astype(np.uint8)
    # One pixel more, so that edges stay soft.
    kept = cv2.dilate(kept, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)
    ink = np.clip(contrast / level, 0, 1) * kept
    return ink.astype(np.float32, copy=False)
