"""Ruled, squared and table paper, and sheets on tables, to write on."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.written_pages import BLACK, WHITE, Color

Lines = NDArray[np.float32]
_FINE = 4
"""Lines are drawn this many times finer than the picture, so that they may be thin and soft."""


def rule(
    shape: tuple[int, ...],
    spacing_px: float,
    width_px: float = 1.5,
    *,
    is_squared: bool = False,
    slope: float = 0.0,
    perspective: float = 0.0,
    bend_px: float = 0.0,
) -> Lines:
    """Return where lines are printed all over a paper of this shape.

    They rise by `slope`, draw together by `perspective` of the picture's width from one side to
    the other, and arch by `bend_px`.
    """
    height, width = shape[:2]
    lines = _draw_family((height, width), spacing_px, width_px, slope, perspective, bend_px)
    if is_squared:
        upright = _draw_family((width, height), spacing_px, width_px, -slope, perspective, bend_px)
        lines = np.maximum(lines, upright.T)
    return lines


def _draw_family(
    size: tuple[int, int],
    spacing_px: float,
    width_px: float,
    slope: float,
    perspective: float,
    bend_px: float,
) -> Lines:
    height, width = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across = x / width
    middle = y + slope * x - 4 * bend_px * across * (1 - across)
    squeezed = (middle - height / 2) * (1 + perspective * across)
    phase = (squeezed + 0.37 * spacing_px) % spacing_px
    distance = np.minimum(phase, spacing_px - phase)
    lines: Lines = np.clip((width_px + 1) / 2 - distance, 0, 1).astype(np.float32)
    return lines


def draw_table(
    shape: tuple[int, ...], rows: int, columns: int, margin_px: int, width_px: float = 2.5
) -> Lines:
    """Return where the borders of a table are printed."""
    height, width = shape[:2]
    table = np.zeros((_FINE * height, _FINE * width), np.uint8)
    for y in np.linspace(margin_px, height - margin_px, rows + 1):
        _draw(table, (margin_px, y), (width - margin_px, y), width_px)
    for x in np.linspace(margin_px, width - margin_px, columns + 1):
        _draw(table, (x, margin_px), (x, height - margin_px), width_px)
    small = cv2.resize(table, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def _draw(
    canvas: NDArray[np.uint8], start: tuple[float, float], end: tuple[float, float], width: float
) -> None:
    ends = [(round(_FINE * x), round(_FINE * y)) for x, y in (start, end)]
    cv2.line(canvas, ends[0], ends[1], 255, max(1, round(_FINE * width)))


def photograph_printed(
    ink: NDArray[np.float32],
    lines: Lines,
    line_color: Color = (150, 175, 215),
    color: Color = BLACK,
    paper: Color = WHITE,
    noise: float = 3.0,
) -> NDArray[np.uint8]:
    """Return a picture of `ink` written on paper with `lines` printed on it."""
    printed = lines[..., np.newaxis] * (np.array(line_color, np.float32) - paper) + paper
    cover = ink[..., np.newaxis]
    picture = printed * (1 - cover) + np.array(color, np.float32) * cover
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6)
    picture += np.random.default_rng(5).normal(0, noise, picture.shape)
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def lay_on_table(
    sheet: NDArray[np.uint8], corners: list[tuple[float, float]], table: Color = (70, 50, 35)
) -> NDArray[np.uint8]:
    """Return the sheet with its corners at these parts of the picture, on a table."""
    height, width = sheet.shape[:2]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    target = np.array(corners, np.float32) * np.array([width, height], np.float32)
    picture = cv2.warpPerspective(
        sheet,
        cv2.getPerspectiveTransform(source, target),
        (width, height),
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=table,
    )
    noisy = picture + np.random.default_rng(6).normal(0, 3, picture.shape)
    return np.clip(np.round(noisy), 0, 255).astype(np.uint8)
