"""Make the sheet of pages before and after reading that README shows.

The digits on it are this project's own allographs, so it carries no one's licence. Run from the
project's root, after a change of how pages are read::

    .venv/bin/python -m tests.make_sheet
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES
from digitpad.core.normalization import normalize
from digitpad.core.pipeline import Trace, trace_image
from digitpad.core.rasterization import rasterize
from digitpad.training.composition.compose import compose_page
from digitpad.training.composition.digit_source import DigitSource
from digitpad.training.data.allographs import synthesize
from tests.networks import CLASSIFIER, INK_NETWORK

SHEET = Path(__file__).parents[1] / "assets" / "screenshots" / "pages.jpg"

_DIFFICULTIES = (
    "shadow",
    "ruled",
    "squared",
    "table",
    "rotated 180",
    "skew",
    "touching",
    "faint",
    "chalk",
    "coloured",
    "bleed",
    "marker",
)
_SEED = 20
_COLUMNS = 3
_TILE_PX = 300
_MARGIN_PX = 8
_BLUE, _AMBER, _GREY, _INK = (0, 95, 204), (200, 120, 0), (120, 120, 120), (40, 40, 40)

Pixels = NDArray[np.uint8]


def main() -> None:
    """Compose a page of each kind, read it, and show both."""
    source = own_digits(np.random.default_rng(_SEED))
    pairs = []
    for number, difficulty in enumerate(_DIFFICULTIES):
        page = compose_page(source, difficulty, np.random.default_rng((_SEED, number)))
        trace = trace_image(page.picture, CLASSIFIER, INK_NETWORK)
        pairs.append(np.hstack([frame(page.picture, difficulty), frame(show(page.picture, trace))]))
    rows = [np.hstack(pairs[i : i + _COLUMNS]) for i in range(0, len(pairs), _COLUMNS)]
    sheet = cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(SHEET), sheet, [cv2.IMWRITE_JPEG_QUALITY, 80])


def own_digits(rng: np.random.Generator) -> DigitSource:
    """Return digits of our own in the place of MNIST's and the writers'."""
    drawings = tuple(tuple(synthesize(label, rng) for _ in range(12)) for label in range(CLASSES))
    images = tuple(
        np.array([normalize(rasterize(d.strokes)) * 255 for d in digits], np.uint8)
        for digits in drawings
    )
    return DigitSource(images, {"own": drawings})


def show(picture: Pixels, trace: Trace) -> Pixels:
    """Return the ink that was found, with the boxes and the text that was read."""
    height, width = picture.shape[:2]
    ink = cv2.resize(trace.ink, (width, height), interpolation=cv2.INTER_AREA)
    shown = cv2.cvtColor((255 * (1 - ink)).astype(np.uint8), cv2.COLOR_GRAY2RGB)
    scale = max(height, width) / _TILE_PX
    for digit in trace.reading.digits:
        color = _GREY if not digit.is_digit else _BLUE if digit.is_sure else _AMBER
        corners = np.round(digit.outline).astype(np.int32)
        cv2.polylines(shown, [corners], True, color, max(1, round(1.5 * scale)), cv2.LINE_AA)
        x, y = corners.min(axis=0)
        place = (int(x), max(int(y - 2 * scale), round(10 * scale)))
        font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.4 * scale
        cv2.putText(
            shown, digit.symbol, place, font, size, color, max(1, round(scale)), cv2.LINE_AA
        )
    return np.asarray(shown, np.uint8)


def frame(picture: Pixels, title: str = "") -> Pixels:
    """Return the picture on a square tile."""
    height, width = picture.shape[:2]
    scale = _TILE_PX / max(height, width)
    size = round(width * scale), round(height * scale)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    side = _TILE_PX + 2 * _MARGIN_PX
    tile = np.full((side + 18, side, 3), 235, np.uint8)
    top, left = 18 + (side - size[1]) // 2, (side - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = small
    cv2.putText(tile, title, (left, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _INK, 1, cv2.LINE_AA)
    return tile


if __name__ == "__main__":
    main()
