from pathlib import Path

import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import ModelError
from digitpad.core.layout import Box
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.reading import Digit, Reading
from digitpad.services.lens import Lens
from digitpad.services.models.library import Model, ModelLibrary
from tests.networks import CLASSIFIER
from tests.written_digits import write, write_digit


@pytest.fixture
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), paths.user_models()).default()


@pytest.fixture
def seven() -> Digit:
    image = normalize(rasterize(write_digit("7")))
    return Digit(Box(1, 2, 3, 4), image, CLASSIFIER.classify(image[np.newaxis])[0])


def broken(model: Model, folder: Path) -> Model:
    folder.mkdir()
    (folder / "model.tflite").write_bytes(b"no network")
    return Model("mine", folder, model.card, is_bundled=False)


def test_a_digit_through_one_model(model: Model, seven: Digit) -> None:
    lens = Lens()

    assert [layer.maps.shape[0] for layer in lens.map_features(model, seven)] == [
        24,
        48,
        64,
        64,
        128,
    ]
    assert lens.measure_saliency(model, seven).label == 7


def test_a_drawing_and_a_digit_through_several(model: Model, seven: Digit, tmp_path: Path) -> None:
    lens = Lens()
    damaged = broken(model, tmp_path / "mine")
    other = ModelLibrary(paths.bundled_models(), tmp_path).add(model.folder, "other")

    of_drawing = Lens().compare([model, damaged, other], write("47"))
    of_digit = lens.compare([model, other], seven)

    first, error, second = of_drawing
    assert isinstance(error, ModelError)
    assert isinstance(first, Reading)
    assert isinstance(second, Reading)
    assert (first.text, second.text) == ("47", "47")
    assert first.elapsed_ms > 0
    for reading in of_digit:
        assert isinstance(reading, Reading)
        (digit,) = reading.digits
        assert (digit.symbol, digit.box, digit.image is seven.image) == ("7", seven.box, True)
        np.testing.assert_allclose(digit.probabilities, seven.probabilities, atol=1e-6)


def test_a_damaged_model_is_told(model: Model, seven: Digit, tmp_path: Path) -> None:
    damaged = broken(model, tmp_path / "mine")
    lens = Lens()

    with pytest.raises(ModelError, match="mine"):
        lens.map_features(damaged, seven)
    with pytest.raises(ModelError, match="mine"):
        lens.measure_saliency(damaged, seven)
