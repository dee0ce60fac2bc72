"""How near digits come to each other, by their ink rather than their boxes."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.normalization import Ink
from digitpad.training.composition.handwriting import draw_strokes

_BANDS = 24
"""Bands in the height of a digit, in each of which its ends are looked up."""

_NEAR_BANDS = 3
"""Ink so many bands higher or lower still keeps its distance."""


@dataclass(frozen=True, eq=False)
class Glyph:
    """Ink at a place of a row.

    Parameters
    ----------
    ink : (H, W) float32 in [0, 1]
        Cut to its box.
    x : float
        Left end, in pixels of the sheet.
    bottom : float
        Lower end, in pixels below the baseline.
    label : int or None
        0 to 9, or None for what is no digit of its own.
    is_mark : bool
        Whether it is a point, sign or tick.
    """

    ink: Ink
    x: float
    bottom: float
    label: int | None = None
    is_mark: bool = False

    @property
    def right(self) -> float:
        """The right end, in pixels of the sheet."""
        return self.x + float(self.ink.shape[1])

    @property
    def top(self) -> float:
        """The upper end, in pixels below the baseline."""
        return self.bottom - float(self.ink.shape[0])


def kern(last: Glyph, ink: Ink, bottom: float, height_px: float, keeps_distance: bool) -> float:
    """Return where ink begins that meets the ink before it in one point.

    Parameters
    ----------
    last : Glyph
        The ink before it.
    ink : (H, W) float32 in [0, 1]
        What follows.
    bottom : float
        Its lower end, in pixels below the baseline.
    height_px : float
        Of a usual digit.
    keeps_distance : bool
        Whether ink a little higher or lower is to be met as well.
    """
    unit = height_px / _BANDS
    _, ends = _profile(last.ink, last.bottom, unit)
    starts, _ = _profile(ink, bottom, unit)
    if keeps_distance:
        kernel = np.ones((2 * _NEAR_BANDS + 1, 1), np.uint8)
        ends = np.asarray(cv2.dilate(ends, kernel), np.float32)
    meeting = float((ends - starts).max())
    # A point below a raised sign, say, meets nothing.
    if meeting < -1e6:
        return last.right
    return max(last.x + meeting, last.x + 0.35 * float(last.ink.shape[1]))


def join(last: Glyph, following: Glyph, pen_px: float, rng: np.random.Generator) -> Glyph:
    """Return the stroke that ties a digit to the one before, from low in that to its left end.

    Parameters
    ----------
    last, following : Glyph
        The digits.
    pen_px : float
        Width of the pen.
    rng : Generator
        Source of chance.
    """
    half = last.ink.shape[0] // 2
    column, row = _end(last.ink[half:, ::-1])
    start = np.array([last.right - 1 - column, last.top + half + row])
    column, row = _end(following.ink)
    stop = np.array([following.x + column, following.top + row])
    middle = (start + stop) / 2 + [0.0, rng.uniform(0.0, 0.08) * last.ink.shape[0]]
    t = np.linspace(0, 1, 8)[:, np.newaxis]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * stop
    width = 0.8 * pen_px
    ink = draw_strokes([curve], width, rng)
    return Glyph(ink, float(curve[:, 0].min()) - width / 2, float(curve[:, 1].max()) + width / 2)


def _end(ink: Ink) -> tuple[int, int]:
    """Return column and row of the ink that is farthest to the left."""
    is_ink = ink > 0.5
    column = int(is_ink.any(axis=0).argmax())
    rows = np.flatnonzero(is_ink[:, column])
    return column, int(rows[len(rows) // 2]) if len(rows) else len(ink) // 2


def _profile(
    ink: Ink, bottom: float, unit: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the left and right end of the ink in bands of `unit` pixels around the baseline."""
    bands = 3 * _BANDS
    starts = np.full((bands, 1), 1e9, np.float32)
    ends = np.full((bands, 1), -1e9, np.float32)
    is_ink = ink > 0.3
    inked = np.flatnonzero(is_ink.any(axis=1))
    first = is_ink.argmax(axis=1)[inked]
    last = ink.shape[1] - is_ink[:, ::-1].argmax(axis=1)[inked]
    places = np.clip((bottom - ink.shape[0] + inked) / unit + 2 * _BANDS, 0, bands - 1)
    rows = places.astype(int)
    np.minimum.at(starts[:, 0], rows, first.astype(np.float32))
    np.maximum.at(ends[:, 0], rows, last.astype(np.float32))
    return starts, ends
