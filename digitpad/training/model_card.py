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

IMPORTED = "imported"
"""The architecture of a model made elsewhere."""

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
    layers : tuple of dict
        From input to output: `kind`, `shape` of the output without the batch, `parameters`.
    command : str
        The command that made it.
    sha256 : dict
        Hexadecimal digest of each file beside the card: of `model.tflite`, and of `model.keras` if
        the model can be trained further.
    """

    name: str
    architecture: str
    parameters: int
    created: str
    config: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    history: tuple[dict[str, float], ...] = ()
    layers: tuple[dict[str, Any], ...] = ()
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
            lists = {name: tuple(content.get(name, ())) for name in ("history", "layers")}
            card = cls(**values | lists)
            card._check_types()
        except (
            OSError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            raise ModelError(
                f"The model “{folder.name}” has no card that can be read ({error}).",
                "Delete the model, or put its folder back as it was.",
            ) from error
        return card

    def _check_types(self) -> None:
        texts = (self.name, self.architecture, self.created, self.command, *self.sha256.values())
        numbers = (self.parameters, *self.metrics.values())
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("a text is something else")
        if not all(isinstance(number, int | float) for number in numbers):
            raise ValueError("a number is something else")
        if not (isinstance(self.config, dict) and isinstance(self.data, dict)):
            raise ValueError("a table is something else")


def load_history(keras_file: Path | None) -> tuple[dict[str, float], ...]:
    """Return the history of the model that a `.keras` file belongs to; empty if it is of none."""
    if keras_file is None or not (keras_file.parent / CARD_FILE).exists():
        return ()
    return ModelCard.load(keras_file.parent).history


def digest_file(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def find_damage(folder: Path, card: ModelCard) -> str | None:
    """Say which file of a model is missing or not as its card says, or None if all are whole."""
    if LITERT_FILE not in card.sha256:
        return f"its card doesn't vouch for {LITERT_FILE}"
    # Other files that lie there are no part of the model.
    for name in (KERAS_FILE, LITERT_FILE):
        if name not in card.sha256:
            continue
        file = folder / name
        try:
            if digest_file(file) != card.sha256[name]:
                return f"{name} has changed since it was made"
        except FileNotFoundError:
            return f"{name} is missing"
        except OSError as error:
            return f"{name} can't be read ({error.strerror or error})"
    return None
