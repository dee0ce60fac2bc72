"""Pens, pencils and chalk, and what they leave on a sheet."""

from dataclasses import dataclass

import numpy as np

from digitpad.core.normalization import Ink
from digitpad.training.composition.blending import Colour, cover, stain
from digitpad.training.composition.noise import draw_grain, draw_wave
from digitpad.training.composition.page import Sheet

_BLACK: Colour = (0.08, 0.08, 0.10)
_GREY: Colour = (0.25, 0.25, 0.27)
_BLUE: Colour = (0.10, 0.14, 0.55)
_LIGHT_BLUE: Colour = (0.15, 0.35, 0.75)
_RED: Colour = (0.75, 0.08, 0.12)
_GREEN: Colour = (0.05, 0.40, 0.20)
_PURPLE: Colour = (0.35, 0.10, 0.50)
_BROWN: Colour = (0.35, 0.18, 0.08)
_WHITE: Colour = (0.95, 0.95, 0.93)


@dataclass(frozen=True)
class Pen:
    """A kind of pen.

    Parameters
    ----------
    widths : (float, float)
        Least and greatest width of its line, by the digits' height.
    colours : tuple of (float, float, float)
        That it comes in; red, green and blue.
    density : (float, float)
        Least and most that it covers the sheet, 0 to 1.
    grain : float
        How much of the line the sheet's grain leaves bare, 0 to 1.
    is_opaque : bool
        Whether it hides what is beneath, as chalk does, rather than tints it.
    """

    widths: tuple[float, float]
    colours: tuple[Colour, ...]
    density: tuple[float, float]
    grain: float
    is_opaque: bool = False


BALLPOINT = Pen((0.05, 0.09), (_BLUE, _BLUE, _BLACK, _RED, _GREEN), (0.75, 0.98), 0.25)
GEL = Pen((0.06, 0.12), (_BLACK, _BLUE, _PURPLE, _RED, _LIGHT_BLUE), (0.85, 1.0), 0.05)
PENCIL = Pen((0.06, 0.11), (_GREY, _BLACK), (0.5, 0.8), 0.5)
FELT = Pen((0.10, 0.19), (_BLACK, _BLUE, _RED, _GREEN, _PURPLE, _BROWN), (0.8, 1.0), 0.08)
FAINT_PENCIL = Pen((0.05, 0.09), (_GREY,), (0.22, 0.4), 0.35)
FAINT_INK = Pen((0.05, 0.09), (_LIGHT_BLUE, _RED, _GREEN, _PURPLE), (0.24, 0.42), 0.15)
MARKER = Pen((0.10, 0.20), (_BLACK, _BLUE, _RED, _GREEN), (0.7, 0.98), 0.15)
CHALK = Pen(
    (0.09, 0.16),
    (_WHITE, _WHITE, _WHITE, (0.95, 0.90, 0.55), (0.95, 0.70, 0.75), (0.65, 0.85, 0.95)),
    (0.65, 0.95),
    0.6,
    is_opaque=True,
)
EVERYDAY = (BALLPOINT, BALLPOINT, GEL, PENCIL, FELT)
"""What lies on a desk."""


def apply_ink(sheet: Sheet, ink: Ink, pen: Pen, colour: Colour, rng: np.random.Generator) -> Sheet:
    """Write on a sheet.

    Parameters
    ----------
    sheet : (H, W, 3) float32
        What is written on.
    ink : (H, W) float32 in [0, 1]
        Where the pen went.
    pen : Pen
        What with.
    colour : (float, float, float)
        One of the pen's.
    rng : Generator
        Source of chance.
    """
    height, width = ink.shape
    density = rng.uniform(*pen.density)
    bare = np.clip(draw_grain((width, height), rng.uniform(1.0, 2.2), rng) * 0.5 + 0.1, 0, 1)
    # Pressure changes along a line of writing.
    pressure = 1 - np.float32(0.25) * draw_wave((width, height), 5, rng)
    coverage = ink * pressure * np.float32(density) * (1 - np.float32(pen.grain) * bare)
    return (cover if pen.is_opaque else stain)(sheet, coverage, colour)


def choose_colour(pen: Pen, rng: np.random.Generator) -> Colour:
    """Return one of a pen's colours, or nearly."""
    colour = np.array(pen.colours[rng.integers(len(pen.colours))]) + rng.normal(0, 0.03, 3)
    red, green, blue = (float(value) for value in np.clip(colour, 0.0, 1.0))
    return red, green, blue
