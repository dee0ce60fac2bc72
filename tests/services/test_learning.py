"""Lessons, from the samples that were kept to a run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitpad.core.errors import ModelError, SampleError, TrainingError
from digitpad.services.learning import (
    Rehearsal,
    collect_own_digits,
    is_for_testing,
    prepare_learning,
)
from digitpad.services.models.catalog import Model
from digitpad.services.runs.changes import continue_run, resume_run
from digitpad.services.runs.records import RunCatalog
from digitpad.services.samples.store import SampleStore
from digitpad.training.config import TrainingConfig
from digitpad.training.events import RunFinished, to_line
from digitpad.training.learning.own_digits import OwnDigits
from digitpad.training.model_card import KERAS_FILE, LITERT_FILE, ModelCard
from digitpad.training.run_folder import CONFIG_FILE, EVENTS_FILE, RESULT_FILE, SAMPLES_FILE
from tests.run_folders import make_epoch
from tests.samples import make_sample
from tests.saved_models import save_model

REHEARSAL = Rehearsal(Path("mnist"), Path("rehearsal.npz"), Path("teacher.tflite"))


@pytest.fixture
def store(tmp_path: Path) -> SampleStore:
    return SampleStore(tmp_path / "samples.db")


@pytest.fixture
def model(tmp_path: Path) -> Model:
    folder = save_model(tmp_path / "default", "default")
    return Model("default", folder, ModelCard.load(folder), True)


class TestCollecting:
    def test_one_in_five_is_held_out(self, store: SampleStore) -> None:
        store.add(make_sample(number) for number in range(500))

        own = collect_own_digits(store)

        assert len(own.train) + len(own.held_out) == 500
        assert 70 < len(own.held_out) < 130
        for digits in (own.train, own.held_out):
            numbers = [
                int(image[0, 2:26].astype(bool) @ (1 << np.arange(24))) for image in digits.images
            ]
            assert digits.labels.tolist() == [number % 10 for number in numbers]

    def test_what_was_held_out_stays_so(self, store: SampleStore, tmp_path: Path) -> None:
        ids = store.add(make_sample(number) for number in range(100))
        before = collect_own_digits(store).held_out
        store.delete(ids[:20])
        store.add(make_sample(number) for number in range(100, 150))
        after = collect_own_digits(store).held_out

        def numbers(images: np.ndarray) -> set[bytes]:
            return {image.tobytes() for image in images}

        gone = {s.image.tobytes() for s in (make_sample(number) for number in range(20))}
        assert numbers(before.images) - gone <= numbers(after.images)
        learned = numbers(collect_own_digits(store).train.images)
        assert not numbers(before.images) & learned

    def test_a_single_one_is_learned(self, store: SampleStore) -> None:
        key = next(f"{n:032x}" for n in range(100) if is_for_testing(f"{n:032x}"))
        store.add([replace(make_sample(7), key=key)])

        own = collect_own_digits(store)

        assert (len(own.train), len(own.held_out)) == (1, 0)

    def test_without_any_it_says_what_to_do(self, store: SampleStore) -> None:
        with pytest.raises(SampleError, match="no digits to learn") as told:
            collect_own_digits(store)

        assert "Write a Set" in told.value.hint


class TestRun:
    def test_it_is_asked_for_as_it_shall_be(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        store.add(make_sample(number) for number in range(30))
        own = collect_own_digits(store)

        run = prepare_learning(model, own, REHEARSAL, tmp_path, "my hand", "digitpad learn")

        folder = run.folder
        assert folder.parent == tmp_path
        config = TrainingConfig.from_json(run.config.to_json())
        assert config == run.config
        assert config.start == model.folder / KERAS_FILE
        assert config.baseline == model.folder / LITERT_FILE
        assert (config.data, config.name) == (Path("mnist"), "my hand")
        assert config.learning is not None
        assert config.learning.samples == folder / SAMPLES_FILE
        found = OwnDigits.load(folder / SAMPLES_FILE)
        assert found.train.fingerprint() == own.train.fingerprint()

    def test_a_model_without_weights_to_train_is_refused(
        self, store: SampleStore, tmp_path: Path
    ) -> None:
        store.add([make_sample(1)])
        place = save_model(tmp_path / "finished", "finished", files=(LITERT_FILE,))
        finished = Model("finished", place, ModelCard.load(place), False)

        own = collect_own_digits(store)
        with pytest.raises(ModelError, match="reads but can't be trained further"):
            prepare_learning(finished, own, REHEARSAL, tmp_path / "runs", "my hand")

        assert not list((tmp_path / "runs").glob("*"))


class TestEndedRun:
    @pytest.fixture
    def folder(self, store: SampleStore, model: Model, tmp_path: Path) -> Path:
        store.add([make_sample(1)])
        own = collect_own_digits(store)
        run = prepare_learning(model, own, REHEARSAL, tmp_path / "runs", "my hand")
        folder = run.folder
        (folder / CONFIG_FILE).write_text(run.config.to_json())
        (folder / EVENTS_FILE).write_text(to_line(make_epoch(1, 10)) + "\n")
        return folder

    def test_one_that_was_killed_goes_on_with_what_it_began_with(self, folder: Path) -> None:
        (record,) = RunCatalog(folder.parent).records()
        run = resume_run(record, Path("another.tflite"))

        assert run.folder == folder
        assert run.config == record.config

    def test_a_finished_one_has_come_to_its_end(self, folder: Path) -> None:
        finished = RunFinished(folder / "candidate", 0.9, 0.9)
        (folder / RESULT_FILE).write_text(to_line(finished))
        (record,) = RunCatalog(folder.parent).records()

        assert not record.can_continue
        with pytest.raises(TrainingError, match="taught a model your digits"):
            continue_run(record, 20, None, folder.parent)
