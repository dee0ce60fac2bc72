"""Two machines that train together: two processes that talk over the loopback."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitpad.training.config import SINGLE, TrainingConfig
from digitpad.training.events import (
    EpochEnded,
    Event,
    PartFinished,
    RunFailed,
    RunFinished,
    RunResumed,
    StatusChanged,
    from_line,
)
from digitpad.training.model_card import KERAS_FILE
from tests.processes import child_processes
from tests.training.trainer_runs import MARKS, load_network, of_kind, run

pytestmark = [
    *MARKS,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks Linux for a process's children"),
]

JOIN = ("train", "--strategy", "multi-worker", "--data")
# No dropout: which units it drops follows from the number of devices.
SETTINGS = ("--architecture", "lenet5", "--augmentation", "none", "--limit", "120")
_PATIENCE_S = 240
"""So long a machine may take in all, should others use this one too."""


class Machine:
    """One of two, with a home and temporary files of its own."""

    def __init__(self, number: int, ports: list[int], folder: Path) -> None:
        self.home, temporary = folder / f"home-{number}", folder / f"temporary-{number}"
        temporary.mkdir(exist_ok=True)
        machines = {"worker": [f"127.0.0.1:{port}" for port in ports]}
        task = {"type": "worker", "index": number}
        self.temporary = temporary
        self._environment = {
            "DIGITPAD_HOME": str(self.home),
            "TMPDIR": str(temporary),
            "TF_CONFIG": json.dumps({"cluster": machines, "task": task}),
        }

    @contextmanager
    def start(self, *arguments: object) -> Iterator[None]:
        """Run `digitpad`; whatever happens, it ends in time, and its training process with it."""
        with subprocess.Popen(
            [sys.executable, "-m", "digitpad", *map(str, arguments), "--events"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=os.environ | self._environment,
        ) as self.process:
            late = threading.Timer(_PATIENCE_S, self._kill)
            late.start()
            try:
                yield
            finally:
                late.cancel()
                self._kill()

    def _kill(self) -> None:
        self.kill_training()
        self.process.kill()

    def kill_training(self) -> None:
        for child in child_processes(self.process.pid):
            os.kill(child, signal.SIGKILL)

    def wait_for(self, kind: type) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if isinstance(from_line(line), kind):
                return
        pytest.fail(f"no {kind.__name__}: {self.process.communicate()[1]}")

    def finish(self) -> tuple[int, list[Event], str]:
        """Return exit status, events that weren't read yet, and what was said of errors."""
        output, message = self.process.communicate()
        assert "Traceback" not in message
        events = [from_line(line) for line in output.splitlines()]
        return self.process.returncode, events, message

    @property
    def run_folder(self) -> Path:
        (folder,) = (self.home / "runs").iterdir()
        return folder


def two_machines(folder: Path) -> tuple[Machine, Machine]:
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        ports = [door.getsockname()[1] for door in doors]
    return Machine(0, ports, folder), Machine(1, ports, folder)


def test_broken_then_whole(mnist_file: Path, tmp_path: Path) -> None:
    first, second = two_machines(tmp_path)
    # The first decides: the settings are only given there.
    begin = (*JOIN, mnist_file, *SETTINGS, "--epochs", 20)
    with first.start(*begin), second.start(*JOIN, mnist_file):
        first.wait_for(EpochEnded)
        second.kill_training()
        status, events, message = first.finish()
        assert status == 2
        assert isinstance(events[-1], RunFailed)
        assert "Another machine of the run is gone." in message
        assert second.finish()[0] == 2
    assert not (first.run_folder / "candidate").exists()

    first, second = two_machines(tmp_path)
    with first.start("train", "--resume", "last"), second.start(*JOIN, mnist_file):
        status, events, message = first.finish()
        other_status, others, _ = second.finish()
    assert (status, other_status) == (0, 0)
    assert of_kind(events, RunResumed)
    assert isinstance(events[-1], RunFinished)
    assert [type(event) for event in others] == [StatusChanged] * (len(others) - 1) + [PartFinished]
    assert others[-1].weights_sha256 == digest_weights(first.run_folder)
    check_what_is_left(first, second)
    check_against_one_device(first.run_folder, tmp_path / "single")


def digest_weights(folder: Path) -> str:
    digest = hashlib.sha256()
    for values in weights_of(folder):
        digest.update(values.tobytes())
    return digest.hexdigest()


def weights_of(folder: Path) -> list[np.ndarray]:
    return load_network(folder / "candidate" / KERAS_FILE).get_weights()


def check_what_is_left(first: Machine, second: Machine) -> None:
    """The first machine has all; the second what it had copied and logged until it was killed."""
    names = {file.name for file in first.run_folder.iterdir()}
    assert names >= {"checkpoints", "events.jsonl", "candidate", "tensorboard", "result.json"}
    assert (first.home / "models" / "trained").is_dir()
    assert not second.home.exists()
    left = {file.name for part in second.temporary.glob("digitpad-*") for file in part.iterdir()}
    assert "log.txt" in left
    assert not left & {"candidate", "tensorboard"}


def check_against_one_device(folder: Path, other: Path) -> None:
    config = TrainingConfig.from_json((folder / "config.json").read_text())
    other.mkdir()
    run(replace(config, strategy=SINGLE, baseline=None), other)

    for mine, theirs in zip(weights_of(folder), weights_of(other), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)
