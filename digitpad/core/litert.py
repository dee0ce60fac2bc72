"""LiteRT's interpreter, loaded from memory and without its notices."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitpad.core.errors import ModelError

Floats = NDArray[np.float32]
Shape = tuple[int, ...]

_notice_lock = threading.Lock()


class Network:
    """One trained network of one input and one output.

    Parameters
    ----------
    file : Path
        A `.tflite` file.
    threads : int
        Cores to use for one call.

    Raises
    ------
    ModelError
        If the file is missing or damaged.
    """

    def __init__(self, file: Path, threads: int = 1) -> None:
        try:
            # From memory, so that the file can be replaced or removed while it is in use.
            content = file.read_bytes()
            with _silence_notice():
                self._interpreter = Interpreter(model_content=content, num_threads=threads)
                self._interpreter.allocate_tensors()
            inputs = self._interpreter.get_input_details()
            tensors = [*inputs, *self._interpreter.get_output_details()]
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The model “{file.parent.name}” can't be loaded: {file.name} is "
                "missing or damaged.",
                "Choose another model in the Model menu, or reinstall digitpad.",
            ) from error
        self.shapes = tuple(tuple(int(n) for n in tensor["shape"]) for tensor in tensors)
        """Of the input and the output, for one picture."""
        self.inputs = len(inputs)
        """How many of the shapes are of inputs; 1 in every network of ours."""
        self.types = {tensor["dtype"] for tensor in tensors}
        self._input, self._output = int(tensors[0]["index"]), int(tensors[-1]["index"])
        self._shape = self.shapes[0]

    def run(self, batch: Floats) -> Floats:
        """Return the output for a batch; its shape may be another each time."""
        if batch.shape != self._shape:
            self._interpreter.resize_tensor_input(self._input, list(batch.shape))
            self._interpreter.allocate_tensors()
            self._shape = batch.shape
        self._interpreter.set_tensor(self._input, np.ascontiguousarray(batch, np.float32))
        self._interpreter.invoke()
        output: Floats = self._interpreter.get_tensor(self._output)
        return output


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
