"""Networks, cut after their last pooling."""

import numpy as np
import pytest

from digitpad.training.config import ARCHITECTURES
from tests.training.trainer_runs import MARKS

pytestmark = MARKS


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_parts_of_a_network_say_what_it_says(architecture: str) -> None:
    from digitpad.training.architectures import build_network
    from digitpad.training.learning.head import split_network

    network = build_network(architecture, seed=3)
    images = np.random.default_rng(1).random((5, 28, 28), np.float32)
    split = split_network(network)

    features = split.find_features(images)
    assert (split.trunk is None) == (architecture == "softmax")
    assert features.ndim == 4
    said = split.head.predict(features, verbose=0)
    expected = network.predict(images[..., np.newaxis], verbose=0)
    np.testing.assert_allclose(said, expected, atol=1e-5)


def test_what_the_head_learned_is_put_back() -> None:
    import keras

    from digitpad.training.architectures import build_network
    from digitpad.training.learning.head import split_network

    network = build_network("default", seed=3)
    trunk = [layer.get_weights() for layer in network.layers[:14]]
    settings = network.get_config()
    split = split_network(network)
    for layer in split.head.layers:
        layer.set_weights([weights + 0.01 for weights in layer.get_weights()])
        assert not (isinstance(layer, keras.layers.Dropout) and layer.rate)
        assert not (isinstance(layer, keras.layers.BatchNormalization) and layer.trainable)
    images = np.random.default_rng(1).random((5, 28, 28), np.float32)
    before = network.predict(images[..., np.newaxis], verbose=0)
    split.put_back(split.head)

    said = network.predict(images[..., np.newaxis], verbose=0)
    assert not np.allclose(said, before, atol=1e-3)
    np.testing.assert_allclose(
        said, split.head.predict(split.find_features(images), verbose=0), atol=1e-5
    )
    for layer, weights in zip(network.layers, trunk, strict=False):
        for mine, theirs in zip(layer.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(mine, theirs)
    assert network.get_config() == settings


def test_what_is_no_chain_learns_as_a_whole() -> None:
    import keras

    from digitpad.training.learning.head import split_network

    inputs = keras.Input((28, 28, 1))
    pooled = keras.layers.MaxPooling2D(4)(inputs)
    twice = keras.layers.Add()([pooled, keras.layers.Conv2D(1, 1)(pooled)])
    outputs = keras.layers.Dense(10, "softmax")(keras.layers.Flatten()(twice))
    network = keras.Model(inputs, outputs)
    images = np.random.default_rng(1).random((5, 28, 28), np.float32)

    split = split_network(network)

    assert split.trunk is None
    before = network.predict(images[..., np.newaxis], verbose=0)
    np.testing.assert_allclose(
        split.head.predict(split.find_features(images), verbose=0), before, atol=1e-6
    )
    split.head.set_weights([weights + 0.3 for weights in split.head.get_weights()])
    np.testing.assert_array_equal(network.predict(images[..., np.newaxis], verbose=0), before)
    split.put_back(split.head)
    np.testing.assert_allclose(
        network.predict(images[..., np.newaxis], verbose=0),
        split.head.predict(images[..., np.newaxis], verbose=0),
        atol=1e-6,
    )
