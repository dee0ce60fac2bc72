"""What the convolutions of a network make of one digit."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.litert import Network
from digitpad.core.normalization import DigitImage

_CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """What one convolution made of a digit.

    Parameters
    ----------
    kernel : (int, int)
        Height and width of what it looks at, in pixels of its input.
    maps : (n, H, W) float32
        One a filter, after the activation that is part of the convolution.
    """

    kernel: tuple[int, int]
    maps: NDArray[np.float32]


class FeatureMapper:
    """Shows how a network sees a digit, convolution by convolution.

    Parameters
    ----------
    model_path : Path
        A `.tflite` file, as `Classifier` takes it.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or of another shape.
    """

    def __init__(self, model_path: Path) -> None:
        Classifier(model_path)  # Refuses what is no network for digits.
        self._network = Network(model_path, keeps_steps=True)
        self._steps = [
            step for step in self._network.list_operations() if step.kind in _CONVOLUTIONS
        ]

    def map_features(self, image: DigitImage) -> tuple[FeatureMaps, ...]:
        """Look at one digit.

        Parameters
        ----------
        image : (28, 28) float32 in [0, 1]
            A normalized digit.

        Returns
        -------
        tuple of FeatureMaps
            One a convolution, the first one first; empty if the network has none.
        """
        self._network.run(image[np.newaxis, ..., np.newaxis])
        return tuple(
            FeatureMaps(
                kernel=(step.weights[1], step.weights[2]),
                maps=np.moveaxis(self._network.output_of(step)[0], -1, 0).astype(np.float32),
            )
            for step in self._steps
        )
