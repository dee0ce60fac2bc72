"""One run, from configuration to candidate: a plain function that reports events."""

import hashlib
import json
from pathlib import Path
from typing import Any

import keras

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.files import write_atomically
from digitpad.training.architectures import build_network, start_from
from digitpad.training.checkpoints import Checkpoints, RunState
from digitpad.training.config import TrainingConfig
from digitpad.training.curves import EpochCurves
from digitpad.training.data.augmentation import STRENGTHS
from digitpad.training.data.batches import Mixture, TrainingBatches
from digitpad.training.data.run_data import RunData, fingerprint, load_run_data
from digitpad.training.distribution.devices import find_devices
from digitpad.training.evaluation import answer_drawings, answer_images
from digitpad.training.events import PartFinished, RunFinished, RunResumed, RunStopped
from digitpad.training.export import calibrate, export_model, write_card
from digitpad.training.figures import summarize
from digitpad.training.history import Epoch, is_stalled
from digitpad.training.learning.learner import learn
from digitpad.training.model_card import LITERT_FILE, load_history
from digitpad.training.reporter import IsStopped, Report, Reporter, RunStoppedError
from digitpad.training.run_callback import RunCallback
from digitpad.training.run_folder import CANDIDATE_FOLDER, DATA_FILE, TENSORBOARD_FOLDER
from digitpad.training.validation import (
    VALIDATING,
    ValidationSet,
    build_validation,
    describe_reliability,
    measure_validation,
)

_FALL = 0.01
"""To what part of itself an exponential schedule brings the learning rate in the end."""


def train(config: TrainingConfig, folder: Path, report: Report, is_stopped: IsStopped) -> None:
    """Train a network, checkpoint it each epoch, export it, judge it.

    Parameters
    ----------
    config : TrainingConfig
        What to do.
    folder : Path
        The run's own; `checkpoints/`, `tensorboard/` and, at the end, `candidate/` are made in it.
        If a run was under way there, it goes on after its last whole epoch.
    report : callable
        Called with every event as it happens, `RunFinished` or `RunStopped` last.
    is_stopped : callable
        Asked after each batch; once it says True the run ends within that batch. While the run is
        paused it doesn't return.

    Raises
    ------
    DatasetError
        If there is no data to train on.
    TrainingError
        If a run that was under way can't go on.
    StorageError
        If a file can't be written.
    """
    reporter = Reporter(report, is_stopped, config.first_epoch)
    try:
        if config.learning is None:
            _run(config, folder, reporter)
        else:
            learn(config, config.learning, folder, reporter)
    except RunStoppedError:
        report(RunStopped(reporter.epochs_done))


def _run(config: TrainingConfig, folder: Path, run: Reporter) -> None:
    devices = find_devices(config.strategy, run)
    if not devices.is_first:
        run.keep_to_statuses()
    config = devices.share_run(config, folder)
    data = load_run_data(config, run)
    described = data.describe()
    devices.require_same("data", fingerprint(described))
    write_atomically(folder / DATA_FILE, json.dumps(described, indent=2))
    run.begin("Building the network")
    checkpoints = Checkpoints(folder, devices.is_first)
    reached = checkpoints.load(fingerprint(described))
    state = reached or RunState(config.first_epoch, (), fingerprint(described))
    batches = _mix(config, data, state.epochs_done)
    with devices.scope():
        network = _open_network(config, data, checkpoints, reached, len(batches))
    if reached is not None:
        run.epochs_done = reached.epochs_done
        run.report(RunResumed(reached.epochs_done))
    validation = build_validation(
        data.validation,
        data.pen_validation,
        VALIDATING if config.allographs else 0,
        VALIDATING if config.non_digits else 0,
    )
    callback = RunCallback(config, len(batches), checkpoints, state, run)
    if state.epochs_done < config.last_epoch and not is_stalled(state.history, config.patience):
        run.begin("Training")
        curves = [_draw_curves(config, folder)] if devices.is_first else []
        epochs = range(state.epochs_done, config.last_epoch)
        devices.fit(network, batches, validation, epochs, [*curves, callback])
    network = devices.bring_home(network)
    if devices.is_first:
        state = callback.state
        if config.is_best_kept and state.best_epoch != state.epochs_done:
            network = checkpoints.load_network(state.best_epoch)
        history = (*load_history(config.start), *state.history)
        _finish(config, folder / CANDIDATE_FOLDER, network, data, validation, history, run)
    devices.wait()
    if not devices.is_first:
        run.report(PartFinished(devices.first, _digest_weights(network)))


def _mix(config: TrainingConfig, data: RunData, epoch: int) -> TrainingBatches:
    mixture = Mixture(
        data.train, data.pen_train, config.pen_repeats, config.allographs, config.non_digits
    )
    return TrainingBatches(
        mixture,
        STRENGTHS[config.augmentation],
        config.batch_size,
        config.seed,
        epoch,
        config.epoch_steps,
    )


def _open_network(
    config: TrainingConfig,
    data: RunData,
    checkpoints: Checkpoints,
    reached: RunState | None,
    batches: int,
) -> keras.Model:
    """Build a new network, or load the one of a run that goes on."""
    rate = _learning_rate(config, batches)
    if reached is None:
        return _build(config, data, rate)
    network = checkpoints.load_network(reached.epochs_done)
    # The run may have been given more epochs than the schedule was made for.
    network.optimizer.learning_rate = rate
    return network


def _build(config: TrainingConfig, data: RunData, rate: Any) -> keras.Model:
    network = build_network(
        config.architecture,
        config.seed,
        CLASSES + 1 if config.non_digits else CLASSES,
        data.train.images if config.is_standardized else None,
    )
    if config.start is not None:
        start_from(network, config.start)
    network.compile(
        _OPTIMIZERS[config.optimizer](rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return network


def _draw_curves(config: TrainingConfig, folder: Path) -> keras.callbacks.Callback:
    return EpochCurves(
        folder / TENSORBOARD_FOLDER,
        histogram_freq=int(config.has_histograms),
        write_graph=config.has_histograms,
    )


def _finish(
    config: TrainingConfig,
    candidate: Path,
    network: keras.Model,
    data: RunData,
    validation: ValidationSet,
    history: tuple[Epoch, ...],
    run: Reporter,
) -> None:
    """Make a candidate of the trained network, and judge it."""
    if config.non_digits:
        run.begin("Calibrating the candidate")
        calibrate(network, validation)
    run.begin("Saving the candidate")
    candidate.mkdir(parents=True, exist_ok=True)
    export_model(network, candidate)
    run.begin("Testing the candidate")
    classifier = Classifier(candidate / LITERT_FILE)
    probabilities = classifier.classify(validation.images)
    metrics = _measure(classifier, data) | measure_validation(validation, probabilities)
    before = None
    if config.baseline is not None:
        before = summarize(answer_images(data.test, Classifier(config.baseline))).accuracy
    reliability = describe_reliability(validation, probabilities)
    described = data.describe() | {"reliability": reliability}
    write_card(candidate, config, network, described, metrics, history)
    run.report(RunFinished(candidate, before, metrics["mnist_test"]))


def _digest_weights(network: keras.Model) -> str:
    digest = hashlib.sha256()
    for values in network.get_weights():
        digest.update(values.tobytes())
    return digest.hexdigest()


def _learning_rate(config: TrainingConfig, batches: int) -> Any:
    schedules = keras.optimizers.schedules
    steps = config.epochs * batches
    if config.schedule == "cosine":
        return schedules.CosineDecay(config.learning_rate, steps)
    if config.schedule == "exponential":
        return schedules.ExponentialDecay(config.learning_rate, steps, _FALL)
    return config.learning_rate


def _measure(classifier: Classifier, data: RunData) -> dict[str, float]:
    answers = {
        "mnist_test": answer_images(data.test, classifier),
        "pen_test": answer_drawings(data.pen_test, classifier),
    }
    return {name: summarize(found).accuracy for name, found in answers.items() if found}


_OPTIMIZERS = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}
