"""What a run trains, validates and tests on."""

import json
from pathlib import Path

import pytest

from digitpad.core.errors import DatasetError
from digitpad.training.config import TrainingConfig
from digitpad.training.events import BatchEnded, DataLoaded, Event
from digitpad.training.model_card import ModelCard
from tests.training.trainer_runs import MARKS, of_kind, run, with_settings
from tests.written_digits import PATHS, write_digit

pytestmark = MARKS


class TestData:
    def test_the_limit_shrinks_every_part(self, config: TrainingConfig, tmp_path: Path) -> None:
        stopped = run_until_loaded(with_settings(config, limit=60), tmp_path)

        assert stopped == DataLoaded(50, 10, 60, "MNIST")

    def test_the_validation_size_is_set_apart(self, config: TrainingConfig, tmp_path: Path) -> None:
        assert run_until_loaded(with_settings(config, validation_size=30), tmp_path) == DataLoaded(
            570, 30, 100, "MNIST"
        )

    @pytest.mark.parametrize(
        ("train_on", "validate_on", "train", "validation"),
        [
            ((), (), 500 + 30, 100),
            ((), ("1",), 500 + 20, 100 + 10),
            (("2",), ("1",), 500 + 10, 100 + 10),
        ],
    )
    def test_pen_digits_are_split_by_writer(
        self,
        config: TrainingConfig,
        tmp_path: Path,
        train_on: tuple[str, ...],
        validate_on: tuple[str, ...],
        train: int,
        validation: int,
    ) -> None:
        loaded = run_until_loaded(
            with_settings(
                config,
                pen_data=save_pen(tmp_path / "pen.jsonl"),
                pen_writers=train_on,
                pen_validation_writers=validate_on,
            ),
            tmp_path,
        )

        assert loaded == DataLoaded(train, validation, 100, "MNIST and pen digits")

    def test_writers_kept_out_are_tested_on(self, config: TrainingConfig, tmp_path: Path) -> None:
        events = run(
            with_settings(
                config,
                epochs=1,
                pen_data=save_pen(tmp_path / "pen.jsonl"),
                pen_writers=("2",),
                pen_validation_writers=("1",),
            ),
            tmp_path,
        )

        card = ModelCard.load(tmp_path / "candidate")
        assert len(of_kind(events, BatchEnded)) == -(-(500 + 3 * 10) // 50)
        assert card.metrics.keys() >= {"pen_validation", "pen_test"}
        assert [
            card.data[f"pen_{part}"]["writers"] for part in ("train", "validation", "test")
        ] == [
            ["2"],
            ["1"],
            ["3"],
        ]

    def test_no_data(self, config: TrainingConfig, tmp_path: Path) -> None:
        for settings in ({"data": None}, {"data": tmp_path}, {"pen_data": tmp_path / "gone.jsonl"}):
            with pytest.raises(DatasetError):
                run(with_settings(config, **settings), tmp_path)


def run_until_loaded(config: TrainingConfig, folder: Path) -> Event:
    from digitpad.training.trainer import train

    events: list[Event] = []
    train(config, folder, events.append, lambda: bool(of_kind(events, DataLoaded)))
    (loaded,) = of_kind(events, DataLoaded)
    return loaded


def save_pen(file: Path) -> Path:
    """Write ten digits each by writers 1, 2 and 3."""
    lines = (
        {"label": int(d), "writer": w, "strokes": [stroke.points for stroke in write_digit(d)]}
        for w in "123"
        for d in PATHS
    )
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file
