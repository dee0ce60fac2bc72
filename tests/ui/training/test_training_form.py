from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.training.room import Room
from tests.ui.training.visible_pane import click


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
        for _ in range(9):
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
            "More settings",
            "Name of the new model",
            "Start",
        ]

    def test_a_network_brings_its_recipe(self, room: Room, data: Path, qtbot: QtBot) -> None:
        room.pane.from_settings({})
        qtbot.keyClicks(room.named("Network"), "digit_cnn")
        assert "99.40 % reported" in room.words()
        click(qtbot, room.button("Start"))

        config = room.config
        assert (config.epochs, config.batch_size, config.learning_rate) == (30, 100, 1e-4)
        assert (config.schedule, config.augmentation) == ("constant", "none")
        assert config.is_standardized
        assert config.is_final
        assert config.validation_size == 10_000
        assert config.non_digits == 0
        for option in ("--standardize", "--final", "--schedule constant", "--epochs 30"):
            assert option in config.command

    def test_what_was_changed_can_go_back_to_the_recipe(
        self, room: Room, data: Path, qtbot: QtBot
    ) -> None:
        room.pane.from_settings({})
        button = room.button("Back to its recipe")
        assert not button.isVisible()
        box = room.named("Epochs")
        box.selectAll()
        qtbot.keyClicks(box, "9\t")
        assert button.isVisible()
        click(qtbot, button)

        assert box.value() == 5
        assert not button.isVisible()

    def test_further_settings_unfold(self, room: Room, data: Path, qtbot: QtBot) -> None:
        room.pane.from_settings({})
        assert not room.named("Seed").isVisible()
        click(qtbot, room.named("More settings"))
        for name, text in (("Optimizer", "sgd"), ("Schedule", "exp")):
            qtbot.keyClicks(room.named(name), text)
        for name, text in (("Stop early", "4"), ("Seed", "11"), ("Epoch length", "100")):
            box = room.named(name)
            box.selectAll()
            qtbot.keyClicks(box, f"{text}\t")
        qtbot.keyClick(room.named("Keep the best epoch"), Qt.Key.Key_Space)
        assert "100 steps an epoch" in room.words()
        click(qtbot, room.button("Start"))

        config = room.config
        assert (config.optimizer, config.schedule) == ("sgd", "exponential")
        assert (config.patience, config.seed, config.epoch_steps) == (4, 11, 100)
        assert config.is_best_kept

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
            "epoch_steps": 0,
            "optimizer": "adam",
            "schedule": "exponential",
            "patience": 3,
            "seed": 7,
            "is_best_kept": "yes",
            "is_standardized": "no",
            "is_final": "no",
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
