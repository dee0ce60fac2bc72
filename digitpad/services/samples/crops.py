"""What a digit was cut from, small enough to be kept with it."""

import cv2
import numpy as np

from digitpad.core.images import Picture
from digitpad.core.layout import Box

_MARGIN = 0.25
"""So much of a box's longer side is kept around it."""

_LONGEST_PX = 128


def cut_crop(picture: Picture, box: Box) -> bytes | None:
    """Return a box of a picture and a little around it, as a PNG picture.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    box : Box
        In pixels of `picture`; it may reach beyond it.

    Returns
    -------
    bytes or None
        At most 128 pixels long; None if the box lies beside the picture.
    """
    margin = _MARGIN * max(box.width, box.height)
    left, top = max(0, round(box.x - margin)), max(0, round(box.y - margin))
    part = picture[
        top : max(0, round(box.bottom + margin)), left : max(0, round(box.right + margin))
    ]
    if part.size == 0:
        return None
    scale = min(1.0, _LONGEST_PX / max(part.shape[:2]))
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return encode_png(cv2.cvtColor(small, cv2.COLOR_RGB2BGR).astype(np.uint8, copy=False))


def encode_png(pixels: Picture) -> bytes:
    """Return pixels, (H, W) grey or (H, W, 3) BGR uint8, as a PNG picture."""
    _, content = cv2.imencode(".png", pixels)
    return content.tobytes()
