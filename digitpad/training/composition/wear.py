"""What happens to sheets: the back shows through, folds, holes and a spiral."""

import cv2
import numpy as np

from digitpad.core.normalization import Ink
from digitpad.training.composition.blending import Colour, cover, shade, stain
from digitpad.training.composition.page import Sheet


def let_back_show(sheet: Sheet, back: Ink, colour: Colour, rng: np.random.Generator) -> Sheet:
    """Let what is written on the back of a sheet show through, mirrored and blurred."""
    through = cv2.GaussianBlur(np.ascontiguousarray(back[:, ::-1]), (0, 0), rng.uniform(1.0, 2.5))
    return stain(sheet, through * np.float32(rng.uniform(0.08, 0.24)), colour)


def crease(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Fold a sheet once or twice and flatten it again: one side of a fold is darker."""
    height, width = sheet.shape[:2]
    light = np.ones((max(2, height // 2), max(2, width // 2)), np.float32)
    rows, columns = np.indices(light.shape, np.float32)
    for _ in range(rng.integers(1, 3)):
        angle = rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.06)
        x, y = rng.uniform(0.2, 0.8, 2) * (light.shape[1], light.shape[0])
        distance = (columns - x) * np.float32(np.cos(angle)) + (rows - y) * np.float32(
            np.sin(angle)
        )
        reach = np.float32(rng.uniform(0.03, 0.12) * light.shape[1])
        depth = np.float32(rng.uniform(0.04, 0.14))
        light *= 1 - depth * np.exp(-np.abs(distance) / reach) * np.sign(distance)
        ridge = np.float32(rng.uniform(0.05, 0.16))
        light *= 1 + ridge * np.exp(-((distance / np.float32(1.2)) ** 2)) * rng.choice([-1, 1])
    return shade(sheet, light)


def bind(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Punch holes along the left or upper edge and thread a wire spiral through them."""
    height, width = sheet.shape[:2]
    is_left = rng.random() < 0.6
    length = height if is_left else width
    pitch = length / rng.integers(18, 34)
    inset, radius = 0.5 * pitch + 0.012 * width, 0.2 * pitch
    holes = np.zeros((height, width), np.uint8)
    wire = np.zeros((height, width), np.uint8)
    for place in np.arange(pitch / 2, length, pitch):
        center = (inset, place) if is_left else (place, inset)
        edge = (0.0, place - 0.25 * pitch) if is_left else (place - 0.25 * pitch, 0.0)
        cv2.circle(holes, _round(center), max(1, round(radius)), 255, cv2.FILLED, cv2.LINE_AA)
        cv2.line(wire, _round(edge), _round(center), 255, max(1, round(radius * 0.7)), cv2.LINE_AA)
    dark = rng.uniform(0.1, 0.35)
    sheet = cover(sheet, holes.astype(np.float32) / np.float32(255), (dark, dark, dark))
    metal = rng.uniform(0.1, 0.75)
    return cover(sheet, wire.astype(np.float32) / np.float32(255), (metal, metal, metal))


def _round(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0]), round(point[1])
