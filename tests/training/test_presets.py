"""The reference networks are those that were published."""

import pytest

from digitpad.training.config import ARCHITECTURES
from digitpad.training.presets import PRESETS

PUBLISHED = {
    "softmax": 7_850,
    "lenet5": 61_706,
    "conv_pool": 469_514,
    "digit_cnn": 1_111_946,
    "lenet_small": 176_286,
    "lenet_small_bn": 176_398,
}
"""Parameters; the last has four a channel more than the one before, for batch normalisation."""


def test_every_network_has_its_recipe() -> None:
    assert PRESETS.keys() == ARCHITECTURES.keys()
    assert all(preset.config.architecture == name for name, preset in PRESETS.items())
    assert {name for name, preset in PRESETS.items() if preset.reported} == set(PUBLISHED)


@pytest.mark.slow
@pytest.mark.usefixtures("network_library")
@pytest.mark.parametrize(("architecture", "parameters"), PUBLISHED.items())
def test_parameters_are_as_published(architecture: str, parameters: int) -> None:
    from digitpad.training.architectures import build_network
    from digitpad.training.export import describe_layers

    network = build_network(architecture, seed=1)

    assert network.count_params() == parameters
    layers = describe_layers(network)
    assert sum(layer["parameters"] for layer in layers) == parameters
    assert layers[-1] == {"kind": "Dense", "shape": [10], "parameters": layers[-1]["parameters"]}


@pytest.mark.slow
@pytest.mark.usefixtures("network_library")
def test_layers_of_the_largest_are_as_published() -> None:
    from digitpad.training.architectures import build_network
    from digitpad.training.export import describe_layers

    layers = describe_layers(build_network("conv_pool", seed=1))

    shapes = [tuple(layer["shape"]) for layer in layers if layer["kind"] == "Conv2D"]
    assert shapes == [(28, 28, 64), (28, 28, 64), (14, 14, 32), (14, 14, 32)]
    assert (1568,) in [tuple(layer["shape"]) for layer in layers]


@pytest.mark.slow
@pytest.mark.usefixtures("network_library")
def test_logistic_regression_starts_at_zero() -> None:
    from digitpad.training.architectures import build_network

    assert not any(weights.any() for weights in build_network("softmax", seed=1).get_weights())
