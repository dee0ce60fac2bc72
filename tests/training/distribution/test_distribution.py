"""Runs on two devices of this machine: they learn what one does."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitpad.core.errors import TrainingError
from digitpad.training.config import MIRRORED, MULTI_WORKER, SINGLE, TrainingConfig
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    Event,
    PaceMeasured,
    RunFinished,
    RunStopped,
    StatusChanged,
)
from digitpad.training.model_card import KERAS_FILE
from tests.training.trainer_runs import MARKS, load_network, of_kind, run, with_settings

pytestmark = MARKS


def weights_of(folder: Path) -> list[np.ndarray]:
    return load_network(folder / "candidate" / KERAS_FILE).get_weights()


def assert_alike(weights: list[np.ndarray], others: list[np.ndarray]) -> None:
    for mine, theirs in zip(weights, others, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)


def test_two_devices_learn_what_one_does(config: TrainingConfig, tmp_path: Path) -> None:
    # The last batch has one digit: there is none for the second device.
    plain = with_settings(
        config,
        architecture="lenet5",
        epochs=2,
        batch_size=33,
        limit=120,
        learning_rate=0.001,
        has_histograms=True,
        baseline=None,
    )
    single = run(plain, tmp_path / SINGLE)
    mirrored = run(with_settings(plain, strategy=MIRRORED), tmp_path / MIRRORED)

    assert mirrored[0] == StatusChanged("Training on the processor alone: TensorFlow found no GPU")
    assert kinds_of(mirrored[1:]) == kinds_of(single)
    assert isinstance(mirrored[-1], RunFinished)
    for kind in (BatchEnded, EpochEnded):
        for mine, theirs in zip(of_kind(mirrored, kind), of_kind(single, kind), strict=True):
            assert mine.loss == pytest.approx(theirs.loss, abs=1e-3)
            assert mine.accuracy == pytest.approx(theirs.accuracy, abs=1e-3)
    assert_alike(weights_of(tmp_path / MIRRORED), weights_of(tmp_path / SINGLE))
    files = {name: names_in(tmp_path / name) for name in (SINGLE, MIRRORED)}
    assert files[MIRRORED] == files[SINGLE]


def kinds_of(events: list[Event]) -> list[type]:
    # How often the pace is measured follows from the clock.
    return [type(event) for event in events if not isinstance(event, PaceMeasured)]


def names_in(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if "tfevents" not in f.name)


def test_batch_normalisation_sees_the_whole_batch(config: TrainingConfig) -> None:
    single, mirrored = (learn_normalized(strategy) for strategy in (SINGLE, MIRRORED))

    assert_alike(mirrored.get_weights(), single.get_weights())
    assert not any(getattr(layer, "synchronized", False) for layer in mirrored.layers)


def learn_normalized(strategy: str) -> Any:
    """Train a network without dropout, whose last batch is one digit."""
    import keras

    from digitpad.training.data.augmentation import NONE
    from digitpad.training.data.batches import Mixture, TrainingBatches
    from digitpad.training.data.datasets import LabelledImages
    from digitpad.training.distribution.devices import find_devices
    from digitpad.training.reporter import Reporter
    from digitpad.training.validation import build_validation

    rng = np.random.default_rng(1)
    images = LabelledImages(
        rng.integers(0, 256, (41, 28, 28), np.uint8), rng.integers(0, 10, 41).astype(np.uint8)
    )
    devices = find_devices(strategy, Reporter(print, bool))
    keras.utils.set_random_seed(1)
    with devices.scope():
        layers = [
            keras.layers.Conv2D(4, 5, strides=3, use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
        network = keras.Sequential([keras.Input((28, 28, 1)), *layers])
        # Plain descent: Adam would blow up the last bits of gradients that are nearly nothing.
        network.compile(keras.optimizers.SGD(0.01), loss="sparse_categorical_crossentropy")
    batches = TrainingBatches(Mixture(images), NONE, batch_size=20, seed=1)
    devices.fit(network, batches, build_validation(images, (), 0, 0), range(2), [])
    return network


def test_each_device_drops_units_of_its_own() -> None:
    import keras
    import tensorflow as tf

    from digitpad.training.distribution.devices import find_devices
    from digitpad.training.distribution.fit import _Replicas
    from digitpad.training.reporter import Reporter

    devices = find_devices(MIRRORED, Reporter(print, bool))
    with devices.scope():
        network = keras.Sequential([keras.Input((1000,)), keras.layers.Dropout(0.5, seed=1)])
        network.compile("sgd", "mse")
        strategy = tf.distribute.get_strategy()
    _Replicas(strategy, network).tell_dropout_apart()

    kept = strategy.run(lambda: network(tf.ones((1, 1000)), training=True)).values

    first, second = (np.asarray(values) > 0 for values in kept)
    assert 0.4 < np.mean(first == second) < 0.6


def test_a_stop_ends_it_within_a_batch(config: TrainingConfig, tmp_path: Path) -> None:
    from digitpad.training.trainer import train

    events: list[Event] = []
    mirrored = with_settings(config, strategy=MIRRORED)
    train(mirrored, tmp_path, events.append, lambda: len(of_kind(events, BatchEnded)) >= 13)

    assert len(of_kind(events, BatchEnded)) == 13
    assert events[-1] == RunStopped(1)


def test_machines_that_nobody_named(
    config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)

    with pytest.raises(TrainingError, match="names no machines"):
        run(with_settings(config, strategy=MULTI_WORKER), tmp_path)


class TestSharingARun:
    def test_settings_and_files_come_from_the_first(
        self, config: TrainingConfig, tmp_path: Path
    ) -> None:
        from digitpad.training.distribution.devices import _pack, _unpack

        run(with_settings(config, epochs=1), tmp_path)
        start = tmp_path / "candidate" / KERAS_FILE
        content = io.BytesIO()
        _pack(with_settings(config, start=start, pen_data=Path("theirs")), tmp_path, content)
        own = TrainingConfig(data=Path("mine"), pen_data=Path("my pen"), epochs=9)

        received = _unpack(content.getvalue(), own, tmp_path / "part")

        expected = {"data": own.data, "pen_data": own.pen_data, "baseline": None}
        assert received == with_settings(config, start=received.start, **expected)
        assert received.start is not None
        assert received.start.read_bytes() == start.read_bytes()
        theirs, mine = (names_in(f / "checkpoints") for f in (tmp_path, tmp_path / "part"))
        assert mine == theirs

    def test_bytes_come_as_they_were(self) -> None:
        content = bytes(range(256)) * 3

        assert machine(0)._share(content) == content

    def test_other_data_is_refused(self) -> None:
        machine(0).require_same("data", "0123")
        with pytest.raises(TrainingError, match="other data than the first"):
            machine(1).require_same("data", "0123")


def machine(number: int) -> Any:
    from digitpad.training.distribution.cluster import Cluster
    from digitpad.training.distribution.devices import Machines, _mirror

    return Machines(_mirror(), Cluster(("first:1", "second:1"), number))
