"""Make the example pictures and the example drawing that ship with the app.

They hold nothing but this project's own strokes, so they carry no one's licence. The first
character of a picture's name is the digit it shows. Run from the project's root, after a change::

    .venv/bin/python -m tests.make_examples
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitpad.core.files import write_atomically
from digitpad.core.normalization import Ink
from digitpad.core.rasterization import rasterize
from digitpad.core.strokes import Drawing, Stroke
from tests.written_digits import write_digit

EXAMPLES = Path(__file__).parents[1] / "assets" / "examples"

Color = tuple[int, int, int]
Pixels = NDArray[np.float32]

_BLACK: Color = (30, 30, 34)
_WHITE: Color = (250, 250, 248)
_BLUE: Color = (38, 52, 120)
_PENCIL: Color = (112, 110, 112)
_PAPER: Color = (232, 226, 214)


def main() -> None:
    """Write every example."""
    rng = np.random.default_rng(47)
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    save(single("7", ground=_WHITE, ink=_BLACK, thickness=0.1), "7-drawn.png")
    save(single("4", ground=_BLACK, ink=_WHITE, thickness=0.12), "4-chalk.png")
    photo = shade(single("2", ground=_PAPER, ink=_PENCIL, thickness=0.05, side=480), rng)
    save(photo, "2-pencil.jpg")
    photo = shade(single("5", ground=_PAPER, ink=_BLUE, thickness=0.08, side=480), rng)
    save(photo, "5-pen.jpg")
    save(shade(page(["19053", "86247"], rng), rng), "page-two-rows.jpg")
    strokes = (*write_digit("4", 90, 80, 200), *write_digit("7", 300, 85, 200))
    write_atomically(EXAMPLES / "drawing-47.json", Drawing(strokes).to_json() + "\n")


def single(digit: str, *, ground: Color, ink: Color, thickness: float, side: int = 280) -> Pixels:
    """Return a square picture of one digit, (side, side, 3) in [0, 255]."""
    picture = np.full((side, side, 3), ground, np.float32)
    place(picture, write_ink(digit, 0.6 * side, thickness), ink, side * 0.3, side * 0.2)
    return picture


def page(rows: list[str], rng: np.random.Generator) -> Pixels:
    """Return a page with rows of digits, written a little unevenly."""
    height, width = 900, 1280
    picture = np.full((height, width, 3), _PAPER, np.float32)
    for row, text in enumerate(rows):
        for column, digit in enumerate(text):
            tall = rng.uniform(135, 165)
            ink = write_ink(digit, tall, 0.075, slant=rng.uniform(-0.05, 0.2))
            left = 190 + column * 190 + rng.uniform(-14, 14)
            top = 190 + row * 330 + column * 6 + rng.uniform(-10, 10)
            place(picture, ink, _BLUE, left, top)
    return picture


def write_ink(digit: str, height_px: float, thickness: float, slant: float = 0.0) -> Ink:
    """Return one digit's ink, about `height_px` high."""
    strokes = [
        Stroke(tuple((x - slant * y, y) for x, y in stroke.points)) for stroke in write_digit(digit)
    ]
    ink = rasterize(strokes, thickness)
    scale = height_px / ink.shape[0]
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=interpolation)
    return np.clip(scaled, 0, 1).astype(np.float32)


def place(picture: Pixels, ink: Ink, color: Color, left: float, top: float) -> None:
    """Write ink onto a picture, in place."""
    height, width = ink.shape
    window = picture[int(top) : int(top) + height, int(left) : int(left) + width]
    window += ink[..., None] * (np.array(color, np.float32) - window)


def shade(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Return the picture as a phone would take it: light from one side, a shadow, grain, blur."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    light = 1.05 - 0.3 * x - 0.15 * y
    edge = (x + 0.6 * y - 1.0) * 8
    light *= 1 - 0.22 / (1 + np.exp(-edge))
    soft = cv2.GaussianBlur(picture, (0, 0), 0.9)
    grain = rng.normal(0, 2.5, picture.shape)
    return (soft * light[..., None] + grain).astype(np.float32)


def save(picture: Pixels, name: str) -> None:
    """Save a picture among the examples."""
    image = Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))
    image.save(EXAMPLES / name, optimize=True, quality=85)


if __name__ == "__main__":
    main()
