"""One run, from configuration to candidate: a plain function that reports events."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.errors import DatasetError
from digitpad.training.architectures import build_network, start_from
from digitpad.training.augmentation import STRENGTHS
from digitpad.training.batches import Mixture, TrainingBatches
from digitpad.training.config import TrainingConfig
from digitpad.training.datasets import (
    LabelledDrawing,
    LabelledImages,
    Mnist,
    download_mnist,
    load_drawings,
    load_mnist,
)
from digitpad.training.evaluation import answer_drawings, answer_images
from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    DownloadProgressed,
    EpochEnded,
    Event,
    RunFinished,
    RunStopped,
    StatusChanged,
)
from digitpad.training.export import calibrate, export_model, save_network, write_card
from digitpad.training.figures import summarize
from digitpad.training.model_card import LITERT_FILE
from digitpad.training.validation import (
    VALIDATING,
    build_validation,
    describe_reliability,
    measure_validation,
)

Report = Callable[[Event], None]
IsStopped = Callable[[], bool]


class RunStoppedError(Exception):
    """The person asked the run to stop."""


@dataclass(frozen=True, eq=False)
class RunData:
    """All digits of a run, split."""

    train: LabelledImages
    validation: LabelledImages
    test: LabelledImages
    pen_train: tuple[LabelledDrawing, ...]
    pen_validation: tuple[LabelledDrawing, ...]
    pen_test: tuple[LabelledDrawing, ...]


def train(config: TrainingConfig, folder: Path, report: Report, is_stopped: IsStopped) -> None:
    """Train a network, checkpoint it each epoch, export it, judge it.

    Parameters
    ----------
    config : TrainingConfig
        What to do.
    folder : Path
        The run's own; `checkpoints/` and, at the end, `candidate/` are made in it.
    report : callable
        Called with every event as it happens, `RunFinished` or `RunStopped` last.
    is_stopped : callable
        Asked after each batch; once it says True the run ends within that batch.

    Raises
    ------
    DatasetError
        If there is no data to train on.
    StorageError
        If a file can't be written.
    """
    reporter = _Reporter(report, is_stopped)
    try:
        _run(config, folder, reporter)
    except RunStoppedError:
        report(RunStopped(reporter.epochs_done))


class _Reporter:
    """Says what the run is at, and ends it when that is asked for."""

    def __init__(self, report: Report, is_stopped: IsStopped) -> None:
        self.report = report
        self._is_stopped = is_stopped
        self.epochs_done = 0

    def begin(self, text: str) -> None:
        self.stop_if_asked()
        self.report(StatusChanged(text))

    def stop_if_asked(self) -> None:
        if self._is_stopped():
            raise RunStoppedError


def _run(config: TrainingConfig, folder: Path, run: _Reporter) -> None:
    data = _load_data(config, run)
    run.begin("Building the network")
    classes = CLASSES + 1 if config.non_digits else CLASSES
    network = build_network(config.architecture, config.seed, classes)
    if config.start is not None:
        start_from(network, config.start)
    mixture = Mixture(
        data.train, data.pen_train, config.pen_repeats, config.allographs, config.non_digits
    )
    batches = TrainingBatches(
        mixture, STRENGTHS[config.augmentation], config.batch_size, config.seed
    )
    network.compile(
        keras.optimizers.Adam(_learning_rate(config, len(batches))),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    run.begin("Training")
    progress = _Progress(config.epochs, len(batches), folder / "checkpoints", run)
    validation = build_validation(
        data.validation,
        data.pen_validation,
        VALIDATING if config.allographs else 0,
        VALIDATING if config.non_digits else 0,
    )
    network.fit(
        batches,
        epochs=config.epochs,
        validation_data=(validation.images[..., np.newaxis], validation.labels),
        validation_batch_size=500,
        verbose=0,
        callbacks=[progress],
    )
    if config.non_digits:
        run.begin("Calibrating the candidate")
        calibrate(network, validation)
    run.begin("Saving the candidate")
    candidate = folder / "candidate"
    candidate.mkdir(parents=True, exist_ok=True)
    export_model(network, candidate)
    run.begin("Testing the candidate")
    classifier = Classifier(candidate / LITERT_FILE)
    probabilities = classifier.classify(validation.images)
    metrics = _measure(classifier, data) | measure_validation(validation, probabilities)
    before = None
    if config.baseline is not None:
        before = summarize(answer_images(data.test, Classifier(config.baseline))).accuracy
    described = _describe(data) | {"reliability": describe_reliability(validation, probabilities)}
    write_card(candidate, config, network, described, metrics, progress.history)
    run.report(RunFinished(candidate, before, metrics["mnist_test"]))


def _load_data(config: TrainingConfig, run: _Reporter) -> RunData:
    run.begin("Reading MNIST")
    mnist = load_mnist(_find_data(config, run))
    if config.limit is not None:
        parts = mnist.train.part(None, config.limit), mnist.test.part(None, config.limit)
        mnist = Mnist(*parts)
    held_out = min(config.validation_size, max(1, len(mnist.train) // 6))
    drawings = load_drawings(config.pen_data) if config.pen_data else ()
    validating = set(config.pen_validation_writers)
    training = set(config.pen_writers) or {d.writer for d in drawings} - validating
    data = RunData(
        train=mnist.train.part(None, -held_out),
        validation=mnist.train.part(-held_out, None),
        test=mnist.test,
        pen_train=tuple(d for d in drawings if d.writer in training),
        pen_validation=tuple(d for d in drawings if d.writer in validating),
        pen_test=tuple(d for d in drawings if d.writer not in training | validating),
    )
    run.report(
        DataLoaded(
            train=len(data.train) + len(data.pen_train),
            validation=len(data.validation) + len(data.pen_validation),
            test=len(data.test),
            source="MNIST and pen digits" if drawings else "MNIST",
        )
    )
    return data


def _find_data(config: TrainingConfig, run: _Reporter) -> Path:
    if config.data is not None:
        return config.data
    if config.download_folder is None:
        raise DatasetError(
            "There is no training data.",
            "Choose a folder with MNIST's four IDX files or mnist.npz.",
        )
    run.begin("Downloading MNIST (11 MB)")

    def show_progress(received: int, total: int) -> None:
        run.stop_if_asked()
        run.report(DownloadProgressed(received, total))

    return download_mnist(config.download_folder, show_progress)


def _learning_rate(config: TrainingConfig, batches: int) -> Any:
    if config.schedule == "constant":
        return config.learning_rate
    return keras.optimizers.schedules.CosineDecay(config.learning_rate, config.epochs * batches)


def _measure(classifier: Classifier, data: RunData) -> dict[str, float]:
    answers = {
        "mnist_test": answer_images(data.test, classifier),
        "pen_test": answer_drawings(data.pen_test, classifier),
    }
    return {name: summarize(found).accuracy for name, found in answers.items() if found}


def _describe(data: RunData) -> dict[str, Any]:
    def writers(drawings: tuple[LabelledDrawing, ...]) -> list[str]:
        return sorted({drawing.writer for drawing in drawings}, key=lambda name: (len(name), name))

    return {
        "mnist_train": {"digits": len(data.train), "sha256": data.train.fingerprint()},
        "mnist_validation": {
            "digits": len(data.validation),
            "sha256": data.validation.fingerprint(),
        },
        "pen_train": {"digits": len(data.pen_train), "writers": writers(data.pen_train)},
        "pen_validation": {
            "digits": len(data.pen_validation),
            "writers": writers(data.pen_validation),
        },
        "pen_test": {"digits": len(data.pen_test), "writers": writers(data.pen_test)},
    }


class _Progress(keras.callbacks.Callback):
    """Reports batches and epochs, saves a checkpoint each epoch, and stops when asked."""

    def __init__(self, epochs: int, batches: int, checkpoints: Path, run: _Reporter) -> None:
        super().__init__()
        self._epochs = epochs
        self._batches = batches
        self._checkpoints = checkpoints
        self._run = run
        self._began = time.monotonic()
        self._epoch_began = self._began
        self.history: list[dict[str, float]] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch_began = time.monotonic()
        self._totals = np.zeros(2)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        # Keras gives means since the epoch began; the difference of the sums is this batch's.
        means = np.array([logs["loss"], logs["accuracy"]]) if logs else np.zeros(2)
        totals = means * (batch + 1)
        loss, accuracy = np.maximum(totals - self._totals, 0)
        self._totals = totals
        self._run.report(
            BatchEnded(
                epoch=self._run.epochs_done + 1,
                batch=batch + 1,
                batches=self._batches,
                loss=float(loss),
                accuracy=float(min(accuracy, 1)),
            )
        )
        self._run.stop_if_asked()

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._run.stop_if_asked()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        self.history.append(values)
        save_network(self.model, self._checkpoints / f"epoch-{epoch + 1:03}.keras")
        (self._checkpoints / f"epoch-{epoch - 1:03}.keras").unlink(missing_ok=True)
        self._run.epochs_done = epoch + 1
        now = time.monotonic()
        left = self._epochs - epoch - 1
        self._run.report(
            EpochEnded(
                epoch=epoch + 1,
                epochs=self._epochs,
                loss=values["loss"],
                accuracy=values["accuracy"],
                validation_loss=values["val_loss"],
                validation_accuracy=values["val_accuracy"],
                seconds=now - self._epoch_began,
                seconds_left=(now - self._began) / (epoch + 1) * left,
            )
        )
