"""Somebody looks over what was read in a photo, and sets it right."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from digitpad.core.reading import Reading
from digitpad.ui.photo.photo_view import PhotoView
from digitpad.ui.photo.steps_window import StepsWindow
from tests.ui.photo.picture_reader import READING
from tests.ui.photo.visible_picture import drag, on_screen
from tests.ui.window import LEFT, Person

pytestmark = pytest.mark.usefixtures("system_theme")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_photo(tmp_path / "photo.png")


@pytest.fixture
def person(qtbot: QtBot, settings_file: Path, photo: Path) -> Person:
    """Return somebody who has opened a photo in which “47” and a doubtful “1” are read."""
    person = Person(qtbot, settings_file)
    person.reader.page = READING
    person.drop(photo)
    person.wait(lambda: person.sees("Reading") == "47\n1")
    return person


def write_photo(file: Path, width: int = 200, height: int = 160) -> Path:
    Image.fromarray(np.full((height, width, 3), 235, np.uint8)).save(file)
    return file


def view_of(person: Person) -> PhotoView:
    view = person.window.findChild(PhotoView)
    assert isinstance(view, PhotoView)
    return view


def click(person: Person, x: float, y: float) -> None:
    view = view_of(person)
    QTest.mouseClick(view.viewport(), LEFT, pos=on_screen(view, x, y))


def caption(person: Person) -> str:
    labels = person.window.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def test_typed_digits_correct_and_lead_to_the_next_doubtful_one(person: Person) -> None:
    click(person, 35, 50)

    person.press(Qt.Key.Key_9)
    assert person.sees("Reading") == "97\n1"
    assert view_of(person).selected_index == 2
    person.press(Qt.Key.Key_7)

    assert person.sees("Reading") == "97\n7"
    assert "2 corrected" in caption(person)
    assert "not sure" not in caption(person)


def test_every_change_can_be_undone_and_done_again(person: Person, qtbot: QtBot) -> None:
    view = view_of(person)
    click(person, 35, 50)
    person.press(Qt.Key.Key_9)
    click(person, 95, 50)
    person.press(Qt.Key.Key_Delete)
    drag(qtbot, view, on_screen(view, 120, 30), on_screen(view, 150, 70))
    assert person.sees("Reading") == "9 5\n1"

    person.press(Qt.Key.Key_Z, ctrl=True)
    assert person.sees("Reading") == "9\n1"
    person.choose("Edit", "Undo Removal")
    assert person.sees("Reading") == "97\n1"
    assert view.selected_index == 1
    person.choose("Edit", "Undo Correction")
    assert person.sees("Reading") == "47\n1"
    assert not person.entry("Edit", "Undo").isEnabled()
    for _ in range(3):
        person.press(Qt.Key.Key_Z, ctrl=True, shift=True)
    assert person.sees("Reading") == "9 5\n1"


def test_delete_goes_through_boxes_that_are_none(person: Person) -> None:
    click(person, 35, 50)

    for left in ("7\n1", "1", "nothing"):
        person.press(Qt.Key.Key_Delete)
        assert person.sees("Reading") == left
    person.press(Qt.Key.Key_Delete)

    assert "Nothing to read" in caption(person)
    assert not person.entry("Photo", "Remove Box").isEnabled()


def test_a_box_around_nothing_is_told_and_changes_nothing(person: Person, qtbot: QtBot) -> None:
    person.reader.label_in_box = None
    view = view_of(person)

    drag(qtbot, view, on_screen(view, 130, 100), on_screen(view, 160, 140))

    assert "nothing to read" in person.sees("Message")
    assert person.sees("Reading") == "47\n1"
    assert not person.entry("Edit", "Undo").isEnabled()


def test_a_box_is_read_as_the_digit_nearest_to_it_stands(person: Person, qtbot: QtBot) -> None:
    view = view_of(person)

    drag(qtbot, view, on_screen(view, 130, 70), on_screen(view, 160, 110))

    assert person.reader.neighbor is READING.lines[0][1]
    assert "5" in person.sees("Reading")


def test_a_box_is_added_with_the_keys(person: Person) -> None:
    person.press(Qt.Key.Key_A)
    assert "Move it around a digit" in caption(person)
    for _ in range(4):
        person.press(Qt.Key.Key_Right)

    person.press(Qt.Key.Key_Return)

    assert "5" in person.sees("Reading")
    assert view_of(person).selected_digit.label == 5
    person.press(Qt.Key.Key_A)
    person.press(Qt.Key.Key_Escape)
    assert person.sees("Reading").count("5") == 1


def test_n_goes_to_what_needs_a_look(person: Person) -> None:
    person.press(Qt.Key.Key_N)
    assert view_of(person).selected_index == 2
    person.press(Qt.Key.Key_1)

    person.press(Qt.Key.Key_N)

    assert "All digits in this picture are sure" in person.sees("Message")


def test_what_was_set_right_is_copied(person: Person) -> None:
    click(person, 35, 50)
    person.press(Qt.Key.Key_9)

    person.press(Qt.Key.Key_C, ctrl=True)

    assert QGuiApplication.clipboard().text() == "97\n1"


def test_changes_outlive_other_pictures_turning_and_another_model(
    person: Person, tmp_path: Path
) -> None:
    click(person, 35, 50)
    person.press(Qt.Key.Key_9)
    person.drop(write_photo(tmp_path / "other.png"))
    assert person.sees("Reading") == "47\n1"
    assert not person.entry("Edit", "Undo").isEnabled()

    person.press(Qt.Key.Key_PageUp, ctrl=True)
    assert person.sees("Reading") == "97\n1"
    person.choose("Model", "Choose", "mine & yours  99.0 %")
    assert person.sees("Reading") == "97\n1"
    person.press(Qt.Key.Key_R)
    # This reader finds the same boxes in the turned picture, where the change fits none.
    assert person.sees("Reading") == "47\n1"
    assert "1 of your changes fit no box here" in caption(person)
    person.press(Qt.Key.Key_L)
    assert person.sees("Reading") == "97\n1"
    person.press(Qt.Key.Key_Z, ctrl=True)
    assert person.sees("Reading") == "47\n1"


def test_an_added_box_is_read_again_by_another_model(person: Person, qtbot: QtBot) -> None:
    view = view_of(person)
    drag(qtbot, view, on_screen(view, 120, 30), on_screen(view, 150, 70))
    person.reader.label_in_box = 6

    person.choose("Model", "Choose", "mine & yours  99.0 %")

    assert person.sees("Reading") == "476\n1"


def test_a_picture_that_is_closed_and_opened_again_is_as_it_was(
    person: Person, photo: Path
) -> None:
    click(person, 35, 50)
    person.press(Qt.Key.Key_9)

    person.press(Qt.Key.Key_W, ctrl=True)
    assert "Drop a photo here" in caption(person)
    person.drop(photo)

    person.wait(lambda: person.sees("Reading") == "97\n1")


def test_closing_all_leaves_the_focus_on_the_page(person: Person) -> None:
    view_of(person).setFocus()

    person.press(Qt.Key.Key_W, ctrl=True, shift=True)

    focus = QApplication.focusWidget()
    assert isinstance(focus, QPushButton)
    assert focus.text() == "Open…"


def test_letters_turn_crop_and_fit(person: Person) -> None:
    view = view_of(person)
    person.press(Qt.Key.Key_C)
    assert person.entry("Photo", "Crop").isChecked()
    person.press(Qt.Key.Key_Escape)
    assert not person.entry("Photo", "Crop").isChecked()

    fitted = view.scale_factor
    person.press(Qt.Key.Key_Plus)
    person.press(Qt.Key.Key_F)
    assert view.scale_factor == pytest.approx(fitted)
    person.press(Qt.Key.Key_1, ctrl=True)
    for name in ("Rotate Left", "Crop", "Add Box", "Next Doubtful", "Close Picture"):
        assert not person.entry("Photo", name).isEnabled(), name


def test_the_reading_order_is_shown_and_remembered(
    person: Person, qtbot: QtBot, settings_file: Path
) -> None:
    assert not person.entry("View", "Reading Order").isChecked()
    plain = view_of(person).viewport().grab().toImage()

    person.press(Qt.Key.Key_O)

    assert view_of(person).viewport().grab().toImage() != plain
    person.window.close()
    assert Person(qtbot, settings_file).entry("View", "Reading Order").isChecked()


def test_the_steps_are_shown_beside_the_window_that_stays_usable(
    person: Person, tmp_path: Path
) -> None:
    person.press(Qt.Key.Key_H)
    steps = person.window.findChild(StepsWindow)
    assert isinstance(steps, StepsWindow)
    person.wait(steps.isVisible)
    assert steps.words == ""
    assert not steps.isModal()
    assert "photo.png" in steps.windowTitle()

    person.drop(write_photo(tmp_path / "other.png"))
    assert "other.png" in steps.windowTitle()
    assert steps.words == ""
    person.press(Qt.Key.Key_W, ctrl=True)
    person.press(Qt.Key.Key_W, ctrl=True)

    assert "Open a photo" in steps.words


def test_a_step_is_enlarged_and_back(person: Person) -> None:
    person.choose("View", "How It Was Read")
    ink = person.part("2  Ink")
    person.wait(ink.isVisible)
    small = ink.width()

    QTest.mouseDClick(ink, LEFT, pos=QPoint(20, 20))
    person.wait(lambda: ink.width() > 1.5 * small)
    assert not person.part("1  Flattened").isVisible()
    QTest.keyClick(ink, Qt.Key.Key_Return)

    person.wait(lambda: ink.width() == small)


def test_the_reading_is_exported_in_the_form_that_was_picked(
    person: Person, tmp_path: Path
) -> None:
    click(person, 35, 50)
    person.press(Qt.Key.Key_9)
    person.choose("File", "Export Reading…")
    person.name_file(tmp_path / "reading", "JSON")

    person.wait(lambda: "Saved “reading.json”" in person.sees("Message"))
    (picture,) = json.loads((tmp_path / "reading.json").read_text())["pictures"]
    assert picture["file"].endswith("photo.png")
    digits = [digit for line in picture["lines"] for digit in line]
    assert [digit["symbol"] for digit in digits] == ["9", "7", "1"]
    assert digits[0]["corrected"]


def test_all_readings_are_exported(person: Person, tmp_path: Path) -> None:
    assert not person.entry("File", "Export All Readings…").isEnabled()
    person.drop(write_photo(tmp_path / "other.png"))
    person.press(Qt.Key.Key_PageUp, ctrl=True)

    person.choose("File", "Export All Readings…")
    person.name_file(tmp_path / "all.csv")

    person.wait((tmp_path / "all.csv").exists)
    content = (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(content.splitlines()))
    assert [Path(row["file"]).name for row in rows] == ["photo.png"] * 3 + ["other.png"] * 3


def test_a_reading_that_cant_be_saved_is_told(person: Person, tmp_path: Path) -> None:
    person.choose("File", "Export Reading…")
    person.name_file(tmp_path / "reading.xlsx")

    person.wait(lambda: ".csv" in person.sees("Message"))
    assert not (tmp_path / "reading.xlsx").exists()


def test_a_drawing_is_exported_too(person: Person, tmp_path: Path) -> None:
    person.press(Qt.Key.Key_1, ctrl=True)
    person.draw((100, 100), (150, 150))

    person.choose("File", "Export Reading…")
    person.name_file(tmp_path / "drawing.txt")

    person.wait((tmp_path / "drawing.txt").exists)
    assert (tmp_path / "drawing.txt").read_text() == "4\n"


def test_nothing_read_is_nothing_to_export_or_to_set_right(
    qtbot: QtBot, settings_file: Path, photo: Path
) -> None:
    person = Person(qtbot, settings_file)
    person.reader.page = Reading()

    person.drop(photo)

    person.wait(lambda: "Nothing to read" in caption(person))
    assert not person.entry("File", "Export Reading…").isEnabled()
    assert not person.entry("Photo", "Next Doubtful").isEnabled()
    assert person.entry("Photo", "Add Box").isEnabled()
