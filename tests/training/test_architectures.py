from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitpad.core.errors import TrainingError


# Keras's own, against NumPy.
pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")


@pytest.fixture(autouse=True)
def _library(network_library: None) -> None:
    """All tests here build networks."""


def _narrow_and_wide() -> tuple[Any, Any]:
    import keras
    from keras import layers

    def build(filters: int, units: int) -> keras.Model:
        inputs = layers.Input((28, 28, 1))
        x = layers.Conv2D(filters, 3, strides=4, use_bias=False)(inputs)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.Conv2D(2 * filters, 3)(x)
        x = layers.Dense(units, activation="relu")(layers.Flatten()(x))
        return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

    keras.utils.set_random_seed(7)
    return build(3, 6), build(5, 8)


def test_a_wider_network_answers_as_the_one_it_starts_from(tmp_path: Path) -> None:
    from digitpad.training.architectures import start_from

    narrow, wide = _narrow_and_wide()
    # Moving averages as after a training, not 0 and 1.
    narrow.set_weights([values + np.float32(0.1) for values in narrow.get_weights()])
    narrow.save(tmp_path / "narrow.keras")
    images = np.random.default_rng(5).random((16, 28, 28, 1), np.float32)
    before = wide.predict(images, verbose=0)

    start_from(wide, tmp_path / "narrow.keras")

    expected = narrow.predict(images, verbose=0)
    found = wide.predict(images, verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.abs(before - expected).max() > 0.01


def test_a_narrower_network_cannot_start_from_a_wider(tmp_path: Path) -> None:
    from digitpad.training.architectures import start_from

    narrow, wide = _narrow_and_wide()
    wide.save(tmp_path / "wide.keras")

    with pytest.raises(TrainingError, match="can't go on"):
        start_from(narrow, tmp_path / "wide.keras")
