"""Picture -> how much of each pixel is ink, on LiteRT."""

import threading
from pathlib import Path

import cv2
import numpy as np

from digitpad.core.errors import ModelError
from digitpad.core.images import Picture
from digitpad.core.litert import Network
from digitpad.core.normalization import Ink

_MARGIN_PX, _TILE_PX = 32, 512
"""A picture is looked at in squares of the second size, each with so much of what is around it:
memory stays bounded, and a core's cache holds a tile."""

INPUT_PX = _TILE_PX + 2 * _MARGIN_PX
"""Height and width of what the network sees at once."""


class InkNetwork:
    """The network that tells what was written from what it was written on.

    Safe to call from several threads; calls wait for each other.

    Parameters
    ----------
    file : Path
        A `.tflite` file: (1, INPUT_PX, INPUT_PX, 3) float32 in [0, 1], RGB, in; one channel out.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or of another shape.
    """

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        # A process that shares the machine with others has told OpenCV so.
        self._network = Network(file, threads=max(1, cv2.getNumThreads()))
        side = INPUT_PX
        if self._network.shapes != (
            (1, side, side, 3),
            (1, side, side, 1),
        ) or self._network.types != {np.float32}:
            raise ModelError(
                f"“{file.name}” is not the network that finds ink.", "Reinstall digitpad."
            )

    def find_ink(self, picture: Picture) -> Ink:
        """Return how much of each pixel is ink.

        Parameters
        ----------
        picture : (H, W, 3) uint8
            RGB. Dark on light or light on dark, in any colours, under any light.

        Returns
        -------
        (H, W) float32 in [0, 1]
            Of the picture's size.
        """
        height, width = picture.shape[:2]
        beyond = [(_MARGIN_PX, _MARGIN_PX + -length % _TILE_PX) for length in (height, width)]
        padded = np.pad(picture, (*beyond, (0, 0)), mode="edge")
        ink = np.empty((height, width), np.float32)
        with self._lock:
            for top in range(0, height, _TILE_PX):
                for left in range(0, width, _TILE_PX):
                    part = ink[top : top + _TILE_PX, left : left + _TILE_PX]
                    seen = self._look(padded[top : top + INPUT_PX, left : left + INPUT_PX])
                    part[:] = seen[: part.shape[0], : part.shape[1]]
        return ink

    def _look(self, tile: Picture) -> Ink:
        """Return the ink of a tile, but for its margin."""
        batch = tile[np.newaxis].astype(np.float32) / np.float32(255)
        inside = slice(_MARGIN_PX, _MARGIN_PX + _TILE_PX)
        return self._network.run(batch)[0, inside, inside, 0]
