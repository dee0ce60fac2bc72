"""Digit images -> probabilities, on LiteRT."""

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.errors import ModelError
from digitpad.core.litert import Network
from digitpad.core.normalization import SIDE_PX

CLASSES = 10
"""One a digit, 0 to 9."""

INPUT_SHAPES = ((SIDE_PX, SIDE_PX, 1), (SIDE_PX, SIDE_PX), (SIDE_PX * SIDE_PX,))
"""How a network may take one digit image: our own as the first."""

OUTPUT_SHAPES = ((CLASSES,), (CLASSES + 1,))
"""How a network may answer."""

_MAX_BATCH = 256  # Bounds the memory of the network's inner layers.


class Classifier:
    """One trained network, ready to read.

    Safe to call from several threads; calls wait for each other.

    Parameters
    ----------
    model_path : Path
        A `.tflite` file: (n, 28, 28, 1) float32 in [0, 1] in, or (n, 28, 28) or (n, 784); out
        (n, 10) probabilities, or (n, 11) with that of being no digit last.
    threads : int
        Cores to use for one call. One digit is fastest on one.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or of another shape.
    """

    def __init__(self, model_path: Path, threads: int = 1) -> None:
        self._lock = threading.Lock()
        self._network = Network(model_path, threads)
        shapes = list(self._network.shapes)
        fitting = [[(1, *taken), (1, *given)] for taken in INPUT_SHAPES for given in OUTPUT_SHAPES]
        if shapes not in fitting or self._network.types != {np.float32}:
            raise ModelError(
                f"The model “{model_path.parent.name}” does not fit: it maps {shapes}, not "
                f"(1, {SIDE_PX}, {SIDE_PX}, 1) to (1, {CLASSES}) or (1, {CLASSES + 1}).",
                "Choose another model in the Model menu.",
            )
        self._taken = shapes[0][1:]

    def classify(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Read any number of digit images in one call.

        Parameters
        ----------
        images : (n, 28, 28) float32 in [0, 1]
            Normalized digits; n may be 0.

        Returns
        -------
        (n, 10) float32
            Probabilities of the digits; what a row's sum lacks of 1 is that of being none.
        """
        batches = [
            self._classify_batch(images[start : start + _MAX_BATCH])
            for start in range(0, len(images), _MAX_BATCH)
        ]
        return np.concatenate(batches) if batches else np.empty((0, CLASSES), np.float32)

    def _classify_batch(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        with self._lock:
            return self._network.run(images.reshape(-1, *self._taken))[:, :CLASSES]
