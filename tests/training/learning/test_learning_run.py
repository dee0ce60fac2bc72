"""A lesson from its configuration to its candidate."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.errors import TrainingError
from digitpad.training.config import LearningSettings, TrainingConfig
from digitpad.training.data.datasets import LabelledImages, load_mnist
from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    EpochEnded,
    Event,
    ModelsCompared,
    RunFinished,
    RunResumed,
)
from digitpad.training.learning.learner import weigh
from digitpad.training.learning.own_digits import OwnDigits
from digitpad.training.model_card import KERAS_FILE, LITERT_FILE, ModelCard, find_damage
from tests.training.trainer_runs import MARKS, load_network, of_kind, run

pytestmark = MARKS

DEFAULT = paths.bundled_models() / "default"


def turned(digits: LabelledImages) -> LabelledImages:
    """Digits in a hand that no model has seen: a quarter of a turn off."""
    return LabelledImages(np.rot90(digits.images, axes=(1, 2)).copy(), digits.labels)


@pytest.fixture(scope="module")
def lesson(mnist_file: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingConfig:
    """A small network that reads upright digits, and is to learn turned ones as well."""
    folder = tmp_path_factory.mktemp("lesson")
    start = TrainingConfig(
        architecture="lenet5",
        epochs=6,
        batch_size=20,
        learning_rate=0.005,
        augmentation="none",
        data=mnist_file,
        non_digits=60,
    )
    run(start, folder)
    digits = turned(load_mnist(mnist_file).train.part(None, 100))
    samples = folder / "samples.npz"
    # Two of each digit are held out.
    own = OwnDigits.split(digits.images, digits.labels, np.arange(100) >= 80)
    samples.write_bytes(own.to_bytes())
    candidate = folder / "candidate"
    return TrainingConfig(
        architecture="lenet5",
        epochs=8,
        batch_size=50,
        learning_rate=0.003,
        augmentation="light",
        data=mnist_file,
        limit=200,
        start=candidate / KERAS_FILE,
        baseline=candidate / LITERT_FILE,
        learning=LearningSettings(
            samples, DEFAULT / LITERT_FILE, paths.digit_generator(), rehearsed=300, copies=4
        ),
        name="my hand",
    )


@pytest.fixture(scope="module")
def whole(
    lesson: TrainingConfig, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Event]]:
    folder = tmp_path_factory.mktemp("whole")
    return folder, run(lesson, folder)


@pytest.mark.parametrize(
    ("rehearsed", "own", "own_weight", "ratio"),
    [
        (16_000, 4_050, 0.5, 1.975),
        (48_000, 4_050, 1.0, 11.852),
        (16_000, 81, 0.5, 4.0),
        (48_000, 81, 1.0, 12.0),
        (300, 6_000, 0.5, 0.025),
    ],
)
def test_own_digits_weigh_as_they_are_asked_to_but_few_weigh_less(
    rehearsed: int, own: int, own_weight: float, ratio: float
) -> None:
    weights = weigh(rehearsed, own, own_weight)

    assert len(weights) == rehearsed + own
    assert weights.mean() == pytest.approx(1.0, abs=1e-4)
    assert weights[-1] / weights[0] == pytest.approx(ratio, abs=0.01)
    assert len(np.unique(weights)) == 2


class TestLesson:
    def test_it_learns_the_hand_and_keeps_the_others(self, whole: tuple[Path, list[Event]]) -> None:
        _, events = whole
        compared = {found.data: found for found in of_kind(events, ModelsCompared)}

        assert list(compared) == ["own", "own_learned", "mnist_test", "allographs"]
        own, mnist = compared["own"], compared["mnist_test"]
        assert (own.count, mnist.count) == (20, 100)
        assert own.right_after >= own.right_before + 5
        learned = compared["own_learned"]
        # Not all of them: of the 200 digits that guard this lesson one may be lost, no more.
        assert learned.right_after >= learned.right_before + 35
        assert mnist.right_after > mnist.right_before - 15

    def test_events_come_in_order(self, whole: tuple[Path, list[Event]]) -> None:
        _, events = whole
        loaded = of_kind(events, DataLoaded)
        epochs = of_kind(events, EpochEnded)

        assert loaded == [DataLoaded(80, 20, 100, "MNIST to rehearse")]
        assert [epoch.epoch for epoch in epochs] == list(range(1, 9))
        # 300 are rehearsed; the 80 come as they are, and four times varied.
        assert [b.batches for b in of_kind(events, BatchEnded)] == [14] * 14 * 8
        assert isinstance(events[-1], RunFinished)

    def test_the_candidate_is_whole(
        self, lesson: TrainingConfig, whole: tuple[Path, list[Event]]
    ) -> None:
        folder, events = whole
        candidate = folder / "candidate"
        card = ModelCard.load(candidate)
        compared = {found.data: found for found in of_kind(events, ModelsCompared)}

        assert find_damage(candidate, card) is None
        assert card.name == "my hand"
        assert card.architecture == "lenet5"
        # Six epochs of the model that learned, and eight of its lesson.
        assert len(card.history) == 14
        own = compared["own"]
        assert card.metrics["own"] == own.right_after / own.count
        assert card.data["before"]["own"] == own.right_before / own.count
        assert 0.2 <= card.data["share_kept"] <= 1
        assert card.data["own_train"]["digits"] == 80
        assert card.config["learning"] == {
            "rehearsed": 300,
            "copies": 4,
            "own_weight": 0.5,
            "label_weight": 0.0,
        }
        assert "samples.npz" not in card.to_json()

    def test_it_reads_as_its_weights_say(self, whole: tuple[Path, list[Event]]) -> None:
        candidate = whole[0] / "candidate"
        images = np.random.default_rng(1).random((4, 28, 28), np.float32)

        said = load_network(candidate / KERAS_FILE).predict(images[..., np.newaxis], verbose=0)
        read = Classifier(candidate / LITERT_FILE).classify(images)
        np.testing.assert_allclose(said[:, :10], read, atol=1e-5)

    def test_what_the_first_layers_see_stays(
        self, lesson: TrainingConfig, whole: tuple[Path, list[Event]]
    ) -> None:
        before = load_network(lesson.start).layers
        after = load_network(whole[0] / "candidate" / KERAS_FILE).layers

        kept = [
            all(map(np.array_equal, mine.get_weights(), theirs.get_weights()))
            for mine, theirs in zip(before, after, strict=True)
            if mine.get_weights()
        ]
        assert kept == [True, True, False, False, False]


def test_one_that_was_killed_goes_on_as_if_nothing_had_happened(
    lesson: TrainingConfig, whole: tuple[Path, list[Event]], tmp_path: Path
) -> None:
    from digitpad.training.trainer import train

    before: list[Event] = []
    train(lesson, tmp_path, before.append, lambda: len(of_kind(before, BatchEnded)) >= 50)
    after = run(lesson, tmp_path)

    assert of_kind(after, RunResumed) == [RunResumed(3)]
    expected = of_kind(whole[1], EpochEnded)[3:]
    for one, other in zip(of_kind(after, EpochEnded), expected, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-4)
    assert of_kind(after, ModelsCompared) == of_kind(whole[1], ModelsCompared)


def test_without_any_data_set_it_rehearses_what_ships(
    lesson: TrainingConfig, tmp_path: Path
) -> None:
    events = run(replace(lesson, data=None, epochs=2), tmp_path)

    compared = {found.data: found for found in of_kind(events, ModelsCompared)}
    assert list(compared) == ["own", "own_learned", "rehearsal", "allographs"]
    assert 2000 < compared["rehearsal"].count < 3000
    described = json.loads((tmp_path / "data.json").read_text())
    assert "mnist_train" not in described
    assert len(described["generator"]) == 64


def test_labels_tell_what_rehearsed_digits_are_as_far_as_is_asked(
    lesson: TrainingConfig, tmp_path: Path
) -> None:
    from digitpad.training.architectures import build_network
    from digitpad.training.export import export_model

    # It knows nothing yet: what it says of MNIST's digits teaches it nothing of them.
    export_model(build_network("softmax", 1), tmp_path)
    reached = []
    for label_weight in (0.0, 1.0):
        assert lesson.learning is not None
        config = replace(
            lesson,
            start=tmp_path / KERAS_FILE,
            baseline=tmp_path / LITERT_FILE,
            learning=replace(lesson.learning, label_weight=label_weight),
        )
        events = run(config, tmp_path / f"run{label_weight:.0f}")
        reached.append(of_kind(events, EpochEnded)[-1].validation_accuracy)

    assert reached[1] > 1.5 * reached[0]


def test_a_network_of_ten_outputs_learns_too(lesson: TrainingConfig, tmp_path: Path) -> None:
    import keras

    from digitpad.training.architectures import build_network
    from digitpad.training.export import export_model

    export_model(build_network("softmax", 1), tmp_path)
    assert keras.models.load_model(tmp_path / KERAS_FILE).output_shape == (None, 10)
    config = replace(lesson, start=tmp_path / KERAS_FILE, baseline=tmp_path / LITERT_FILE, epochs=2)

    events = run(config, tmp_path / "run")

    own = of_kind(events, ModelsCompared)[0]
    assert own.right_after > own.right_before


def test_what_is_no_network_is_refused(lesson: TrainingConfig, tmp_path: Path) -> None:
    broken = tmp_path / KERAS_FILE
    broken.write_bytes(b"half")

    with pytest.raises(TrainingError, match="Training can't go on from"):
        run(replace(lesson, start=broken), tmp_path / "run")
