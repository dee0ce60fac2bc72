"""The part of a network that learns a hand, and the part that stays as it is."""

import itertools
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_POOLING = (
    layers.MaxPooling2D,
    layers.AveragePooling2D,
    layers.GlobalMaxPooling2D,
    layers.GlobalAveragePooling2D,
)
_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class SplitNetwork:
    """A network, cut after its last pooling.

    What is in front finds strokes, which are the same in every hand, and costs most of the time:
    it is asked once for each image. What is behind decides which digit they make.

    Parameters
    ----------
    trunk : keras.Model or None
        (n, 28, 28, 1) -> features; None if the whole network learns.
    head : keras.Model
        A copy of the rest, to be trained: features -> probabilities. Nothing is dropped in it, and
        batch normalisation keeps its statistics: a few digits have none worth the name.
    network : keras.Model
        The whole.
    originals : tuple of keras.layers.Layer
        What the layers of the head were copied from, in order; empty if it is a copy of the whole.
    """

    trunk: keras.Model | None
    head: keras.Model
    network: keras.Model
    originals: tuple[layers.Layer, ...]

    def find_features(self, images: Floats) -> Floats:
        """Return what the head is given.

        Parameters
        ----------
        images : (n, 28, 28) float32 in [0, 1]
            Normalized digits.
        """
        inputs = images[..., np.newaxis]
        if self.trunk is None:
            return inputs
        return np.asarray(self.trunk.predict(inputs, batch_size=_AT_ONCE, verbose=0))

    def put_back(self, head: keras.Model) -> None:
        """Give the whole network the weights of a head that learned."""
        if not self.originals:
            self.network.set_weights(head.get_weights())
            return
        learned = [layer for layer in head.layers if not isinstance(layer, layers.InputLayer)]
        for original, layer in zip(self.originals, learned, strict=True):
            original.set_weights(layer.get_weights())


def split_network(network: keras.Model) -> SplitNetwork:
    """Cut a network after its last pooling; one that is no plain chain of layers stays whole.

    Parameters
    ----------
    network : keras.Model
        (n, 28, 28, 1) -> (n, classes).
    """
    chain = network.layers
    if not _is_chain(chain):
        whole = keras.models.clone_model(network, clone_function=_copy_layer)
        whole.set_weights(network.get_weights())
        return SplitNetwork(None, whole, network, ())
    pooled = [number for number, layer in enumerate(chain) if isinstance(layer, _POOLING)]
    cut = pooled[-1] if pooled else 0
    trunk = keras.Model(network.input, chain[cut].output) if pooled else None
    inputs = layers.Input(chain[cut].output.shape[1:])
    outputs = inputs
    for layer in chain[cut + 1 :]:
        copy = _copy_layer(layer)
        outputs = copy(outputs)
        copy.set_weights(layer.get_weights())
    return SplitNetwork(trunk, keras.Model(inputs, outputs), network, tuple(chain[cut + 1 :]))


def _is_chain(chain: list[layers.Layer]) -> bool:
    """Return whether each layer takes what the one before gives, and nothing else."""
    if not isinstance(chain[0], layers.InputLayer):
        return False
    return all(
        not isinstance(layer, keras.Model) and layer.input is before.output
        for before, layer in itertools.pairwise(chain)
    )


def _copy_layer(layer: layers.Layer) -> layers.Layer:
    copy = type(layer).from_config(layer.get_config())
    if isinstance(copy, layers.BatchNormalization):
        copy.trainable = False
    if hasattr(copy, "rate"):  # Whatever drops or disturbs.
        copy.rate = 0.0
    return copy
