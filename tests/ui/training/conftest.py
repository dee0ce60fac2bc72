from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from digitpad.services.models.library import ModelLibrary
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.training.training_pane import TrainingPane
from tests.ui.training.room import FakeWatcher, Room, make_model


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Room:
    make_model(tmp_path / "bundled" / "default", "default")
    library = ModelLibrary(tmp_path / "bundled", tmp_path / "own")
    watcher = FakeWatcher()
    keeper = RunKeeper(tmp_path / "runs")
    pane = TrainingPane(library, watcher, keeper, tmp_path / "home" / "data")
    qtbot.addWidget(pane, before_close_func=lambda _: keeper.close())
    room = Room(pane, watcher, keeper, library, tmp_path)
    pane.model_chosen.connect(lambda model: room.chosen.append(model.name))
    pane.message_raised.connect(lambda text, hint: room.messages.append((text, hint)))
    pane.running_changed.connect(room.running.append)
    pane.resize(360, 800)
    pane.show()
    qtbot.waitExposed(pane)
    return room


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with MNIST and pen digits, as far as finding them goes."""
    folder = tmp_path / "data"
    (folder / "pen").mkdir(parents=True)
    (folder / "mnist.npz").write_bytes(b"")
    (folder / "pen" / "pendigits-train.jsonl.gz").write_bytes(b"")
    monkeypatch.setenv("DIGITPAD_DATA", str(folder))
    return folder
