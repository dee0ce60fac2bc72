import dataclasses
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.core.errors import TrainingError
from digitpad.training.config import (
    ARCHITECTURES,
    AUGMENTATIONS,
    SCHEDULES,
    STRATEGIES,
    TrainingConfig,
)

names = st.lists(st.text(max_size=4), max_size=3).map(tuple)
places = st.none() | st.just(Path("data") / "Grüße 4")
configs = st.builds(
    TrainingConfig,
    architecture=st.sampled_from(sorted(ARCHITECTURES)),
    epochs=st.integers(1, 1_000),
    batch_size=st.integers(1, 8_192),
    learning_rate=st.floats(1e-7, 1),
    schedule=st.sampled_from(sorted(SCHEDULES)),
    augmentation=st.sampled_from(sorted(AUGMENTATIONS)),
    strategy=st.sampled_from(sorted(STRATEGIES)),
    data=places,
    download_folder=places,
    pen_data=places,
    pen_writers=names,
    pen_validation_writers=names,
    pen_repeats=st.integers(1, 100),
    validation_size=st.integers(1, 10_000),
    limit=st.none() | st.integers(20, 60_000),
    seed=st.integers(0, 2**31 - 1),
    name=st.text(min_size=1).filter(str.strip),
    baseline=places,
    command=st.text(),
)


@given(configs)
def test_a_configuration_survives_json(config: TrainingConfig) -> None:
    assert TrainingConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    "setting",
    [
        {"architecture": "resnet"},
        {"schedule": "linear"},
        {"augmentation": "heavy"},
        {"strategy": "cloud"},
        {"epochs": 0},
        {"epochs": 1_001},
        {"batch_size": 0},
        {"batch_size": 8_193},
        {"learning_rate": 0.0},
        {"learning_rate": -1e-3},
        {"learning_rate": 1.5},
        {"learning_rate": math.nan},
        {"learning_rate": math.inf},
        {"pen_repeats": 0},
        {"validation_size": 0},
        {"validation_size": 10_001},
        {"limit": 19},
        {"limit": 60_001},
        {"seed": -1},
        {"seed": 2**31},
        {"name": ""},
        {"name": "  "},
    ],
    ids=str,
)
def test_a_setting_no_run_could_use_is_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(TrainingError) as caught:
        TrainingConfig(**setting)

    assert caught.value.hint


def test_a_configuration_cant_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainingConfig().epochs = 3  # type: ignore[misc]
