"""No screen, a home of its own for each test, and the data folder when there is one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from digitpad import paths
from tests.rights import ordinary_rights
from tests.written_digits import save_mnist

# How quick a machine is, and what else it does, is no fault of the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

if "DIGITPAD_TEST_DISPLAY" not in os.environ:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

# Before anything imports TensorFlow. Where a processor has AVX512-VNNI it takes oneDNN, which
# mixes up the replicas of two processors in one process ("input depth must be evenly divisible by
# filter depth: 1 vs 6"), and rounds otherwise than elsewhere.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

_DATA = os.environ.get("DIGITPAD_DATA")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's files, Keras's included, out of the test and the test's out of theirs.

    Data sets too: a test sees them only when it asks for `data_folder`.
    """
    folder = tmp_path / "home"
    monkeypatch.setenv("DIGITPAD_HOME", str(folder))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("DIGITPAD_DATA", raising=False)
    return folder


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder with MNIST, pen digits and photographs, named by `DIGITPAD_DATA`."""
    if _DATA and Path(_DATA).is_dir():
        return Path(_DATA).absolute()
    missing = f"DIGITPAD_DATA names no folder: {_DATA!r}"
    if os.environ.get("DIGITPAD_REQUIRE_DATA") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def mnist_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small MNIST, alone in its folder: 600 digits to train on, 100 to test on."""
    return save_mnist(tmp_path_factory.mktemp("mnist") / "mnist.npz")


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with a picture, `7.png`, that may neither be looked into nor written to."""
    folder = tmp_path / "closed"
    folder.mkdir()
    shutil.copy(paths.assets() / "examples" / "7-drawn.png", folder / "7.png")
    folder.chmod(0)
    with ordinary_rights():
        yield folder
    folder.chmod(0o700)
