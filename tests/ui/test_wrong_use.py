"""Somebody does in the window what can't work: it says so, and nothing is lost."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from digitpad.core.strokes import load_drawing
from tests.ui.window import Person, write_picture

pytestmark = pytest.mark.usefixtures("system_theme")


def said(person: Person) -> str:
    """Return all that is to be read in the window, the message bar included."""
    labels = person.window.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_an_empty_canvas_asks_for_a_digit_and_leaves_the_clipboard_alone(person: Person) -> None:
    QGuiApplication.clipboard().setText("mine")

    person.press(Qt.Key.Key_C, ctrl=True)
    person.press(Qt.Key.Key_S, ctrl=True)
    person.press(Qt.Key.Key_E, ctrl=True, shift=True)

    assert "Draw a digit" in said(person)
    assert QGuiApplication.clipboard().text() == "mine"
    assert QGuiApplication.modalWindow() is None


def test_a_photo_of_no_bytes_is_told(person: Person, tmp_path: Path) -> None:
    person.draw((100, 100), (150, 150))
    (tmp_path / "photo.png").touch()

    person.drop(tmp_path / "photo.png")

    person.wait(lambda: "“photo.png” is empty.\nSave or copy it again." in said(person))
    person.press(Qt.Key.Key_1, ctrl=True)
    assert person.sees("Reading") == "4"


def test_a_drawing_of_no_bytes_is_told(person: Person, tmp_path: Path) -> None:
    person.draw((100, 100), (150, 150))
    (tmp_path / "drawing.json").touch()

    person.drop(tmp_path / "drawing.json")

    assert person.sees("Message") == (
        f"“{tmp_path / 'drawing.json'}” holds no drawing that digitpad can read. "
        "Open a drawing that was saved with File › Save drawing."
    )
    assert person.sees("Reading") == "4"


def test_a_picture_of_too_many_pixels_is_told_and_the_others_stay(
    person: Person, tmp_path: Path
) -> None:
    person.drop(write_picture(tmp_path / "photo.png"))
    huge = tmp_path / "huge.png"
    Image.new("1", (12_000, 12_000), 1).save(huge)

    person.drop(huge)

    person.wait(lambda: "“huge.png” is too large: 12000 × 12000 pixels." in said(person))
    assert "Crop it, or save it at a smaller size." in said(person)
    person.press(Qt.Key.Key_PageUp, ctrl=True)
    assert person.sees("Reading") == "93"


def test_a_photo_that_may_not_be_read_is_told(person: Person, closed_folder: Path) -> None:
    person.drop(closed_folder / "7.png")

    person.wait(lambda: "“7.png” may not be read by you." in said(person))
    assert "Change its permissions, or copy it first." in said(person)


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("Save Drawing…", "drawing.json"),
        ("Export Image…", "drawing.png"),
        ("Export Reading…", "drawing.csv"),
    ],
)
def test_a_folder_that_may_not_be_written_to_is_told_and_another_does(
    person: Person, closed_folder: Path, tmp_path: Path, entry: str, name: str
) -> None:
    closed_folder.chmod(0o500)
    person.draw((100, 100), (150, 150))

    person.choose("File", entry)
    person.name_file(closed_folder / name)

    person.wait(lambda: "could not be saved: Permission denied." in person.sees("Message"))
    assert "choose another folder" in person.sees("Message")
    assert [file.name for file in closed_folder.iterdir()] == ["7.png"]
    assert person.sees("Reading") == "4"
    person.choose("File", entry)
    person.name_file(tmp_path / name)
    person.wait(lambda: person.sees("Message") == f"Saved “{name}”.")
    assert (tmp_path / name).stat().st_size > 0


def test_an_older_file_outlives_a_drawing_that_cant_be_saved(
    person: Person, closed_folder: Path
) -> None:
    closed_folder.chmod(0o700)
    file = closed_folder / "drawing.json"
    person.draw((100, 100), (150, 150))
    strokes = person.window.canvas.drawing.strokes
    file.write_text(person.window.canvas.drawing.to_json())
    closed_folder.chmod(0o500)
    person.draw((200, 100), (250, 150))

    person.choose("File", "Save Drawing…")
    person.will_answer("&Yes")
    person.name_file(file)

    assert "could not be saved: Permission denied." in person.sees("Message")
    assert load_drawing(file).strokes == strokes
