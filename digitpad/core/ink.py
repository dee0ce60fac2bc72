"""Picture -> ink: what was written, told from what it was written on."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.lighting import (
    Channel,
    blur,
    border,
    find_contrast,
    local_grain,
    mix,
    paper_contrast,
    paper_level_and_grain,
    shrink,
)
from digitpad.core.normalization import Ink
from digitpad.core.ruling import find_ruling, mask_ruling
from digitpad.core.ruling_removal import erase_ruling
from digitpad.core.sheet import cover_surroundings

Mask = NDArray[np.bool_]

_SURVEY_PX = 800
"""Longest side at which stroke width is estimated."""

_WIDEST_GAPS = (0.3, 0.15, 0.08)
"""Ink up to this part of the picture's longest side wide is told from shadow: the first that
does not take the table for ink."""

_MOST_INK = 0.55
"""No more than this part of a picture, or of its border, is ink."""

_GAP_STROKES = 2.5
"""Where strokes cross, ink is at most this many stroke widths wide."""

_SPECK_PX, _SPECK_RATIO = 4, 0.1
"""Marks shorter than this, or than this part of the page's longest, tell nothing of its pen."""

_BALANCED = 0.25
"""Below this skewness nothing is rarer than anything else: that is noise, and no writing."""

_STRONG, _WEAK = 0.35, 0.16
"""Ink starts where it is this strong, compared to the page's typical ink, and runs on to this."""

_GAP, _FEW, _MANY, _SHOWN_THROUGH = (0.42, 0.58), 0.03, 0.15, 0.31
"""What shows through from the back of the page, and creases, are parted from the ink: hardly
anything is as strong as these parts of the page's strongest, and on the whole they are fainter
than the last."""

_STRONG_NOISE, _WEAK_NOISE = 6.0, 3.0
"""The same in standard deviations of the paper's grain."""


@dataclass(frozen=True, eq=False)
class InkPage:
    """A picture on its way to being read.

    Parameters
    ----------
    flattened : (H, W) uint8
        The picture under even light, its paper near white and its ink dark, with nothing decided.
    ink : (H, W) float32 in [0, 1]
        1 is the page's typical ink, soft at its edges; paper is exactly 0, all of it where
        nothing is written.
    """

    flattened: NDArray[np.uint8]
    ink: Ink


def extract_ink(picture: Picture) -> Ink:
    """Return the `InkPage.ink` of a picture."""
    return clean_page(picture).ink


def clean_page(picture: Picture) -> InkPage:
    """Tell what was written from what it was written on.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB. Dark on light or light on dark, in any colours, under any light.

    Returns
    -------
    InkPage
        Of the picture's size.

    References
    ----------
    Gatos et al., "Adaptive degraded document image binarization", 2006, for dividing by an
    estimate of the bare paper; Canny, "A computational approach to edge detection", 1986, for
    the two thresholds.
    """
    picture = cover_surroundings(picture)
    lines = find_ruling(picture)
    axis, skewness = find_contrast(picture, mask_ruling(picture.shape[:2], lines))
    if skewness < _BALANCED:
        return _blank_page(picture)
    channel = mix(picture, axis, skewness)
    channel = replace(channel, pixels=erase_ruling(channel.pixels, lines))
    # The first look finds how wide strokes are; the second follows the light as closely as
    # that allows.
    stroke_px = _stroke_width_px(channel)
    if stroke_px == 0:
        return _blank_page(picture)
    gap = _GAP_STROKES * stroke_px / max(picture.shape)
    contrast = paper_contrast(channel, float(np.clip(gap, 0.03, _WIDEST_GAPS[0])))
    contrast = blur(contrast, float(np.clip(0.2 * stroke_px, 0.3, 3.0)))
    flattened = cv2.convertScaleAbs(np.maximum(1 - contrast, 0), alpha=255).astype(np.uint8)
    return InkPage(flattened, _clean(contrast, channel.least_contrast))


def _blank_page(picture: Picture) -> InkPage:
    shape = picture.shape[:2]
    return InkPage(np.full(shape, 255, np.uint8), np.zeros(shape, np.float32))


def _stroke_width_px(channel: Channel) -> float:
    """Return how wide the page's strokes are; 0 if there are none."""
    # A reduced picture has less grain, and fewer holes in strokes.
    pixels, scale = shrink(channel.pixels, _SURVEY_PX)
    small = replace(channel, pixels=pixels)
    for gap in _WIDEST_GAPS:
        contrast = blur(paper_contrast(small, gap), 1.0)
        grain = paper_level_and_grain(contrast)[1]
        marks = _drop_specks(contrast > max(channel.least_contrast, _WEAK_NOISE * grain))
        ridge, _ = _ridge(marks)
        # What fills the picture or most of its border is a table or a shadow, and no ink.
        if ridge.any() and max(marks.mean(), border(marks).mean()) < _MOST_INK:
            break
    if not ridge.any():
        return 0.0
    level = _STRONG * float(np.median(contrast[ridge]))
    ridge, radius = _ridge(marks & (contrast > level))
    # Strokes count by their length, so that blots and shadows hardly count.
    return 2 * float(np.median(radius[ridge])) / scale


def _drop_specks(mask: Mask) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    longest = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    is_kept = longest >= max(_SPECK_PX, _SPECK_RATIO * longest[1:].max(initial=0))
    is_kept[0] = False
    kept: Mask = is_kept[labels]
    return kept


def _ridge(mask: Mask) -> tuple[Mask, NDArray[np.float32]]:
    """Return the middle lines of strokes, and each pixel's distance from the paper."""
    radius = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    ridge = mask & (radius >= cv2.dilate(radius, np.ones((3, 3), np.uint8)))
    return ridge, radius.astype(np.float32, copy=False)


def _levels(ridge: Ink) -> tuple[float, float, float]:
    """Return how strong the page's ink is, and where it starts and how far it runs on."""
    relative = ridge / np.percentile(ridge, 95)
    is_low, is_high = relative < _GAP[0], relative > _GAP[1]
    is_parted = (
        is_low.mean() > _FEW
        and is_high.mean() > _MANY
        and 1 - is_low.mean() - is_high.mean() < _FEW
        and np.median(relative[is_low]) < _SHOWN_THROUGH
    )
    if is_parted:
        level = float(np.median(ridge[is_high]))
        return level, _GAP[1] * level, _GAP[0] * level
    level = float(np.median(ridge))
    return level, _STRONG * level, _WEAK * level


def _clean(contrast: Ink, least_contrast: float) -> Ink:
    small, _ = shrink(contrast, _SURVEY_PX)
    noise = _WEAK_NOISE * local_grain(small)
    ridge, _ = _ridge(_drop_specks(small > np.maximum(least_contrast, noise)))
    if not ridge.any():
        return np.zeros_like(contrast)
    level, least_strong, least_weak = _levels(small[ridge])
    grain = local_grain(contrast)
    strong = contrast > np.maximum(max(least_contrast, least_strong), _STRONG_NOISE * grain)
    weak = contrast > np.maximum(max(0.6 * least_contrast, least_weak), _WEAK_NOISE * grain)
    _, labels = cv2.connectedComponents(weak.astype(np.uint8))
    is_kept = np.zeros(int(labels.max()) + 1, np.bool_)
    is_kept[labels[strong]] = True
    is_kept[0] = False
    kept = is_kept[labels].astype(np.uint8)
    # One pixel more, so that edges stay soft.
    kept = cv2.dilate(kept, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)
    ink: Ink = np.clip(contrast / np.float32(level), 0, 1) * kept
    return ink
