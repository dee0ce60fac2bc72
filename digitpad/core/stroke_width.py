"""Crops as if written with a pen of MNIST's width."""

import cv2
import numpy as np

from digitpad.core.normalization import INK_THRESHOLD, Ink

_CROP_PX = 160
"""Longest side at which a crop is prepared: eight times the final one."""

_THINNEST, _THICKEST = 0.11, 0.18
"""Stroke width by the digit's longest side: nine of ten of MNIST's digits lie between these."""

_LEVEL_PX = 21
"""Ink is compared to the darkest within this square of a prepared crop."""

_FAINTEST = 0.3
"""Ink fainter than this part of the digit's typical ink is not made darker than that."""


def prepare_crop(crop: Ink) -> Ink:
    """Make a digit's ink as solid, and its strokes as wide, as MNIST's.

    Parameters
    ----------
    crop : (H, W) float32 in [0, 1]
        One digit, faint or bold, written with a thin or a thick pen.

    Returns
    -------
    (h, w) float32 in [0, 1]
        The digit in full ink with soft edges, of about 160 px.
    """
    height, width = crop.shape
    scale = _CROP_PX / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(crop, size, interpolation=interpolation)
    margin = round(_CROP_PX * _THICKEST)
    ink = _solidify(np.pad(scaled, margin))
    ratio = measure_stroke_ratio(ink)
    wanted = float(np.clip(ratio, _THINNEST, _THICKEST))
    change_px = round((wanted - ratio) * _CROP_PX)
    if change_px == 0:
        return ink
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(change_px) + 1,) * 2)
    changed = cv2.dilate(ink, kernel) if change_px > 0 else cv2.erode(ink, kernel)
    # Of specks and blots, broader than their strokes are said to be, nothing may be left.
    return np.asarray(changed if changed.max() > INK_THRESHOLD else ink, np.float32)


def measure_stroke_ratio(ink: Ink) -> float:
    """Return a digit's stroke width divided by the longest side of its box.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        One digit, at a resolution where strokes are several pixels wide.

    Returns
    -------
    float
        0 if there is no ink.
    """
    mask = (ink > 0.5).astype(np.uint8)
    if not mask.any():
        return 0.0
    _, _, width, height = cv2.boundingRect(mask)
    radius = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    # Across w pixels the distance to the nearest one outside is w / 4 + 1 / 2 on average.
    return float(4 * radius[mask > 0].mean() - 2) / max(width, height)


def _solidify(ink: Ink) -> Ink:
    """Make faint parts of a stroke as dark as the rest, and its edges soft but short."""
    if not ink.any():
        return ink
    typical = float(np.percentile(ink[ink > 0], 80))
    kernel = np.ones((_LEVEL_PX, _LEVEL_PX), np.uint8)
    level = cv2.GaussianBlur(cv2.dilate(ink, kernel), (0, 0), _LEVEL_PX / 4)
    level = np.maximum(level, _FAINTEST * typical)
    # Half the stroke's own darkness is its edge; a slope of a few pixels keeps it soft.
    solid: Ink = np.clip((ink / level - 0.25) / 0.5, 0, 1).astype(np.float32, copy=False)
    return solid
