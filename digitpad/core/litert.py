"""LiteRT's interpreter, loaded from memory and without its notices."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from digitpad.core.errors import ModelError

Floats = NDArray[np.float32]
Shape = tuple[int, ...]

_notice_lock = threading.Lock()

# A delegate takes several steps at once, and none of them would be seen.
_RESOLVERS = {
    False: OpResolverType.AUTO,
    True: OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
}


@dataclass(frozen=True)
class Operation:
    """One step of a network.

    Parameters
    ----------
    kind : str
        As LiteRT calls it, “CONV_2D” say.
    weights : tuple of int
        The shape of its second input; empty if it has none.
    shape : tuple of int
        Of its output, for one picture.
    output : int
        The number of its output.
    """

    kind: str
    weights: Shape
    shape: Shape
    output: int


class Network:
    """One trained network of one input and one output.

    Parameters
    ----------
    file : Path
        A `.tflite` file.
    threads : int
        Cores to use for one call.
    keeps_steps : bool
        Whether what each step came to can be asked for; a call then takes several times as long.

    Raises
    ------
    ModelError
        If the file is missing or damaged.
    """

    def __init__(self, file: Path, threads: int = 1, keeps_steps: bool = False) -> None:
        try:
            # From memory, so that the file can be replaced or removed while it is in use.
            content = file.read_bytes()
            with _silence_notice():
                self._interpreter = Interpreter(
                    model_content=content,
                    num_threads=threads,
                    experimental_op_resolver_type=_RESOLVERS[keeps_steps],
                    experimental_preserve_all_tensors=keeps_steps,
                )
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

    def list_operations(self) -> list[Operation]:
        """List the network's steps in the order they are taken."""
        shapes = {
            int(tensor["index"]): tuple(int(n) for n in tensor["shape"])
            for tensor in self._interpreter.get_tensor_details()
        }
        # LiteRT has no public way to ask for this.
        return [
            Operation(
                kind=str(step["op_name"]),
                weights=shapes.get(int(step["inputs"][1]), ()) if len(step["inputs"]) > 1 else (),
                shape=shapes[int(step["outputs"][0])],
                output=int(step["outputs"][0]),
            )
            for step in self._interpreter._get_ops_details()
        ]

    def output_of(self, operation: Operation) -> Floats:
        """Return what a step came to in the last call, if the network keeps its steps."""
        values: Floats = self._interpreter.get_tensor(operation.output)
        return values


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
