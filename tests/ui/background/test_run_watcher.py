"""A run watched off the GUI thread: its events, and how it ends."""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from digitpad.core.errors import StorageError
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    Event,
    RunFailed,
    RunFinished,
    RunStopped,
    StatusChanged,
)
from digitpad.ui.background import run_watcher
from digitpad.ui.background.run_watcher import RunWatcher

LAST = (RunFinished, RunStopped, RunFailed)


class StandInRun:
    """A run that does what the test says."""

    def __init__(self) -> None:
        self.script: queue.Queue[Event | Exception] = queue.Queue()
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def events(self) -> Iterator[Event]:
        while True:
            event = self.script.get()
            if isinstance(event, Exception):
                raise event
            yield event
            if isinstance(event, LAST):
                return

    def stop(self) -> None:
        self.calls.append("stop")
        self.script.put(RunStopped(1))

    def kill(self) -> None:
        self.calls.append("kill")
        self.script.put(RunStopped(0))


class Watched:
    """A watcher, and everything it told."""

    def __init__(self) -> None:
        self.watcher = RunWatcher()
        self.events: list[Event] = []
        self.ends: list[tuple[Event, bool]] = []
        self.watcher.event_arrived.connect(self.events.append)
        self.watcher.run_ended.connect(
            lambda event: self.ends.append((event, self.watcher.is_running))
        )


@pytest.fixture
def watched(qtbot: QtBot) -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.watcher.close()
    qtbot.waitUntil(lambda: not watched.watcher.is_running)


class TestRunWatcher:
    def test_events_are_relayed_in_order_and_the_last_one_twice(
        self, qtbot: QtBot, watched: Watched
    ) -> None:
        run = StandInRun()
        events = [
            StatusChanged("Training"),
            *(BatchEnded(1, batch, 300, 0.5, 0.5) for batch in range(1, 301)),
            EpochEnded(1, 1, 0.5, 0.5, 0.5, 0.5, 1.0, 0.0),
            RunFinished(Path("candidate"), None, 0.9),
        ]

        watched.watcher.start(run)
        assert watched.watcher.is_running
        for event in events:
            run.script.put(event)

        qtbot.waitUntil(lambda: bool(watched.ends))
        assert watched.events == events
        assert watched.ends == [(events[-1], False)]
        assert run.calls == ["start"]

    def test_events_come_while_the_run_goes_on(self, qtbot: QtBot, watched: Watched) -> None:
        run = StandInRun()
        watched.watcher.start(run)

        run.script.put(StatusChanged("Training"))

        qtbot.waitUntil(lambda: watched.events == [StatusChanged("Training")])
        assert watched.watcher.is_running
        assert watched.ends == []

    def test_stop_asks_the_run(self, qtbot: QtBot, watched: Watched) -> None:
        run = StandInRun()
        watched.watcher.start(run)

        watched.watcher.stop()

        qtbot.waitUntil(lambda: bool(watched.ends))
        assert run.calls == ["start", "stop"]
        assert watched.ends == [(RunStopped(1), False)]

    def test_close_ends_the_run_at_once(self, qtbot: QtBot, watched: Watched) -> None:
        run = StandInRun()
        watched.watcher.start(run)
        run.script.put(StatusChanged("Training"))

        watched.watcher.close()

        assert run.calls == ["start", "kill"]
        qtbot.waitUntil(lambda: watched.ends == [(RunStopped(0), False)])

    def test_one_run_at_a_time_and_another_after_it(self, qtbot: QtBot, watched: Watched) -> None:
        first, second = StandInRun(), StandInRun()
        watched.watcher.start(first)
        with pytest.raises(RuntimeError):
            watched.watcher.start(second)
        assert second.calls == []
        first.script.put(RunStopped(2))
        qtbot.waitUntil(lambda: len(watched.ends) == 1)

        watched.watcher.start(second)
        second.script.put(RunStopped(3))

        qtbot.waitUntil(lambda: len(watched.ends) == 2)
        assert [end for end, _ in watched.ends] == [RunStopped(2), RunStopped(3)]

    def test_a_run_that_cant_be_started(self, watched: Watched) -> None:
        class Unwritable(StandInRun):
            def start(self) -> None:
                raise StorageError("The disk is full.")

        with pytest.raises(StorageError):
            watched.watcher.start(Unwritable())

        assert not watched.watcher.is_running
        watched.watcher.stop()
        watched.watcher.kill()

    def test_a_run_that_does_not_stop_when_asked_is_killed(
        self, qtbot: QtBot, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Hanging(StandInRun):
            def stop(self) -> None:
                self.calls.append("stop")

        monkeypatch.setattr(run_watcher, "STOP_PATIENCE_MS", 20)
        run = Hanging()
        watched.watcher.start(run)

        watched.watcher.stop()

        qtbot.waitUntil(lambda: bool(watched.ends))
        assert run.calls == ["start", "stop", "kill"]

    def test_a_bug_while_watching_ends_the_run_with_a_failure(
        self, qtbot: QtBot, watched: Watched
    ) -> None:
        run = StandInRun()
        watched.watcher.start(run)
        run.script.put(StatusChanged("Training"))

        with qtbot.waitSignal(watched.watcher.crashed) as crashed:
            run.script.put(ValueError("a bug"))

        qtbot.waitUntil(lambda: bool(watched.ends))
        assert str(crashed.args[0]) == "a bug"
        assert run.calls == ["start", "kill"]
        assert isinstance(watched.events[-1], RunFailed)
        assert watched.ends == [(watched.events[-1], False)]
