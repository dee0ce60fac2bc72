"""Variations of digits as other hands, pens and cameras would make them.

Every varied digit goes through `normalize` again, because everything that is ever read does: the
network never sees a digit placed otherwise than it will when it reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.normalization import DIGIT_PX, SIDE_PX, DigitImage, normalize
from digitpad.core.rasterization import RASTER_PX, rasterize, rasterize_paths
from digitpad.core.strokes import Stroke
from digitpad.training.data.stroke_variation import StrokeVariation, vary_paths

_PEN_PX = 2.4  # In the middle of the pens that are drawn, in pixels of a digit image.
_ZOOM = 2  # Variations are computed at this multiple of a digit image's size.
_WORK_PX = SIDE_PX * _ZOOM
_GRID = (np.indices((_WORK_PX, _WORK_PX), np.float32)[::-1].reshape(2, -1)) - (_WORK_PX - 1) / 2
# Weights that spread five values smoothly over the width of the picture.
_SPREAD = cv2.resize(np.eye(5, dtype=np.float32), (5, _WORK_PX), interpolation=cv2.INTER_CUBIC)


@dataclass(frozen=True)
class Augmentation:
    """Ranges that variations are drawn from, each symmetric around none at all.

    Parameters
    ----------
    rotation_deg : float
        Largest rotation, in degrees.
    shear : float
        Largest slant, as horizontal shift per vertical pixel.
    stretch : float
        Largest change of width against height; 0.1 is 10 %.
    bend_px : float
        Standard deviation of the elastic displacement, in pixels of a digit image.
    stroke_px : float
        Largest change of the stroke width, in pixels of a digit image.
    shift_px : int
        Largest shift after normalization, in pixels: boxes are never found perfectly.
    contrast : (float, float)
        Least and most that an image's edges are steepened by. Resampling blurs them, and a network
        that never sees edges as sharp as MNIST's misreads one digit in sixty of it.
    blur_px : float
        Largest standard deviation of the blur that a pen digit gets, as photographs have it.
    strokes : StrokeVariation or None
        How pen digits are varied along their strokes.
    copies : tuple of (int, int)
        How far down and right each image is shifted, in pixels: an epoch has a copy of it for each.
    is_flipped : bool
        Whether images are mirrored at random, left to right and top to bottom.
    """

    rotation_deg: float
    shear: float
    stretch: float
    bend_px: float
    stroke_px: float
    shift_px: int
    contrast: tuple[float, float]
    blur_px: float
    strokes: StrokeVariation | None = None
    copies: tuple[tuple[int, int], ...] = ((0, 0),)
    is_flipped: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether images stay as they are, but for shifted copies and flips."""
        return replace(self, copies=NONE.copies, is_flipped=False) == NONE


NONE = Augmentation(0.0, 0.0, 0.0, 0.0, 0.0, 0, (1.0, 1.0), 0.0)
"""No variation at all."""

STRENGTHS = {
    "none": NONE,
    "shifts": replace(NONE, copies=((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))),
    "flips": replace(NONE, is_flipped=True),
    "light": Augmentation(8.0, 0.10, 0.08, 0.0, 0.0, 1, (1.6, 2.2), 0.0),
    "medium": Augmentation(
        10.0,
        0.15,
        0.10,
        0.35,
        0.6,
        1,
        (1.2, 2.6),
        0.6,
        StrokeVariation(tremor=0.008, overshoot=0.04),
    ),
    "full": Augmentation(12.0, 0.25, 0.15, 0.55, 0.9, 1, (1.0, 2.6), 0.6, StrokeVariation()),
}
"""The augmentations a configuration can name."""


def augment_image(
    image: DigitImage, augmentation: Augmentation, rng: np.random.Generator
) -> DigitImage:
    """Return a variation of a digit image.

    Parameters
    ----------
    image : (28, 28) float32 in [0, 1]
        A normalized digit.
    augmentation : Augmentation
        How far it may go.
    rng : numpy.random.Generator
        Where the chance comes from.

    Returns
    -------
    (28, 28) float32 in [0, 1]
        Normalized anew, then shifted.

    References
    ----------
    Simard, Steinkraus, Platt, "Best Practices for Convolutional Neural Networks Applied to Visual
    Document Analysis", 2003 (elastic distortion).
    """
    if augmentation.is_plain:
        return image
    matrix = _draw_affine(augmentation, rng)
    # remap asks, for every target pixel, where it comes from: the inverse map.
    source = (np.linalg.inv(matrix) / _ZOOM).astype(np.float32) @ _GRID + (SIDE_PX - 1) / 2
    map_x, map_y = source.reshape(2, _WORK_PX, _WORK_PX)
    if augmentation.bend_px:
        bend_x, bend_y = _draw_bend(augmentation.bend_px, rng)
        map_x, map_y = map_x + bend_x, map_y + bend_y
    varied = np.asarray(cv2.remap(image, map_x, map_y, cv2.INTER_CUBIC), np.float32)
    if augmentation.stroke_px:
        varied = _change_stroke_width(varied, augmentation.stroke_px, rng)
    slope = rng.uniform(*augmentation.contrast)
    sharpened = np.clip((varied - 0.5) * np.float32(slope) + 0.5, 0, 1)
    return _shift(normalize(sharpened) if sharpened.max() > 0.5 else image, augmentation, rng)


def augment_strokes(
    strokes: Sequence[Stroke], augmentation: Augmentation, rng: np.random.Generator
) -> DigitImage:
    """Return a variation of a pen digit, as a digit image.

    The pen's path is varied before it is rasterised, so lines stay clean at any pen width.

    Parameters
    ----------
    strokes : sequence of Stroke
        One digit.
    augmentation : Augmentation
        How far it may go.
    rng : numpy.random.Generator
        Where the chance comes from.

    Returns
    -------
    (28, 28) float32 in [0, 1]
        Normalized, then shifted.
    """
    if augmentation.is_plain:
        return normalize(rasterize(strokes))
    points = np.concatenate([stroke.points for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    extent = max(float((high - low).max()), 1e-6)
    unit = (points - (low + high) / 2) * (DIGIT_PX / extent)  # In pixels of a digit image.
    unit = unit @ _draw_affine(augmentation, rng).T
    if augmentation.bend_px:
        bend_x, bend_y = _draw_bend(augmentation.bend_px, rng)
        column, row = np.clip((unit + SIDE_PX / 2) * _ZOOM, 0, _WORK_PX - 1).astype(int).T
        unit = unit + np.stack([bend_x[row, column], bend_y[row, column]], axis=1)
    ends = np.cumsum([len(stroke.points) for stroke in strokes])[:-1]
    paths = np.split(unit / DIGIT_PX, ends)
    pressures = None
    if augmentation.strokes:
        paths, pressures = vary_paths(paths, augmentation.strokes, rng)
    width_px = _PEN_PX + rng.uniform(-1, 1) * augmentation.stroke_px
    ink = rasterize_paths(paths, width_px / DIGIT_PX, pressures)
    blur_px = rng.uniform(0, 1) * augmentation.blur_px * RASTER_PX / DIGIT_PX
    if blur_px:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), blur_px), np.float32)
    return _shift(normalize(ink), augmentation, rng)


def _draw_affine(augmentation: Augmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    angle = np.deg2rad(rng.uniform(-1, 1) * augmentation.rotation_deg)
    shear = rng.uniform(-1, 1) * augmentation.shear
    stretch = 1 + rng.uniform(-1, 1) * augmentation.stretch
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[1, shear], [0, 1]])
    return np.asarray(rotation @ slant @ np.diag([stretch, 1 / stretch]), np.float64)


def _draw_bend(
    bend_px: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    coarse = rng.normal(0, bend_px, (2, 5, 5)).astype(np.float32)
    bend_x, bend_y = _SPREAD @ coarse @ _SPREAD.T
    return bend_x, bend_y


def _change_stroke_width(
    picture: NDArray[np.float32], stroke_px: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    change = rng.uniform(-1, 1) * stroke_px * _ZOOM / 2  # On each side of the stroke.
    whole = int(abs(change))
    part = abs(change) - whole
    operate = cv2.dilate if change > 0 else cv2.erode
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    once = operate(picture, kernel, iterations=whole) if whole else picture
    varied = (1 - part) * once + part * operate(once, kernel)
    # A thin stroke may be worn away; such a digit keeps its width.
    return np.asarray(varied if varied.max() > 0.5 else picture, np.float32)


def _shift(image: DigitImage, augmentation: Augmentation, rng: np.random.Generator) -> DigitImage:
    limit = augmentation.shift_px
    down, right = rng.integers(-limit, limit + 1, size=2)
    matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(image, matrix, (SIDE_PX, SIDE_PX)), np.float32)
