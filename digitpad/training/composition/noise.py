"""Chance on surfaces: grain, mottling and the noise of a sensor."""

import cv2
import numpy as np
from numpy.typing import NDArray

_TILE_PX = 384

Field = NDArray[np.float32]
"""(H, W), one value a pixel."""


def draw_grain(size: tuple[int, int], grain_px: float, rng: np.random.Generator) -> Field:
    """Return noise of mean 0 and standard deviation 1 whose grains are about `grain_px` wide.

    Parameters
    ----------
    size : (int, int)
        Width and height in pixels.
    grain_px : float
        1 for noise without correlation.
    rng : Generator
        Source of chance.
    """
    width, height = size
    small = max(2, round(width / grain_px)), max(2, round(height / grain_px))
    # Nobody sees that fine noise repeats, and drawing it is slow.
    tile = rng.standard_normal((min(small[1], _TILE_PX), min(small[0], _TILE_PX)), np.float32)
    repeats = -(-small[1] // tile.shape[0]), -(-small[0] // tile.shape[1])
    field = np.tile(tile, repeats)[: small[1], : small[0]]
    if grain_px <= 1:
        return field[:height, :width]
    enlarged = cv2.resize(field, size, interpolation=cv2.INTER_CUBIC)
    # Interpolation evens noise out by about this much.
    return np.asarray(enlarged * np.float32(1.3), np.float32)


def draw_wave(size: tuple[int, int], bumps: int, rng: np.random.Generator) -> Field:
    """Return a smooth field in [0, 1] with about `bumps` ups and downs across."""
    knots = rng.random((bumps + 1, bumps + 1)).astype(np.float32)
    small = cv2.resize(knots, (32, 32), interpolation=cv2.INTER_CUBIC)
    return np.clip(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), 0, 1)
