"""Going on in the training pane with a run that was stopped, killed or interrupted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from digitpad.core.errors import StorageError, TrainingError
from digitpad.services.models.library import ModelLibrary
from digitpad.services.runs.changes import find_run
from digitpad.services.runs.records import RunStatus, read_curves
from digitpad.training.events import (
    BatchEnded,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStopped,
    StatusChanged,
)
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.training.training_pane import TrainingPane
from tests.run_folders import make_epoch, make_run, under_way
from tests.ui.training.room import FakeWatcher, Room, finish, make_model
from tests.ui.training.visible_pane import click


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path, runs: Path) -> Iterator[Room]:
    """A pane that nobody has looked at yet."""
    make_model(tmp_path / "bundled" / "default", "default")
    library = ModelLibrary(tmp_path / "bundled", tmp_path / "own")
    watcher, keeper = FakeWatcher(), RunKeeper(runs)
    pane = TrainingPane(library, watcher, keeper, tmp_path / "home" / "data")
    qtbot.addWidget(pane)
    room = Room(pane, watcher, keeper, library, tmp_path)
    pane.message_raised.connect(lambda text, hint: room.messages.append((text, hint)))
    pane.resize(360, 800)
    yield room
    keeper.close()


def look(room: Room, qtbot: QtBot) -> None:
    """Look at the pane until it has looked for an interrupted run."""
    room.pane.show()
    with qtbot.waitCallback() as looked:
        room.keeper.ask(lambda catalog: None, looked)


class TestInterrupted:
    def test_one_click_goes_on_with_it(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        folder = make_run(runs, result=None, baseline=Path("gone.tflite"))
        look(room, qtbot)
        assert "Training “mine” was interrupted" in room.words()
        assert "through epoch 3 of 5" in room.words()
        click(qtbot, room.button("Go on with it"))
        qtbot.waitUntil(lambda: room.pane.is_running)

        assert room.watcher.run.folder == folder
        assert room.config.baseline == room.library.active().litert_file
        assert "Going on with “mine”, softmax" in room.words()
        assert "interrupted" not in room.words()
        plot = room.pane.plot
        assert plot.isVisible()
        assert plot.validation_accuracy.x.tolist() == [1, 2, 3]
        assert plot.training_loss.x.tolist() == [n / 4 for n in range(1, 13)]
        room.watcher.report(
            StatusChanged("Training"),
            RunResumed(3),
            BatchEnded(4, 1, 4, 0.1, 0.9),
            make_epoch(4, 5),
        )
        qtbot.waitUntil(lambda: "Epoch 4 of 5, batch 1 of 4" in room.words())
        assert plot.validation_accuracy.x.tolist() == [1, 2, 3, 4]
        assert plot.training_loss.x[-1] == 3.25

    def test_the_result_is_as_of_any_run(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        make_run(runs, result=None)
        look(room, qtbot)
        click(qtbot, room.button("Go on with it"))
        qtbot.waitUntil(lambda: room.pane.is_running)
        finish(room, 0.98, 0.99)

        assert "The new model is better" in room.words()
        seconds = re.search(r"Time taken\n(\d+) s", room.words())
        assert seconds is not None
        assert int(seconds[1]) >= 4  # It took 4.5 before it was interrupted.
        assert not room.button("Go on with it").isVisible()
        assert room.library.find("mine")

    def test_it_can_be_left(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        make_run(runs, result=None)
        look(room, qtbot)
        click(qtbot, room.button("Leave it"))

        assert "interrupted" not in room.words()
        assert "Training teaches a new network" in room.words()
        qtbot.waitUntil(lambda: find_run(runs, "last").status is RunStatus.STOPPED)

    def test_before_its_first_epoch_it_begins_anew(
        self, room: Room, qtbot: QtBot, runs: Path
    ) -> None:
        make_run(runs, result=None, done=0)
        look(room, qtbot)
        assert "begins anew" in room.words()
        click(qtbot, room.button("Go on with it"))
        qtbot.waitUntil(lambda: room.pane.is_running)

        assert len(room.pane.plot.training_loss) == 0

    @pytest.mark.parametrize(
        "result",
        [RunStopped(3), RunFailed("The disk is full.", ""), RunFinished(Path("gone"), None, 0.9)],
    )
    def test_nothing_is_offered_after_an_end(
        self, room: Room, qtbot: QtBot, runs: Path, result: RunStopped
    ) -> None:
        make_run(runs, "1", result=None)
        make_run(runs, "2", result=result)
        look(room, qtbot)

        assert not room.button("Go on with it").isVisible()

    def test_one_under_way_elsewhere_is_none(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        with under_way(make_run(runs, result=None)):
            look(room, qtbot)

            assert not room.button("Go on with it").isVisible()

    def test_it_went_on_elsewhere_meanwhile(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        folder = make_run(runs, result=None)
        look(room, qtbot)
        with under_way(folder):
            click(qtbot, room.button("Go on with it"))
            qtbot.waitUntil(lambda: bool(room.messages))

        assert "under way" in room.words()
        assert not room.pane.is_running

    def test_it_is_gone_meanwhile(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        folder = make_run(runs, result=None)
        look(room, qtbot)
        folder.rename(runs.parent / "away")
        with qtbot.waitSignal(room.keeper.failed) as failed:
            click(qtbot, room.button("Go on with it"))

        assert "is gone" in failed.args[0].message

    def test_it_is_not_offered_in_the_middle_of_a_run(
        self, room: Room, qtbot: QtBot, runs: Path
    ) -> None:
        make_run(runs, result=None)
        room.pane.start()
        look(room, qtbot)

        assert room.pane.is_running
        assert not room.button("Go on with it").isVisible()

    def test_looking_is_done_once(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        look(room, qtbot)
        make_run(runs, result=None)
        room.pane.hide()
        look(room, qtbot)

        assert not room.button("Go on with it").isVisible()


class TestAfterAnEnd:
    @pytest.mark.parametrize("end", [RunStopped(2), RunFailed("Out of memory.", "Free some.")])
    def test_a_run_with_an_epoch_can_go_on(
        self, room: Room, qtbot: QtBot, runs: Path, end: RunStopped
    ) -> None:
        look(room, qtbot)
        click(qtbot, room.button("Start"))
        first = room.watcher.run
        make_run(runs, f"{first.folder.name}-made", done=2, result=end)
        first.folder.rmdir()
        (runs / f"{first.folder.name}-made").rename(first.folder)
        room.watcher.report(make_epoch(1, 5), make_epoch(2, 5))
        room.watcher.end(end)
        click(qtbot, room.button("Go on with it"))
        qtbot.waitUntil(lambda: room.pane.is_running)

        assert room.watcher.run is not first
        assert room.watcher.run.folder == first.folder
        # Stopped again before another epoch ended, it can still go on.
        room.watcher.end(RunStopped(2))
        assert "Stopped after epoch 2" in room.words()
        assert room.button("Go on with it").isVisible()

    def test_one_without_an_epoch_has_nothing_to_go_on_from(self, room: Room, qtbot: QtBot) -> None:
        look(room, qtbot)
        click(qtbot, room.button("Start"))
        room.watcher.end(RunStopped(0))

        assert not room.button("Go on with it").isVisible()

    def test_the_next_run_says_nothing_of_it(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        make_run(runs, result=None)
        look(room, qtbot)
        click(qtbot, room.button("Go on with it"))
        qtbot.waitUntil(lambda: room.pane.is_running)
        room.watcher.end(RunStopped(3))
        click(qtbot, room.button("Start"))

        assert "Going on" not in room.words()
        assert len(room.pane.plot.validation_loss) == 0


class TestMoreEpochs:
    def test_a_finished_run_goes_on_in_a_run_of_its_own(
        self, room: Room, qtbot: QtBot, runs: Path
    ) -> None:
        folder = make_run(runs, done=5, result=RunFinished(Path("gone"), None, 0.9))
        record = find_run(runs, "last")
        look(room, qtbot)
        room.pane.go_on_with(record, read_curves(record, 100), last_epoch=9)

        assert room.watcher.run.folder != folder
        assert room.config.last_epoch == 9
        assert room.pane.plot.validation_loss.x.tolist() == [1, 2, 3, 4, 5]
        room.watcher.report(BatchEnded(6, 2, 4, 0.1, 0.9))
        qtbot.waitUntil(lambda: "Epoch 6 of 9, batch 2 of 4" in room.words())

    def test_what_cant_be_is_told(self, room: Room, qtbot: QtBot, runs: Path) -> None:
        make_run(runs, done=5)
        record = find_run(runs, "last")
        look(room, qtbot)
        with pytest.raises(TrainingError, match="5 epochs already"):
            room.pane.go_on_with(record, (), last_epoch=5)
        room.watcher.error = StorageError("The disk is full.", "Free some space.")
        with pytest.raises(StorageError, match="The disk is full"):
            room.pane.go_on_with(record, ())
        room.watcher.error = None
        room.pane.start()
        with pytest.raises(TrainingError, match="Another run is under way"):
            room.pane.go_on_with(record, ())

        assert room.watcher.run.folder != record.folder
        assert room.pane.is_running
