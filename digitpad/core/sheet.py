"""The sheet of paper in a picture, told from the table it lies on."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture
from digitpad.core.lighting import shrink

Polygon = NDArray[np.float32]

_SHEET_PX = 400
"""Longest side at which the sheet is looked for."""

_STROKE_RATIO = 0.05
"""Strokes up to this part of the longest side wide do not part a sheet."""

_SMALLEST, _LARGEST = 0.2, 0.985
"""A sheet fills this part of the picture, at least and at most."""

_LEAST_CONVEX = 0.94
"""Part of its convex hull that a sheet fills."""

_BORDER_PX = 3
"""What is so close to the picture's border is cut off by it."""

_CORNER_DEG = (60.0, 125.0)
"""Angles that a sheet's corners are seen at."""

_LEAST_STEP = 0.12
"""A table is darker than the sheet by this part of the sheet's brightness."""

_SHARP_PX, _SOFT_PX, _LEAST_SHARPNESS = 3, 9, 0.6
"""A sheet's edge makes this part of the step within the first distance; a shadow's is softer."""

_MARGIN_PX = 4
"""The edge itself, and its own shadow, are not part of the sheet."""


def cover_surroundings(picture: Picture) -> Picture:
    """Continue the sheet over whatever it lies on.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.

    Returns
    -------
    (H, W, 3) uint8
        The picture itself if all of it is paper, or no sheet stands out.
    """
    small, scale = shrink(picture, _SHEET_PX)
    sheet = _find_sheet(small)
    if sheet is None:
        return picture
    shape = picture.shape[1::-1]
    cover = cv2.resize(_continue_paper(small, sheet), shape, interpolation=cv2.INTER_LINEAR)
    outline = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(outline, np.round((sheet + 0.5) / scale - 0.5).astype(np.int32), 1)
    is_sheet = cv2.erode(
        outline, np.ones((3, 3), np.uint8), iterations=round(_MARGIN_PX / scale), borderValue=1
    )
    covered = cover.astype(np.uint8, copy=False)
    cv2.copyTo(picture, is_sheet, covered)
    return covered


def _find_sheet(small: Picture) -> Polygon | None:
    """Return the outline of the sheet, as far as it is in the picture."""
    # A table is darker than the sheet, or more colourful.
    colorfulness = small.max(axis=2) - small.min(axis=2)
    for values in (cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), 255 - colorfulness):
        sheet = _outline_sheet(values.astype(np.uint8, copy=False))
        if sheet is not None:
            return sheet
    return None


def _outline_sheet(values: NDArray[np.uint8]) -> Polygon | None:
    bare = _close_strokes(values)
    _, mask = cv2.threshold(bare, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    outline = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    area = cv2.contourArea(hull)
    if not _SMALLEST < area / mask.size < _LARGEST:
        return None
    if cv2.contourArea(outline) < _LEAST_CONVEX * area:
        return None
    corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)[:, 0].astype(np.int32)
    if not _has_corner(corners, bare.shape) or not _has_edge(bare, hull[:, 0].astype(np.int32)):
        return None
    return hull[:, 0].astype(np.float32)


def _close_strokes(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    side = round(_STROKE_RATIO * max(values.shape)) | 1
    # Beyond the border it is dark, so that a narrow strip of table along it stays.
    padded = cv2.copyMakeBorder(values, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return closed[side:-side, side:-side].astype(np.uint8, copy=False)


def _has_corner(corners: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Whether one of the sheet's own corners is in the picture."""
    if not 4 <= len(corners) <= 8:
        return False
    to_last = np.roll(corners, 1, axis=0) - corners
    to_next = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(to_last, axis=1) * np.linalg.norm(to_next, axis=1)
    cosines = (to_last * to_next).sum(axis=1) / np.maximum(lengths, 1e-6)
    angles = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
    is_corner = (angles > _CORNER_DEG[0]) & (angles < _CORNER_DEG[1])
    return bool((is_corner & _is_inside(corners, shape)).any())


def _is_inside(points: NDArray[np.int32], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    height, width = shape[:2]
    least = np.minimum(points, np.array([width - 1, height - 1]) - points).min(axis=1)
    return np.asarray(least > _BORDER_PX)


def _has_edge(bare: NDArray[np.uint8], hull: NDArray[np.int32]) -> bool:
    """Whether it gets darker across the outline, and at once."""
    outline = np.zeros(bare.shape, np.uint8)
    cv2.fillConvexPoly(outline, hull, 1)
    inside = cv2.distanceTransform(outline, cv2.DIST_L2, 3)
    outside = cv2.distanceTransform(1 - outline, cv2.DIST_L2, 3)
    distance = np.where(outline > 0, inside, -outside)
    # The picture's border is not the sheet's.
    frame = np.zeros(bare.shape, np.bool_)
    margin = _SOFT_PX + _BORDER_PX
    frame[margin:-margin, margin:-margin] = True

    def brightness(near: float, far: float) -> float:
        ring = frame & (distance >= near) & (distance <= far)
        return float(bare[ring].mean()) if ring.any() else 0.0

    whole = brightness(_SOFT_PX - 2, _SOFT_PX) - brightness(-_SOFT_PX, 2 - _SOFT_PX)
    close = brightness(_SHARP_PX - 1, _SHARP_PX) - brightness(-_SHARP_PX, 1 - _SHARP_PX)
    paper = brightness(_SOFT_PX - 2, _SOFT_PX)
    return whole > _LEAST_STEP * paper and close > _LEAST_SHARPNESS * whole


def _continue_paper(small: Picture, sheet: Polygon) -> Picture:
    """Give each place outside the sheet the colour of the paper nearest to it."""
    is_sheet = np.zeros(small.shape[:2], np.uint8)
    cv2.fillConvexPoly(is_sheet, sheet.astype(np.int32), 1)
    inner = cv2.erode(is_sheet, np.ones((3, 3), np.uint8), iterations=2 * _MARGIN_PX, borderValue=1)
    _, labels = cv2.distanceTransformWithLabels(
        1 - inner, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    paper = cv2.medianBlur(small, 2 * round(_STROKE_RATIO * _SHEET_PX / 2) + 1)
    colors = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    colors[labels[inner > 0]] = paper[inner > 0]
    continued: Picture = colors[labels]
    return cv2.blur(continued, (9, 9)).astype(np.uint8, copy=False)
