"""Digits of the data sets -> ink at the resolution of a page."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.normalization import Ink

_UNEVENNESS = 0.12
"""Standard deviation of a pen's width along a stroke, as a part of it."""

_SMALLEST_PEN_PX = 7.0
"""Strokes are drawn at least this wide and then reduced, which smooths their edges."""

_LARGEST_ZOOM = 8
_FRACTION_BITS = 4
_MNIST_STROKE = 2.4 / 20
"""Width of MNIST's strokes by the longest side of their digit."""


def draw_strokes(
    paths: Sequence[NDArray[np.float64]], pen_px: float, rng: np.random.Generator
) -> Ink:
    """Draw strokes with a pen whose width varies a little along them.

    Parameters
    ----------
    paths : sequence of (n, 2) arrays
        Points in pixels of the page, y down.
    pen_px : float
        Width of the pen.
    rng : Generator
        Source of chance.

    Returns
    -------
    (H, W) float32 in [0, 1]
        Cut to the ink's box.
    """
    zoom = int(np.clip(np.ceil(_SMALLEST_PEN_PX / pen_px), 2, _LARGEST_ZOOM))
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = pen_px + 2
    width, height = np.ceil(high - low + 2 * margin).astype(int)
    canvas = np.zeros((height * zoom, width * zoom), np.uint8)
    for path in paths:
        smooth = _smooth_path(path, float((high - low).max()))
        placed = (smooth - low + margin) * zoom
        widths = pen_px * zoom * (1 + _UNEVENNESS * _wander(len(placed), rng))
        _draw_line(canvas, placed, np.maximum(1, np.round(widths)).astype(int))
    reduced = cv2.resize(canvas, (int(width), int(height)), interpolation=cv2.INTER_AREA)
    return trim(reduced.astype(np.float32) / np.float32(255))


def enlarge_digit(image: NDArray[np.uint8], scale: float, pen_px: float) -> Ink:
    """Enlarge one of MNIST's digits so that its edges are as sharp as a pen's.

    Parameters
    ----------
    image : (28, 28) uint8
        255 is full ink.
    scale : float
        Pixels of the page by pixels of `image`.
    pen_px : float
        Width that the strokes should have, as far as thinning or thickening them by half a pixel
        of `image` goes.

    Returns
    -------
    (H, W) float32 in [0, 1]
        Cut to the ink's box.
    """
    zoom = max(2.0, 4.0 / scale) * scale
    side = round(len(image) * zoom)
    smooth = cv2.resize(
        image.astype(np.float32) / np.float32(255), (side, side), interpolation=cv2.INTER_CUBIC
    )
    smooth = cv2.GaussianBlur(smooth, (0, 0), 0.45 * zoom)
    wanted = pen_px / scale - _MNIST_STROKE * 20
    threshold = float(np.clip(0.42 - 0.16 * wanted, 0.3, 0.52))
    # The edge's slope is about half a unit a pixel of the small image: steeper here, as a pen's.
    sharp = np.clip((smooth - threshold) * 0.9 * zoom + 0.5, 0, 1)
    final = max(1, round(len(image) * scale))
    reduced = cv2.resize(sharp.astype(np.float32), (final, final), interpolation=cv2.INTER_AREA)
    return trim(reduced)


def trim(ink: Ink, threshold: float = 0.1) -> Ink:
    """Cut ink to its box; what is fainter than `threshold` counts for none."""
    left, top, width, height = cv2.boundingRect((ink > threshold).astype(np.uint8))
    return ink[top : top + height, left : left + width]


def _smooth_path(path: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """Round the corners that a tablet's sparse points make."""
    moves = np.hypot(*np.diff(path, axis=0).T)
    length = float(moves.sum())
    if length < 1e-6:
        return np.repeat(path[:1], 2, axis=0)
    along = np.concatenate([[0.0], np.cumsum(moves)])
    step = max(size / 90, 0.3)
    fine = np.linspace(0, length, max(3, int(length / step)))
    dense = np.stack([np.interp(fine, along, path[:, axis]) for axis in (0, 1)], axis=1)
    kernel = np.array([1, 3, 4, 3, 1]) / 12
    # Mirrored through its ends, a stroke keeps its length.
    before = 2 * dense[0] - dense[2:0:-1]
    after = 2 * dense[-1] - dense[-2:-4:-1]
    padded = np.concatenate([before, dense, after])
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)


def _wander(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    knots = rng.standard_normal(2 + count // 12)
    return np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots)


def _draw_line(
    canvas: NDArray[np.uint8], points: NDArray[np.float64], widths_px: NDArray[np.int_]
) -> None:
    fixed = np.round(points * (1 << _FRACTION_BITS)).astype(np.int32)
    # One call a run of equal width.
    turns = np.flatnonzero(np.diff(widths_px[:-1])) + 1
    starts, stops = [0, *turns.tolist()], [*turns.tolist(), len(fixed) - 1]
    for start, stop in zip(starts, stops, strict=True):
        cv2.polylines(
            canvas,
            [fixed[start : stop + 1]],
            isClosed=False,
            color=255,
            thickness=int(widths_px[start]),
            shift=_FRACTION_BITS,
        )
