import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLineEdit

from digitpad.services.models.library import ModelLibrary
from tests.ui.models.visitor import Visitor

KEY = Qt.Key


class TestShown:
    def test_all_models_are_listed_and_the_active_one_is_marked_and_shown(
        self, visitor: Visitor
    ) -> None:
        assert visitor.sections() == {
            "Ships with digitpad": ["default"],
            "Your own": ["left", "right"],
        }
        assert visitor.active() == ["left"]
        assert visitor.selected() == visitor.title() == "left"
        assert "Your own; it reads now." in visitor.words()
        assert "How many digits it reads right" in visitor.words()
        assert visitor.columns("left")[:2] == ["99.68 %", "0.87 MB"]
        assert not visitor.can("Use This Model")

    def test_speeds_are_measured_once_the_window_is_there(
        self, visitor: Visitor, open_window: Callable[[], Visitor]
    ) -> None:
        visitor.wait(
            lambda: all(visitor.columns(n)[2].endswith(" ms") for n in ("left", "default"))
        )
        speed = visitor.columns("left")[2]

        assert f"{speed} a digit, on this computer" in visitor.words()
        again = open_window()
        again.wait(lambda: again.columns("left")[2] == speed)

    def test_the_first_time_there_are_none_of_ones_own(
        self, open_window: Callable[[], Visitor]
    ) -> None:
        visitor = open_window()

        assert visitor.sections()["Your own"] == ["None yet: train, import or duplicate one."]
        assert "Trash" not in visitor.sections()
        assert visitor.title() == "default"
        assert "Ships with digitpad; it reads now." in visitor.words()
        assert not visitor.note.isVisible()
        assert not any(map(visitor.can, ("Rename", "Delete", "Roll Back", "Use This Model")))
        assert all(map(visitor.can, ("Import", "Export", "Duplicate", "Factory Reset")))

    def test_arrows_lead_through_the_list(self, visitor: Visitor) -> None:
        visitor.press(KEY.Key_Down)
        assert visitor.title() == "right"
        visitor.press(KEY.Key_Up)
        visitor.press(KEY.Key_Up)
        assert visitor.selected() in ("default", "Your own")
        visitor.press(KEY.Key_Home)
        visitor.press(KEY.Key_Escape)
        assert visitor.window.isHidden()

    def test_a_damaged_model_is_told_and_can_only_be_deleted(
        self, library: ModelLibrary, open_window: Callable[[], Visitor]
    ) -> None:
        library.duplicate("default", "broken").litert_file.write_bytes(b"damaged")
        visitor = open_window()
        visitor.select("broken")

        visitor.wait(lambda: visitor.columns("broken")[2] == "damaged")
        assert "The model “broken” is damaged: model.tflite has changed" in visitor.words()
        assert not any(map(visitor.can, ("Use This Model", "Duplicate", "Export")))
        visitor.click("Delete")
        assert visitor.sections()["Trash"] == ["broken"]

    def test_what_others_change_is_seen_when_the_window_is_looked_at_again(
        self, visitor: Visitor, library: ModelLibrary
    ) -> None:
        library.delete("right")
        library.activate("default")
        visitor.window.hide()
        visitor.window.present()

        visitor.wait(lambda: visitor.active() == ["default"])
        assert visitor.sections()["Trash"] == ["right"]
        assert visitor.selected() == "left"

    def test_in_a_narrow_window_names_come_first(self, visitor: Visitor) -> None:
        visitor.window.resize(560, 400)

        visitor.wait(lambda: visitor.list.isColumnHidden(2))
        assert visitor.list.columnWidth(0) > 120

    def test_icons_follow_the_colours(self, visitor: Visitor) -> None:
        before = visitor.window._actions.undo.icon().cacheKey()
        palette = QPalette(visitor.window.palette())
        palette.setColor(QPalette.ColorRole.ButtonText, QColor("#abcdef"))
        visitor.window.setPalette(palette)

        assert visitor.window._actions.undo.icon().cacheKey() != before


class TestChoosing:
    @pytest.mark.parametrize("way", ["button", "double click", "Enter"])
    def test_a_model_is_used(self, visitor: Visitor, way: str) -> None:
        heard: list[bool] = []
        visitor.window.library_changed.connect(lambda: heard.append(True))
        if way == "double click":
            visitor.double_click("right")
        else:
            visitor.select("right")
            if way == "button":
                visitor.click("Use This Model")
            else:
                visitor.press(KEY.Key_Return)

        assert visitor.library.active_name() == "right"
        assert visitor.active() == ["right"]
        assert visitor.selected() == "right"
        assert heard
        visitor.press(KEY.Key_Z, ctrl=True)
        assert visitor.active() == ["left"]
        visitor.press(KEY.Key_Z, ctrl=True, shift=True)
        assert visitor.active() == ["right"]

    def test_rolling_back_goes_on_until_there_is_none(self, visitor: Visitor) -> None:
        visitor.double_click("right")

        visitor.click("Roll Back")
        assert visitor.message() == "“left” reads again."
        visitor.click("Roll Back")
        assert visitor.active() == ["default"]
        assert not visitor.can("Roll Back")
        visitor.click("Undo Roll Back")
        assert visitor.active() == ["left"]

    def test_a_factory_reset_asks_and_can_be_undone(self, visitor: Visitor) -> None:
        asked = visitor.will_answer("Cancel")
        visitor.click("Factory Reset")
        assert visitor.active() == ["left"]
        assert asked[1] == "Move my own models (2) to the trash"

        visitor.will_answer("Reset")
        visitor.click("Factory Reset")
        assert visitor.active() == ["default"]
        assert visitor.sections()["Your own"] == ["left", "right"]

        visitor.window.activateWindow()
        visitor.wait(visitor.window.isActiveWindow)
        visitor.press(KEY.Key_Z, ctrl=True)
        assert visitor.active() == ["left"]
        visitor.will_answer("Reset", check=True)
        visitor.click("Factory Reset")
        assert sorted(visitor.sections()["Trash"]) == ["left", "right"]
        assert "your own models are in the trash" in visitor.message()
        visitor.click("Undo Factory Reset")
        assert visitor.active() == ["left"]
        assert visitor.sections()["Your own"] == ["left", "right"]


class TestNaming:
    def test_a_name_is_written_in_place(self, visitor: Visitor) -> None:
        visitor.select("right")
        visitor.press(KEY.Key_F2)
        visitor.type_name("my right hand", then=KEY.Key_Return)

        visitor.wait(lambda: visitor.title() == "my right hand")
        assert visitor.sections()["Your own"] == ["left", "my right hand"]
        assert visitor.library.find("my right hand")
        visitor.press(KEY.Key_Z, ctrl=True)
        visitor.wait(lambda: visitor.sections()["Your own"] == ["left", "right"])

    def test_escape_leaves_the_name(self, visitor: Visitor) -> None:
        visitor.select("right")
        visitor.click("Rename")
        visitor.type_name("oops", then=KEY.Key_Escape)

        visitor.wait(lambda: visitor.list.findChild(QLineEdit) is None)
        assert visitor.sections()["Your own"] == ["left", "right"]
        assert visitor.window.isVisible()

    @pytest.mark.parametrize(("name", "reason"), [("left", "already"), ("  ", "80 characters")])
    def test_a_name_that_cant_be_is_told(self, visitor: Visitor, name: str, reason: str) -> None:
        visitor.select("right")
        visitor.press(KEY.Key_F2)
        visitor.type_name(name, then=KEY.Key_Return)

        visitor.wait(lambda: reason in visitor.message())
        assert visitor.sections()["Your own"] == ["left", "right"]
        assert not visitor.can("Undo")

    def test_no_name_is_too_long(self, visitor: Visitor) -> None:
        visitor.select("right")
        visitor.press(KEY.Key_F2)
        visitor.type_name("x" * 100, then=KEY.Key_Return)

        visitor.wait(lambda: visitor.title() == "x" * 80)

    def test_a_name_that_is_being_written_survives_news(
        self, visitor: Visitor, library: ModelLibrary
    ) -> None:
        visitor.select("right")
        visitor.press(KEY.Key_F2)
        library.duplicate("default", "another")
        visitor.window.refresh()
        visitor.type_name("new", then=KEY.Key_Return)

        visitor.wait(lambda: visitor.sections()["Your own"] == ["another", "left", "new"])

    def test_a_bundled_model_keeps_its_name(self, visitor: Visitor) -> None:
        visitor.select("default")
        visitor.press(KEY.Key_F2)

        assert visitor.list.findChild(QLineEdit) is None
        assert not visitor.can("Rename")


class TestNotes:
    def test_a_note_is_kept_when_one_goes_on(self, visitor: Visitor, library: ModelLibrary) -> None:
        visitor.write_note("for my 7s")
        visitor.select("right")

        assert library.find("left").read_note() == "for my 7s"
        assert visitor.note.toPlainText() == ""
        visitor.select("left")
        assert visitor.note.toPlainText() == "for my 7s"
        visitor.click("Undo")
        assert library.find("left").read_note() == ""
        assert visitor.note.toPlainText() == ""

    def test_a_note_is_kept_when_the_window_closes(
        self, visitor: Visitor, library: ModelLibrary
    ) -> None:
        visitor.write_note("late")
        visitor.window.close()

        assert library.find("left").read_note() == "late"

    def test_a_note_that_cant_be_kept_is_told(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        visitor.write_note("lost")

        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fail)
            visitor.select("right")
            visitor.wait(lambda: "No space left" in visitor.message())

        visitor.select("left")
        assert visitor.note.toPlainText() == "lost"
        visitor.select("right")
        assert visitor.library.find("left").read_note() == "lost"


class TestDeleting:
    @pytest.mark.parametrize("way", ["key", "button"])
    def test_a_model_goes_to_the_trash_and_comes_back(self, visitor: Visitor, way: str) -> None:
        visitor.select("right")
        if way == "key":
            visitor.press(KEY.Key_Delete)
        else:
            visitor.click("Delete")

        assert visitor.message() == "“right” is in the trash."
        assert visitor.sections()["Your own"] == ["left"]
        assert visitor.sections()["Trash"] == ["right"]
        assert visitor.selected() == "left"
        visitor.click("Undo Delete")
        assert visitor.sections()["Your own"] == ["left", "right"]
        assert visitor.selected() == "right"
        assert visitor.message() == ""
        visitor.press(KEY.Key_Z, ctrl=True, shift=True)
        assert visitor.sections()["Trash"] == ["right"]

    def test_the_default_reads_when_the_active_model_is_deleted(self, visitor: Visitor) -> None:
        visitor.press(KEY.Key_Delete)

        assert visitor.message() == "“left” is in the trash; “default” reads now."
        assert visitor.active() == ["default"]
        visitor.press(KEY.Key_Z, ctrl=True)
        assert visitor.active() == ["left"]

    def test_a_model_is_restored_from_the_trash(self, visitor: Visitor) -> None:
        visitor.select("right")
        visitor.press(KEY.Key_Delete)
        visitor.select("right")

        assert "In the trash, where it stays for 30 days." in visitor.words()
        assert visitor.menu() == ["Restore", "Empty Trash"]
        day = visitor.row("right").text(3)
        assert day == QLocale().toString(QDate.currentDate(), QLocale.FormatType.ShortFormat)
        visitor.click("Restore")
        assert visitor.message() == "“right” is among your models again."
        assert visitor.selected() == "right"
        visitor.click("Undo Restore")
        visitor.double_click("right")
        assert visitor.sections()["Your own"] == ["left", "right"]

    def test_the_trash_is_emptied_after_a_question(self, visitor: Visitor) -> None:
        for name in ("right", "left"):
            visitor.select(name)
            visitor.press(KEY.Key_Delete)
        visitor.select("left")
        asked = visitor.will_answer("Cancel")
        visitor.click("Empty Trash")
        assert "All 2 models in the trash will be gone for good." in asked[0]
        assert len(visitor.sections()["Trash"]) == 2

        visitor.will_answer("Empty the Trash")
        visitor.click("Empty Trash")
        assert "Trash" not in visitor.sections()
        assert not visitor.can("Undo")
        assert visitor.library.trash() == ()

    def test_what_another_window_destroyed_cant_be_undone(
        self, visitor: Visitor, library: ModelLibrary
    ) -> None:
        visitor.select("right")
        visitor.press(KEY.Key_Delete)
        library.empty_trash()

        visitor.press(KEY.Key_Z, ctrl=True)

        visitor.wait(lambda: "isn't in the trash any more" in visitor.message())
        assert not visitor.can("Undo")
        assert "Trash" not in visitor.sections()

    def test_what_another_window_deleted_cant_be_deleted(
        self, visitor: Visitor, library: ModelLibrary
    ) -> None:
        visitor.select("right")
        library.delete("right")

        visitor.click("Delete")

        visitor.wait(lambda: "There is no model “right”" in visitor.message())
        assert not visitor.can("Undo")
        assert visitor.sections()["Trash"] == ["right"]


def test_a_copy_is_made_and_named(visitor: Visitor) -> None:
    visitor.select("default")
    visitor.press(KEY.Key_D, ctrl=True)

    visitor.wait(lambda: visitor.list.findChild(QLineEdit) is not None)
    assert visitor.selected() == "default copy"
    visitor.type_name("mine", then=KEY.Key_Return)
    visitor.wait(lambda: visitor.title() == "mine")
    visitor.press(KEY.Key_Z, ctrl=True)
    visitor.press(KEY.Key_Z, ctrl=True)
    assert visitor.sections()["Trash"] == ["default copy"]


def test_a_copy_that_finds_no_room_is_told(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copy2", fail)
    visitor.click("Duplicate")

    visitor.wait(lambda: "No space left" in visitor.message())
    assert visitor.sections()["Your own"] == ["left", "right"]
