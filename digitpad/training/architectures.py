"""The networks, in Keras. Input (28, 28, 1) in [0, 1], output ten or eleven probabilities."""

from pathlib import Path

import keras
import numpy as np
from keras import layers

from digitpad.core.errors import TrainingError


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
        Changed in place. If it has an output more than the other, that one begins as improbable.
    file : Path
        A `.keras` file of the same architecture.

    Raises
    ------
    TrainingError
        If it is none, or of another architecture.
    """
    try:
        weights = keras.models.load_model(file, compile=False, safe_mode=True).get_weights()
        kernel, bias = network.layers[-1].get_weights()
        if kernel.shape[1] == weights[-2].shape[1] + 1:
            weights[-2] = np.concatenate([weights[-2], np.zeros_like(kernel[:, -1:])], axis=1)
            weights[-1] = np.concatenate([weights[-1], bias[-1:]])
        network.set_weights(weights)
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise TrainingError(
            f"Training can't go on from “{file}”: it is no model of this architecture.",
            "Choose another model or architecture.",
        ) from error


def _default() -> list[layers.Layer]:
    # A stride instead of the first pooling halves the time of a run and costs no accuracy.
    return [
        *_convolve(24),
        *_convolve(48, stride=2),
        *_convolve(64),
        *_convolve(64),
        layers.MaxPooling2D(),
        *_convolve(128),
        layers.Flatten(),
        layers.Dropout(0.3),
        # Batch normalisation learns the shift that a bias would.
        layers.Dense(128, use_bias=False),
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
