import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.cli import run_watching
from digitpad.core.errors import StorageError
from digitpad.services.models.library import ModelLibrary
from digitpad.training.config import MULTI_WORKER, TrainingConfig
from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    EpochEnded,
    PaceMeasured,
    RunFinished,
    RunStopped,
    StatusChanged,
    from_line,
)
from digitpad.training.model_card import ModelCard, find_damage
from tests.cli.conftest import Digitpad, train_at_once

posix_only = pytest.mark.skipif(os.name == "nt", reason="scripts and signals as POSIX has them")
TINY = ("--architecture", "softmax", "--augmentation", "none", "--limit", "60", "--epochs", "2")


@pytest.fixture
def data(mnist_file: Path, tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return Path(shutil.copy(mnist_file, tmp_path / "data")).parent


@pytest.mark.slow
def test_a_model_is_trained_activated_and_read_with(
    digitpad: Digitpad, data: Path, tmp_path: Path, drawing_file: Path
) -> None:
    # What lies in the person's folder has no part in it.
    (tmp_path / "here" / "random.py").write_text("raise ImportError('not yours')")

    finished = digitpad("train", *TINY, "--data", data, "--name", "mine", "--activate", "--events")

    assert finished.returncode == 0
    events = [from_line(line) for line in finished.stdout.splitlines()]
    passing = StatusChanged | PaceMeasured
    kinds = [type(event) for event in events if not isinstance(event, passing)]
    assert kinds == [DataLoaded, BatchEnded, EpochEnded, BatchEnded, EpochEnded, RunFinished]
    assert "“mine”, and active" in finished.stderr
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    model = library.active()
    assert model.name == "mine"
    assert find_damage(model.folder, model.card) is None
    assert model.card.command.startswith("digitpad train --architecture softmax")
    assert str(data) not in (model.folder / "card.json").read_text()
    assert digitpad("read", drawing_file).returncode == 0


@posix_only
class TestKeepingTheModel:
    def test_it_goes_into_the_library_and_stays_quiet_there(
        self, data: Path, tmp_path: Path
    ) -> None:
        finished = train_at_once(tmp_path, "--data", data, "--name", "mine")

        assert (finished.returncode, finished.stdout) == (0, "")
        assert "0.7500 (0.5000 before)" in finished.stderr
        library = ModelLibrary(paths.bundled_models(), paths.user_models())
        assert library.find("mine").card.architecture == "default"
        assert library.active().name == "default"

    def test_it_goes_where_output_says(self, data: Path, tmp_path: Path) -> None:
        output = tmp_path / "new" / "model"

        finished = train_at_once(tmp_path, "--data", data, "--output", output)

        assert finished.returncode == 0
        assert find_damage(output, ModelCard.load(output)) is None
        assert not paths.user_models().exists()

    def test_the_command_in_the_card_names_no_folder_of_this_machine(
        self, data: Path, tmp_path: Path
    ) -> None:
        for number, given in enumerate((["--data", data], [f"--data={data}"])):
            (tmp_path / str(number)).mkdir()
            train_at_once(tmp_path / str(number), *given)

        commands = {
            json.loads((run / "config.json").read_text())["command"]
            for run in paths.runs().iterdir()
        }
        assert commands == {"digitpad train --data data", "digitpad train --data=data"}

    def test_output_cant_be_written(self, data: Path, tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        finished = train_at_once(tmp_path, "--data", data, "--output", tmp_path / "file" / "model")

        assert finished.returncode == 2
        assert "Traceback" not in finished.stderr
        assert str(tmp_path / "candidate") in finished.stderr

    def test_a_full_disk_leaves_no_half_model(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def copy_half(source: Path, target: Path) -> None:
            target.mkdir()
            (target / "model.keras").touch()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(shutil, "copytree", copy_half)

        with pytest.raises(StorageError, match="No space left"):
            run_watching._copy(tmp_path / "candidate", tmp_path / "new" / "model")

        assert list((tmp_path / "new").iterdir()) == []

    def test_output_cant_be_looked_into(self, data: Path, digitpad: Digitpad) -> None:
        finished = digitpad("train", "--data", data, "--output", "too long a name" * 20)

        assert finished.returncode == 2
        assert "too long" in finished.stderr

    def test_the_library_cant_be_written(self, data: Path, tmp_path: Path) -> None:
        paths.home().mkdir()
        paths.user_models().touch()

        finished = train_at_once(tmp_path, "--data", data)

        assert finished.returncode == 2
        assert "Traceback" not in finished.stderr


@pytest.mark.slow
@posix_only
def test_ctrl_c_stops_the_run_in_order(data: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "digitpad", "train", "--data", str(data), "--events"),
            *("--architecture", "softmax", "--augmentation", "none", "--epochs", "1000"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if isinstance(from_line(line), BatchEnded):
                break
        process.send_signal(signal.SIGINT)
        rest, message = process.communicate(timeout=120)

    assert process.returncode == 1
    last = from_line(rest.splitlines()[-1])
    assert isinstance(last, RunStopped)
    assert last.epochs < 1000
    assert "Traceback" not in message
    assert not paths.user_models().exists()
    (run,) = paths.runs().iterdir()
    assert json.loads((run / "config.json").read_text())["epochs"] == 1000


@pytest.mark.parametrize("option", ["--pen-writers", "--pen-validation-writers"])
def test_writers_of_no_pen_digits_are_refused(digitpad: Digitpad, data: Path, option: str) -> None:
    refused = digitpad("train", *TINY, "--data", data, option, "1-3")

    assert refused.returncode == 2
    assert "--pen" in refused.stderr
    assert not list(paths.runs().glob("*"))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (None, "isn't set"),
        ("{", "can't be read"),
        ({"cluster": {"worker": ["a:1", "b:1"]}}, "which of them"),
        (
            {"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 2}},
            "no worker with the index 2",
        ),
    ],
)
def test_machines_that_tf_config_does_not_name(
    digitpad: Digitpad,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, object] | str | None,
    told: str,
) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if settings is not None:
        text = settings if isinstance(settings, str) else json.dumps(settings)
        monkeypatch.setenv("TF_CONFIG", text)

    refused = digitpad("train", *TINY, "--strategy", "multi-worker", "--data", data)

    assert refused.returncode == 2
    assert told in refused.stderr
    assert "TF_CONFIG" in refused.stderr
    assert not paths.runs().exists()


@pytest.fixture
def second_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    machines = {"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 1}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(machines))


@pytest.mark.parametrize("place", [("--activate",), ("--output", "model")])
@pytest.mark.usefixtures("second_machine")
def test_only_the_first_machine_gets_the_model(
    digitpad: Digitpad, data: Path, place: tuple[str, ...]
) -> None:
    refused = digitpad("train", *TINY, "--strategy", "multi-worker", "--data", data, *place)

    assert refused.returncode == 2
    assert "Only the first machine" in refused.stderr
    assert not paths.runs().exists()


@pytest.mark.usefixtures("second_machine")
def test_only_the_first_machine_goes_on_with_a_run(digitpad: Digitpad) -> None:
    folder = paths.runs() / "a run"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(TrainingConfig(strategy=MULTI_WORKER).to_json())

    refused = digitpad("train", "--resume", "last")

    assert refused.returncode == 2
    assert "Only the first machine" in refused.stderr
