"""Networks made elsewhere, with Keras as it is."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.training.conversion import convert
from digitpad.training.fitness import MisfitError, SampleDigits
from digitpad.training.model_card import KERAS_FILE, LITERT_FILE, ModelCard, find_damage

pytestmark = [
    pytest.mark.usefixtures("network_library"),
    # Theirs, not ours.
    pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning", "ignore:Stat:UserWarning"),
]

Build = Callable[[Any], Any]


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    (tmp_path / "candidate").mkdir()
    return tmp_path / "candidate"


def chain(keras: Any, shape: tuple[int, ...], *parts: Any) -> Any:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input(shape), *parts])


def classify(keras: Any) -> Any:
    return keras.layers.Dense(10, activation="softmax")


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def convolve(keras: Any) -> Any:
    inputs = keras.Input((28, 28, 1))
    layers = keras.layers
    found = layers.Conv2D(4, 3, activation="relu")(layers.RandomRotation(0.1)(inputs * 2.0))
    found = layers.Dropout(0.5)(layers.BatchNormalization()(found))
    return keras.Model(inputs, classify(keras)(layers.Flatten()(found)))


@pytest.mark.parametrize(
    ("build", "shape", "adapted"),
    [
        (convolve, (28, 28, 1), None),
        (
            lambda k: chain(k, (28, 28), k.layers.Flatten(), k.layers.Dense(10)),
            (28, 28),
            ["images are given as (28, 28)", "a softmax was added"],
        ),
        (
            lambda k: chain(k, (784,), k.layers.Rescaling(255.0), classify(k)),
            (784,),
            ["images are given as (784,)"],
        ),
    ],
    ids=["ours", "logits", "flat"],
)
def test_a_network_that_fits_answers_as_before(
    tmp_path: Path,
    candidate: Path,
    build: Build,
    shape: tuple[int, ...],
    adapted: list[str] | None,
) -> None:
    import keras

    network = build(keras)
    network.save(tmp_path / "theirs.keras")
    said: list[str] = []

    card = convert(tmp_path / "theirs.keras", candidate, said.append)

    assert card == ModelCard.load(candidate)
    assert find_damage(candidate, card) is None
    assert card.sha256.keys() == {KERAS_FILE, LITERT_FILE}
    assert (card.name, card.architecture) == ("theirs", "imported")
    assert card.parameters == network.count_params()
    assert card.config.get("adapted") == adapted
    assert card.metrics == {}
    assert [layer["kind"] for layer in card.layers][-1] == "Dense"
    assert said[-1] == "Reading sample digits"
    samples = SampleDigits.draw()
    answers = network.predict(samples.images.reshape(-1, *shape), verbose=0)
    if adapted and len(adapted) == 2:
        answers = softmax(answers)
    converted = Classifier(candidate / LITERT_FILE).classify(samples.images)
    np.testing.assert_allclose(converted, answers, atol=1e-4)
    assert card.data["samples"] == {"digits": 198, "right": samples.count_right(answers)}


def two_inputs(keras: Any) -> Any:
    inputs = [keras.Input((28, 28, 1)) for _ in range(2)]
    return keras.Model(inputs, classify(keras)(keras.layers.Flatten()(keras.layers.Add()(inputs))))


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda k: chain(k, (32, 32, 3), k.layers.Flatten(), classify(k)), "takes (32, 32, 3)"),
        (lambda k: chain(k, (None, None, 1), k.layers.GlobalMaxPooling2D(), classify(k)), "-1"),
        (lambda k: chain(k, (28, 28), classify(k)), "gives (28, 10) numbers"),
        (lambda k: chain(k, (784,), k.layers.Dense(5)), "gives (5,) numbers"),
        (
            lambda k: chain(k, (784,), k.layers.Dense(10, activation="sigmoid")),
            "neither probabilities nor logits",
        ),
        (
            lambda k: chain(k, (784,), k.layers.Rescaling(float("nan")), k.layers.Dense(10)),
            "neither probabilities nor logits",
        ),
        (two_inputs, "it has 2 inputs, not one"),
        (lambda k: chain(k, (784,), k.layers.Lambda(lambda x: x), classify(k)), "Lambda"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(
    tmp_path: Path, candidate: Path, build: Build, reason: str
) -> None:
    import keras

    build(keras).save(tmp_path / "theirs.keras")

    with pytest.raises(MisfitError) as caught:
        convert(tmp_path / "theirs.keras", candidate, lambda text: None)

    assert reason in caught.value.reason
    assert not list(candidate.iterdir())


def test_a_layer_of_ones_own_is_refused(tmp_path: Path, candidate: Path) -> None:
    import keras

    class Mine(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs

    chain(keras, (784,), Mine(), classify(keras)).save(tmp_path / "theirs.keras")

    with pytest.raises(MisfitError, match="“Mine” is not one of Keras's own"):
        convert(tmp_path / "theirs.keras", candidate, lambda text: None)


def test_weights_that_cant_be_read(tmp_path: Path, candidate: Path) -> None:
    file = tmp_path / "theirs.keras"
    with (
        zipfile.ZipFile(paths.bundled_models() / "default" / KERAS_FILE) as whole,
        zipfile.ZipFile(file, "w") as damaged,
    ):
        damaged.writestr("config.json", whole.read("config.json"))
        damaged.writestr("metadata.json", whole.read("metadata.json"))
        damaged.writestr("model.weights.h5", whole.read("model.weights.h5")[:9_999])

    with pytest.raises((MisfitError, OSError)):
        convert(file, candidate, lambda text: None)


class TestLitert:
    def test_one_that_fits_is_taken_as_it_is(self, tmp_path: Path, candidate: Path) -> None:
        import keras

        network = chain(keras, (28, 28), keras.layers.Flatten(), classify(keras))
        network.export(tmp_path / "theirs.tflite", format="litert", verbose=False)

        card = convert(tmp_path / "theirs.tflite", candidate, lambda text: None)

        assert card.sha256.keys() == {LITERT_FILE}
        assert find_damage(candidate, card) is None
        images = SampleDigits.draw().images
        np.testing.assert_allclose(
            Classifier(candidate / LITERT_FILE).classify(images),
            network.predict(images, verbose=0),
            atol=1e-5,
        )

    def test_logits_are_refused(self, tmp_path: Path, candidate: Path) -> None:
        import keras

        network = chain(keras, (784,), keras.layers.Dense(10))
        network.export(tmp_path / "theirs.tflite", format="litert", verbose=False)

        with pytest.raises(MisfitError, match="no probabilities") as caught:
            convert(tmp_path / "theirs.tflite", candidate, lambda text: None)
        assert "softmax" in caught.value.hint

    def test_whole_numbers_and_one_at_a_time_are_refused(
        self, tmp_path: Path, candidate: Path
    ) -> None:
        import tensorflow as tf

        def read_one(images: Any) -> Any:
            return tf.nn.softmax(tf.reshape(images, (1, 784))[:, :10])

        signature = [tf.TensorSpec((1, 28, 28, 1))]
        function = tf.function(read_one, input_signature=signature).get_concrete_function()
        converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
        (tmp_path / "one.tflite").write_bytes(converter.convert())
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: iter([[np.ones((1, 28, 28, 1), np.float32)]])
        converter.inference_input_type = converter.inference_output_type = tf.uint8
        (tmp_path / "whole.tflite").write_bytes(converter.convert())

        for name, reason in (("one", "several digits at once"), ("whole", "uint8, not of float32")):
            with pytest.raises(MisfitError, match=reason):
                convert(tmp_path / f"{name}.tflite", candidate, lambda text: None)

    @pytest.mark.parametrize("content", [b"", b"nothing", b"\0" * 5_000], ids=len)
    def test_what_is_no_network(self, tmp_path: Path, candidate: Path, content: bytes) -> None:
        (tmp_path / "theirs.tflite").write_bytes(content)

        with pytest.raises(MisfitError, match="LiteRT can't load it"):
            convert(tmp_path / "theirs.tflite", candidate, lambda text: None)
