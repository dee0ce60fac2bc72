"""A run that teaches a model one's own digits: a plain function that reports events."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.files import write_atomically
from digitpad.training.architectures import load_trained
from digitpad.training.checkpoints import Checkpoints, RunState
from digitpad.training.config import LearningSettings, TrainingConfig
from digitpad.training.curves import EpochCurves
from digitpad.training.data.augmentation import STRENGTHS
from digitpad.training.data.feeding import stream
from digitpad.training.data.run_data import fingerprint
from digitpad.training.events import ModelsCompared, RunFinished, RunResumed
from digitpad.training.export import export_model, write_card
from digitpad.training.learning.head import SplitNetwork, split_network
from digitpad.training.learning.judgement import MNIST_TEST, REHEARSAL
from digitpad.training.learning.lesson import Guard, Lesson, load_lesson, vary
from digitpad.training.model_card import LITERT_FILE, load_history
from digitpad.training.reporter import Reporter
from digitpad.training.run_callback import RunCallback
from digitpad.training.run_folder import CANDIDATE_FOLDER, DATA_FILE, TENSORBOARD_FOLDER

_SHARES = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
"""How much of a lesson may be kept. The last fifth mends next to nothing, and costs a third of what
is forgotten."""

_MOST_COPIES = 4_000
"""Varied copies of all own digits together, unless they are more themselves."""

_FEW = 4_000
"""One of one's own weighs at most what all that is rehearsed would, parted into so many: few of
them are to teach little."""

Floats = NDArray[np.float32]


def learn(config: TrainingConfig, settings: LearningSettings, folder: Path, run: Reporter) -> None:
    """Teach `config.start` one's own digits, let it rehearse others, export it, judge it.

    Only what follows the last pooling learns. Of what it rehearses it is to say what it said
    before, or something between that and the label. In the end it goes back towards what it was,
    as far as it takes to misread no more of others' digits than is tolerated.

    Parameters
    ----------
    config : TrainingConfig
        Of the run.
    settings : LearningSettings
        What is learned.
    folder : Path
        The run's own. If a run was under way there, it goes on after its last whole epoch.
    run : Reporter
        Whom to tell.

    Raises
    ------
    DatasetError, ModelError, TrainingError
        If the digits, the generator or the model can't be read.
    StorageError
        If a file can't be written.

    References
    ----------
    Li & Hoiem, "Learning without Forgetting", 2016; Robins, "Catastrophic Forgetting, Rehearsal and
    Pseudorehearsal", 1995; Wortsman et al., "Robust Fine-Tuning of Zero-Shot Models", 2022.
    """
    assert config.start is not None
    lesson = load_lesson(config, settings, run)
    write_atomically(folder / DATA_FILE, json.dumps(lesson.described, indent=2))
    run.begin("Reading the model")
    network = load_trained(config.start)
    split = split_network(network)
    run.begin("Looking at the digits")
    batches = _prepare(config, settings, lesson, split)
    validation = _prepare_validation(lesson, split)
    checkpoints = Checkpoints(folder)
    state = checkpoints.load(fingerprint(lesson.described))
    head, before = split.head, split.head.get_weights()
    if state is not None:
        head = checkpoints.load_network(state.epochs_done)
        batches.epoch = run.epochs_done = state.epochs_done
        run.report(RunResumed(state.epochs_done))
    else:
        state = RunState(config.first_epoch, (), fingerprint(lesson.described))
        head.compile(
            keras.optimizers.Adam(
                keras.optimizers.schedules.CosineDecay(
                    config.learning_rate, config.epochs * len(batches)
                )
            ),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
        )
    callback = RunCallback(config, len(batches), checkpoints, state, run)
    if state.epochs_done < config.last_epoch:
        run.begin("Learning")
        head.fit(
            stream(batches),
            steps_per_epoch=len(batches),
            initial_epoch=state.epochs_done,
            epochs=config.last_epoch,
            shuffle=False,
            validation_data=validation,
            validation_batch_size=1000,
            verbose=0,
            callbacks=[EpochCurves(folder / TENSORBOARD_FOLDER), callback],
        )
    run.begin("Weighing what was learned against what was known")
    features = split.find_features(lesson.guard.digits.images)
    share = _draw_back(head, before, features, lesson.guard)
    split.put_back(head)
    history = (*load_history(config.start), *callback.state.history)
    _finish(config, folder / CANDIDATE_FOLDER, network, lesson, share, history, run)


class FeatureBatches:
    """Features and targets in batches, in another order each epoch.

    Parameters
    ----------
    features : (n, ...) float32
        What the head is given.
    targets : (n, classes) float32
        What it is to answer.
    weights : (n,) float32
        How much each of them counts.
    batch_size : int
        Of the last batch, the most.
    seed : int
        Of the order.
    epoch : int
        The first epoch; they count from 0.
    """

    def __init__(
        self,
        features: Floats,
        targets: Floats,
        weights: Floats,
        batch_size: int,
        seed: int,
        epoch: int,
    ) -> None:
        self._features = features
        self._targets = targets
        self._weights = weights
        self._batch_size = batch_size
        self._seed = seed
        self.epoch = epoch

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return -(-len(self._targets) // self._batch_size)

    def __getitem__(self, index: int) -> tuple[Floats, Floats, Floats]:
        """Return one batch."""
        order = np.random.default_rng((self._seed, self.epoch)).permutation(len(self._targets))
        chosen = order[index * self._batch_size : (index + 1) * self._batch_size]
        return self._features[chosen], self._targets[chosen], self._weights[chosen]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch."""
        self.epoch += 1


def weigh(rehearsed: int, own: int, own_weight: float) -> Floats:
    """Say how much each digit of a lesson counts: few of one's own are to count beside many others.

    Parameters
    ----------
    rehearsed, own : int
        How many there are of each, varied copies included; at least one.
    own_weight : float
        How much all own weigh together, beside all that is rehearsed, above 0.

    Returns
    -------
    (rehearsed + own,) float32
        Weights, one on average: of what is rehearsed and then of one's own.
    """
    weight = rehearsed * min(own_weight / own, 1 / _FEW)
    weights = np.repeat(np.array([1.0, weight], np.float32), [rehearsed, own])
    return np.asarray(weights / weights.mean())


def _prepare(
    config: TrainingConfig, settings: LearningSettings, lesson: Lesson, split: SplitNetwork
) -> FeatureBatches:
    classes = split.head.output_shape[-1]
    rehearsed = lesson.draw_rehearsal(
        settings.rehearsed, config.seed, has_non_digits=classes > CLASSES
    )
    copies = max(1, min(settings.copies, _MOST_COPIES // len(lesson.own.train)))
    # A stream of its own: what is rehearsed doesn't depend on how much is learned.
    rng = np.random.default_rng((config.seed, len(lesson.own.train), copies))
    images, labels = vary(lesson.own.train, copies, STRENGTHS[config.augmentation], rng)
    # All at once: features are large, and putting two parts together takes them twice.
    features = split.find_features(np.concatenate([rehearsed.images, images]))
    said = split.head.predict(features[: len(rehearsed)], batch_size=1000, verbose=0)
    targets = said + settings.label_weight * (rehearsed.probabilities[:, :classes] - said)
    return FeatureBatches(
        features,
        np.concatenate([targets, _one_hot(labels, classes)]),
        weigh(len(rehearsed), len(labels), settings.own_weight),
        config.batch_size,
        config.seed,
        config.first_epoch,
    )


def _prepare_validation(lesson: Lesson, split: SplitNetwork) -> tuple[Floats, Floats]:
    images, labels = lesson.validation()
    return split.find_features(images), _one_hot(labels, split.head.output_shape[-1])


def _draw_back(head: keras.Model, before: list[Floats], features: Floats, guard: Guard) -> float:
    """Bring a head back towards what it was until it has lost no more than is tolerated.

    Returns which share of the lesson it keeps: as much as can be, the least if nothing helps.
    """
    after = head.get_weights()

    def read(share: float) -> NDArray[np.integer]:
        head.set_weights(
            [(1 - share) * old + share * new for old, new in zip(before, after, strict=True)]
        )
        said = head.predict(features, batch_size=1000, verbose=0)
        return np.asarray(said[:, :CLASSES].argmax(axis=1))

    first = read(0.0)
    truth = guard.digits.labels if guard.is_truth_known else first
    # Of few digits one may always be lost, or chance would undo every lesson.
    least = (first == truth).sum() - max(1, int(guard.tolerated * len(truth)))
    for share in _SHARES:
        if (read(share) == truth).sum() >= least:
            break
    return share


def _one_hot(labels: NDArray[np.integer], classes: int) -> Floats:
    return np.asarray(np.eye(classes, dtype=np.float32)[labels])


def _finish(
    config: TrainingConfig,
    candidate: Path,
    network: keras.Model,
    lesson: Lesson,
    share: float,
    history: tuple[dict[str, float], ...],
    run: Reporter,
) -> None:
    run.begin("Saving the candidate")
    candidate.mkdir(parents=True, exist_ok=True)
    export_model(network, candidate)
    run.begin("Testing the candidate")
    compared = _compare(config, candidate, lesson)
    for found in compared:
        run.report(found)
    metrics = {found.data: found.right_after / found.count for found in compared}
    described: dict[str, Any] = lesson.described | {
        "share_kept": share,
        "before": {found.data: found.right_before / found.count for found in compared},
    }
    write_card(candidate, config, network, described, metrics, history)
    others = next(found for found in compared if found.data in (MNIST_TEST, REHEARSAL))
    run.report(
        RunFinished(
            candidate, others.right_before / others.count, others.right_after / others.count
        )
    )


def _compare(config: TrainingConfig, candidate: Path, lesson: Lesson) -> list[ModelsCompared]:
    assert config.baseline is not None
    before, after = (
        Classifier(file, threads=2) for file in (config.baseline, candidate / LITERT_FILE)
    )
    return [
        ModelsCompared(
            test.name,
            len(test.labels),
            *(
                int((reader.classify(test.images).argmax(axis=1) == test.labels).sum())
                for reader in (before, after)
            ),
        )
        for test in lesson.tests
    ]
