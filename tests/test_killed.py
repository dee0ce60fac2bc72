"""Killed at twenty random moments, nothing is lost that was said to be kept."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from digitpad import paths
from digitpad.services.models.archive import export_model
from digitpad.services.models.catalog import check_whole
from digitpad.services.models.library import ModelLibrary
from digitpad.services.runs.changes import RunStatus, find_run, list_runs
from digitpad.services.samples.store import SampleStore
from digitpad.training.events import BatchEnded, RunResumed, from_line
from digitpad.training.model_card import ModelCard
from tests.endless_work import make_sample, open_library
from tests.opened_window import open_and_end
from tests.processes import child_processes, has_ended
from tests.saved_models import save_model

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by signal")

_MOMENTS = random.Random(2026)
_TIMES_S = {
    kind: [_MOMENTS.uniform(0.0, 0.4) for _ in range(4)]
    for kind in ("save", "promote", "import", "samples")
}
_BATCHES = [_MOMENTS.randrange(1, 70) for _ in range(4)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Three models of one's own that can be read with, and an exported one."""
    library = open_library()
    real = library.find("softmax")
    for number in range(3):
        library.add(shutil.copytree(real.folder, tmp_path / f"seed-{number}"), "mine")
    export_model(real, tmp_path / "exported.digitpad")
    return tmp_path


@contextmanager
def at_work(kind: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.endless_work", kind, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process


def kill_at(kind: str, folder: Path, seconds: float) -> list[str]:
    """Let work go on for some seconds from its first piece on; return what it said was done."""
    with at_work(kind, folder) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
        # The line that it was at when it was killed may be cut short.
        lines = [first, *process.stdout]
    check_window_opens()
    return [line.rstrip("\n") for line in lines if line.endswith("\n")]


def check_window_opens() -> None:
    finished = open_and_end("QApplication.quit()")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    assert (paths.home() / "logs" / "digitpad.log").read_text() == ""


class TestLibrary:
    @pytest.mark.parametrize("seconds", _TIMES_S["save"])
    def test_models_that_were_saved_are_whole(self, place: Path, seconds: float) -> None:
        self.check(place, kill_at("save", place, seconds))

    @pytest.mark.parametrize("seconds", _TIMES_S["import"])
    def test_models_that_were_imported_are_whole(self, place: Path, seconds: float) -> None:
        self.check(place, kill_at("import", place, seconds))

    @pytest.mark.parametrize("seconds", _TIMES_S["promote"])
    def test_the_active_model_is_one_that_is_there(self, place: Path, seconds: float) -> None:
        done = kill_at("promote", place, seconds)

        library = open_library()
        names = [model.name for model in library.models()]
        after = names[(names.index(done[-1]) + 1) % len(names)]
        assert library.active().name in (done[-1], after)
        assert library.activate("lenet5").name == library.active_name()
        library.roll_back()

    def check(self, place: Path, done: list[str]) -> None:
        library = open_library()
        assert done
        for name in done:
            assert library.find(name).name == name
        # Whatever is listed is whole, also what was just being saved.
        assert all(check_whole(model) for model in library.models())
        saved = library.add(save_model(place / "after", "after"), "after")
        assert library.activate(saved.name).name == library.active().name


@pytest.mark.parametrize("seconds", _TIMES_S["samples"])
def test_samples_that_were_kept_are_there(tmp_path: Path, seconds: float) -> None:
    done = kill_at("samples", tmp_path, seconds)

    with SampleStore(paths.samples_file()) as store:
        assert store.notice is None
        kept = {sample.id: sample for sample in store.load(store.find())}
        for line in done:
            sample_id, number = (int(part) for part in line.split())
            expected = make_sample(number)
            assert kept[sample_id].label == expected.label
            np.testing.assert_array_equal(kept[sample_id].image, expected.image)
        store.add([make_sample(1)])


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again_comes_to_its_end(mnist_file: Path) -> None:
    options = [
        *("--architecture", "softmax", "--batch-size", "20", "--epochs", "12"),
        *("--augmentation", "none", "--data", str(mnist_file), "--name", "survivor"),
    ]
    for number, batches in enumerate(_BATCHES):
        _train_and_kill(options, batches, is_worker_spared=number % 2 == 1)
        (record,) = list_runs(paths.runs())
        assert record.status is RunStatus.INTERRUPTED
        assert not (record.folder / "candidate").exists()
        options = ["--resume", "last"]
    # The model it is compared with is gone meanwhile.
    config = json.loads((record.folder / "config.json").read_text())
    (record.folder / "config.json").write_text(json.dumps(config | {"baseline": "/gone.tflite"}))

    command = [sys.executable, "-m", "digitpad", "train", "--events", "--resume", "last"]
    finished = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)

    events = [from_line(line) for line in finished.stdout.splitlines()]
    before = record.epochs_done
    assert [e.epoch for e in events if isinstance(e, RunResumed)] == ([before] if before else [])
    record = find_run(paths.runs(), "last")
    assert record.status is RunStatus.FINISHED
    assert [epoch.epoch for epoch in record.epochs] == list(range(1, 13))
    model = ModelLibrary(paths.bundled_models(), paths.user_models()).find("survivor")
    assert len(ModelCard.load(model.folder).history) == 12


def _train_and_kill(options: list[str], batches: int, is_worker_spared: bool) -> None:
    """Kill the command after so many batches; the process that trains too, or it ends by itself."""
    command = [sys.executable, "-m", "digitpad", "train", "--events", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        for line in parent.stdout:
            batches -= isinstance(from_line(line), BatchEnded)
            if batches == 0:
                break
        assert batches == 0
        workers = child_processes(parent.pid)
        for process in (parent.pid, *(() if is_worker_spared else workers)):
            os.kill(process, signal.SIGKILL)
        assert workers
        assert all(has_ended(worker) for worker in workers)
    check_window_opens()
