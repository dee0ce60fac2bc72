"""Teaching the active model one's own digits, on the command line."""

import os
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.services.runs.records import RunCatalog
from digitpad.services.samples.store import SampleStore
from digitpad.training.config import TrainingConfig
from digitpad.training.events import ModelsCompared
from digitpad.training.learning.own_digits import OwnDigits
from tests.cli.conftest import Digitpad, run_at_once
from tests.samples import make_sample
from tests.written_digits import save_mnist

posix_only = pytest.mark.skipif(os.name == "nt", reason="scripts as POSIX has them")

LEARNED = (
    ModelsCompared("own", 20, 12, 19),
    ModelsCompared("own_learned", 80, 60, 80),
    ModelsCompared("mnist_test", 10_000, 9_968, 9_966),
    ModelsCompared("allographs", 3_000, 2_990, 2_991),
)
FORGOT = (LEARNED[0], ModelsCompared("mnist_test", 10_000, 9_968, 9_900))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return save_mnist(tmp_path / "data" / "mnist.npz").parent


@pytest.fixture
def samples() -> None:
    with SampleStore(paths.samples_file()) as store:
        store.add(make_sample(number) for number in range(40))


def config_of_the_run() -> TrainingConfig:
    (record,) = RunCatalog(paths.runs()).records()
    return record.config


def library() -> ModelLibrary:
    return ModelLibrary(paths.bundled_models(), paths.user_models())


@posix_only
@pytest.mark.usefixtures("samples")
class TestLearning:
    def test_the_model_that_learned_is_kept_and_judged(self, data: Path, tmp_path: Path) -> None:
        finished = run_at_once(tmp_path, "learn", "--data", data, "--name", "mine", events=LEARNED)

        assert (finished.returncode, finished.stdout) == (0, "")
        assert "Your digits, held back: 19 of 20 read right, 12 before" in finished.stderr
        assert "MNIST's test digits: 9,966 of 10,000 read right, 9,968 before" in finished.stderr
        assert "It learned your hand. It reads 19 of the 20" in finished.stderr
        assert "in the library as “mine”." in finished.stderr
        assert library().find("mine")
        assert library().active().name == "default"
        config = config_of_the_run()
        assert config.data == data / "mnist.npz" or config.data == data
        assert config.start == paths.bundled_models() / "default" / "model.keras"
        assert config.command == "digitpad learn --data data --name mine"
        assert config.learning is not None
        own = OwnDigits.load(config.learning.samples)
        assert len(own.train) + len(own.held_out) == 40

    def test_it_is_active_if_that_is_asked_for(self, data: Path, tmp_path: Path) -> None:
        finished = run_at_once(tmp_path, "learn", "--data", data, "--activate", events=LEARNED)

        assert ", and active." in finished.stderr
        assert library().active().name.startswith("my hand, ")

    def test_one_that_forgot_is_kept_and_not_made_active(self, data: Path, tmp_path: Path) -> None:
        finished = run_at_once(
            tmp_path, "learn", "--data", data, "--name", "mine", "--activate", events=FORGOT
        )

        assert finished.returncode == 0
        assert "It lost more than it learned. It misreads 68 more of others'" in finished.stderr
        assert "It isn't active: digitpad models activate “mine”" in finished.stderr
        assert library().find("mine")
        assert library().active().name == "default"

    def test_without_mnist_it_rehearses_what_ships(self, data: Path, tmp_path: Path) -> None:
        run_at_once(tmp_path, "learn", "--data", data, "--rehearse", "generated", events=LEARNED)

        config = config_of_the_run()
        assert config.data is None
        assert config.learning is not None
        assert config.learning.generator == paths.digit_generator()

    def test_it_goes_where_output_says(self, data: Path, tmp_path: Path) -> None:
        output = tmp_path / "new" / "model"

        run_at_once(tmp_path, "learn", "--data", data, "--output", output, events=LEARNED)

        assert (output / "model.tflite").exists()
        assert all(model.is_bundled for model in library().models())


class TestWrongUse:
    def test_without_samples_it_says_how_to_get_some(self, digitpad: Digitpad) -> None:
        finished = digitpad("learn")

        assert finished.returncode == 2
        assert "no digits to learn yet" in finished.stderr
        assert "Write a Set" in finished.stderr

    @pytest.mark.usefixtures("samples")
    def test_a_model_that_cannot_learn(self, digitpad: Digitpad) -> None:
        finished = digitpad("learn", "--model", "lenet5")

        assert finished.returncode == 2
        assert "reads but can't be trained further" in finished.stderr
        assert not list(paths.runs().glob("*"))

    @pytest.mark.usefixtures("samples")
    def test_data_that_is_not_there(self, digitpad: Digitpad, tmp_path: Path) -> None:
        finished = digitpad("learn", "--data", tmp_path)

        assert finished.returncode == 2
        assert "No MNIST data was found" in finished.stderr
        assert "--rehearse generated" in finished.stderr
