"""The digits of a run, found, read and split. Free of TensorFlow."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitpad.core.errors import DatasetError
from digitpad.training.config import TrainingConfig
from digitpad.training.data.datasets import (
    LabelledDrawing,
    LabelledImages,
    Mnist,
    download_mnist,
    load_drawings,
    load_mnist,
)
from digitpad.training.events import DataLoaded, DownloadProgressed
from digitpad.training.reporter import Reporter


@dataclass(frozen=True, eq=False)
class RunData:
    """All digits of a run, split."""

    train: LabelledImages
    validation: LabelledImages
    test: LabelledImages
    pen_train: tuple[LabelledDrawing, ...]
    pen_validation: tuple[LabelledDrawing, ...]
    pen_test: tuple[LabelledDrawing, ...]

    def describe(self) -> dict[str, Any]:
        """Return counts, writers and fingerprints of the parts."""
        return {
            "mnist_train": {"digits": len(self.train), "sha256": self.train.fingerprint()},
            "mnist_validation": {
                "digits": len(self.validation),
                "sha256": self.validation.fingerprint(),
            },
            "pen_train": _describe_drawings(self.pen_train),
            "pen_validation": _describe_drawings(self.pen_validation),
            "pen_test": _describe_drawings(self.pen_test),
        }


def fingerprint(description: dict[str, Any]) -> str:
    """Return the SHA-256 of what `RunData.describe` returned."""
    return hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()


def load_run_data(config: TrainingConfig, run: Reporter) -> RunData:
    """Read and split the data of a run, and report how much there is.

    Raises
    ------
    DatasetError
        If there is none, or it can't be read.
    """
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
        train=mnist.train.part(None, None if config.is_final else -held_out),
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


def _find_data(config: TrainingConfig, run: Reporter) -> Path:
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


def _describe_drawings(drawings: tuple[LabelledDrawing, ...]) -> dict[str, Any]:
    writers = sorted({drawing.writer for drawing in drawings}, key=lambda name: (len(name), name))
    return {"digits": len(drawings), "writers": writers}
