"""Photos, drawings and the clipboard, opened, dropped, pasted and saved in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.core.strokes import Drawing, Stroke
from digitpad.services.models.archive import export_model
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.models.models_window import ModelsWindow
from digitpad.ui.photo.import_panel import ImportPanel
from tests.ui.window import Person, write_picture

pytestmark = pytest.mark.usefixtures("system_theme")


def test_the_reading_goes_to_the_clipboard(person: Person) -> None:
    person.draw((100, 100), (150, 150))
    person.draw((200, 100), (250, 150))

    person.press(Qt.Key.Key_C, ctrl=True)

    assert QGuiApplication.clipboard().text() == "47"
    assert person.sees("Message") == "Copied 47."


def test_a_dropped_photo_is_read_on_the_photo_page(person: Person, tmp_path: Path) -> None:
    person.draw((100, 100), (150, 150))

    person.drop(write_picture(tmp_path / "photo.png"))

    person.wait(lambda: person.sees("Reading") == "93")
    assert person.entry("View", "Photo").isChecked()
    assert not person.entry("Edit", "Undo").isEnabled()
    person.press(Qt.Key.Key_1, ctrl=True)
    assert person.sees("Reading") == "4"
    assert person.entry("File", "Open Recent", "photo.png").isEnabled()


def test_a_dropped_model_is_imported(qtbot: QtBot, settings_file: Path, tmp_path: Path) -> None:
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    person = Person(qtbot, settings_file, library)
    exported = tmp_path / "gift.digitpad"
    export_model(library.find("softmax"), exported)

    person.drop(exported)

    person.wait(lambda: not all(model.is_bundled for model in library.models()))
    assert person.sees("Reading") == ""
    assert person.window.findChild(ModelsWindow).isVisible()


def test_a_pasted_photo_is_read(person: Person, tmp_path: Path) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(write_picture(tmp_path / "photo.png"))))

    person.press(Qt.Key.Key_V, ctrl=True)

    person.wait(lambda: person.sees("Reading") == "93")


def test_a_file_that_is_no_picture_is_told(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "notes.png"
    file.write_text("no picture")

    person.drop(file)

    person.wait(lambda: "notes.png" in person.window.focusWidget().parent().accessibleName())
    assert person.sees("Message") == ""


def test_a_drawing_is_saved_and_opened_again(person: Person, tmp_path: Path) -> None:
    person.draw((100, 100), (150, 150))
    strokes = person.window.canvas.drawing.strokes
    file = tmp_path / "seven.json"
    person.choose("File", "Save Drawing…")
    person.name_file(file)
    person.wait(file.exists)
    person.press(Qt.Key.Key_L, ctrl=True)

    person.choose("File", "Open Recent", "seven.json")

    assert person.window.canvas.drawing.strokes == strokes
    person.choose("Edit", "Undo Open Drawing")
    assert person.window.canvas.drawing.strokes == ()


def test_a_drawing_is_opened_from_the_photo_page(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "seven.json"
    file.write_text(Drawing((Stroke(((10.0, 10.0), (60.0, 90.0))),)).to_json())
    person.press(Qt.Key.Key_2, ctrl=True)

    person.choose("File", "Open…")
    person.name_file(file)

    person.wait(lambda: person.sees("Reading") == "4")
    assert person.entry("View", "Draw").isChecked()


def test_a_drawing_dropped_on_the_photo_page_goes_to_the_canvas(
    person: Person, tmp_path: Path
) -> None:
    file = tmp_path / "seven.json"
    file.write_text(Drawing((Stroke(((10.0, 10.0), (60.0, 90.0))),)).to_json())
    person.press(Qt.Key.Key_2, ctrl=True)

    person.drop(file, on=person.window.findChild(ImportPanel))

    assert person.sees("Reading") == "4"
    assert person.entry("View", "Draw").isChecked()


def test_a_damaged_drawing_is_told_and_changes_nothing(person: Person, tmp_path: Path) -> None:
    person.draw((100, 100), (150, 150))
    file = tmp_path / "broken.json"
    file.write_text("{}")

    person.drop(file)

    assert "no drawing" in person.sees("Message")
    assert person.sees("Reading") == "4"


def test_the_canvas_is_exported_as_a_picture(person: Person, tmp_path: Path) -> None:
    person.draw((100, 100), (150, 150))
    file = tmp_path / "drawing.png"

    person.choose("File", "Export Image…")
    person.name_file(file)

    person.wait(lambda: "Saved “drawing.png”" in person.sees("Message"))
    assert QImage(str(file)).size() == person.window.canvas.size()


def test_a_picture_is_written_before_the_app_ends(person: Person, tmp_path: Path) -> None:
    person.draw((100, 100), (150, 150))
    file = tmp_path / "drawing.png"
    person.choose("File", "Export Image…")
    person.name_file(file)

    person.window.finish()

    assert QImage(str(file)).size() == person.window.canvas.size()
    person.wait(lambda: "Saved" in person.sees("Message"))


def test_exporting_without_a_photo_is_told(person: Person) -> None:
    person.press(Qt.Key.Key_2, ctrl=True)

    person.choose("File", "Export Image…")

    assert "no picture" in person.sees("Message")
