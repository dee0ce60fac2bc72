"""Pages of written digits, as ink and as photographs of them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.rasterization import rasterize
from tests.written_digits import write_digit

Color = tuple[int, int, int]
BLACK, WHITE = (30, 30, 35), (215, 215, 210)


def write_page(
    text: str, digit_px: int = 100, stroke_ratio: float = 0.1, margin_px: int | None = None
) -> NDArray[np.float32]:
    """Return the ink of `text`, one row a line, well spaced."""
    margin = digit_px // 2 if margin_px is None else margin_px
    lines = text.split("\n")
    height = round((1.5 * len(lines) - 0.5) * digit_px) + 2 * margin
    width = max(len(line) for line in lines) * digit_px + 2 * margin
    page = np.zeros((height, width), np.float32)
    for row, line in enumerate(lines):
        for column, digit in enumerate(line):
            ink = rasterize(write_digit(digit), stroke_ratio)
            scale = digit_px / max(ink.shape)
            ink = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            top, left = margin + round(1.5 * row * digit_px), margin + column * digit_px
            page[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return page


def photograph(
    ink: NDArray[np.float32],
    color: Color = BLACK,
    paper: Color = WHITE,
    light: NDArray[np.float32] | float = 1.0,
    noise: float = 3.0,
) -> NDArray[np.uint8]:
    """Return a picture of `ink` on `paper` under `light`, with a camera's noise."""
    cover = ink[..., np.newaxis]
    picture = np.array(paper, np.float32) * (1 - cover) + np.array(color, np.float32) * cover
    picture *= np.broadcast_to(light, ink.shape)[..., np.newaxis]
    picture += np.random.default_rng(3).normal(0, noise, picture.shape)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def vignette(shape: tuple[int, ...], darkness: float = 0.6) -> NDArray[np.float32]:
    """Return light that falls off towards the corners."""
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape[:2])
    return 1 - darkness / 2 * (y[:, np.newaxis] ** 2 + x**2)


def shadow(
    shape: tuple[int, ...], darkness: float = 0.5, softness: float = 0.02
) -> NDArray[np.float32]:
    """Return light with a shadow over the lower right half."""
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape[:2])
    depth = (1 + np.tanh((x + y[:, np.newaxis]) / (2 * softness))) / 2
    return (1 - darkness * depth).astype(np.float32)
