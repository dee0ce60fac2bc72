"""Teaching a model the digits that were kept."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitpad.core.errors import SampleError
from digitpad.core.files import write_atomically
from digitpad.services.models.catalog import Model
from digitpad.services.runs.retraining import Run, new_run_folder
from digitpad.services.samples.store import SampleStore
from digitpad.training.config import LearningSettings, TrainingConfig
from digitpad.training.learning.own_digits import OwnDigits
from digitpad.training.run_folder import SAMPLES_FILE

_HELD_OUT = 5
"""One in so many samples is never learned."""

_AT_ONCE = 1_000


@dataclass(frozen=True)
class _Course:
    """How a lesson goes.

    Parameters
    ----------
    rehearsed, own_weight, label_weight
        As `LearningSettings` takes them.
    epochs, learning_rate
        As `TrainingConfig` takes them.
    """

    rehearsed: int
    own_weight: float
    label_weight: float
    epochs: int
    learning_rate: float


# Found with the pen writers 12 to 24 and the default model's recipe without them. Of MNIST, what
# isn't rehearsed is forgotten first, so as much as can be is, a few times. Its labels keep more of
# it than what the model said: of 57 errors 21 are left at a loss of 6.5 of 24,000 digits, not 24 at
# 7.2 (half and half: 23 at 5.8). To write more digits takes long, and gained nothing.
_WITH_MNIST = _Course(
    rehearsed=40_000, own_weight=1.0, label_weight=1.0, epochs=3, learning_rate=0.0015
)
_WITH_GENERATED = _Course(
    rehearsed=16_000, own_weight=0.5, label_weight=0.0, epochs=10, learning_rate=0.001
)


@dataclass(frozen=True)
class Rehearsal:
    """What a model rehearses while it learns.

    Parameters
    ----------
    mnist : Path or None
        Where MNIST is; None to rehearse what the generator writes.
    generator : Path
        Writes digits where there is no data set.
    teacher : Path
        The `.tflite` file of the model that says what rehearsed images show.
    """

    mnist: Path | None
    generator: Path
    teacher: Path


def collect_own_digits(store: SampleStore) -> OwnDigits:
    """Read all samples, and hold some out.

    Which ones are held out depends on the samples alone, so none is ever learned by one run and
    held out by the next.

    Raises
    ------
    SampleError
        If there are none, or they can't be read.
    """
    ids = store.find()
    images, labels, is_held_out = [], [], []
    for start in range(0, len(ids), _AT_ONCE):
        for sample in store.load(ids[start : start + _AT_ONCE], is_whole=False):
            images.append(sample.image)
            labels.append(sample.label)
            is_held_out.append(is_for_testing(sample.key))
    if not images:
        raise SampleError(
            "There are no digits to learn yet.",
            "Correct digits with the keys 0 to 9, or write a set: Training › Write a Set.",
        )
    mask = np.array(is_held_out)
    if mask.all():
        mask[:] = False
    return OwnDigits.split(np.stack(images), np.array(labels, np.uint8), mask)


def is_for_testing(key: str) -> bool:
    """Return whether the sample with this key is held out: one in five is, for good."""
    return hashlib.sha256(key.encode()).digest()[0] % _HELD_OUT == 0


def prepare_learning(
    model: Model, own: OwnDigits, rehearsal: Rehearsal, runs: Path, name: str, command: str = ""
) -> Run:
    """Return a run that teaches a model one's own digits; it is to be started.

    Parameters
    ----------
    model : Model
        What learns; it stays as it is.
    own : OwnDigits
        What is learned.
    rehearsal : Rehearsal
        What is rehearsed meanwhile.
    runs : Path
        Where the run's folder goes.
    name : str
        Of the candidate.
    command : str
        The command that asks for the run.

    Raises
    ------
    ModelError
        If the model has no weights that could be trained.
    StorageError
        If the run's folder can't be made, or written to.
    """
    course = _WITH_MNIST if rehearsal.mnist else _WITH_GENERATED
    keras_file = model.keras_file
    folder = new_run_folder(runs)
    samples = folder / SAMPLES_FILE
    write_atomically(samples, own.to_bytes())
    config = TrainingConfig(
        architecture=model.card.architecture,
        epochs=course.epochs,
        batch_size=250,
        learning_rate=course.learning_rate,
        augmentation="full",
        data=rehearsal.mnist,
        name=name,
        start=keras_file,
        baseline=model.litert_file,
        learning=LearningSettings(
            samples,
            rehearsal.teacher,
            rehearsal.generator,
            rehearsed=course.rehearsed,
            own_weight=course.own_weight,
            label_weight=course.label_weight,
        ),
        command=command,
    )
    return Run(config, folder)
