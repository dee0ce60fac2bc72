"""Light on a sheet as a room and a phone make it. All are `(sheet, rng) -> sheet`."""

import cv2
import numpy as np

from digitpad.training.composition.blending import shade
from digitpad.training.composition.noise import Field
from digitpad.training.composition.page import Sheet

_LONG_SIDE_PX = 160
"""Light changes slowly: it is computed on a small field, and enlarged."""


def fall_off(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Light one side a little more than the other, as a window does."""
    return shade(sheet, _slope(sheet, rng.uniform(0.02, 0.18), rng))


def darken_corners(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Let the light fall off towards the corners, as a torch or a cheap lens does."""
    x, y = _coordinates(sheet)
    center = rng.normal(0, 0.18, 2)
    distance = np.hypot(x - center[0], y - center[1])
    falling = 1 / (1 + np.float32(rng.uniform(0.3, 1.0)) * distance**2) ** 1.2
    return shade(sheet, np.asarray(falling, np.float32))


def cast_shadow(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Let the shadow of a phone, a hand or a head fall on a sheet."""
    x, _ = _coordinates(sheet)
    height, width = x.shape
    mask = np.zeros((height, width), np.uint8)
    angle = rng.uniform(0, 2 * np.pi)
    place = np.array([width, height]) * (0.5 + 0.45 * np.array([np.cos(angle), np.sin(angle)]))
    reach = max(height, width) * rng.uniform(0.35, 0.7)
    if rng.random() < 0.5:
        phone = (tuple(place), (reach * 0.7, reach * 1.4), float(rng.uniform(0, 180)))
        cv2.fillPoly(mask, [np.round(cv2.boxPoints(phone)).astype(np.int32)], 255)
    else:
        _draw_hand(mask, place, angle + np.pi, reach, rng)
    # The nearer to the sheet, the sharper the edge.
    sharp = float(rng.uniform(0.006, 0.07)) * width
    soft = cv2.GaussianBlur(mask.astype(np.float32) / np.float32(255), (0, 0), max(0.6, sharp))
    depth = rng.uniform(0.25, 0.62)
    tint = (1.0, 1.0, 1.0)
    return shade(sheet, 1 - np.float32(depth) * soft, tint)


def glare(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Add the glare of a lamp: light on top of what is there, so that it pales."""
    x, y = _coordinates(sheet)
    center = rng.uniform(-0.8, 0.8, 2)
    widths = rng.uniform(0.15, 0.5, 2)
    spot = np.exp(-(((x - center[0]) / widths[0]) ** 2) - ((y - center[1]) / widths[1]) ** 2)
    full = _enlarge(sheet, (np.float32(rng.uniform(0.25, 0.6)) * spot).astype(np.float32))
    # As far as the sensor goes: 1 is white.
    return np.asarray(sheet + (1.02 - sheet) * full[..., np.newaxis], np.float32)


def yellow(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Light a sheet with a bulb that the camera takes for daylight, or with a cool lamp."""
    if rng.random() < 0.75:
        tint = (1.0, rng.uniform(0.84, 0.94), rng.uniform(0.5, 0.8))
    else:
        tint = (rng.uniform(0.72, 0.9), rng.uniform(0.88, 0.97), 1.0)
    return shade(sheet, _slope(sheet, 0.15, rng), tint)


def dim(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """Expose a picture too little."""
    return shade(sheet, np.full((2, 2), rng.uniform(0.45, 0.8), np.float32))


def _draw_hand(
    mask: cv2.typing.MatLike,
    place: np.ndarray,
    direction: float,
    reach: float,
    rng: np.random.Generator,
) -> None:
    palm = (round(place[0]), round(place[1]))
    turn = float(np.rad2deg(direction))
    cv2.ellipse(mask, palm, (round(0.42 * reach), round(0.3 * reach)), turn, 0, 360, 255, -1)
    for spread in np.deg2rad([-32, -12, 8, 28]) + rng.normal(0, 0.05, 4):
        way = np.array([np.cos(direction + spread), np.sin(direction + spread)])
        tip = place + way * reach * rng.uniform(0.65, 0.95)
        end = (round(tip[0]), round(tip[1]))
        cv2.line(mask, palm, end, 255, max(2, round(0.13 * reach)), cv2.LINE_AA)


def _slope(sheet: Sheet, depth: float, rng: np.random.Generator) -> Field:
    x, y = _coordinates(sheet)
    angle = rng.uniform(0, 2 * np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle) + 1.4) / 2.8
    return np.asarray(1 - depth * along.clip(0, 1), np.float32)


def _coordinates(sheet: Sheet) -> tuple[Field, Field]:
    """Return x and y from -1 to 1 over a small field in the shape of the sheet."""
    height, width = sheet.shape[:2]
    scale = _LONG_SIDE_PX / max(height, width)
    columns = np.linspace(-1, 1, max(2, round(width * scale)), dtype=np.float32)
    rows = np.linspace(-1, 1, max(2, round(height * scale)), dtype=np.float32)
    x, y = np.meshgrid(columns, rows)
    return x, y


def _enlarge(sheet: Sheet, field: Field) -> Field:
    height, width = sheet.shape[:2]
    return np.asarray(cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR))
