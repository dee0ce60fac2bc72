from pathlib import Path

import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.errors import ModelError
from digitpad.core.feature_maps import FeatureMapper
from digitpad.core.litert import Network
from digitpad.core.normalization import DigitImage, normalize
from digitpad.core.rasterization import rasterize
from tests.networks import NETWORK_FILES
from tests.written_digits import write_digit


@pytest.fixture(scope="module")
def four() -> DigitImage:
    return normalize(rasterize(write_digit("4")))


@pytest.fixture(scope="module")
def mapper() -> FeatureMapper:
    return FeatureMapper(NETWORK_FILES.classifier)


def test_every_convolution_of_the_bundled_model_in_its_order(
    mapper: FeatureMapper, four: DigitImage
) -> None:
    found = mapper.map_features(four)

    assert [layer.maps.shape for layer in found] == [
        (24, 26, 26),
        (48, 12, 12),
        (64, 10, 10),
        (64, 8, 8),
        (128, 2, 2),
    ]
    assert {layer.kernel for layer in found} == {(3, 3)}
    assert {layer.maps.dtype for layer in found} == {np.dtype(np.float32)}
    # Each ends with a ReLU.
    assert all(layer.maps.min() == 0 < layer.maps.max() for layer in found)


def test_the_first_maps_follow_the_ink(mapper: FeatureMapper, four: DigitImage) -> None:
    moved = np.roll(four, 2, axis=1)

    here, there = (mapper.map_features(image)[0].maps for image in (four, moved))

    np.testing.assert_allclose(there[:, :, 2:], here[:, :, :-2], atol=1e-4)


def test_what_was_found_is_not_changed_by_the_next_digit(
    mapper: FeatureMapper, four: DigitImage
) -> None:
    first = mapper.map_features(four)[0].maps
    kept = first.copy()

    mapper.map_features(np.zeros_like(four))

    np.testing.assert_array_equal(first, kept)


def test_a_network_that_keeps_its_steps_says_the_same(four: DigitImage) -> None:
    network = Network(NETWORK_FILES.classifier, keeps_steps=True)

    kept = network.run(four[np.newaxis, ..., np.newaxis])

    expected = Classifier(NETWORK_FILES.classifier).classify(four[np.newaxis])
    np.testing.assert_allclose(kept[:, :10], expected, atol=1e-5)


def test_what_is_no_network_for_digits_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "model.tflite"
    broken.write_bytes(b"no network")

    for file in (broken, tmp_path / "gone.tflite", paths.ink_network()):
        with pytest.raises(ModelError):
            FeatureMapper(file)
