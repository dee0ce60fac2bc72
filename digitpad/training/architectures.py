"""The networks, in Keras. Input (28, 28, 1) in [0, 1], output ten probabilities."""

import keras
from keras import layers


def build_network(architecture: str, seed: int) -> keras.Model:
    """Build an untrained network.

    Parameters
    ----------
    architecture : str
        A key of `digitpad.training.config.ARCHITECTURES`.
    seed : int
        Of the weights.

    Returns
    -------
    keras.Model
        (n, 28, 28, 1) float32 -> (n, 10) probabilities.
    """
    keras.utils.set_random_seed(seed)
    body = _BODIES[architecture]()
    inputs = layers.Input((28, 28, 1), name="digit_image")
    outputs = inputs
    for layer in (*body, layers.Dense(10, activation="softmax", name="probabilities")):
        outputs = layer(outputs)
    return keras.Model(inputs, outputs, name=architecture)


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
