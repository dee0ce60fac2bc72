"""What stands between digits and is none: points, commas, colons, signs and ticks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.normalization import Ink
from digitpad.training.composition.handwriting import draw_strokes

MARKS = ("point", "comma", "colon", "minus", "tick")
"""What can be drawn."""


@dataclass(frozen=True, eq=False)
class Mark:
    """Ink, and how far below the baseline it ends.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        Cut to its box.
    bottom_px : float
        Negative above the baseline.
    """

    ink: Ink
    bottom_px: float


def draw_mark(kind: str, height_px: float, pen_px: float, rng: np.random.Generator) -> Mark:
    """Draw one of `MARKS` beside digits of `height_px` with a pen of `pen_px`."""
    paths = [height_px * path for path in _path(kind, rng)]
    bottom = max(float(path[:, 1].max()) for path in paths) + pen_px / 2
    # A dot is a push of the pen, wider than its line.
    width = pen_px * (1.35 if kind in ("point", "colon") else 1.0)
    return Mark(draw_strokes(paths, width, rng), bottom)


def _path(kind: str, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Return strokes in units of the digits' height, the baseline at 0, y down."""
    jitter = rng.uniform(-0.02, 0.02, 2)
    if kind == "point":
        return [np.array([[0, 0], jitter])]
    if kind == "comma":
        return [np.array([[0.03, -0.06], [0.02, 0.04], [-0.04, 0.15]]) + jitter]
    if kind == "colon":
        upper = rng.uniform(-0.65, -0.45)
        return [np.array([[0, -0.1], jitter - (0.0, 0.1)]), np.array([[0, upper], [0.01, upper]])]
    if kind == "minus":
        length, rise = rng.uniform(0.3, 0.5), rng.uniform(-0.05, 0.05)
        return [np.array([[0, -0.45], [length / 2, -0.47], [length, -0.45 + rise]])]
    size = rng.uniform(0.6, 1.0)
    return [size * np.array([[0, -0.35], [0.12, -0.15], [0.22, 0.0], [0.4, -0.5], [0.65, -1.0]])]
