"""Digit images -> probabilities, on LiteRT."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitpad.core.errors import ModelError
from digitpad.core.normalization import SIDE_PX

CLASSES = 10
"""One a digit, 0 to 9."""

_notice_lock = threading.Lock()
_MAX_BATCH = 256  # Bounds the memory of the network's inner layers.


class Classifier:
    """One trained network, ready to read.

    Safe to call from several threads; calls wait for each other.

    Parameters
    ----------
    model_path : Path
        A `.tflite` file: (n, 28, 28, 1) float32 in [0, 1] in; out (n, 10) probabilities, or
        (n, 11) with that of being no digit last.
    threads : int
        Cores to use for one call. One digit is fastest on one.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or of another shape.
    """

    def __init__(self, model_path: Path, threads: int = 1) -> None:
        self._lock = threading.Lock()
        self._batch = 1
        try:
            # From memory, so that the file can be replaced or removed while it is in use.
            content = model_path.read_bytes()
            with _silence_notice():
                self._interpreter = Interpreter(model_content=content, num_threads=threads)
                self._interpreter.allocate_tensors()
            inputs = self._interpreter.get_input_details()
            outputs = self._interpreter.get_output_details()
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The model “{model_path.parent.name}” can't be loaded: {model_path.name} is "
                "missing or damaged.",
                "Choose another model in the Model menu, or reinstall digitpad.",
            ) from error
        shapes = [tuple(int(n) for n in tensor["shape"]) for tensor in (*inputs, *outputs)]
        types = {tensor["dtype"] for tensor in (*inputs, *outputs)}
        fitting = [[(1, SIDE_PX, SIDE_PX, 1), (1, n)] for n in (CLASSES, CLASSES + 1)]
        if shapes not in fitting or types != {np.float32}:
            raise ModelError(
                f"The model “{model_path.parent.name}” does not fit: it maps {shapes}, not "
                f"(1, {SIDE_PX}, {SIDE_PX}, 1) to (1, {CLASSES}) or (1, {CLASSES + 1}).",
                "Choose another model in the Model menu.",
            )
        self._input = int(inputs[0]["index"])
        self._output = int(outputs[0]["index"])

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
            if len(images) != self._batch:
                shape = [len(images), SIDE_PX, SIDE_PX, 1]
                self._interpreter.resize_tensor_input(self._input, shape)
                self._interpreter.allocate_tensors()
                self._batch = len(images)
            batch = np.ascontiguousarray(images, np.float32)[..., np.newaxis]
            self._interpreter.set_tensor(self._input, batch)
            self._interpreter.invoke()
            output: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
            return output[:, :CLASSES]


@contextmanager
def _silence_notice() -> Iterator[None]:
    """Keep LiteRT from announcing its CPU delegate on standard error; it has no setting for it."""
    with _notice_lock, Path(os.devnull).open("wb") as nowhere:
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
