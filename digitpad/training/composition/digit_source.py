"""The real digits that pages are composed of, and the hands that write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES
from digitpad.core.errors import DatasetError
from digitpad.core.normalization import DIGIT_PX, Ink
from digitpad.training.composition.handwriting import draw_strokes, enlarge_digit
from digitpad.training.data.allographs import list_styles, synthesize
from digitpad.training.data.datasets import LabelledDrawing, load_drawings, load_mnist
from digitpad.training.data.splits import MNIST_VALIDATION_START, WRITERS

_IMAGES = 7 / 17
"""Part of the pages that are not in one of the world's styles, and written by MNIST's hands."""

_MNIST_HEIGHT = float(DIGIT_PX)

DigitImages = tuple[NDArray[np.uint8], ...]
Drawings = tuple[tuple[LabelledDrawing, ...], ...]


class Hand(Protocol):
    """Someone who writes digits, one like another."""

    def write(self, label: int, height_px: float, pen_px: float, rng: np.random.Generator) -> Ink:
        """Return the ink of one digit, cut to its box.

        Parameters
        ----------
        label : int
            0 to 9.
        height_px : float
            Of a digit of usual size.
        pen_px : float
            Width of the pen.
        rng : Generator
            Source of chance.
        """
        ...


@dataclass(frozen=True, eq=False)
class DigitSource:
    """Digits of one split.

    Parameters
    ----------
    images : ten of (n, 28, 28) uint8
        MNIST's, by label.
    writers : mapping of writer to ten tuples of drawings
        Pen digits, by writer and label.
    """

    images: DigitImages
    writers: Mapping[str, Drawings]


@dataclass(frozen=True, eq=False)
class PenHand:
    """One writer of pen digits.

    Parameters
    ----------
    drawings : ten tuples of LabelledDrawing
        By label; none empty.
    shear : float
        Slant that is added, as horizontal shift per vertical pixel.
    """

    drawings: Drawings
    shear: float

    def write(self, label: int, height_px: float, pen_px: float, rng: np.random.Generator) -> Ink:
        """Return the ink of one of the writer's digits, cut to its box."""
        choices = self.drawings[label]
        drawing = choices[rng.integers(len(choices))]
        return _draw(drawing, self.shear, height_px, pen_px, rng)


@dataclass(frozen=True, eq=False)
class ImageHand:
    """MNIST's digits, whose writers aren't told apart."""

    images: DigitImages

    def write(self, label: int, height_px: float, pen_px: float, rng: np.random.Generator) -> Ink:
        """Return the ink of one of MNIST's digits, enlarged and cut to its box."""
        choices = self.images[label]
        scale = height_px / _MNIST_HEIGHT
        return enlarge_digit(choices[rng.integers(len(choices))], scale, pen_px)


@dataclass(frozen=True, eq=False)
class StyledHand:
    """Someone who writes each digit in one of the world's styles.

    Parameters
    ----------
    styles : ten of str
        By label.
    """

    styles: tuple[str, ...]

    def write(self, label: int, height_px: float, pen_px: float, rng: np.random.Generator) -> Ink:
        """Return the ink of a digit, cut to its box."""
        drawing = synthesize(label, rng, self.styles[label])
        return _draw(drawing, 0.0, height_px, pen_px, rng)


def load_digits(mnist: Path, pen: Path, split: str) -> DigitSource:
    """Read one split of the digits.

    Parameters
    ----------
    mnist : Path
        MNIST's folder or file; its test split is left alone.
    pen : Path
        A strokes file with writers 1 to 24.
    split : str
        One of `SPLITS`.

    Returns
    -------
    DigitSource
        Its digits.

    Raises
    ------
    DatasetError
        If the data can't be read, or lacks a digit.
    """
    train = load_mnist(mnist).train
    is_validation = split == "validation"
    part = (
        train.part(MNIST_VALIDATION_START, None)
        if is_validation
        else train.part(None, MNIST_VALIDATION_START)
    )
    images = tuple(part.images[part.labels == label] for label in range(CLASSES))
    drawings = [one for one in load_drawings(pen) if one.writer in WRITERS[split]]
    writers = {
        writer: tuple(
            tuple(d for d in drawings if d.writer == writer and d.label == label)
            for label in range(CLASSES)
        )
        for writer in sorted({one.writer for one in drawings}, key=lambda name: (len(name), name))
    }
    complete = {writer: digits for writer, digits in writers.items() if all(digits)}
    if not complete or any(len(choices) == 0 for choices in images):
        raise DatasetError(
            f"The data has not every digit for the {split} split.",
            "Give MNIST's 60,000 training digits and pen digits of writers 1 to 24.",
        )
    return DigitSource(images, complete)


def choose_hand(source: DigitSource, rng: np.random.Generator, styled: float = 0.15) -> Hand:
    """Return the hand that writes one page: with the chance `styled`, one of the world's styles."""
    kind = rng.random()
    images = _IMAGES * (1 - styled)
    if kind < images:
        return ImageHand(source.images)
    if kind < images + styled:
        return StyledHand(tuple(_choose_style(label, rng) for label in range(CLASSES)))
    names = tuple(source.writers)
    return PenHand(source.writers[names[rng.integers(len(names))]], rng.uniform(-0.12, 0.12))


def _choose_style(label: int, rng: np.random.Generator) -> str:
    styles = [style for shown, style in list_styles() if shown == label]
    return styles[rng.integers(len(styles))]


def _draw(
    drawing: LabelledDrawing,
    shear: float,
    height_px: float,
    pen_px: float,
    rng: np.random.Generator,
) -> Ink:
    paths = [np.asarray(stroke.points, np.float64) for stroke in drawing.strokes]
    points = np.concatenate(paths)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    # A flat digit is kept from growing as tall as its neighbours.
    scale = max(height_px - pen_px, 1.0) / max(float(extent[1]), 0.6 * float(extent[0]), 1e-6)
    slant = np.array([[1.0, 0.0], [-shear, 1.0]])
    placed = [((path - low) * scale) @ slant for path in paths]
    return draw_strokes(placed, pen_px, rng)
