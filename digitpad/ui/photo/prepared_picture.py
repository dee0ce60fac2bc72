"""A picture as the window shows it, made ready on another thread."""

from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

Pixels = NDArray[np.uint8]

_OVERVIEW_PIXELS = 4_000_000
_THUMBNAIL_PIXELS = 160 * 120

_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, eq=False)
class PreparedPicture:
    """A picture with smaller ones of it: scaling takes longer than the window may stand still.

    Parameters
    ----------
    pixels : (H, W, 3) uint8
        RGB, contiguous.
    overview : QImage
        Small enough to be painted in no time, large enough for a screen.
    thumbnail : QImage
        For a list of pictures.
    """

    pixels: Pixels
    overview: QImage
    thumbnail: QImage


def prepare_picture(pixels: Pixels, quarter_turns: int = 0) -> PreparedPicture:
    """Turn a picture clockwise, and scale it down for the window.

    Parameters
    ----------
    pixels : (H, W, 3) uint8
        RGB.
    quarter_turns : int
        Clockwise; negative is anticlockwise.
    """
    turn = _TURNS.get(quarter_turns % 4)
    turned = np.ascontiguousarray(pixels if turn is None else cv2.rotate(pixels, turn), np.uint8)
    overview = shrink(turned, _OVERVIEW_PIXELS)
    # The format of the screen: a pixmap is made of it without another conversion.
    overview = overview.convertToFormat(QImage.Format.Format_RGB32)
    return PreparedPicture(turned, overview, shrink(turned, _THUMBNAIL_PIXELS))


def to_image(pixels: Pixels) -> QImage:
    """Return a picture, (H, W, 3) uint8 RGB, as an image that shares its memory.

    The array must be contiguous and outlive the image.
    """
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def shrink(pixels: Pixels, most_pixels: int) -> QImage:
    """Return a picture scaled down, anti-aliased, to at most `most_pixels`, as its own image."""
    height, width = pixels.shape[:2]
    # Whole factors are an order of magnitude faster than others.
    factor = min(ceil((height * width / most_pixels) ** 0.5), height, width)
    if factor == 1:
        return to_image(pixels).copy()
    size = width // factor, height // factor
    whole = pixels[: size[1] * factor, : size[0] * factor]
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return to_image(np.ascontiguousarray(small, np.uint8)).copy()
