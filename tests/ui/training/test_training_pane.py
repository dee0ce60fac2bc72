import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from digitpad.core.errors import StorageError
from digitpad.services.model_library import ModelLibrary
from digitpad.services.retraining import Run
from digitpad.training.config import TrainingConfig
from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    EpochEnded,
    Event,
    RunFailed,
    RunFinished,
    RunStopped,
    StatusChanged,
)
from digitpad.training.model_card import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    ModelCard,
    digest_file,
)
from digitpad.ui.training.training_pane import TrainingPane
from tests.ui.training.visible_pane import VisiblePane, click


class FakeWatcher(QObject):
    """A run's watcher without a run: the test says what happens."""

    event_arrived = Signal(object)
    run_ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.run: Run | None = None
        self.was_stopped = False
        self.error: StorageError | None = None

    def start(self, run: Run) -> None:
        if self.error is not None:
            raise self.error
        self.run = run
        self.was_stopped = False

    def stop(self) -> None:
        self.was_stopped = True

    def report(self, *events: Event) -> None:
        for event in events:
            self.event_arrived.emit(event)

    def end(self, event: Event) -> None:
        self.report(event)
        self.run_ended.emit(event)


@dataclass
class Room(VisiblePane):
    """The pane, all it depends on, and what it said."""

    watcher: FakeWatcher
    library: ModelLibrary
    folder: Path
    chosen: list[str] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    running: list[bool] = field(default_factory=list)

    @property
    def config(self) -> TrainingConfig:
        assert self.watcher.run is not None
        return self.watcher.run.config


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Room:
    make_model(tmp_path / "bundled" / "default", "default")
    library = ModelLibrary(tmp_path / "bundled", tmp_path / "own")
    watcher = FakeWatcher()
    pane = TrainingPane(library, watcher, tmp_path / "runs", tmp_path / "home" / "data")
    qtbot.addWidget(pane)
    room = Room(pane, watcher, library, tmp_path)
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


def make_model(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True)
    files = (LITERT_FILE, KERAS_FILE)
    for file in files:
        (folder / file).write_text(name)
    digests = {file: digest_file(folder / file) for file in files}
    card = ModelCard(name, "lenet5", 1, "2026-01-01T00:00:00Z", sha256=digests)
    (folder / CARD_FILE).write_text(card.to_json())
    return folder


def finish(room: Room, before: float | None, after: float) -> None:
    candidate = make_model(room.watcher.run.folder / "candidate", "candidate")
    room.watcher.report(
        DataLoaded(55_000, 5_000, 10_000, "MNIST"),
        EpochEnded(1, 5, 0.1, 0.97, 0.08, 0.981, 2.0, 8.0),
    )
    room.watcher.end(RunFinished(candidate, before, after))


def test_importing_the_pane_loads_no_plots() -> None:
    program = "import sys, digitpad.ui.training.training_pane; print('pyqtgraph' in sys.modules)"
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert finished.stdout.strip() == "False"


def test_before_the_first_run_it_says_what_training_does(room: Room) -> None:
    assert "Training teaches a new network" in room.words()
    assert not room.button("Stop").isEnabled()


def test_it_fits_a_narrow_dock(room: Room, qtbot: QtBot) -> None:
    room.pane.resize(300, 400)
    click(qtbot, room.button("Start"))
    finish(room, 0.98, 0.99)

    for widget in room.pane.findChildren(QPushButton):
        if widget.isVisible():
            right = widget.mapTo(room.pane, widget.rect().topRight()).x()
            assert right < 300
            assert widget.width() >= widget.minimumSizeHint().width()


class TestForm:
    def test_defaults_suit_a_first_run(self, room: Room, data: Path, qtbot: QtBot) -> None:
        room.pane.from_settings({})
        click(qtbot, room.button("Start"))

        config = room.config
        assert (config.architecture, config.augmentation) == ("default", "light")
        assert (config.epochs, config.batch_size, config.learning_rate) == (5, 128, 0.001)
        assert (config.data, config.limit) == (data, None)
        assert config.pen_data == data / "pen" / "pendigits-train.jsonl.gz"
        assert config.baseline == room.library.default().litert_file
        assert config.name.startswith("default, ")
        assert config.command.startswith("digitpad train --name 'default, ")
        assert config.non_digits == config.allographs > 0
        assert f"--non-digits {config.non_digits}" in config.command

    def test_everything_can_be_set_from_the_keyboard(
        self, room: Room, data: Path, qtbot: QtBot
    ) -> None:
        room.pane.from_settings({})
        for name, text in (
            ("Network", "lenet"),
            ("MNIST digits", "1,000"),
            ("Augmentation", "none"),
        ):
            choice = room.named(name)
            assert isinstance(choice, QComboBox)
            qtbot.keyClicks(choice, text)
        for name, text in (("Epochs", "7"), ("Batch size", "64"), ("Learning rate", "0.01")):
            box = room.named(name)
            assert isinstance(box, QAbstractSpinBox)
            box.selectAll()
            qtbot.keyClicks(box, text)
        field = room.named("Name of the new model")
        assert isinstance(field, QLineEdit)
        qtbot.keyClicks(field, "mine")
        qtbot.keyClick(field, Qt.Key.Key_Return)

        config = room.config
        assert (config.architecture, config.augmentation, config.limit) == ("lenet5", "none", 1_000)
        assert (config.epochs, config.batch_size, config.learning_rate) == (7, 64, 0.01)
        assert config.name == "mine"
        assert room.pane.is_running

    def test_tab_goes_from_top_to_bottom(self, room: Room, qtbot: QtBot) -> None:
        room.pane.activateWindow()
        room.named("Network").setFocus()
        names = ["Network"]
        for _ in range(8):
            qtbot.keyClick(room.pane.window().focusWidget(), Qt.Key.Key_Tab)
            focused = room.pane.window().focusWidget()
            names.append(focused.accessibleName() or focused.text().replace("&", ""))

        assert names == [
            "Network",
            "Data",
            "MNIST digits",
            "Augmentation",
            "Epochs",
            "Batch size",
            "Learning rate",
            "Name of the new model",
            "Start",
        ]

    def test_rates_and_batch_sizes_step_as_they_are_tried(self, room: Room, qtbot: QtBot) -> None:
        rate, size = room.named("Learning rate"), room.named("Batch size")
        seen = []
        for key in [Qt.Key.Key_Down] * 3 + [Qt.Key.Key_Up] * 6:
            qtbot.keyClick(rate, key)
            seen.append(rate.text())
        qtbot.keyClick(size, Qt.Key.Key_Up)

        assert seen == [
            *("0.0005", "0.0002", "0.0001"),
            *("0.0002", "0.0005", "0.001", "0.002", "0.005", "0.01"),
        ]
        assert size.text() == "256"

    def test_without_data_it_offers_the_download(self, room: Room, qtbot: QtBot) -> None:
        assert "MNIST isn't on this computer yet" in room.words()
        click(qtbot, room.button("Start"))

        assert room.config.data is None
        assert room.config.download_folder == room.folder / "home" / "data"
        assert room.config.command.endswith("--download")

    def test_a_folder_can_be_chosen(
        self, room: Room, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = room.folder / "elsewhere"
        folder.mkdir()
        (folder / "mnist.npz").write_bytes(b"")
        choose_folder(room, qtbot, monkeypatch, folder)
        click(qtbot, room.button("Start"))

        assert "elsewhere" in room.words()
        assert (room.config.data, room.config.download_folder) == (folder, None)

    def test_a_folder_without_mnist_is_refused(
        self, room: Room, data: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room.pane.from_settings({})
        (room.folder / "empty").mkdir()
        choose_folder(room, qtbot, monkeypatch, room.folder / "empty")
        assert "“empty” holds no MNIST data. Choose a folder" in room.words()
        click(qtbot, room.button("Start"))

        assert room.config.data == data

    def test_settings_come_back(self, room: Room, data: Path, qtbot: QtBot) -> None:
        room.pane.from_settings({})
        wanted = {
            "architecture": "softmax",
            "augmentation": "full",
            "batch_size": 32,
            "data": str(data),
            "epochs": 3,
            "learning_rate": 0.002,
            "limit": 5_000,
            "pen": "no",
        }
        room.pane.from_settings({name: str(value) for name, value in wanted.items()})
        assert room.pane.to_settings() == wanted
        click(qtbot, room.button("Start"))

        assert room.config.pen_data is None
        assert room.config.limit == 5_000

    @pytest.mark.parametrize("junk", ["", "nonsense", "nan", "inf", "-1", "1e300", None])
    def test_damaged_settings_count_as_none(self, room: Room, junk: str | None) -> None:
        room.pane.from_settings(dict.fromkeys(room.pane.to_settings(), junk))

        settings = room.pane.to_settings()
        assert settings["architecture"] == "default"
        assert 1 <= settings["epochs"] <= 1_000
        assert 0 < settings["learning_rate"] <= 1


def choose_folder(room: Room, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    choice = room.named("Data")
    qtbot.keyClicks(choice, "Choose")


class TestRun:
    def test_start_begins_one_run_and_only_one(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        first = room.watcher.run
        room.pane.start()

        assert room.watcher.run is first
        assert room.running == [True]
        assert not room.button("Start").isEnabled()
        assert not room.named("Network").isEnabled()
        assert room.button("Stop").isEnabled()

    def test_its_progress_is_told(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        bar = room.pane.findChild(QProgressBar)
        room.watcher.report(StatusChanged("Loading TensorFlow"))
        qtbot.waitUntil(lambda: "Loading TensorFlow" in room.words())
        assert bar.maximum() == 0
        room.watcher.report(BatchEnded(3, 120, 480, 0.1, 0.95))

        qtbot.waitUntil(lambda: "Epoch 3 of 5, batch 120 of 480" in room.words())
        assert bar.value() / bar.maximum() == pytest.approx(2.25 / 5)
        assert len(room.pane.plot.training_loss) == 1

    def test_the_log_unfolds(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        room.watcher.report(
            StatusChanged("Training"), EpochEnded(1, 5, 0.1, 0.97, 0.08, 0.981, 2.0, 8.0)
        )
        text = room.pane.findChild(QPlainTextEdit)
        assert not text.isVisible()
        qtbot.keyClick(room.named("Show the log"), Qt.Key.Key_Space)

        assert text.isVisible()
        assert "Epoch 1 of 5: loss 0.1000, accuracy 97.00%; validation" in text.toPlainText()

    def test_stop_is_answered_at_once(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        room.watcher.report(BatchEnded(3, 120, 480, 0.1, 0.95))
        click(qtbot, room.button("Stop"))
        assert room.watcher.was_stopped
        assert "Stopping…" in room.words()
        assert not room.button("Stop").isEnabled()
        room.watcher.end(RunStopped(2))

        assert "Stopped after epoch 2; nothing was changed." in room.words()
        assert room.running == [True, False]
        assert room.button("Start").isEnabled()
        assert [model.name for model in room.library.models()] == ["default"]

    def test_a_better_model_is_used_once_the_person_says_so(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        finish(room, 0.98, 0.99)
        words = room.words()
        assert "The new model is better" in words
        assert "100 mistakes in 10,000 test digits instead of 200" in words
        assert {"98.00%", "99.00%", "98.10%"} <= set(words.splitlines())
        assert room.library.active_name() == "default"
        click(qtbot, room.button("Use this model"))

        assert room.chosen == [room.config.name]
        assert room.library.active_name() == room.config.name

    def test_the_choice_can_be_taken_back(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        finish(room, 0.98, 0.99)
        click(qtbot, room.button("Use this model"))
        click(qtbot, room.button("Use “default” again"))

        assert room.chosen == [room.config.name, "default"]
        assert room.library.active_name() == "default"

    def test_a_worse_model_is_kept_aside(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        finish(room, 0.99, 0.98)
        assert "The new model is worse" in room.words()
        click(qtbot, room.button("Keep the current one"))

        assert "“default” stays active" in room.words()
        assert room.chosen == []
        assert room.library.find(room.config.name).name == room.config.name

    def test_a_difference_that_may_be_chance_is_called_that(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        finish(room, 0.9900, 0.9905)

        assert "too close to tell apart" in room.words()

    def test_from_start_to_choice_by_keyboard(self, room: Room, qtbot: QtBot) -> None:
        room.pane.activateWindow()
        room.button("Start").setFocus()
        qtbot.keyClick(room.pane.window().focusWidget(), Qt.Key.Key_Space)
        assert room.pane.window().focusWidget() is room.button("Stop")
        finish(room, 0.98, 0.99)
        qtbot.keyClick(room.pane.window().focusWidget(), Qt.Key.Key_Space)

        assert room.chosen == [room.config.name]

    def test_a_failure_shows_the_end_of_the_log(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        lines = [f"line {number}" for number in range(1_000)]
        room.watcher.run.log_file.write_text("\n".join([*lines, "MemoryError"]))
        room.watcher.end(RunFailed("The process ended.", "Your models are as they were."))

        text = room.pane.findChild(QPlainTextEdit)
        assert "The process ended." in room.words()
        assert "Your models are as they were." in room.words()
        assert text.isVisible()
        assert text.toPlainText().endswith("line 999\nMemoryError")
        assert "line 900\n" not in text.toPlainText()
        assert room.messages == [("The process ended.", "Your models are as they were.")]
        assert room.button("Start").isEnabled()

    def test_a_run_that_cannot_start_says_why(self, room: Room, qtbot: QtBot) -> None:
        room.watcher.error = StorageError("The disk is full.", "Free some space.")
        click(qtbot, room.button("Start"))

        assert not room.pane.is_running
        assert "The disk is full." in room.words()
        assert room.messages == [("The disk is full.", "Free some space.")]
        assert room.button("Start").isEnabled()

    def test_a_damaged_candidate_changes_nothing(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        room.watcher.end(RunFinished(room.folder / "missing", 0.98, 0.99))

        assert len(room.messages) == 1
        assert [model.name for model in room.library.models()] == ["default"]

    def test_it_trains_although_the_active_model_is_damaged(self, room: Room, qtbot: QtBot) -> None:
        (room.folder / "bundled" / "default" / LITERT_FILE).write_text("damaged")
        click(qtbot, room.button("Start"))
        finish(room, None, 0.99)
        click(qtbot, room.button("Use this model"))

        assert room.config.baseline is None
        assert room.library.active_name() == room.config.name
