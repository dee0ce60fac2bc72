"""What a run is asked to do. Free of TensorFlow, so that the window can fill it in."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digitpad.core.errors import TrainingError

ARCHITECTURES = {
    "default": "Five convolutions with batch normalisation: the most accurate",
    "softmax": "Logistic regression: one layer, seconds to train",
    "lenet5": "LeNet-5 with ReLU: small and quick",
    "conv_pool": "Four convolutions, average pooling and dropout: accurate and slow",
    "digit_cnn": "Two wide convolutions and a dense layer of 1,024",
    "lenet_small": "Two small convolutions, overlapping pooling",
    "lenet_small_bn": "The same with batch normalisation and dropout",
}
"""Names of the networks that can be trained, and what each is, in words."""

OPTIMIZERS = {
    "adam": "Adam: each weight has a step size of its own",
    "sgd": "Plain gradient descent",
}
"""What changes the weights."""

SCHEDULES = {
    "cosine": "Falls to zero along a cosine",
    "constant": "Stays as it is",
    "exponential": "Falls to a hundredth, by the same part each epoch",
}
"""Learning-rate schedules."""

SINGLE, MIRRORED, MULTI_WORKER = "single", "mirrored", "multi-worker"
STRATEGIES = {
    SINGLE: "One device: the first GPU, or the processor",
    MIRRORED: "All GPUs of this machine",
    MULTI_WORKER: "All devices of the machines that TF_CONFIG names",
}
"""What a run trains on; with several devices each learns from a part of every batch."""

AUGMENTATIONS = {
    "none": "The digits as they are",
    "shifts": "The digits, and each shifted by a pixel up, down, left and right: epochs take five "
    "times as long",
    "flips": "Mirrored at random: an exercise, it harms reading. A mirrored 2 looks like a 5, and "
    "most digits like nothing anyone writes",
    "light": "A little rotation, slant, scale and shift",
    "medium": "Between light and full, to finish with",
    "full": "The same, stronger, with elastic bends and pens of all widths",
}
"""How much the training digits are varied, from one epoch to the next."""


@dataclass(frozen=True)
class LearningSettings:
    """How a model is taught one's own digits.

    Parameters
    ----------
    samples : Path
        An `.npz` that `digitpad.training.learning.own_digits` wrote.
    teacher : Path
        The `.tflite` file of the model that says what rehearsed images show.
    generator : Path
        The file of a `DigitGenerator`, for what is rehearsed without MNIST.
    rehearsed : int
        Images that are rehearsed, 100 to 60,000.
    copies : int
        Varied copies of each of one's own digits, if they are few, 1 to 1,000.
    own_weight : float
        How much all own digits and their copies weigh together, beside all that is rehearsed,
        0.01 to 10.
    label_weight : float
        How much of what a rehearsed digit is to be taken for comes from its label (the data set's
        or else the teacher's), 0 to 1; the rest is what the model said before it learned.
    """

    samples: Path
    teacher: Path
    generator: Path
    rehearsed: int = 16_000
    copies: int = 80
    own_weight: float = 0.5
    label_weight: float = 0.0

    def __post_init__(self) -> None:
        """Refuse settings that no run could use.

        Raises
        ------
        TrainingError
            Naming the setting and its range.
        """
        _require_range("The number of rehearsed digits", self.rehearsed, 100, 60_000)
        _require_range("The number of copies", self.copies, 1, 1_000)
        _require_range("The weight of the own digits", self.own_weight, 0.01, 10.0)
        _require_range("The weight of the labels", self.label_weight, 0.0, 1.0)


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a run; the same configuration and data give the same model.

    Parameters
    ----------
    architecture : str
        A key of `ARCHITECTURES`; of a model that learns, whatever its card says.
    epochs : int
        Passes over the training data, 1 to 1,000.
    epoch_steps : int or None
        Batches after which an epoch ends and validation is due; None for all data once.
    first_epoch : int
        Epochs that `start` was trained before: counting goes on from there.
    batch_size : int
        Digits a gradient step, 1 to 8,192; on all devices together.
    optimizer : str
        A key of `OPTIMIZERS`.
    learning_rate : float
        At the start, above 0, at most 1.
    schedule : str
        A key of `SCHEDULES`.
    augmentation : str
        A key of `AUGMENTATIONS`.
    is_standardized : bool
        Whether the mean training image is subtracted and the standard deviation divided by, in a
        first layer.
    patience : int
        So many epochs without a better validation accuracy end the run; 0 for none.
    is_best_kept : bool
        Whether the candidate is the network as it was when its validation accuracy was best, not
        as it is at the end.
    is_final : bool
        Whether the validation digits are trained on as well, after all settings were chosen by
        them. What is then said of them is no validation.
    data : Path or None
        MNIST: a folder with its IDX files or `mnist.npz`, or that file. None: none was found, so
        it is downloaded into `download_folder`.
    download_folder : Path or None
        Where a download goes; None forbids it.
    pen_data : Path or None
        A strokes file (`.jsonl` or `.jsonl.gz`) to train on as well.
    pen_writers : tuple of str
        Writers in `pen_data` to train on; empty for all.
    pen_validation_writers : tuple of str
        Writers in `pen_data` to validate on instead.
    pen_repeats : int
        How often an epoch goes through the pen digits, varied anew each time.
    allographs : int
        Digits an epoch that are written in the world's styles.
    non_digits : int
        Things an epoch that are no digits. If there are any, the network has an eleventh output
        for them.
    validation_size : int
        MNIST training digits set apart for validation, the last ones.
    limit : int or None
        Train on this many MNIST digits at most, for a quick trial; validation and test shrink to
        it too.
    seed : int
        Of weights, shuffling and augmentation.
    name : str
        What the candidate will be called in the model library.
    start : Path or None
        A `.keras` file of the same architecture to go on from; None for new weights. It may lack
        the output for what is no digit.
    baseline : Path or None
        A `.tflite` to compare with: the active model's.
    strategy : str
        A key of `STRATEGIES`.
    learning : LearningSettings or None
        That `start` is taught one's own digits, and how; None to train a network on data sets.
    has_histograms : bool
        Whether histograms of the weights and the network's graph are written for TensorBoard too.
    command : str
        The command that asks for this run, for the model's card.
    """

    architecture: str = "default"
    epochs: int = 10
    epoch_steps: int | None = None
    first_epoch: int = 0
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "cosine"
    augmentation: str = "light"
    is_standardized: bool = False
    patience: int = 0
    is_best_kept: bool = False
    is_final: bool = False
    data: Path | None = None
    download_folder: Path | None = None
    pen_data: Path | None = None
    pen_writers: tuple[str, ...] = field(default=())
    pen_validation_writers: tuple[str, ...] = field(default=())
    pen_repeats: int = 3
    allographs: int = 0
    non_digits: int = 0
    validation_size: int = 5_000
    limit: int | None = None
    seed: int = 1
    name: str = "candidate"
    start: Path | None = None
    baseline: Path | None = None
    strategy: str = SINGLE
    learning: LearningSettings | None = None
    has_histograms: bool = False
    command: str = ""

    def __post_init__(self) -> None:
        """Refuse settings that no run could use.

        Raises
        ------
        TrainingError
            Naming the setting and its range.
        """
        if self.learning is None:
            _require_choice("network", self.architecture, ARCHITECTURES)
        _require_choice("optimizer", self.optimizer, OPTIMIZERS)
        _require_choice("schedule", self.schedule, SCHEDULES)
        _require_choice("augmentation", self.augmentation, AUGMENTATIONS)
        _require_choice("strategy", self.strategy, STRATEGIES)
        _require_range("Epochs", self.epochs, 1, 1_000)
        _require_range("The number of epochs before", self.first_epoch, 0, 100_000)
        _require_range("The patience", self.patience, 0, 1_000)
        if self.epoch_steps is not None:
            _require_range("Batches an epoch", self.epoch_steps, 1, 1_000_000)
        _require_range("The batch size", self.batch_size, 1, 8_192)
        _require_range("The learning rate", self.learning_rate, 1e-7, 1.0)
        _require_range("Pen repeats", self.pen_repeats, 1, 100)
        _require_range("The number of allographs", self.allographs, 0, 100_000)
        _require_range("The number of non-digits", self.non_digits, 0, 100_000)
        _require_range("The validation size", self.validation_size, 1, 10_000)
        _require_range("The seed", self.seed, 0, 2**31 - 1)
        if not self.name.strip():
            raise TrainingError("The model has no name.", "Give it one.")
        if self.limit is not None:
            _require_range("The limit", self.limit, 20, 60_000)

    @property
    def last_epoch(self) -> int:
        """The number of the run's last epoch, unless it ends early."""
        return self.first_epoch + self.epochs

    def to_json(self) -> str:
        """Return the configuration as JSON text."""
        return json.dumps(dataclasses.asdict(self), default=str, indent=2)

    @classmethod
    def from_json(cls, text: str) -> "TrainingConfig":
        """Read what `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        for key in ("data", "download_folder", "pen_data", "start", "baseline"):
            values[key] = Path(values[key]) if values[key] is not None else None
        for key in ("pen_writers", "pen_validation_writers"):
            values[key] = tuple(values[key])
        if values.get("learning") is not None:
            values["learning"] = LearningSettings(**_to_paths(values["learning"]))
        return cls(**values)


def _to_paths(values: dict[str, Any]) -> dict[str, Any]:
    places = ("samples", "teacher", "generator")
    return values | {name: Path(values[name]) for name in places}


def _require_choice(what: str, value: str, choices: dict[str, str]) -> None:
    if value not in choices:
        raise TrainingError(f"There is no {what} “{value}”.", f"Choose {', '.join(choices)}.")


def _require_range(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        given, *bounds = (
            f"{number:,}" if isinstance(number, int) else f"{number:g}"
            for number in (value, least, most)
        )
        raise TrainingError(
            f"{what} can't be {given}.", f"Choose a value from {' to '.join(bounds)}."
        )
