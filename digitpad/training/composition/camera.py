"""From a sheet to a photograph: the view, the lens and the sensor."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.training.composition.blending import Colour
from digitpad.training.composition.noise import Field, draw_grain
from digitpad.training.composition.page import Picture, Sheet

_DESKS: tuple[Colour, ...] = (
    (0.45, 0.30, 0.18),
    (0.62, 0.46, 0.30),
    (0.25, 0.17, 0.12),
    (0.20, 0.21, 0.23),
    (0.55, 0.56, 0.58),
    (0.30, 0.38, 0.45),
    (0.75, 0.72, 0.66),
)


@dataclass(frozen=True, eq=False)
class View:
    """How a sheet stands in the picture.

    Parameters
    ----------
    homography : (3, 3) float64
        Takes pixels of the sheet to pixels of the picture.
    size : (int, int)
        Width and height of the picture.
    has_edges : bool
        Whether the sheet ends within the picture, so that the desk is seen.
    """

    homography: NDArray[np.float64]
    size: tuple[int, int]
    has_edges: bool

    def carry(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take (n, 2) points of the sheet to the picture."""
        moved = cv2.perspectiveTransform(points.reshape(-1, 1, 2), self.homography)
        return np.asarray(moved, np.float64).reshape(-1, 2)


def look_straight(size: tuple[int, int], rng: np.random.Generator) -> View:
    """Fill the picture with the sheet, held straight but for a degree or two."""
    width, height = size
    angle = float(np.clip(rng.normal(0, 0.9), -2, 2))
    # So near that no corner of the sheet comes into the picture.
    radians = np.deg2rad(abs(angle))
    zoom = np.cos(radians) + np.sin(radians) * max(width, height) / min(width, height)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, float(zoom))
    return View(np.vstack([turn, [0.0, 0.0, 1.0]]), size, False)


def look_askew(size: tuple[int, int], rng: np.random.Generator) -> View:
    """Turn the sheet by up to 15° and see it from the side, the desk around it."""
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    center = np.array([width, height]) / 2
    angle = np.deg2rad(rng.uniform(4, 15) * rng.choice([-1, 1]))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = (corners - center) @ turn.T
    # The far edge is shorter: up to a fifth, along either axis.
    tilt = rng.uniform(-0.11, 0.11, 2)
    depth = 1 + (turned / center) @ tilt
    seen = turned / depth[:, np.newaxis]
    reach = np.abs(seen).max(axis=0) / center
    # Some come so near that a corner of the sheet is cut off; what is written stays in the picture.
    zoom = rng.uniform(0.82, 1.06) / reach.max()
    seen = seen * zoom + center + rng.normal(0, 0.008, 2) * center
    homography = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    return View(np.asarray(homography, np.float64), size, True)


def photograph(sheet: Sheet, view: View, rng: np.random.Generator) -> Sheet:
    """Return the sheet as it is seen, on a desk where it ends."""
    if not view.has_edges:
        return np.asarray(
            cv2.warpPerspective(sheet, view.homography, view.size, borderMode=cv2.BORDER_REPLICATE)
        )
    return _lay_on_desk(sheet, view, rng)


def see_ink(ink: Field, view: View) -> Field:
    """Return the ink as it is seen."""
    return np.asarray(cv2.warpPerspective(ink, view.homography, view.size), np.float32)


def soften(picture: Sheet, rng: np.random.Generator) -> Sheet:
    """Blur as a good lens does."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.35, 0.9)), np.float32)


def defocus(picture: Sheet, radius_px: float) -> Sheet:
    """Blur as a lens out of focus does: a point becomes a disk."""
    reach = int(np.ceil(radius_px))
    rows, columns = np.indices((2 * reach + 1, 2 * reach + 1)) - reach
    disk = np.clip(radius_px + 0.5 - np.hypot(rows, columns), 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(picture, -1, disk / disk.sum()), np.float32)


def shake(picture: Sheet, length_px: float, rng: np.random.Generator) -> Sheet:
    """Blur as a moving camera does: a point becomes a line."""
    reach = int(np.ceil(length_px / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    way = np.array([np.cos(angle), np.sin(angle)]) * length_px / 2
    ends = [tuple(round(16 * float(v)) for v in reach + sign * way) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)


def add_noise(picture: Sheet, strength: float, rng: np.random.Generator) -> Sheet:
    """Add a sensor's noise, in brightness more than in colour."""
    height, width = picture.shape[:2]
    brightness = draw_grain((width, height), 1.0, rng)
    planes = []
    for plane in cv2.split(picture):
        colour = draw_grain((width, height), 2.0, rng)
        planes.append(plane + np.float32(strength) * (brightness + np.float32(0.4) * colour))
    return np.asarray(cv2.merge(planes), np.float32)


def expose(picture: Sheet) -> Picture:
    """Return the picture in bytes; what is too bright is white."""
    return np.asarray(cv2.convertScaleAbs(np.maximum(picture, 0), alpha=255), np.uint8)


def _lay_on_desk(sheet: Sheet, view: View, rng: np.random.Generator) -> Sheet:
    height, width = sheet.shape[:2]
    desk = _draw_desk(view.size, rng)
    mask = cv2.warpPerspective(
        np.ones((height, width), np.float32), view.homography, view.size, flags=cv2.INTER_LINEAR
    )
    # The sheet's own shadow on the desk.
    offset = rng.uniform(-0.006, 0.006, 2) * width
    move = np.array([[1, 0, offset[0]], [0, 1, offset[1]]])
    shadow = cv2.warpAffine(mask, move, view.size)
    shadow = cv2.GaussianBlur(shadow, (0, 0), max(1.0, 0.004 * width))
    seen = cv2.warpPerspective(sheet, view.homography, view.size, borderMode=cv2.BORDER_REPLICATE)
    planes = [
        paper * mask + wood * (1 - np.float32(0.45) * shadow) * (1 - mask)
        for paper, wood in zip(cv2.split(seen), cv2.split(desk), strict=True)
    ]
    return np.asarray(cv2.merge(planes), np.float32)


def _draw_desk(size: tuple[int, int], rng: np.random.Generator) -> Sheet:
    colour = np.array(_DESKS[rng.integers(len(_DESKS))]) * rng.uniform(0.7, 1.25)
    width, height = size
    # Wood's grain is noise drawn out along it.
    small = rng.standard_normal((height // 6 + 2, width // 90 + 2)).astype(np.float32)
    grain = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    surface = 1 + rng.uniform(0.02, 0.12) * grain + 0.02 * draw_grain(size, 1.5, rng)
    return np.asarray(cv2.merge([surface * np.float32(value) for value in colour]), np.float32)
