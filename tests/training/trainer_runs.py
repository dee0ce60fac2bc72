"""Runs in this process, for tests to look at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digitpad.training.config import TrainingConfig
from digitpad.training.events import Event

MARKS = [
    pytest.mark.slow,
    pytest.mark.usefixtures("network_library"),
    # Keras's own, against NumPy.
    pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning"),
]
"""Of every test that trains."""

NEVER = bool


def run(
    config: TrainingConfig, folder: Path, is_stopped: Callable[[], bool] = NEVER
) -> list[Event]:
    from digitpad.training.trainer import train

    events: list[Event] = []
    train(config, folder, events.append, is_stopped)
    return events


def load_network(file: Path) -> Any:
    import keras

    return keras.models.load_model(file)


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def with_settings(config: TrainingConfig, **settings: object) -> TrainingConfig:
    return TrainingConfig(**{**vars(config), **settings})
