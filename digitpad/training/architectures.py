"""The networks, in Keras. Input (28, 28, 1) in [0, 1], output ten or eleven probabilities."""

from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitpad.core.errors import TrainingError

Floats = NDArray[np.float32]


def build_network(architecture: str, seed: int, classes: int = 10) -> keras.Model:
    """Build an untrained network.

    Parameters
    ----------
    architecture : str
        A key of `digitpad.training.config.ARCHITECTURES`.
    seed : int
        Of the weights.
    classes : int
        10, or 11 with one for what is no digit.

    Returns
    -------
    keras.Model
        (n, 28, 28, 1) float32 -> (n, classes) probabilities.
    """
    keras.utils.set_random_seed(seed)
    body = _BODIES[architecture]()
    inputs = layers.Input((28, 28, 1), name="digit_image")
    outputs = inputs
    for layer in (*body, layers.Dense(classes, activation="softmax", name="probabilities")):
        outputs = layer(outputs)
    return keras.Model(inputs, outputs, name=architecture)


def start_from(network: keras.Model, file: Path) -> None:
    """Give a network the weights of one that was trained before.

    Parameters
    ----------
    network : keras.Model
        Changed in place. It may have wider layers than the other: then it answers as the other
        did, and what is new to it begins with small weights of its own.
    file : Path
        A `.keras` file of the same architecture.

    Raises
    ------
    TrainingError
        If it is none, of another architecture, or wider.

    References
    ----------
    Chen et al., "Net2Net: accelerating learning via knowledge transfer", 2016.
    """
    try:
        trained = keras.models.load_model(file, compile=False, safe_mode=True)
        widths, trained_widths = network.input_shape[-1], trained.input_shape[-1]
        for layer, before in zip(network.layers, trained.layers, strict=True):
            weights, known = layer.get_weights(), before.get_weights()
            for values, old in zip(weights, known, strict=True):
                _widen(values, old, widths, trained_widths)
            layer.set_weights(weights)
            if weights:
                widths, trained_widths = weights[0].shape[-1], known[0].shape[-1]
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise TrainingError(
            f"Training can't go on from “{file}”: it is no model of this architecture.",
            "Choose another model or architecture.",
        ) from error


def _widen(values: Floats, old: Floats, channels: int, old_channels: int) -> None:
    """Write the weights of a narrower layer into those of a wider one."""
    if values.ndim == 1:
        values[: len(old)] = old
        return
    # After flattening, channels change fastest.
    kernel = values.reshape(-1, channels, values.shape[-1])
    old_kernel = old.reshape(-1, old_channels, old.shape[-1])
    kernel[:, old_channels:, : old.shape[-1]] = 0
    kernel[:, :old_channels, : old.shape[-1]] = old_kernel


def _default() -> list[layers.Layer]:
    # A stride instead of the first pooling halves the time of a run and costs no accuracy.
    return [
        *_convolve(32),
        *_convolve(64, stride=2),
        *_convolve(80),
        *_convolve(80),
        layers.MaxPooling2D(),
        *_convolve(160),
        layers.Flatten(),
        layers.Dropout(0.3),
        # Batch normalisation learns the shift that a bias would.
        layers.Dense(160, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dropout(0.3),
    ]


def _convolve(filters: int, stride: int = 1) -> list[layers.Layer]:
    return [
        layers.Conv2D(filters, 3, strides=stride, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
    ]


def _lenet5() -> list[layers.Layer]:
    """LeCun et al., 1998, with ReLU and max pooling."""
    return [
        layers.ZeroPadding2D(2),
        layers.Conv2D(6, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
    ]


def _softmax() -> list[layers.Layer]:
    return [layers.Flatten()]


_BODIES = {"default": _default, "lenet5": _lenet5, "softmax": _softmax}
