"""Runs in this process: what they report, what they leave behind, how they end."""

import errno
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from digitpad.core.classifier import Classifier
from digitpad.core.errors import StorageError, TrainingError
from digitpad.training.config import ARCHITECTURES, TrainingConfig
from digitpad.training.data.datasets import load_mnist
from digitpad.training.evaluation import answer_images
from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    EpochEnded,
    Event,
    PaceMeasured,
    RunFinished,
    RunStopped,
    StatusChanged,
)
from digitpad.training.figures import summarize
from digitpad.training.model_card import KERAS_FILE, LITERT_FILE, ModelCard, find_damage
from tests.training.trainer_runs import MARKS, load_network, of_kind, run, with_settings

pytestmark = MARKS


class TestFinishedRun:
    def test_events_come_in_order(self, finished: tuple[list[Event], Path]) -> None:
        events, folder = finished
        passing = StatusChanged | PaceMeasured
        kinds = [type(event) for event in events if not isinstance(event, passing)]

        epoch = [*[BatchEnded] * 10, EpochEnded]
        assert kinds == [DataLoaded, *epoch * 3, RunFinished]
        assert isinstance(events[0], StatusChanged)
        assert of_kind(events, DataLoaded) == [DataLoaded(500, 100, 100, "MNIST")]
        assert events[-1].folder == folder / "candidate"

    def test_batches_and_epochs_are_numbered(self, finished: tuple[list[Event], Path]) -> None:
        batches = of_kind(finished[0], BatchEnded)
        epochs = of_kind(finished[0], EpochEnded)

        assert [(b.epoch, b.batch) for b in batches] == [
            (epoch, batch) for epoch in (1, 2, 3) for batch in range(1, 11)
        ]
        assert {b.batches for b in batches} == {10}
        assert [(e.epoch, e.epochs) for e in epochs] == [(1, 3), (2, 3), (3, 3)]
        assert epochs[-1].seconds_left == 0

    def test_batches_report_their_own_loss_and_accuracy(
        self, finished: tuple[list[Event], Path]
    ) -> None:
        for epoch in of_kind(finished[0], EpochEnded):
            batches = [b for b in of_kind(finished[0], BatchEnded) if b.epoch == epoch.epoch]

            assert np.mean([b.loss for b in batches]) == pytest.approx(epoch.loss, rel=1e-3)
            assert np.mean([b.accuracy for b in batches]) == pytest.approx(epoch.accuracy, abs=1e-3)
            assert all(
                b.accuracy * 50 == pytest.approx(round(b.accuracy * 50), abs=0.01) for b in batches
            )

    def test_it_learns(self, finished: tuple[list[Event], Path]) -> None:
        first, *_, last = of_kind(finished[0], EpochEnded)

        assert last.loss < first.loss
        assert last.validation_accuracy > 0.7
        assert finished[0][-1].accuracy_after > 0.7

    def test_before_is_what_the_baseline_reads(
        self, finished: tuple[list[Event], Path], config: TrainingConfig, mnist_file: Path
    ) -> None:
        assert config.baseline is not None
        answers = answer_images(load_mnist(mnist_file).test, Classifier(config.baseline))

        assert finished[0][-1].accuracy_before == summarize(answers).accuracy

    def test_the_candidate_is_whole(
        self, finished: tuple[list[Event], Path], mnist_file: Path
    ) -> None:
        candidate = finished[1] / "candidate"
        card = ModelCard.load(candidate)
        test = load_mnist(mnist_file).test

        assert sorted(file.name for file in candidate.iterdir()) == [
            "card.json",
            KERAS_FILE,
            LITERT_FILE,
        ]
        assert find_damage(candidate, card) is None
        assert (card.name, card.architecture, card.parameters) == ("tiny", "softmax", 7_850)
        assert card.metrics["mnist_test"] == finished[0][-1].accuracy_after
        assert card.metrics.keys() == {
            "mnist_test",
            "mnist_validation",
            "calibration_error_validation",
        }
        measured = summarize(answer_images(test, Classifier(candidate / LITERT_FILE)))
        assert measured.accuracy == finished[0][-1].accuracy_after
        assert [set(epoch) for epoch in card.history] == [
            {"loss", "accuracy", "val_loss", "val_accuracy"}
        ] * 3
        assert card.data["mnist_train"]["digits"] == 500
        assert card.command == "digitpad train --name tiny"

    def test_the_card_says_nothing_of_this_machines_folders(
        self, finished: tuple[list[Event], Path], mnist_file: Path
    ) -> None:
        text = (finished[1] / "candidate" / "card.json").read_text(encoding="utf-8")

        assert str(mnist_file.parent) not in text
        assert str(finished[1]) not in text
        assert json.loads(text)["config"]["epochs"] == 3

    def test_litert_reads_as_keras_does(
        self, finished: tuple[list[Event], Path], mnist_file: Path
    ) -> None:
        candidate = finished[1] / "candidate"
        images = load_mnist(mnist_file).train.images[:300].astype(np.float32) / np.float32(255)
        network = load_network(candidate / KERAS_FILE)
        classifier = Classifier(candidate / LITERT_FILE)

        for count in (1, 7, 300):
            expected = np.asarray(network(images[:count, ..., np.newaxis]))
            np.testing.assert_allclose(classifier.classify(images[:count]), expected, atol=1e-5)

    def test_the_last_two_checkpoints_are_kept(self, finished: tuple[list[Event], Path]) -> None:
        checkpoints = finished[1] / "checkpoints"

        assert sorted(file.name for file in checkpoints.iterdir()) == [
            "epoch-002.keras",
            "epoch-003.keras",
            "state.json",
        ]
        last = load_network(checkpoints / "epoch-003.keras").get_weights()
        candidate = load_network(finished[1] / "candidate" / KERAS_FILE).get_weights()
        for one, other in zip(last, candidate, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_network_is_exported_as_it_is(architecture: str, tmp_path: Path) -> None:
    from digitpad.training.architectures import build_network
    from digitpad.training.export import export_model

    network = build_network(architecture, seed=3)
    images = np.random.default_rng(1).uniform(0, 1, (9, 28, 28)).astype(np.float32)

    export_model(network, tmp_path)

    expected = np.asarray(network(images[..., np.newaxis]))
    found = Classifier(tmp_path / LITERT_FILE).classify(images)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    again = np.asarray(load_network(tmp_path / KERAS_FILE)(images[..., np.newaxis]))
    np.testing.assert_allclose(again, expected, atol=1e-6)


@pytest.fixture(scope="module")
def calibrated(
    config: TrainingConfig, tmp_path_factory: pytest.TempPathFactory, network_library: None
) -> Path:
    folder = tmp_path_factory.mktemp("run")
    run(with_settings(config, baseline=None, allographs=200, non_digits=300), folder)
    return folder / "candidate"


class TestKnowingWhatIsNoDigit:
    def test_the_network_has_an_output_more(self, calibrated: Path) -> None:
        scribble = np.zeros((1, 28, 28), np.float32)
        scribble[0, 4:24:3] = 1

        assert ModelCard.load(calibrated).parameters == 785 * 11
        assert Classifier(calibrated / LITERT_FILE).classify(scribble).shape == (1, 10)

    def test_the_card_has_the_figures(self, calibrated: Path) -> None:
        card = ModelCard.load(calibrated)
        metrics = card.metrics

        assert metrics["allographs_validation"] > 0.5
        assert metrics["digits_flagged_validation"] == pytest.approx(0.001, abs=0.001)
        assert 0.02 < metrics["no_digits_flagged_validation"] <= 1
        bins = card.data["reliability"]
        assert sum(part["count"] for part in bins) == 3100
        assert all(0 <= part["accuracy"] <= 1 for part in bins)


class TestGoingOn:
    def test_from_another_model(
        self, config: TrainingConfig, finished: tuple[list[Event], Path], tmp_path: Path
    ) -> None:
        start = finished[1] / "candidate" / KERAS_FILE

        events = run(with_settings(config, start=start, epochs=1, baseline=None), tmp_path)

        before = of_kind(finished[0], EpochEnded)
        assert of_kind(events, EpochEnded)[0].loss < before[1].loss

    def test_with_an_output_more(
        self, finished: tuple[list[Event], Path], network_library: None
    ) -> None:
        from digitpad.training.architectures import build_network, start_from

        network = build_network("softmax", seed=1, classes=11)
        start_from(network, finished[1] / "candidate" / KERAS_FILE)

        before = load_network(finished[1] / "candidate" / KERAS_FILE).get_weights()[0]
        np.testing.assert_array_equal(network.get_weights()[0][:, :10], before)

    @pytest.mark.parametrize("kind", ["another architecture", "no model", "missing"])
    def test_what_does_not_fit(
        self, finished: tuple[list[Event], Path], tmp_path: Path, kind: str
    ) -> None:
        from digitpad.training.architectures import build_network, start_from

        file = tmp_path / "no.keras"
        if kind == "another architecture":
            file = finished[1] / "candidate" / KERAS_FILE
        elif kind == "no model":
            file.write_bytes(b"no model at all")

        with pytest.raises(TrainingError, match="can't go on"):
            start_from(build_network("lenet5", seed=1), file)


def test_the_same_seed_gives_the_same_model(config: TrainingConfig, tmp_path: Path) -> None:
    varied = with_settings(config, augmentation="full", epochs=1, limit=120, baseline=None)
    weights = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        run(varied, folder)
        weights.append(load_network(folder / "candidate" / KERAS_FILE).get_weights())

    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_another_seed_gives_other_weights() -> None:
    from digitpad.training.architectures import build_network

    first, again, other = (build_network("lenet5", seed).get_weights()[0] for seed in (1, 1, 2))

    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


class TestStopping:
    @pytest.mark.parametrize("after", [1, 10, 13])
    def test_no_batch_follows_the_stop(
        self, config: TrainingConfig, tmp_path: Path, after: int
    ) -> None:
        from digitpad.training.trainer import train

        events: list[Event] = []

        def is_stopped() -> bool:
            return len(of_kind(events, BatchEnded)) >= after

        train(config, tmp_path, events.append, is_stopped)

        assert len(of_kind(events, BatchEnded)) == after
        assert events[-1] == RunStopped(after // 11)
        assert not (tmp_path / "candidate").exists()

    def test_checkpoints_of_whole_epochs_remain(
        self, config: TrainingConfig, tmp_path: Path
    ) -> None:
        from digitpad.training.trainer import train

        events: list[Event] = []
        train(config, tmp_path, events.append, lambda: len(of_kind(events, EpochEnded)) >= 2)

        assert events[-1] == RunStopped(2)
        files = sorted((tmp_path / "checkpoints").iterdir())
        assert [file.name for file in files] == ["epoch-001.keras", "epoch-002.keras", "state.json"]
        assert all(zipfile.ZipFile(file).testzip() is None for file in files[:2])

    def test_before_anything_happened(self, config: TrainingConfig, tmp_path: Path) -> None:
        assert run(config, tmp_path, lambda: True) == [RunStopped(0)]


def test_a_full_disk_is_told_and_leaves_no_half_checkpoint(
    config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_training = False

    def fail(descriptor: int) -> None:
        if is_training:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def is_stopped() -> bool:
        nonlocal is_training
        is_training = (tmp_path / "data.json").exists()
        return False

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError, match="No space left"):
        run(config, tmp_path, is_stopped)

    assert list((tmp_path / "checkpoints").iterdir()) == []
