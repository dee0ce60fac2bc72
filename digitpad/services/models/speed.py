"""How long models take to read a digit on this machine."""

import json
import logging
import platform
import statistics
import time
from pathlib import Path

from digitpad.core.errors import StorageError
from digitpad.core.files import write_atomically
from digitpad.services.models.catalog import Model
from digitpad.training.model_card import LITERT_FILE

SPEEDS_FILE = "speeds.json"
"""Beside the user's own models."""

_WARM_UP = 20
_MEASURED_S = 0.3
_LEAST, _MOST = 20, 1_000
_log = logging.getLogger(__name__)


class ModelSpeeds:
    """Measured speeds, remembered for this machine.

    Parameters
    ----------
    file : Path
        Remembers them; may be missing, for it can be measured anew.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._machine = f"{platform.node()}, {platform.machine()}"

    def find(self, model: Model) -> float | None:
        """Return how many milliseconds a digit takes; None if it was not measured here."""
        speed = self._load().get(self._machine, {}).get(_digest(model))
        return speed if isinstance(speed, float) else None

    def measure(self, model: Model) -> float:
        """Measure and remember how many milliseconds a digit takes; takes half a second.

        Raises
        ------
        ModelError
            If the model can't be loaded.
        """
        speed = measure_speed(model)
        speeds = self._load()
        speeds.setdefault(self._machine, {})[_digest(model)] = speed
        try:
            write_atomically(self._file, json.dumps(speeds, indent=1))
        except StorageError as error:
            _log.warning("%s", error)
        return speed

    def _load(self) -> dict[str, dict[str, float]]:
        try:
            speeds = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}  # Missing or damaged: it can be measured anew.
        if not isinstance(speeds, dict):
            return {}
        return {name: table for name, table in speeds.items() if isinstance(table, dict)}


def measure_speed(model: Model) -> float:
    """Return how many milliseconds a model takes for one digit, as while somebody draws.

    Raises
    ------
    ModelError
        If it can't be loaded.
    """
    # LiteRT and NumPy are imported only now: speeds that are known are told without.
    import numpy as np

    from digitpad.core.classifier import Classifier
    from digitpad.core.normalization import SIDE_PX

    classifier = Classifier(model.litert_file)
    image = np.random.default_rng(1).random((1, SIDE_PX, SIDE_PX)).astype(np.float32)
    for _ in range(_WARM_UP):
        classifier.classify(image)
    seconds: list[float] = []
    began = time.perf_counter()
    while len(seconds) < _MOST:
        if len(seconds) >= _LEAST and time.perf_counter() - began > _MEASURED_S:
            break
        before = time.perf_counter()
        classifier.classify(image)
        seconds.append(time.perf_counter() - before)
    # The median: other programs take their turns meanwhile.
    return round(statistics.median(seconds) * 1000, 4)


def measure_size(model: Model) -> int:
    """Return how many bytes a model reads with; 0 if its file is gone."""
    try:
        return model.litert_file.stat().st_size
    except OSError:
        return 0


def _digest(model: Model) -> str:
    return model.card.sha256.get(LITERT_FILE, "")
