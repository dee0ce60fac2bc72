"""Colour laid on a sheet."""

import cv2
import numpy as np

from digitpad.training.composition.noise import Field
from digitpad.training.composition.page import Sheet

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""


def cover(sheet: Sheet, coverage: Field, colour: Colour) -> Sheet:
    """Lay an opaque colour on a sheet, as chalk and gel do.

    Parameters
    ----------
    sheet : (H, W, 3) float32
        What is covered.
    coverage : (H, W) float32 in [0, 1]
        How much of each pixel.
    colour : (float, float, float)
        Red, green and blue.
    """
    channels = [
        plane + coverage * (np.float32(value) - plane)
        for plane, value in zip(cv2.split(sheet), colour, strict=True)
    ]
    return np.asarray(cv2.merge(channels), np.float32)


def stain(sheet: Sheet, coverage: Field, colour: Colour) -> Sheet:
    """Tint a sheet, as inks do: what lies beneath stays visible, and two layers are darker."""
    channels = [
        plane * (1 - coverage * np.float32(1 - value))
        for plane, value in zip(cv2.split(sheet), colour, strict=True)
    ]
    return np.asarray(cv2.merge(channels), np.float32)


def shade(sheet: Sheet, light: Field, tint: Colour = (1.0, 1.0, 1.0)) -> Sheet:
    """Multiply a sheet by a field of light of any size, coloured by `tint`."""
    height, width = sheet.shape[:2]
    full = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    channels = [
        plane * (full if value == 1 else full * np.float32(value))
        for plane, value in zip(cv2.split(sheet), tint, strict=True)
    ]
    return np.asarray(cv2.merge(channels), np.float32)
