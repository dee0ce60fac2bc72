"""Picture -> ink: colour and polarity found, lighting flattened, paper cleaned."""

from dataclasses import dataclass, replace
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

_SURVEY_PX = 800
"""Longest side at which stroke width is estimated."""

_INK_SCALES = (0.035, 0.09, 0.26)
"""Parts of the picture's longest side within which ink is compared to paper."""

_WIDEST_GAPS = (0.3, 0.15, 0.08)
"""Ink up to this part of the picture's longest side wide is told from shadow: the first that
does not take the table for ink."""

_MOST_INK = 0.55
"""No more than this part of a picture, or of its border, is ink."""

_GAP_STROKES = 2.5
"""Where strokes cross, ink is at most this many stroke widths wide."""

_DARKEST_PAPER = 40.0
"""Of 255. Below, a camera sees noise rather than contrast."""

_LEAST_CONTRAST, _CLEAR_CONTRAST, _RARE = 0.05, 0.15, 1.0
"""Ink differs from paper by this part of the paper's brightness; by the second, where the
skewness of the picture's contrast does not reach the third."""

_SPECK_PX, _SPECK_RATIO = 4, 0.1
"""Marks shorter than this, or than this part of the page's longest, tell nothing of its pen."""

_BALANCED = 0.25
"""Below this skewness nothing is rarer than anything else: that is noise, and no writing."""

_GRAIN_BLOCKS = 8
"""The picture is divided into so many rows and columns to see where it is grainy."""

_MOST_GRAIN = 6.0
"""Nowhere is the grain more than so many times that of the whole page."""

_STRONG, _WEAK = 0.35, 0.16
"""Ink starts where it is this strong, compared to the page's typical ink, and runs on to this."""

_STRONG_NOISE, _WEAK_NOISE = 6.0, 3.0
"""The same in standard deviations of the paper's grain."""


@dataclass(frozen=True, eq=False)
class _Channel:
    """The picture as the one mix of its colours in which ink is darker than paper."""

    pixels: Picture
    least_light: float
    least_contrast: float


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
    axis, skewness = _find_contrast(picture)
    if skewness < _BALANCED:
        return np.zeros(picture.shape[:2], np.float32)
    channel = _mix(picture, axis, skewness)
    # The first look finds how wide strokes are; the second follows the light as closely as
    # that allows.
    stroke_px = _stroke_width_px(channel)
    if stroke_px == 0:
        return np.zeros(picture.shape[:2], np.float32)
    gap = _GAP_STROKES * stroke_px / max(picture.shape)
    contrast = _paper_contrast(channel, float(np.clip(gap, 0.03, _WIDEST_GAPS[0])))
    contrast = _blur(contrast, float(np.clip(0.2 * stroke_px, 0.3, 3.0)))
    return _clean(contrast, channel.least_contrast)


def _find_contrast(picture: Picture) -> tuple[NDArray[np.float64], float]:
    """Return the mix of colours that tells ink from paper, and how much rarer ink is.

    The mix is signed so that ink is lower than paper; its weights add up to 1 in size.
    """
    small = _shrink(picture, _LIGHT_PX)[0].astype(np.float32)
    # Ink is rarer than paper, so it makes the longer tail, and most of all at its own scale:
    # the edges of shadows and of the page have two tails alike.
    views = [_widest_axis(small, scale * max(small.shape)) for scale in _INK_SCALES]
    axis, skewness = max(views, key=lambda view: view[1])
    if skewness < _RARE:
        axis = _darken_middle(small, views[-1][0])
    return axis, skewness


def _widest_axis(small: NDArray[np.float32], radius_px: float) -> tuple[NDArray[np.float64], float]:
    """Return the mix of colours that varies most within `radius_px`, and its skewness.

    The mix is signed so that the rarer of its values are low.
    """
    side = 2 * round(radius_px) + 1
    around = cv2.blur(small, (side, side), borderType=cv2.BORDER_REPLICATE)
    spread = (small - around).reshape(-1, 3).astype(np.float64)
    spread -= spread.mean(axis=0)
    _, axes = np.linalg.eigh(spread.T @ spread)
    axis = axes[:, -1] / abs(axes[:, -1]).sum()
    values = spread @ axis
    skewness = float((values**3).mean() / max(float((values**2).mean()), 1e-6) ** 1.5)
    return (axis, -skewness) if skewness < 0 else (-axis, skewness)


def _darken_middle(small: NDArray[np.float32], axis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sign the axis by the picture's border, where a large thick digit leaves paper."""
    return axis if np.median(_border(small) @ axis) > (small @ axis).mean() else -axis


def _border(pixels: NDArray[_Any]) -> NDArray[_Any]:
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _mix(picture: Picture, axis: NDArray[np.float64], skewness: float) -> _Channel:
    offset = -255 * axis[axis < 0].sum()
    mixed = cv2.transform(picture, np.array([[*axis, offset]])).astype(np.uint8, copy=False)
    return _Channel(
        mixed,
        # Light takes its share from ink and paper alike, but on a dark ground only ink shows it.
        least_light=_DARKEST_PAPER if axis.sum() > 0 else 255.0,
        # Faint marks are ink only where they are rare, as writing is; unevenness is everywhere.
        least_contrast=_LEAST_CONTRAST if skewness > _RARE else _CLEAR_CONTRAST,
    )


def _paper_contrast(channel: _Channel, gap: float) -> Ink:
    """Return how much darker than the paper around it each pixel is; bare paper is about 0."""
    small, _ = _shrink(channel.pixels, _LIGHT_PX)
    side = max(3, round(gap * max(small.shape)) | 1)
    around = _continue_darkening(small, side)
    closed = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    smooth = _blur(closed.astype(np.float32), side / 6)[side:-side, side:-side]
    height, width = channel.pixels.shape
    paper = cv2.resize(smooth, (width, height))
    contrast = ((paper - channel.pixels) / np.maximum(paper, channel.least_light)).astype(
        np.float32, copy=False
    )
    # The closing follows the paper's grain upwards.
    contrast -= np.float32(_paper_level_and_grain(contrast)[0])
    return contrast


def _continue_darkening(pixels: NDArray[_Value], margin_px: int) -> NDArray[_Value]:
    """Return the picture with a margin in which light that falls towards the border falls on.

    A closing takes the dark end of a slope for something written, if the slope ends there.
    """
    signed = pixels.astype(np.float32)
    falling = np.pad(signed, margin_px, mode="reflect", reflect_type="odd")
    edge = np.pad(signed, margin_px, mode="edge")
    return np.clip(falling, 0, edge).astype(pixels.dtype)


def _blur(pixels: Ink, sigma_px: float) -> Ink:
    return cv2.GaussianBlur(pixels, (0, 0), sigma_px).astype(np.float32, copy=False)


def _shrink(pixels: NDArray[_Value], longest_px: int) -> tuple[NDArray[_Value], float]:
    height, width = pixels.shape[:2]
    scale = min(1.0, longest_px / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small.astype(pixels.dtype, copy=False), scale


def _paper_level_and_grain(contrast: Ink) -> tuple[float, float]:
    """Return the mean and standard deviation of the paper, whatever part of it is written on.

    Ink lies at the upper end, so the lower third is paper's alone.
    """
    step = max(1, max(contrast.shape) // 300)
    low, high = np.percentile(contrast[::step, ::step], (5, 30))
    grain = float(high - low) / (1.645 - 0.524)
    return float(high) + 0.524 * grain, grain


def _local_grain(contrast: Ink) -> Ink:
    """Return the paper's standard deviation from place to place: shadows are noisier."""
    height, width = contrast.shape
    rows = np.linspace(0, height, _GRAIN_BLOCKS + 1, dtype=int)
    columns = np.linspace(0, width, _GRAIN_BLOCKS + 1, dtype=int)
    blocks = [
        [contrast[top:bottom, left:right] for left, right in pairwise(columns)]
        for top, bottom in pairwise(rows)
    ]
    grain = np.array([[_paper_level_and_grain(b)[1] for b in row] for row in blocks], np.float32)
    most = _MOST_GRAIN * _paper_level_and_grain(contrast)[1]
    grain = np.minimum(cv2.medianBlur(grain, 3), most, dtype=np.float32)
    return cv2.resize(grain, (width, height)).astype(np.float32, copy=False)


def _stroke_width_px(channel: _Channel) -> float:
    """Return how wide the page's strokes are; 0 if there are none."""
    # A reduced picture has less grain, and fewer holes in strokes.
    pixels, scale = _shrink(channel.pixels, _SURVEY_PX)
    small = replace(channel, pixels=pixels)
    for gap in _WIDEST_GAPS:
        contrast = _blur(_paper_contrast(small, gap), 1.0)
        grain = _paper_level_and_grain(contrast)[1]
        marks = _drop_specks(contrast > max(channel.least_contrast, _WEAK_NOISE * grain))
        ridge, _ = _ridge(marks)
        # What fills the picture or most of its border is a table or a shadow, and no ink.
        if ridge.any() and max(marks.mean(), _border(marks).mean()) < _MOST_INK:
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


def _clean(contrast: Ink, least_contrast: float) -> Ink:
    small, _ = _shrink(contrast, _SURVEY_PX)
    noise = _WEAK_NOISE * _local_grain(small)
    ridge, _ = _ridge(_drop_specks(small > np.maximum(least_contrast, noise)))
    if not ridge.any():
        return np.zeros_like(contrast)
    level = float(np.median(small[ridge]))
    grain = _local_grain(contrast)
    strong = contrast > np.maximum(max(least_contrast, _STRONG * level), _STRONG_NOISE * grain)
    weak = contrast > np.maximum(max(0.6 * least_contrast, _WEAK * level), _WEAK_NOISE * grain)
    _, labels = cv2.connectedComponents(weak.astype(np.uint8))
    is_kept = np.zeros(int(labels.max()) + 1, np.bool_)
    is_kept[labels[strong]] = True
    is_kept[0] = False
    kept = is_kept[labels].astype(np.uint8)
    # One pixel more, so that edges stay soft.
    kept = cv2.dilate(kept, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)
    ink: Ink = np.clip(contrast / np.float32(level), 0, 1) * kept
    return ink
