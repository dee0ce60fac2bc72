"""A run that was stopped or killed goes on as if nothing had happened."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitpad.core.errors import TrainingError
from digitpad.training.config import TrainingConfig
from digitpad.training.events import BatchEnded, EpochEnded, Event, RunFinished, RunResumed
from digitpad.training.model_card import KERAS_FILE, ModelCard
from tests.training.trainer_runs import MARKS, load_network, of_kind, run

pytestmark = MARKS


@pytest.fixture(scope="module")
def varied(config: TrainingConfig) -> TrainingConfig:
    """Everything that has a state of its own: dropout, batch statistics, schedule, variations."""
    return replace(
        config,
        architecture="lenet_small_bn",
        augmentation="light",
        schedule="cosine",
        epochs=5,
        epoch_steps=4,
        limit=240,
        baseline=None,
    )


@pytest.fixture
def folder(finished: tuple[list[Event], Path], tmp_path: Path) -> Path:
    """The folder of a run that has finished."""
    return shutil.copytree(finished[1], tmp_path / "run")


def weights_of(folder: Path) -> list[np.ndarray]:
    return load_network(folder / "candidate" / KERAS_FILE).get_weights()


def history_of(folder: Path) -> list[dict[str, float]]:
    return list(ModelCard.load(folder / "candidate").history)


def test_it_ends_as_one_that_was_never_stopped(varied: TrainingConfig, tmp_path: Path) -> None:
    # In the middle of the third epoch.
    check_ends_alike(varied, run(varied, tmp_path / "whole"), tmp_path / "whole", tmp_path, 11)


def test_one_that_was_stopped_within_its_first_epoch_begins_anew(
    config: TrainingConfig, finished: tuple[list[Event], Path], tmp_path: Path
) -> None:
    check_ends_alike(config, *finished, tmp_path, 2)


def check_ends_alike(
    config: TrainingConfig, expected: list[Event], whole: Path, tmp_path: Path, batches: int
) -> None:
    """Stop a run after so many batches, go on with it, and compare it to one that was not."""
    from digitpad.training.trainer import train

    resumed = tmp_path / "resumed"
    before: list[Event] = []
    train(config, resumed, before.append, lambda: len(of_kind(before, BatchEnded)) >= batches)
    after = run(config, resumed)

    epochs = of_kind(expected, EpochEnded)
    done = batches // of_kind(before, BatchEnded)[0].batches
    assert of_kind(after, RunResumed) == ([RunResumed(done)] if done else [])
    assert [e.epoch for e in of_kind(after, EpochEnded)] == [e.epoch for e in epochs[done:]]
    for one, other in zip(of_kind(after, EpochEnded), epochs[done:], strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-4)
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-4)
    assert len(history_of(resumed)) == len(epochs) == config.epochs
    for mine, theirs in zip(weights_of(resumed), weights_of(whole), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_one_that_was_killed_while_it_was_saved_saves_again(
    config: TrainingConfig, folder: Path
) -> None:
    (folder / "candidate" / KERAS_FILE).write_bytes(b"half")

    events = run(config, folder)

    assert not of_kind(events, BatchEnded)
    assert isinstance(events[-1], RunFinished)
    assert len(history_of(folder)) == 3
    assert len(weights_of(folder)) == 2


def test_other_data_is_refused(config: TrainingConfig, npz: Path, folder: Path) -> None:
    with pytest.raises(TrainingError, match="its data is not what it was"):
        run(replace(config, data=npz), folder)


@pytest.mark.parametrize("damage", ["state", "checkpoint"])
def test_damage_is_told(config: TrainingConfig, folder: Path, damage: str) -> None:
    name = "state.json" if damage == "state" else "epoch-003.keras"
    (folder / "checkpoints" / name).write_bytes(b"{")

    with pytest.raises(TrainingError, match="can't go on"):
        run(config, folder)


def test_more_epochs_count_on(config: TrainingConfig, folder: Path) -> None:
    events = run(replace(config, epochs=5), folder)

    assert [(e.epoch, e.epochs) for e in of_kind(events, EpochEnded)] == [(4, 5), (5, 5)]
    assert len(history_of(folder)) == 5


def test_from_a_model_they_count_on_too(
    config: TrainingConfig, folder: Path, tmp_path: Path
) -> None:
    start = folder / "candidate" / KERAS_FILE

    events = run(replace(config, start=start, first_epoch=3, epochs=2), tmp_path / "second")

    assert [(e.epoch, e.epochs) for e in of_kind(events, EpochEnded)] == [(4, 5), (5, 5)]
    assert len(history_of(tmp_path / "second")) == 5


def test_patience_ends_a_run_that_gets_no_better(config: TrainingConfig, tmp_path: Path) -> None:
    stale = replace(config, learning_rate=1e-7, epochs=50, patience=2, is_best_kept=True)

    events = run(stale, tmp_path)

    epochs = of_kind(events, EpochEnded)
    best = max(epochs, key=lambda e: (e.validation_accuracy, -e.validation_loss))
    assert len(epochs) < 50
    assert epochs[-1].epoch - best.epoch == 2
    assert epochs[-1].seconds_left == 0
    assert isinstance(events[-1], RunFinished)


def test_the_best_epoch_is_kept(config: TrainingConfig, tmp_path: Path) -> None:
    # It ends with two epochs that are no better.
    wild = replace(config, learning_rate=1.0, epochs=50, patience=2, is_best_kept=True)

    run(wild, tmp_path)

    state = json.loads((tmp_path / "checkpoints" / "state.json").read_text())
    accuracies = [epoch["val_accuracy"] for epoch in state["history"]]
    metrics = ModelCard.load(tmp_path / "candidate").metrics
    losses = [epoch["val_loss"] for epoch in state["history"]]
    best = max(range(len(losses)), key=lambda epoch: (accuracies[epoch], -losses[epoch]))
    assert best == len(losses) - 3
    assert metrics["mnist_validation"] == pytest.approx(max(accuracies))
    names = {file.name for file in (tmp_path / "checkpoints").iterdir()}
    assert names == {"state.json", *(f"epoch-{best + n:03}.keras" for n in (1, 2, 3))}


def test_the_learning_rate_follows_its_schedule(config: TrainingConfig) -> None:
    from digitpad.training.trainer import _learning_rate

    falling = _learning_rate(replace(config, schedule="exponential", learning_rate=0.1), 10)

    assert math.isclose(float(falling(0)), 0.1, rel_tol=1e-6)
    assert math.isclose(float(falling(30)), 0.001, rel_tol=1e-4)


def test_tensorboard_finds_its_files(config: TrainingConfig, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run(replace(config, has_histograms=True), tmp_path)

    for part in ("train", "validation"):
        events = EventAccumulator(str(tmp_path / "tensorboard" / part))
        events.Reload()
        assert "epoch_loss" in events.Tags()["tensors"]
        assert [event.step for event in events.Tensors("epoch_loss")] == [0, 1, 2]
