import json
import shutil
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.errors import ModelError
from digitpad.services.models import speed as model_speed
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.models.speed import ModelSpeeds, measure_size


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return ModelLibrary(paths.bundled_models(), tmp_path / "own").duplicate("default")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "speeds.json"


def test_a_speed_is_measured_and_remembered(model: Model, file: Path) -> None:
    assert ModelSpeeds(file).find(model) is None

    speed = ModelSpeeds(file).measure(model)

    assert 0.01 < speed < 100
    assert ModelSpeeds(file).find(model) == speed


def test_it_is_that_of_this_machine_and_these_weights(
    model: Model, file: Path, monkeypatch: pytest.MonkeyPatch, library: ModelLibrary
) -> None:
    speed = ModelSpeeds(file).measure(model)

    assert ModelSpeeds(file).find(library.default()) is None
    monkeypatch.setattr("platform.node", lambda: "another")
    assert ModelSpeeds(file).find(model) is None
    ModelSpeeds(file).measure(model)
    assert sorted(json.loads(file.read_text())) != []
    monkeypatch.undo()
    assert ModelSpeeds(file).find(model) == speed


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 5}', "[" * 99_999], ids=lambda t: t[:8])
def test_a_broken_memory_is_none(model: Model, file: Path, content: str) -> None:
    file.write_text(content)

    assert ModelSpeeds(file).find(model) is None
    assert ModelSpeeds(file).find(model) is None
    speed = ModelSpeeds(file).measure(model)
    assert ModelSpeeds(file).find(model) == speed


def test_one_that_cant_be_written_is_told_all_the_same(model: Model, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("I am a file")

    assert ModelSpeeds(tmp_path / "file" / "speeds.json").measure(model) > 0


def test_a_damaged_model(model: Model, file: Path) -> None:
    assert measure_size(model) == model.litert_file.stat().st_size
    model.litert_file.write_bytes(b"damaged")
    with pytest.raises(ModelError):
        ModelSpeeds(file).measure(model)
    shutil.rmtree(model.folder)
    assert measure_size(model) == 0


def test_a_slow_model_is_measured_often_enough(
    model: Model, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_speed, "_MEASURED_S", 0)

    assert ModelSpeeds(file).measure(model) > 0
