"""The networks, in Keras. Input (28, 28, 1) in [0, 1], output ten or eleven probabilities."""

from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitpad.core.errors import TrainingError
from digitpad.training.keras_files import explain_refusal

Images = NDArray[np.uint8]


def build_network(
    architecture: str, seed: int, classes: int = 10, standardized: Images | None = None
) -> keras.Model:
    """Build an untrained network.

    Parameters
    ----------
    architecture : str
        A key of `digitpad.training.config.ARCHITECTURES`.
    seed : int
        Of the weights.
    classes : int
        10, or 11 with one for what is no digit.
    standardized : (n, 28, 28) uint8 or None
        Training digits by whose mean and standard deviation inputs are standardised, in a first
        layer; None for no such layer.

    Returns
    -------
    keras.Model
        (n, 28, 28, 1) float32 -> (n, classes) probabilities.
    """
    keras.utils.set_random_seed(seed)
    # All weights of logistic regression may start as zeros, as its authors had it: there is
    # nothing to tell apart yet.
    kernel = "zeros" if architecture == "softmax" else "glorot_uniform"
    last = layers.Dense(
        classes, activation="softmax", kernel_initializer=kernel, name="probabilities"
    )
    first = [] if standardized is None else [_standardize(standardized)]
    inputs = layers.Input((28, 28, 1), name="digit_image")
    outputs = inputs
    for layer in (*first, *_BODIES[architecture](), last):
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
    weights = load_trained(file).get_weights()
    try:
        kernel, bias = network.layers[-1].get_weights()
        if kernel.shape[1] == weights[-2].shape[1] + 1:
            weights[-2] = np.concatenate([weights[-2], np.zeros_like(kernel[:, -1:])], axis=1)
            weights[-1] = np.concatenate([weights[-1], bias[-1:]])
        network.set_weights(weights)
    except (ValueError, TypeError, LookupError) as error:
        raise TrainingError(
            f"Training can't go on from “{file}”: it is no model of this architecture.",
            "Choose another model or architecture.",
        ) from error


def load_trained(file: Path) -> keras.Model:
    """Load a network that was trained before, and that runs no program when it is loaded.

    Raises
    ------
    TrainingError
        If the file is missing or damaged, or holds more than layers of numbers.
    """
    try:
        refusal = explain_refusal(file)
        if refusal is not None:
            raise TrainingError(
                f"Training can't go on from “{file}”: {refusal}.", "Choose another model."
            )
        return keras.models.load_model(file, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise TrainingError(
            f"Training can't go on from “{file}”: it is damaged, or no Keras file at all.",
            "Choose another model.",
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


def _standardize(images: Images) -> layers.Layer:
    """Subtract the mean image, divide by the one standard deviation of what is left."""
    scaled = images.astype(np.float32)[..., np.newaxis] / np.float32(255)
    mean = scaled.mean(axis=0)
    variance = np.full_like(mean, np.square(scaled - mean).mean())
    return layers.Normalization(axis=(1, 2, 3), mean=mean, variance=variance)


def _softmax() -> list[layers.Layer]:
    return [layers.Flatten()]


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


def _conv_pool() -> list[layers.Layer]:
    """469,514 parameters."""
    blocks = [
        layer
        for filters in (64, 32)
        for layer in (
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.AveragePooling2D(2),
            layers.Dropout(0.25),
        )
    ]
    return [
        *blocks,
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
    ]


def _digit_cnn() -> list[layers.Layer]:
    return [
        layers.Conv2D(32, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(1024, activation="relu"),
        layers.Dropout(0.5),
    ]


def _lenet_small() -> list[layers.Layer]:
    return [
        layers.Conv2D(12, 3, padding="same"),
        layers.MaxPooling2D(3, 2),
        layers.Conv2D(16, 3, padding="same"),
        layers.MaxPooling2D(3, 2),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(100, activation="relu"),
    ]


def _lenet_small_bn() -> list[layers.Layer]:
    return [
        layers.Conv2D(12, 3, padding="same"),
        layers.MaxPooling2D(3, 2),
        layers.BatchNormalization(momentum=0.9),
        layers.Conv2D(16, 3, padding="same"),
        layers.MaxPooling2D(3, 2),
        layers.BatchNormalization(momentum=0.9),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(100, activation="relu"),
    ]


_BODIES = {
    "default": _default,
    "softmax": _softmax,
    "lenet5": _lenet5,
    "conv_pool": _conv_pool,
    "digit_cnn": _digit_cnn,
    "lenet_small": _lenet_small,
    "lenet_small_bn": _lenet_small_bn,
}
