"""A composed page and the truth about it."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.layout import Box
from digitpad.core.strokes import Point

Picture = NDArray[np.uint8]
"""(H, W, 3), RGB."""

Sheet = NDArray[np.float32]
"""(H, W, 3) in [0, 1], RGB: a picture while it is being made."""


@dataclass(frozen=True)
class PlacedDigit:
    """One digit of a composed page, and where its ink is.

    Parameters
    ----------
    label : int
        0 to 9.
    corners : four of (x, y)
        Of the box around its ink, in pixels of the picture, clockwise from the upper left of the
        digit as it is read.
    """

    label: int
    corners: tuple[Point, ...]

    @property
    def box(self) -> Box:
        """The upright box around `corners`."""
        xs, ys = zip(*self.corners, strict=True)
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


@dataclass(frozen=True, eq=False)
class ComposedPage:
    """A page as a camera took it, and what is written on it.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB, as the file shows it: a JPEG's losses included.
    text : str
        Rows apart by a newline, numbers by a space, digits only.
    difficulty : str
        What makes it hard to read.
    digits : tuple of PlacedDigit
        In reading order, as in `text`.
    ink : (H, W) uint8
        How much of each pixel is covered by what was written, marks too; 255 is all of it.
    encoded : bytes
        The picture's file.
    suffix : str
        What the file's name ends in.
    """

    picture: Picture
    text: str
    difficulty: str
    digits: tuple[PlacedDigit, ...]
    ink: NDArray[np.uint8]
    encoded: bytes = field(repr=False)
    suffix: str = ".jpg"


def encode(picture: Picture, quality: int | None) -> tuple[bytes, str]:
    """Return a picture as the content of a file, and what the file's name ends in.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    quality : int or None
        Of the JPEG, 1 to 100; None for a PNG.
    """
    swapped = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    if quality is None:
        suffix, settings = ".png", [cv2.IMWRITE_PNG_COMPRESSION, 1]
    else:
        suffix, settings = ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality]
    _, content = cv2.imencode(suffix, swapped, settings)
    return content.tobytes(), suffix


def decode(content: bytes) -> Picture:
    """Return the picture that `encode` made a file of, as RGB."""
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    return np.asarray(decoded, np.uint8)
