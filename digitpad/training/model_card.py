"""The card that goes with every model. Free of TensorFlow."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digitpad.core.errors import ModelError

CARD_FILE = "card.json"
LITERT_FILE = "model.tflite"
KERAS_FILE = "model.keras"

INPUT_CONTRACT = "(n, 28, 28, 1) float32 in [0, 1]; 1 is ink; normalized as MNIST was"
OUTPUT_CONTRACT = "(n, 10) float32 probabilities of the digits 0 to 9"

_VERSION = 1


@dataclass(frozen=True)
class ModelCard:
    """What a model is, where it came from and how well it reads.

    Parameters
    ----------
    name : str
        Unique in the model library.
    architecture : str
        Which network.
    parameters : int
        Trained and fixed weights.
    created : str
        ISO 8601 date and time, UTC.
    config : dict
        The run's configuration.
    data : dict
        What it was trained and validated on: counts and fingerprints.
    metrics : dict
        Accuracies, 0 to 1, by data set.
    history : tuple of dict
        Loss and accuracy, epoch by epoch.
    command : str
        The command that made it.
    sha256 : dict
        Hexadecimal digest of each file beside the card.
    """

    name: str
    architecture: str
    parameters: int
    created: str
    config: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    history: tuple[dict[str, float], ...] = ()
    command: str = ""
    sha256: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the card as JSON text."""
        contract = {"input": INPUT_CONTRACT, "output": OUTPUT_CONTRACT}
        content = {"version": _VERSION} | dataclasses.asdict(self) | contract
        return json.dumps(content, indent=2) + "\n"

    @classmethod
    def load(cls, folder: Path) -> "ModelCard":
        """Read the card of the model in `folder`.

        Raises
        ------
        ModelError
            If there is none, or it can't be read.
        """
        try:
            content = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
            if content["version"] != _VERSION:
                raise ValueError(f"version {content['version']}")
            names = {part.name for part in dataclasses.fields(cls)}
            values = {key: value for key, value in content.items() if key in names}
            return cls(**values | {"history": tuple(content["history"])})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"The model “{folder.name}” has no card that can be read ({error}).",
                "Delete the model, or put its folder back as it was.",
            ) from error


def digest_file(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def find_damage(folder: Path, card: ModelCard) -> str | None:
    """Say which file of a model is missing or not as its card says, or None if all are whole."""
    for name, expected in card.sha256.items():
        file = folder / name
        if not file.is_file():
            return f"{name} is missing"
        if digest_file(file) != expected:
            return f"{name} has changed since it was made"
    return None
