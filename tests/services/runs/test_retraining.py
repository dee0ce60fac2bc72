import errno
import os
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.errors import StorageError, TrainingError
from digitpad.services.runs.retraining import (
    Run,
    find_data,
    find_pen_data,
    new_run_folder,
)
from digitpad.training.config import TrainingConfig
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    Event,
    PaceMeasured,
    RunFailed,
    RunFinished,
    RunStopped,
    StatusChanged,
    from_line,
    to_line,
)
from digitpad.training.run_folder import EVENTS_FILE, LOG_FILE
from tests.written_digits import save_mnist

posix_only = pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for Python")
LAST = (RunFinished, RunStopped, RunFailed)
StandIn = Callable[[str], None]


@pytest.fixture
def run(config: TrainingConfig, tmp_path: Path) -> Run:
    folder = tmp_path / "run"
    folder.mkdir()
    return Run(config, folder)


def assert_ended(run: Run, events: list[Event]) -> None:
    """Exactly one last event, at the end; the record says the same; the process is gone."""
    assert [isinstance(event, LAST) for event in events] == [False] * (len(events) - 1) + [True]
    recorded = (run.folder / EVENTS_FILE).read_text().splitlines()
    assert recorded[: len(events) - 1] == [to_line(event) for event in events[:-1]]
    assert run.process_id is not None
    with pytest.raises(ProcessLookupError):
        os.kill(run.process_id, 0)


@posix_only
class TestEvents:
    def test_they_are_relayed_in_order_and_recorded(self, run: Run, stand_in: StandIn) -> None:
        expected = [
            StatusChanged("Training"),
            BatchEnded(1, 1, 1, 0.5, 0.25),
            EpochEnded(1, 1, 0.5, 0.25, 0.5, 0.25, 1.0, 0.0),
            RunFinished(Path("candidate"), None, 0.5),
        ]
        stand_in("\n".join(f"report({event!r})".replace("PosixPath", "Path") for event in expected))

        run.start()
        events = list(run.events())

        assert events == expected
        assert_ended(run, events)
        record = (run.folder / EVENTS_FILE).read_text()
        assert [from_line(line) for line in record.splitlines()] == expected
        assert TrainingConfig.from_json((run.folder / "config.json").read_text()) == run.config

    def test_what_is_no_event_is_passed_over(self, run: Run, stand_in: StandIn) -> None:
        stand_in(
            "print('a library says hello')\n"
            "report(StatusChanged('Training'))\n"
            'print(\'{"event": "BatchEn\')\n'
            "print()\n"
            "report(RunStopped(0))"
        )

        run.start()
        events = list(run.events())

        assert events == [StatusChanged("Training"), RunStopped(0)]

    def test_nothing_follows_the_last_event(self, run: Run, stand_in: StandIn) -> None:
        stand_in("report(RunStopped(1))\nreport(StatusChanged('more'))\nreport(RunStopped(2))")

        run.start()

        assert list(run.events()) == [RunStopped(1)]

    @pytest.mark.parametrize(
        ("program", "how"),
        [
            ("sys.exit(3)", "status 3"),
            ("", "status 0"),
            ("os.kill(os.getpid(), 11)", "signal 11"),
            ("raise ValueError('a bug')", "status 1"),
            ("report(StatusChanged('x'))\nsys.stdout.write('{\"ev')", "status 0"),
        ],
    )
    def test_an_end_without_a_word_is_a_failure_that_names_the_log(
        self, run: Run, stand_in: StandIn, program: str, how: str
    ) -> None:
        stand_in(program)

        run.start()
        events = list(run.events())

        assert_ended(run, events)
        last = events[-1]
        assert isinstance(last, RunFailed)
        assert how in last.message
        assert str(run.folder / LOG_FILE) in last.hint
        if "bug" in program:
            assert "ValueError: a bug" in run.log_file.read_text()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux's full disk")
    def test_a_full_disk_ends_the_run_with_a_word(self, run: Run, stand_in: StandIn) -> None:
        stand_in("for i in range(1000000): report(StatusChanged('on and on'))")
        run.start()
        (run.folder / EVENTS_FILE).symlink_to("/dev/full")
        events = list(run.events())

        (last,) = events
        assert isinstance(last, RunFailed)
        assert "No space left" in last.message
        assert run.process_id is not None
        with pytest.raises(ProcessLookupError):
            os.kill(run.process_id, 0)

    @pytest.mark.parametrize(
        "event",
        [
            BatchEnded(1, 1, 9, 0.5, 0.25),
            PaceMeasured(1000.0, 1.5, 800.0),
            EpochEnded(1, 2, 0.5, 0.25, 0.5, 0.25, 1.0, 1.0),
        ],
        ids=lambda event: type(event).__name__,
    )
    def test_between_batches_it_is_asked_to_stop_and_not_ended(
        self, run: Run, stand_in: StandIn, event: Event
    ) -> None:
        stand_in(
            f"report({event!r})\nassert sys.stdin.readline() == 'stop\\n'\nreport(RunStopped(7))"
        )
        run.start()
        events = run.events()
        assert next(events) == event

        run.stop()

        assert list(events) == [RunStopped(7)]

    def test_a_run_that_ignores_the_stop_can_be_killed(self, run: Run, stand_in: StandIn) -> None:
        stand_in(
            "import signal\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "report(BatchEnded(1, 1, 9, 0.5, 0.5))\n"
            "while True: signal.pause()"
        )
        run.start()
        events = run.events()
        next(events)

        run.stop()
        run.kill()

        assert list(events) == [RunStopped(0)]


class TestStart:
    def test_a_folder_that_cant_be_written(self, config: TrainingConfig, tmp_path: Path) -> None:
        (tmp_path / "run").write_text("a file in its place")

        with pytest.raises(StorageError):
            Run(config, tmp_path / "run").start()

    def test_a_full_disk(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)

        with pytest.raises(StorageError, match="No space left"):
            run.start()
        assert run.process_id is None

    def test_no_interpreter(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.executable", str(run.folder / "python"))

        with pytest.raises(TrainingError):
            run.start()

    def test_stop_and_kill_before_the_start_do_nothing(self, run: Run) -> None:
        run.stop()
        run.kill()

        assert run.process_id is None

    def test_a_run_that_was_not_started_has_no_events(self, run: Run) -> None:
        with pytest.raises(RuntimeError):
            next(run.events())


class TestNewRunFolder:
    def test_every_run_has_its_own(self, tmp_path: Path) -> None:
        folders = {new_run_folder(tmp_path / "runs") for _ in range(5)}

        assert len(folders) == 5
        assert all(folder.is_dir() and not list(folder.iterdir()) for folder in folders)

    def test_a_file_in_place_of_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "runs").write_text("I am a file")

        with pytest.raises(StorageError):
            new_run_folder(tmp_path / "runs")


class TestFindData:
    @pytest.fixture
    def places(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
        """All places that are looked at, each with MNIST in it."""
        monkeypatch.setenv("DIGITPAD_DATA", str(tmp_path / "configured"))
        places = {
            "chosen": tmp_path / "chosen",
            "configured": tmp_path / "configured",
            "downloaded": paths.data(),
            "keras": paths.keras_cache(),
        }
        for place in places.values():
            save_mnist(place / "mnist.npz", train=1, test=1)
        return places

    def test_the_order(self, places: dict[str, Path]) -> None:
        for name in ("configured", "downloaded", "keras"):
            assert find_data() == places[name]
            (places[name] / "mnist.npz").unlink()
        assert find_data() is None

    def test_what_was_chosen_is_all_that_counts(self, places: dict[str, Path]) -> None:
        assert find_data(places["chosen"]) == places["chosen"]
        assert find_data(places["chosen"] / "mnist.npz") == places["chosen"] / "mnist.npz"

        (places["chosen"] / "mnist.npz").unlink()
        assert find_data(places["chosen"]) is None

    def test_pen_digits(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pen = tmp_path / "data" / "pen" / "pendigits-train.jsonl.gz"
        assert find_pen_data() is None
        assert find_pen_data(tmp_path / "data") is None

        pen.parent.mkdir(parents=True)
        pen.write_bytes(b"")
        assert find_pen_data(tmp_path / "data") == pen
        monkeypatch.setenv("DIGITPAD_DATA", str(tmp_path / "data"))
        assert find_pen_data() == pen

    def test_a_place_that_cant_be_looked_into_has_no_pen_digits(self, tmp_path: Path) -> None:
        assert find_pen_data(tmp_path / ("too long a name" * 20)) is None


def test_stopping_while_tensorflow_loads(run: Run) -> None:
    run.start()
    events = run.events()
    first = next(events)

    run.stop()
    rest = list(events)

    assert isinstance(first, StatusChanged)
    assert rest[-1] == RunStopped(0)
    assert_ended(run, [first, *rest])


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_run_is_stopped_within_a_batch_and_another_killed(
    config: TrainingConfig, tmp_path: Path
) -> None:
    runs = []
    for name in ("stopped", "killed"):
        (tmp_path / name).mkdir()
        runs.append(Run(config, tmp_path / name))
    for run in runs:  # Both load at once.
        run.start()
    stopped, killed = runs

    events: list[Event] = []
    for event in stopped.events():
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 1:
            stopped.stop()
    assert_ended(stopped, events)
    last = events[-1]
    assert isinstance(last, RunStopped)
    assert 1 <= last.epochs < 1000
    assert_checkpoints_are_whole(stopped.folder)

    events = []
    for event in killed.events():
        events.append(event)
        is_halfway = isinstance(event, BatchEnded) and event.epoch == 3
        if is_halfway and killed.process_id is not None:
            try:
                os.kill(killed.process_id, signal.SIGKILL)
            except ProcessLookupError:
                continue
    assert_ended(killed, events)
    last = events[-1]
    assert isinstance(last, RunFailed)
    assert "signal 9" in last.message
    assert str(killed.log_file) in last.hint
    assert_checkpoints_are_whole(killed.folder)
    assert not (killed.folder / "candidate").exists()


def assert_checkpoints_are_whole(folder: Path) -> None:
    checkpoints = sorted((folder / "checkpoints").glob("epoch-*.keras"))
    assert 1 <= len(checkpoints) <= 3
    for file in checkpoints:
        with zipfile.ZipFile(file) as content:
            assert content.testzip() is None
