"""A trained network -> the files of a model."""

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitpad.core.errors import StorageError
from digitpad.core.files import write_atomically
from digitpad.training.calibration import fit_calibration
from digitpad.training.config import TrainingConfig
from digitpad.training.history import Epoch
from digitpad.training.model_card import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    ModelCard,
    digest_file,
)
from digitpad.training.validation import ValidationSet

_LEAST = 1e-30
_DIGITS_FLAGGED = 0.001
"""Part of the validation digits that may be taken for none."""


def save_network(network: keras.Model, file: Path) -> None:
    """Save a network so that a crash leaves the old file or the new one.

    Parameters
    ----------
    network : keras.Model
        With its optimizer, if it is compiled.
    file : Path
        Ends in `.keras`.

    Raises
    ------
    StorageError
        If the disk is full or the folder can't be written to.
    """
    # Keras chooses the format by the suffix, so the temporary name keeps it.
    temporary = file.with_name(f".partial-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        network.save(temporary)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(
            f"“{file}” could not be saved: {error.strerror or error}.", "Free some space."
        ) from error


def calibrate(network: keras.Model, validation: ValidationSet) -> None:
    """Make a network as sure as it is right, on a validation set with non-digits.

    Temperature and bias go into the last layer's weights, so a model needs nothing beside them.

    Parameters
    ----------
    network : keras.Model
        (n, 28, 28, 1) -> (n, 11) probabilities; changed in place.
    validation : ValidationSet
        What it has not learned from.
    """
    probabilities = network.predict(validation.images[..., np.newaxis], batch_size=500, verbose=0)
    # Softmax drops a constant a row of the logits, which changes nothing.
    logits = np.log(np.maximum(probabilities, _LEAST))
    found = fit_calibration(logits, validation.labels, _DIGITS_FLAGGED)
    last = network.layers[-1]
    kernel, bias = last.get_weights()
    shift = np.zeros_like(bias)
    shift[-1] = found.no_digit_bias
    last.set_weights([kernel / found.temperature, bias / found.temperature + shift])


def export_model(network: keras.Model, folder: Path) -> None:
    """Write a network as `model.keras` and, for LiteRT, as `model.tflite`.

    Parameters
    ----------
    network : keras.Model
        (n, 28, 28, 1) -> (n, 10); the batch may have any size in both files.
    folder : Path
        Where the files go.

    Raises
    ------
    StorageError
        If they can't be written.
    """
    # The optimizer's moments are twice the size of the weights and read nothing.
    bare = keras.Model.from_config(network.get_config())
    bare.set_weights(network.get_weights())
    save_network(bare, folder / KERAS_FILE)
    export_litert(bare, folder / LITERT_FILE)


def export_litert(network: keras.Model, file: Path) -> None:
    """Write a network for LiteRT.

    Parameters
    ----------
    network : keras.Model
        Of one input and one output.
    file : Path
        Ends in `.tflite`.

    Raises
    ------
    StorageError
        If it can't be written.
    """
    try:
        network.export(file, format="litert", verbose=False)
    except OSError as error:
        raise StorageError(
            f"“{file}” could not be saved: {error.strerror or error}.", "Free some space."
        ) from error


def describe_layers(network: keras.Model) -> list[dict[str, Any]]:
    """Return kind, output shape and parameters of each layer, from input to output."""
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    return [
        {
            "kind": type(layer).__name__,
            "shape": list(layer.output.shape[1:]),
            "parameters": layer.count_params(),
        }
        for layer in layers
    ]


def write_card(
    folder: Path,
    config: TrainingConfig,
    network: keras.Model,
    data: dict[str, Any],
    metrics: dict[str, float],
    history: Sequence[Epoch],
) -> ModelCard:
    """Write the card of the model in `folder`; it comes last, and seals the files with digests.

    Parameters
    ----------
    folder : Path
        Holds `model.keras` and `model.tflite`.
    config : TrainingConfig
        The run's configuration. Where files lay on this machine is left out of the card.
    network : keras.Model
        The network, to count its parameters.
    data, metrics, history
        As in `ModelCard`.

    Returns
    -------
    ModelCard
        The card as written.
    """
    settings = json.loads(config.to_json())
    for place in ("data", "download_folder", "pen_data", "start", "baseline", "command"):
        del settings[place]
    if settings["learning"] is not None:
        for place in ("samples", "teacher", "generator"):
            del settings["learning"][place]
    card = ModelCard(
        name=config.name,
        architecture=config.architecture,
        parameters=network.count_params(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        config=settings | {"keras": keras.__version__, "python": sys.version.split()[0]},
        data=data,
        metrics=metrics,
        history=tuple(history),
        layers=tuple(describe_layers(network)),
        command=config.command,
        sha256={name: digest_file(folder / name) for name in (KERAS_FILE, LITERT_FILE)},
    )
    write_atomically(folder / CARD_FILE, card.to_json())
    return card
