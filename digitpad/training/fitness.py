"""Whether a network made elsewhere can read digits here. Free of TensorFlow."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import INPUT_SHAPES, OUTPUT_SHAPES
from digitpad.core.errors import ModelError
from digitpad.core.litert import Network, Shape
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.training.validation import synthesize_allographs

SAMPLES = 198
"""Digits that are tried: every style of the world as often."""

FITTING = "Digits are images of 28 × 28 here, and answers ten probabilities."
"""What to tell whoever brings a network of another shape."""

_TOLERANCE = 0.01


class MisfitError(Exception):
    """A network can't read digits here.

    Parameters
    ----------
    reason : str
        Why, as the end of a sentence.
    hint : str
        What could be done about it; may be empty.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True, eq=False)
class SampleDigits:
    """Digits to try a network on.

    Parameters
    ----------
    images : (n, 28, 28) float32 in [0, 1]
        Normalized.
    labels : (n,) int
        What they show.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]

    @classmethod
    def draw(cls) -> "SampleDigits":
        """Return the same digits every time."""
        drawings = synthesize_allographs(SAMPLES)
        images = [normalize(rasterize(drawing.strokes)) for drawing in drawings]
        return cls(np.stack(images), np.array([drawing.label for drawing in drawings]))

    def count_right(self, answers: NDArray[np.float32]) -> int:
        """Return how many of them are read right.

        Parameters
        ----------
        answers : (n, 10 or 11) float32
            What the network says of each; the largest counts.
        """
        return int((answers.argmax(axis=1) == self.labels).sum())


def explain_misfit(inputs: Sequence[Shape], outputs: Sequence[Shape]) -> str | None:
    """Say why a network doesn't fit, as the end of a sentence, or None if it does.

    Parameters
    ----------
    inputs, outputs : sequence of tuple of int
        Their shapes, for one image; what may have any length is -1.
    """
    for what, shapes in (("input", inputs), ("output", outputs)):
        if len(shapes) != 1:
            return f"it has {len(shapes)} {what}s, not one"
    if inputs[0] not in INPUT_SHAPES:
        wanted = ", ".join(str(shape) for shape in INPUT_SHAPES[:-1])
        return f"it takes {inputs[0]} numbers, not {wanted} or {INPUT_SHAPES[-1]}"
    if outputs[0] not in OUTPUT_SHAPES:
        return f"it gives {outputs[0]} numbers, not one for each of the ten digits"
    return None


def are_probabilities(answers: NDArray[np.float32]) -> bool:
    """Return whether every row is a distribution."""
    is_part = (answers > -_TOLERANCE) & (answers < 1 + _TOLERANCE)
    return bool(is_part.all() and (abs(answers.sum(axis=1) - 1) < _TOLERANCE).all())


def try_litert(file: Path, samples: SampleDigits) -> int:
    """Read sample digits with a `.tflite` file, as it would be used.

    Parameters
    ----------
    file : Path
        The network.
    samples : SampleDigits
        What to read.

    Returns
    -------
    int
        How many are read right.

    Raises
    ------
    MisfitError
        If it is damaged or doesn't fit.
    """
    try:
        network = Network(file)
    except ModelError as error:
        raise MisfitError(
            "LiteRT can't load it: it is damaged, or needs more than LiteRT can"
        ) from error
    shapes = [shape[1:] for shape in network.shapes]
    misfit = explain_misfit(shapes[: network.inputs], shapes[network.inputs :])
    if misfit is not None:
        raise MisfitError(misfit, FITTING)
    if network.types != {np.float32}:
        found = " and ".join(sorted(np.dtype(kind).name for kind in network.types))
        raise MisfitError(
            f"its input and output are of {found}, not of float32",
            "Export it without quantizing those.",
        )
    answers = _answer_all(network, samples)
    if not are_probabilities(answers):
        raise MisfitError(
            "its answers are no probabilities, which lie between 0 and 1 and sum to 1",
            "End the network with a softmax.",
        )
    return samples.count_right(answers)


def _answer_all(network: Network, samples: SampleDigits) -> NDArray[np.float32]:
    try:
        answers = network.run(samples.images.reshape(-1, *network.shapes[0][1:]))
        if len(answers) == len(samples.images):
            return answers
    except (RuntimeError, ValueError):
        pass  # A step in it is made for one image.
    raise MisfitError("it can't read several digits at once", "Export it for batches of any size.")
