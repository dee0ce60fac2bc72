"""The child process of an import: a network made elsewhere in, a candidate for the library out.

Started as ``python -m digitpad.training.conversion SOURCE CANDIDATE``, where SOURCE is a `.keras`
or `.tflite` file and CANDIDATE an empty folder. A process of its own, because TensorFlow is heavy
and because a file that is made to crash whoever opens it should crash nothing else. Events leave as
JSON lines on standard output: what it is at, or why it can't be, as the end of a sentence. It ends
when standard input does.
"""

import os
import shutil
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from digitpad.core.classifier import INPUT_SHAPES
from digitpad.core.errors import DigitpadError
from digitpad.core.files import advise, write_atomically
from digitpad.training.events import RunFailed, StatusChanged, claim_stdout
from digitpad.training.fitness import (
    FITTING,
    SAMPLES,
    MisfitError,
    SampleDigits,
    are_probabilities,
    explain_misfit,
    try_litert,
)
from digitpad.training.keras_files import explain_refusal
from digitpad.training.model_card import (
    CARD_FILE,
    IMPORTED,
    KERAS_FILE,
    LITERT_FILE,
    ModelCard,
    digest_file,
)

Begin = Callable[[str], None]


@dataclass(frozen=True)
class Findings:
    """What Keras tells of a network.

    Parameters
    ----------
    parameters : int
        Trained and fixed weights; 0 if nobody knows.
    adapted : list of str
        What was put before and behind it.
    layers : tuple of dict
        As on a card.
    """

    parameters: int = 0
    adapted: list[str] = field(default_factory=list)
    layers: tuple[dict[str, Any], ...] = ()


def main(source: Path, candidate: Path) -> int:
    """Make a candidate of a file.

    Parameters
    ----------
    source : Path
        A `.keras` or `.tflite` file of somebody else's.
    candidate : Path
        An empty folder; it is a whole model if all goes well.

    Returns
    -------
    int
        Exit status: 0 if the candidate is whole, 1 if it can't be, for the reason reported.
    """
    report = claim_stdout().report
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    try:
        convert(source, candidate, lambda text: report(StatusChanged(text)))
    except MisfitError as error:
        report(RunFailed(error.reason, error.hint))
        return 1
    except OSError as error:
        report(RunFailed(error.strerror or str(error), f"{advise(error)}."))
        return 1
    except DigitpadError as error:
        report(RunFailed(error.message.rstrip("."), error.hint))
        return 1
    except Exception as error:  # noqa: BLE001
        # The last line of defence of this process: the log has the traceback, the person a line.
        traceback.print_exc()
        report(RunFailed(f"it leads to a {type(error).__name__}", "It may be damaged."))
        return 1
    return 0


def convert(source: Path, candidate: Path, begin: Begin) -> ModelCard:
    """Write the files and the card of a model.

    Parameters
    ----------
    source, candidate
        As in `main`.
    begin : callable
        Told what is about to be done.

    Returns
    -------
    ModelCard
        As written.

    Raises
    ------
    MisfitError
        If the network doesn't fit, or has a layer that could be a program.
    OSError, StorageError
        If a file can't be read or written.
    """
    found = Findings()
    if source.suffix.lower() == ".keras":
        found = _convert_keras(source, candidate, begin)
    else:
        shutil.copyfile(source, candidate / LITERT_FILE)
    begin("Reading sample digits")
    right = try_litert(candidate / LITERT_FILE, SampleDigits.draw())
    files = (name for name in (KERAS_FILE, LITERT_FILE) if (candidate / name).exists())
    card = ModelCard(
        name=source.stem,
        architecture=IMPORTED,
        parameters=found.parameters,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        config={"file": source.name} | ({"adapted": found.adapted} if found.adapted else {}),
        data={"samples": {"digits": SAMPLES, "right": right}},
        layers=found.layers,
        sha256={name: digest_file(candidate / name) for name in files},
    )
    write_atomically(candidate / CARD_FILE, card.to_json())
    return card


def _convert_keras(source: Path, candidate: Path, begin: Begin) -> Findings:
    refusal = explain_refusal(source)
    if refusal is not None:
        raise MisfitError(refusal, "Nothing in it was run.")
    begin("Loading TensorFlow")
    import keras

    from digitpad.training.export import export_litert, save_network

    begin("Loading the network")
    try:
        network = keras.models.load_model(source, compile=False, safe_mode=True)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        traceback.print_exc()
        raise MisfitError("Keras can't load it", "Save it again, with Keras 3.") from error
    adapted, changes = _adapt(network)
    begin("Converting it for LiteRT")
    save_network(adapted, candidate / KERAS_FILE)
    export_litert(adapted, candidate / LITERT_FILE)
    return Findings(network.count_params(), changes, _describe_layers(network))


def _adapt(network: Any) -> tuple[Any, list[str]]:
    """Return a network of our own input and output, and what was done to it for that."""
    import keras

    taken, given = _shapes(network.inputs), _shapes(network.outputs)
    misfit = explain_misfit(taken, given)
    if misfit is not None:
        raise MisfitError(misfit, FITTING)
    images = SampleDigits.draw().images
    answers = network.predict(images.reshape(-1, *taken[0]), batch_size=100, verbose=0)
    changes = []
    before, after = [], []
    if taken[0] != INPUT_SHAPES[0]:
        before.append(keras.layers.Reshape(taken[0]))
        changes.append(f"images are given as {taken[0]}")
    if not are_probabilities(answers):
        if not np.isfinite(answers).all() or (answers >= 0).all():
            raise MisfitError(
                "its answers are neither probabilities nor logits",
                "End the network with a softmax.",
            )
        after.append(keras.layers.Softmax())
        changes.append("a softmax was added")
    if not changes:
        return network, changes
    wrapped = keras.Sequential([keras.Input(INPUT_SHAPES[0]), *before, network, *after])
    return wrapped, changes


def _describe_layers(network: Any) -> tuple[dict[str, Any], ...]:
    from digitpad.training.export import describe_layers

    try:
        return tuple(describe_layers(network))
    except (AttributeError, ValueError):
        return ()  # One is used twice, and has no shape of its own.


def _shapes(tensors: Any) -> list[tuple[int, ...]]:
    return [tuple(-1 if n is None else int(n) for n in tensor.shape[1:]) for tensor in tensors]


def _end_with_stdin() -> None:
    # Nobody waits for the candidate any more: cancelled, or the parent is gone.
    sys.stdin.readline()
    os._exit(1)


if __name__ == "__main__":
    status = main(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stderr.flush()
    os._exit(status)
