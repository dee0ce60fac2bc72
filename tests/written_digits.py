"""Digits as a pen writes them, and a small MNIST made of them."""

from pathlib import Path

import numpy as np

from digitpad.core.strokes import Drawing, Stroke
from digitpad.training.data.augmentation import STRENGTHS, augment_strokes

Path2D = list[tuple[float, float]]


def _arc(
    center: tuple[float, float], radius: tuple[float, float], start_deg: float, end_deg: float
) -> Path2D:
    angles = np.deg2rad(np.linspace(start_deg, end_deg, 25))
    return [
        (float(center[0] + radius[0] * np.cos(a)), float(center[1] + radius[1] * np.sin(a)))
        for a in angles
    ]


# In a box 0.6 wide and 1 high, y down.
PATHS: dict[str, list[Path2D]] = {
    "0": [_arc((0.3, 0.5), (0.28, 0.5), -90, 270)],
    "1": [[(0.32, 0.0), (0.3, 0.35), (0.28, 0.7), (0.27, 1.0)]],
    "2": [[*_arc((0.3, 0.28), (0.27, 0.28), -160, 50), (0.25, 0.75), (0.02, 1.0), (0.6, 0.98)]],
    "3": [
        [*_arc((0.27, 0.25), (0.25, 0.25), -150, 90), *_arc((0.27, 0.74), (0.3, 0.26), -90, 150)]
    ],
    "4": [[(0.15, 0.0), (0.02, 0.6), (0.6, 0.58)], [(0.45, 0.25), (0.42, 0.6), (0.4, 1.0)]],
    "5": [
        [(0.1, 0.02), (0.07, 0.42), *_arc((0.27, 0.69), (0.3, 0.3), -120, 140)],
        [(0.1, 0.02), (0.55, 0.0)],
    ],
    "6": [[(0.45, 0.0), (0.2, 0.3), (0.06, 0.6), *_arc((0.3, 0.74), (0.26, 0.26), -180, 175)]],
    "7": [[(0.0, 0.02), (0.3, 0.04), (0.6, 0.0), (0.45, 0.35), (0.3, 0.7), (0.22, 1.0)]],
    "8": [
        _arc((0.3, 0.24), (0.22, 0.24), 90, 450),
        _arc((0.3, 0.75), (0.28, 0.25), -90, 270),
    ],
    "9": [
        [*_arc((0.3, 0.27), (0.25, 0.27), 0, -355), (0.55, 0.3), (0.5, 0.65), (0.42, 1.0)],
    ],
}


def write_digit(
    digit: str,
    left: float = 0.0,
    top: float = 0.0,
    height: float = 100.0,
    width_px: float = 14.0,
) -> tuple[Stroke, ...]:
    return tuple(
        Stroke(tuple((left + x * height, top + y * height) for x, y in path), width_px)
        for path in PATHS[digit]
    )


def write(text: str, height: float = 100.0, width_px: float = 14.0) -> Drawing:
    """Write `text`, one row a line, well spaced."""
    strokes = [
        stroke
        for row, line in enumerate(text.split("\n"))
        for column, digit in enumerate(line)
        for stroke in write_digit(
            digit, 20 + column * height, 20 + row * 1.5 * height, height, width_px
        )
    ]
    return Drawing(tuple(strokes))


def save_mnist(file: Path, train: int = 600, test: int = 100) -> Path:
    """Save digits of all classes, each varied, in the form of Keras's `mnist.npz`."""
    rng = np.random.default_rng(7)
    labels = np.arange(train + test) % 10
    images = np.stack(
        [augment_strokes(write_digit(str(label)), STRENGTHS["full"], rng) for label in labels]
    )
    pixels = np.round(images * 255).astype(np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        file,
        x_train=pixels[:train],
        y_train=labels[:train].astype(np.uint8),
        x_test=pixels[train:],
        y_test=labels[train:].astype(np.uint8),
    )
    return file
