import importlib
import warnings
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.training.config import TrainingConfig
from digitpad.training.events import Event
from digitpad.training.model_card import LITERT_FILE
from tests.training.trainer_runs import run
from tests.written_digits import save_mnist


@pytest.fixture(scope="session")
def network_library() -> None:
    """Import TensorFlow, for the tests that need it and no others."""
    with warnings.catch_warnings():
        # Theirs, not ours.
        warnings.simplefilter("ignore")
        importlib.import_module("digitpad.training.trainer")
        split_processor()


def split_processor() -> None:
    """Let TensorFlow see two processors; it has to hear of that before it computes anything."""
    import tensorflow as tf

    (processor,) = tf.config.list_physical_devices("CPU")
    halves = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(processor, halves)


@pytest.fixture(scope="session")
def npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tinier one: 40 digits to train on, 10 to test on."""
    return save_mnist(tmp_path_factory.mktemp("npz") / "mnist.npz", train=40, test=10)


@pytest.fixture(scope="session")
def config(mnist_file: Path) -> TrainingConfig:
    """Settings of a run of a second or two."""
    return TrainingConfig(
        architecture="softmax",
        epochs=3,
        batch_size=50,
        learning_rate=0.01,
        schedule="constant",
        augmentation="none",
        data=mnist_file,
        baseline=paths.bundled_models() / "default" / LITERT_FILE,
        name="tiny",
        command="digitpad train --name tiny",
    )


@pytest.fixture(scope="session")
def finished(
    config: TrainingConfig, tmp_path_factory: pytest.TempPathFactory, network_library: None
) -> tuple[list[Event], Path]:
    """What that run reported, and its folder: to look at, and to copy."""
    folder = tmp_path_factory.mktemp("finished")
    return run(config, folder), folder
