"""Going on with runs, watching them, and clearing them away."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QSpinBox

from digitpad.services.runs.changes import list_runs, list_trash
from digitpad.training.events import RunFailed, RunStopped, to_line
from digitpad.training.run_folder import LOG_FILE, RESULT_FILE
from tests.run_folders import add_events, make_events, make_run, under_way
from tests.ui.runs.conftest import FINISHED
from tests.ui.runs.visitor import Visitor


class TestGoingOn:
    @pytest.mark.usefixtures("three")
    def test_with_one_that_ended_before_its_time(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.click_row(1)
        visitor.click("Go On")

        assert [record.config.name for record in visitor.resumed] == ["second"]
        visitor.click_row(2)
        assert not visitor.button("Go On").isEnabled()
        visitor.click_row(1, ctrl=True)
        assert not visitor.button("Go On").isEnabled()
        assert not visitor.button("More Epochs").isEnabled()
        assert visitor.button("Delete").isEnabled()

    @pytest.mark.usefixtures("three")
    def test_for_more_epochs(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.click_row(2)
        visitor.click("More Epochs")
        assert "“first” has been through 5 epochs." in visitor.words
        box = visitor.part("New last epoch")
        assert isinstance(box, QSpinBox)
        assert QApplication.focusWidget() is box
        assert (box.minimum(), box.value()) == (6, 10)
        box.setValue(7)
        visitor.press(Qt.Key.Key_Return)

        assert [(r.config.name, epoch) for r, epoch in visitor.continued] == [("first", 7)]
        assert not box.isVisible()

    @pytest.mark.usefixtures("three")
    def test_or_not(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.click("More Epochs")
        visitor.press(Qt.Key.Key_Escape)
        visitor.click("More Epochs")
        buttons = visitor.window.findChildren(QPushButton)
        next(button for button in buttons if button.text() == "Cancel").click()

        assert visitor.window.isVisible()
        assert not visitor.part("New last epoch").isVisible()
        assert visitor.continued == []

    def test_one_under_way_goes_on_by_itself(self, visitor: Visitor, runs: Path) -> None:
        with under_way(make_run(runs, result=None)):
            visitor.open()

            assert visitor.column("Status") == ["under way"]
            for name in ("Go On", "More Epochs", "Delete"):
                assert not visitor.button(name).isEnabled()


class TestLive:
    def test_a_run_is_followed(self, visitor: Visitor, runs: Path) -> None:
        make_run(runs, "1", model="old", result=FINISHED)
        visitor.open()
        visitor.click_row(0)
        folder = make_run(runs, "2", model="new", done=0, result=None)
        with under_way(folder):
            visitor.qtbot.waitUntil(lambda: visitor.ticked() == ["new", "old"])
            assert [record.config.name for record in visitor.table.selected] == ["old"]
            add_events(folder, make_events(1, 2, 5))
            visitor.qtbot.waitUntil(lambda: visitor.column("Epochs")[0] == "2 of 5")
            assert visitor.values[1].startswith("new: training 86.67%")
            (folder / RESULT_FILE).write_text(to_line(RunStopped(2)))
        visitor.qtbot.waitUntil(lambda: visitor.column("Status") == ["stopped", "finished"])

    def test_one_that_goes_on_elsewhere_is_left_alone(self, visitor: Visitor, runs: Path) -> None:
        folder = make_run(runs)
        visitor.open()
        assert visitor.button("Go On").isEnabled()
        with under_way(folder):
            visitor.qtbot.waitUntil(lambda: visitor.column("Status") == ["under way"])

            assert not visitor.button("Go On").isEnabled()

    def test_it_looks_only_while_it_is_seen(self, visitor: Visitor, runs: Path) -> None:
        make_run(runs, "1")
        visitor.open()
        visitor.window.close()
        make_run(runs, "2")
        with visitor.qtbot.waitSignal(
            visitor.table.model().rowsInserted, timeout=1_500, raising=False
        ) as seen:
            pass
        assert not seen.signal_triggered

        visitor.window.present()
        visitor.qtbot.waitUntil(lambda: len(visitor.column("Began")) == 2)

    def test_what_is_chosen_stays_chosen(self, visitor: Visitor, runs: Path) -> None:
        for number in range(4):
            make_run(runs, f"{number}", model=f"run {number}")
        visitor.open()
        visitor.sort_by("Model")
        visitor.click_row(1)
        chosen = visitor.table.selected
        visitor.tick_box(0)
        ticked = visitor.ticked()
        add_events(runs / "3", make_events(4, 4, 5))
        visitor.qtbot.waitUntil(lambda: "4 of 5" in visitor.column("Epochs"))

        assert [r.name for r in visitor.table.selected] == [r.name for r in chosen]
        assert visitor.ticked() == ticked

    def test_a_folder_that_cant_be_looked_into(self, visitor: Visitor, runs: Path) -> None:
        runs.write_text("I am a file")
        visitor.open()

        assert "can't be looked into" in visitor.message
        runs.unlink()
        make_run(runs)
        visitor.window.close()
        visitor.window.present()
        visitor.qtbot.waitUntil(lambda: len(visitor.column("Began")) == 1)


class TestDeleting:
    @pytest.mark.usefixtures("three")
    def test_there_and_back(self, visitor: Visitor, runs: Path) -> None:
        visitor.open()
        visitor.click_row(0)
        visitor.click_row(2, ctrl=True)
        visitor.press(Qt.Key.Key_Delete)
        visitor.qtbot.waitUntil(lambda: visitor.column("Model") == ["second"])
        assert visitor.message == "2 runs are in the trash, for 30 days."
        assert visitor.ticked() == ["second"]
        visitor.press(Qt.Key.Key_Z, ctrl=True)
        visitor.qtbot.waitUntil(lambda: len(visitor.column("Model")) == 3)
        assert len(list_runs(runs)) == 3
        assert visitor.ticked() == ["third", "second", "first"]
        visitor.press(Qt.Key.Key_Y, ctrl=True)
        visitor.qtbot.waitUntil(lambda: visitor.column("Model") == ["second"])

        offer = visitor.window.findChildren(QPushButton)
        next(button for button in offer if button.text() == "Undo Deletion of 2 runs").click()
        visitor.qtbot.waitUntil(lambda: len(visitor.column("Model")) == 3)

    def test_those_of_no_use_are_cleared_away(self, visitor: Visitor, runs: Path) -> None:
        make_run(runs, "1", done=0, result=RunFailed("No data.", ""))
        make_run(runs, "2", model="good")
        make_run(runs, "3", done=0, result=None)
        visitor.open()
        assert "2 runs ended before the first epoch did." in visitor.words
        visitor.click("Clear Away")

        visitor.qtbot.waitUntil(lambda: visitor.column("Model") == ["good"])
        assert "before the first epoch" not in visitor.words
        assert len(list_trash(runs)) == 2

    @pytest.mark.usefixtures("three")
    def test_restored_from_the_menu(self, visitor: Visitor, runs: Path) -> None:
        visitor.open()
        visitor.click_row(1)
        visitor.click("Delete")
        visitor.qtbot.waitUntil(lambda: len(visitor.column("Model")) == 2)
        visitor.choose("Restore Deleted", "2026-01-02 10-00-00")
        visitor.qtbot.waitUntil(lambda: len(visitor.column("Model")) == 3)
        assert visitor.message == "1 run is back."
        assert not visitor.entry("Restore Deleted", "Nothing was deleted").isEnabled()
        visitor.press(Qt.Key.Key_Z, ctrl=True)

        visitor.qtbot.waitUntil(lambda: len(visitor.column("Model")) == 2)

    @pytest.mark.usefixtures("three")
    def test_one_that_went_on_meanwhile_stays(self, visitor: Visitor, runs: Path) -> None:
        visitor.open()
        visitor.click_row(1)
        with under_way(runs / "2026-01-02 10-00-00"):
            visitor.click("Delete")
            visitor.qtbot.waitUntil(lambda: "under way" in visitor.message)

        assert len(list_runs(runs)) == 3

    @pytest.mark.usefixtures("three")
    def test_the_trash_is_emptied_after_a_question(
        self, visitor: Visitor, runs: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        visitor.open()
        visitor.choose("More", "Empty Trash")
        assert visitor.message == "The trash is empty."
        visitor.click("Delete")
        visitor.qtbot.waitUntil(lambda: len(visitor.column("Model")) == 2)
        for answer, left in (("Cancel", 1), ("Empty the Trash", 0)):
            monkeypatch.setattr(
                QMessageBox,
                "exec",
                lambda box, answer=answer: next(
                    button for button in box.buttons() if button.text().strip("&") == answer
                ).click(),
            )
            visitor.choose("More", "Empty Trash")
            visitor.wait_for_the_keeper()
            assert len(list_trash(runs)) == left

        assert not visitor.button("Undo").isEnabled()


class TestTheRest:
    def test_commands_are_copied(self, visitor: Visitor, runs: Path) -> None:
        folder = make_run(runs, command="digitpad train --name 'my own'")
        visitor.open()
        visitor.choose("More", "Copy Command")
        assert QGuiApplication.clipboard().text() == "digitpad train --name 'my own'"
        visitor.choose("More", "Copy TensorBoard Command")

        copied = QGuiApplication.clipboard().text()
        assert copied.endswith(f"--logdir '{folder / 'tensorboard'}'")
        assert "tensorboard" in copied.split()[0]
        assert copied in visitor.message

    def test_without_a_command_there_is_none_to_copy(self, visitor: Visitor, runs: Path) -> None:
        make_run(runs)
        visitor.open()

        assert not visitor.entry("More", "Copy Command").isEnabled()

    def test_folder_and_log_are_opened(
        self, visitor: Visitor, runs: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[str] = []
        monkeypatch.setattr(
            "PySide6.QtGui.QDesktopServices.openUrl",
            lambda url: bool(opened.append(url.toLocalFile())) or len(opened) < 3,
        )
        folder = make_run(runs)
        visitor.open()
        visitor.choose("More", "Reveal Folder")
        visitor.choose("More", "Open Log")
        assert opened == [folder.as_posix(), (folder / LOG_FILE).as_posix()]
        visitor.choose("More", "Reveal Folder")
        assert str(folder) in visitor.message
        (folder / LOG_FILE).unlink()
        visitor.choose("More", "Open Log")

        assert "The run left none." in visitor.message

    def test_escape_closes_it(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.press(Qt.Key.Key_Escape)

        assert not visitor.window.isVisible()

    @pytest.mark.usefixtures("three")
    def test_it_fits_a_small_screen(self, visitor: Visitor) -> None:
        visitor.window.resize(visitor.window.minimumSize())
        visitor.open()
        size = visitor.window.size()
        for name in ("Go On", "Delete", "Export", "More"):
            button = visitor.button(name)
            corner = button.mapTo(visitor.window, button.rect().bottomRight())
            assert corner.x() < size.width()
        bottom = visitor.plot.mapTo(visitor.window, QPoint(0, visitor.plot.height()))

        assert bottom.y() <= size.height()
        assert size == visitor.window.minimumSize()
