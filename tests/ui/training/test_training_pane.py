import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from digitpad.core.errors import StorageError
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    PaceMeasured,
    RunFailed,
    RunFinished,
    RunStopped,
    StatusChanged,
)
from digitpad.training.model_card import LITERT_FILE
from tests.ui.training.room import Room, finish
from tests.ui.training.visible_pane import click


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

    def test_it_can_pause_and_go_on(self, room: Room, qtbot: QtBot) -> None:
        click(qtbot, room.button("Start"))
        room.watcher.report(StatusChanged("Training"), PaceMeasured(2140, 1.5, 812))
        qtbot.waitUntil(lambda: "2,140 digits a second, 1.5 cores busy, 812 MB" in room.words())

        click(qtbot, room.button("Pause"))
        assert room.watcher.is_paused
        assert "Paused. Training" in room.words()
        assert "digits a second" not in room.words()
        click(qtbot, room.button("Go on"))
        assert not room.watcher.is_paused
        assert "Paused" not in room.words()
        click(qtbot, room.button("Pause"))
        click(qtbot, room.button("Stop"))
        room.watcher.end(RunStopped(0))

        assert not room.button("Pause").isEnabled()

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
