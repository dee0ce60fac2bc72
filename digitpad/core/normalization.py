"""Crop -> digit image, the way MNIST was made. There is no second way."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import EmptyInkError

Ink = NDArray[np.float32]
DigitImage = NDArray[np.float32]

SIDE_PX = 28
"""Side of a digit image."""

DIGIT_PX = 20
"""Longest side of the digit in it."""

CENTER_PX = 14.0
"""Pixel index of the centre of mass, on both axes."""

INK_THRESHOLD = 0.06
"""Fainter than this is paper: MNIST's own digits keep their 20 px box up to here."""


def normalize(crop: Ink) -> DigitImage:
    """Place one digit the way MNIST's makers did.

    Parameters
    ----------
    crop : (H, W) float32 in [0, 1]
        1 is full ink.

    Returns
    -------
    (28, 28) float32 in [0, 1]
        Longest side 20 px, aspect kept, anti-aliased; darkest pixel 1; centre of mass on pixel
        (14, 14), moved by whole pixels.

    Raises
    ------
    EmptyInkError
        If no ink exceeds the threshold.

    References
    ----------
    LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998; Yadav & Bottou,
    "Cold Case: The Lost MNIST Digits", 2019.
    """
    digit = _scale_to_digit(_trim(crop))
    digit /= digit.max()
    return _center_by_mass(digit)


def _trim(crop: Ink) -> Ink:
    left, top, width, height = cv2.boundingRect((crop > INK_THRESHOLD).view(np.uint8))
    if width == 0:
        raise EmptyInkError("There is nothing to read.", "Write a digit first.")
    return crop[top : top + height, left : left + width]


def _scale_to_digit(crop: Ink) -> Ink:
    height, width = crop.shape
    scale = DIGIT_PX / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # Area weighting is anti-aliased but only shrinks; cubic is the sharp way to enlarge.
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    source = np.ascontiguousarray(crop, np.float32)
    scaled = np.asarray(cv2.resize(source, size, interpolation=interpolation), np.float32)
    # Cubic interpolation swings a little past its ends.
    return scaled if scale < 1 else np.clip(scaled, 0.0, 1.0, dtype=np.float32)


def _center_by_mass(digit: Ink) -> DigitImage:
    height, width = digit.shape
    image = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    image[:height, :width] = digit
    # Of the whole image: OpenCV takes an array of two columns, a thin 1, for a list of points.
    moments = cv2.moments(image)
    top = round(CENTER_PX - moments["m01"] / moments["m00"])
    left = round(CENTER_PX - moments["m10"] / moments["m00"])
    # The whole digit stays in the picture even when its mass lies at one end.
    top, left = min(max(top, 0), SIDE_PX - height), min(max(left, 0), SIDE_PX - width)
    return np.roll(image, (top, left), axis=(0, 1))
