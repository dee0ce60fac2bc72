import importlib
import warnings
from pathlib import Path

import pytest

from tests.written_digits import save_mnist


@pytest.fixture(scope="session")
def network_library() -> None:
    """Import TensorFlow, for the tests that need it and no others."""
    with warnings.catch_warnings():
        # Theirs, not ours.
        warnings.simplefilter("ignore")
        importlib.import_module("digitpad.training.trainer")


@pytest.fixture(scope="session")
def mnist_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small MNIST: 600 digits to train on, 100 to test on."""
    return save_mnist(tmp_path_factory.mktemp("mnist") / "mnist.npz")
