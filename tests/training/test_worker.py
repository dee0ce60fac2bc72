"""The training process as the window starts it, with every pipe and signal real."""

import itertools
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from digitpad.training.config import TrainingConfig
from digitpad.training.events import (
    BatchEnded,
    Event,
    RunFailed,
    RunFinished,
    RunStopped,
    StatusChanged,
    from_line,
)
from digitpad.training.model_card import KERAS_FILE, ModelCard, find_damage
from digitpad.training.worker import Orders

# Runs in the child before anything else: a library that talks, in Python and in C, whenever
# anything is imported or opened, which TensorFlow and Keras do from the first moment to the last.
CHATTER = """
import os, sys
def talk(event, arguments):
    if event in ("import", "open"):
        print("chatter", flush=True)
        os.write(1, b"more chatter\\n")
sys.addaudithook(talk)
"""


@contextmanager
def start_worker(folder: Path, config: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    folder.mkdir()
    (folder / "config.json").write_text(config)
    with (folder / "log.txt").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "digitpad.training.worker", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            env=os.environ | environment,
        )
    with worker:
        try:
            yield worker
            worker.wait(120)
        finally:
            worker.kill()


def read_events(worker: subprocess.Popen[str]) -> Iterator[Event]:
    assert worker.stdout is not None
    return (from_line(line) for line in worker.stdout)


@pytest.mark.parametrize(
    ("change", "is_bug"), [(("epochs", "rounds"), True), (('"epochs": 2', '"epochs": 0'), False)]
)
def test_a_broken_configuration_is_a_failure(
    tmp_path: Path, change: tuple[str, str], is_bug: bool
) -> None:
    text = TrainingConfig("softmax", epochs=2).to_json().replace(*change)

    with start_worker(tmp_path / "run", text) as worker:
        (event,) = read_events(worker)

    assert isinstance(event, RunFailed)
    assert event.hint
    assert worker.returncode == 1
    assert ("Traceback" in (tmp_path / "run" / "log.txt").read_text()) == is_bug


class TestOrders:
    """A run that asks whether it is to end waits while it is paused."""

    @pytest.fixture(autouse=True)
    def _listen(self) -> None:
        self.told: list[str] = []

    @pytest.fixture
    def written(self) -> Iterator[tuple[Orders, IO[str]]]:
        reading, writing = os.pipe()
        orders = Orders(lambda: self.told.append("waiting"))
        with os.fdopen(reading) as lines, os.fdopen(writing, "w", 1) as written:
            follower = threading.Thread(target=orders.follow, args=(lines,))
            follower.start()
            yield orders, written
            written.close()
            follower.join(60)

    def ask(self, orders: Orders) -> tuple[threading.Thread, list[bool]]:
        answers: list[bool] = []
        asking = threading.Thread(target=lambda: answers.append(orders.is_stopped()))
        asking.start()
        return asking, answers

    def pause(self, orders: Orders, written: IO[str]) -> tuple[threading.Thread, list[bool]]:
        written.write("pause\n")
        while True:
            asking, answers = self.ask(orders)
            asking.join(0.1)
            if asking.is_alive():
                return asking, answers

    def test_pause_and_go_on(self, written: tuple[Orders, IO[str]]) -> None:
        orders, lines = written
        assert not orders.is_stopped()
        assert self.told == []
        asking, answers = self.pause(orders, lines)
        assert self.told == ["waiting"]
        lines.write("go on\n")
        asking.join(60)

        assert answers == [False]

    @pytest.mark.parametrize("is_gone", [False, True])
    def test_a_stop_ends_a_pause(self, written: tuple[Orders, IO[str]], is_gone: bool) -> None:
        orders, lines = written
        asking, answers = self.pause(orders, lines)
        if is_gone:
            lines.close()
        else:
            lines.write("stop\n")
        asking.join(60)

        assert answers == [True]


@pytest.mark.slow
def test_a_finished_and_an_abandoned_run(mnist_file: Path, tmp_path: Path) -> None:
    (tmp_path / "chatter").mkdir()
    (tmp_path / "chatter" / "sitecustomize.py").write_text(CHATTER)
    tiny = TrainingConfig("softmax", epochs=2, limit=60, augmentation="none", data=mnist_file)
    endless = TrainingConfig("softmax", epochs=1000, augmentation="none", data=mnist_file)

    with (
        start_worker(
            tmp_path / "finished", tiny.to_json(), PYTHONPATH=str(tmp_path / "chatter")
        ) as finished,
        start_worker(tmp_path / "abandoned", endless.to_json()) as abandoned,
    ):
        assert finished.stdout is not None
        # Python itself lets chatter through until the worker begins; after that there is none.
        lines = itertools.dropwhile(lambda line: "chatter" in line, finished.stdout)
        check_finished([from_line(line) for line in lines], tmp_path / "finished")
        check_abandoned(abandoned, tmp_path / "abandoned")

    assert (finished.returncode, abandoned.returncode) == (0, 0)


def check_finished(events: list[Event], folder: Path) -> None:
    assert events[0] == StatusChanged("Loading TensorFlow")
    last = events[-1]
    assert isinstance(last, RunFinished)
    assert sum(isinstance(event, BatchEnded) for event in events) == 2
    candidate = folder / "candidate"
    assert last.folder == candidate
    assert find_damage(candidate, ModelCard.load(candidate)) is None
    with zipfile.ZipFile(candidate / KERAS_FILE) as network:
        assert network.testzip() is None
    assert "chatter" in (folder / "log.txt").read_text()


def check_abandoned(worker: subprocess.Popen[str], folder: Path) -> None:
    """Its parent closes the pipe, as the system does when the parent dies."""
    assert worker.stdin is not None
    events = read_events(worker)
    for event in events:
        if isinstance(event, BatchEnded):
            break
    worker.stdin.close()

    *_, last = events

    assert isinstance(last, RunStopped)
    assert last.epochs < 1000
    assert not (folder / "candidate").exists()
