from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from digitpad.ui.drawing.canvas import DEFAULT_PEN_WIDTH_PX, Tool
from digitpad.ui.drawing.paper import Board
from digitpad.ui.theme import Theme, apply_theme, is_dark
from tests.ui.window import LEFT, Person

pytestmark = pytest.mark.usefixtures("system_theme")


def test_what_is_drawn_is_read_as_the_pen_moves(person: Person) -> None:
    assert person.sees("Probabilities") == "nothing to read"
    QTest.mousePress(person.window.canvas, LEFT, pos=QPoint(100, 100))
    QTest.mouseMove(person.window.canvas, QPoint(150, 150))

    assert person.sees("Reading") == "4"

    QTest.mouseRelease(person.window.canvas, LEFT, pos=QPoint(150, 150))
    person.draw((200, 100), (250, 150))
    assert person.sees("Reading") == "47"
    assert person.sees("What the network sees") == "digit 2 of 2: 7"


def test_the_status_names_model_accuracy_and_time(person: Person) -> None:
    person.draw((100, 100), (150, 150))

    status = person.part("Model in use")
    assert isinstance(status, QLabel)
    assert "default" in status.text()
    assert "99.7 %" in status.text()
    assert "0.4 ms, on device" in status.text()


def test_keys_undo_redo_and_clear(person: Person) -> None:
    person.draw((100, 100), (150, 150))
    person.draw((200, 100), (250, 150))

    person.press(Qt.Key.Key_Z, ctrl=True)
    assert person.sees("Reading") == "4"
    person.press(Qt.Key.Key_Z, ctrl=True, shift=True)
    assert person.sees("Reading") == "47"
    person.press(Qt.Key.Key_Z, ctrl=True)
    person.press(Qt.Key.Key_Y, ctrl=True)
    assert person.sees("Reading") == "47"
    person.press(Qt.Key.Key_L, ctrl=True)
    assert person.sees("Reading") == "nothing"
    person.choose("Edit", "Undo Clear")
    assert person.sees("Reading") == "47"


def test_delete_clears_the_drawing_although_it_removes_boxes_on_the_photo(person: Person) -> None:
    person.draw((100, 100), (150, 150))

    person.press(Qt.Key.Key_Delete)

    assert person.sees("Reading") == "nothing"


def test_only_what_can_be_done_is_offered(person: Person) -> None:
    for name in ("Undo", "Redo", "Clear", "Copy Reading"):
        assert not person.entry("Edit", name).isEnabled(), name
    assert not person.entry("File", "Save Drawing…").isEnabled()
    assert not person.entry("Training", "Stop").isEnabled()

    person.draw((100, 100), (150, 150))

    assert person.entry("Edit", "Undo Stroke").isEnabled()
    assert person.entry("Edit", "Clear").isEnabled()
    assert person.entry("File", "Save Drawing…").isEnabled()


def test_letters_choose_tools_and_brackets_the_width(person: Person) -> None:
    canvas = person.window.canvas
    slider = person.part("Pen width")
    assert isinstance(slider, QSlider)
    before = canvas.pen_width_px

    person.press(Qt.Key.Key_E)
    assert canvas.tool is Tool.ERASER
    person.press(Qt.Key.Key_P)
    assert canvas.tool is Tool.PEN
    person.press(Qt.Key.Key_BracketRight)
    assert slider.value() == canvas.pen_width_px > before
    person.press(Qt.Key.Key_BracketLeft)
    assert slider.value() == canvas.pen_width_px == before
    person.press(Qt.Key.Key_B)
    assert canvas.board is Board.BLACK_BOARD


def test_tool_buttons_do_what_the_menus_do(person: Person) -> None:
    person.draw((100, 100), (150, 150))

    for name, key in (("Eraser", Tool.ERASER), ("Pen", Tool.PEN)):
        QTest.mouseClick(person.part(name), LEFT)
        assert person.window.canvas.tool is key
    QTest.mouseClick(person.part("Undo"), LEFT)
    assert person.window.canvas.drawing.strokes == ()
    QTest.mouseClick(person.part("Redo"), LEFT)
    QTest.mouseClick(person.part("Clear"), LEFT)
    assert person.window.canvas.drawing.strokes == ()


def test_every_button_has_a_name_and_a_tip(person: Person) -> None:
    for button in person.window.findChildren(QToolButton):
        if button.isVisible():
            assert button.accessibleName() or button.text(), button
            assert button.toolTip(), button.accessibleName()


def test_another_model_is_chosen_and_reads_at_once(person: Person) -> None:
    person.draw((100, 100), (150, 150))

    person.choose("Model", "Choose", "mine & yours  99.0 %")

    assert person.library.active().name == "mine & yours"
    assert person.entry("Model", "Choose", "mine & yours  99.0 %").isChecked()
    status = person.part("Model in use")
    assert isinstance(status, QLabel)
    assert "mine & yours" in status.text()


def test_a_damaged_model_is_told_and_the_default_reads(qtbot: QtBot, settings_file: Path) -> None:
    person = Person(qtbot, settings_file)
    person.library.is_damaged = True

    person.window.start()

    assert "damaged" in person.sees("Message")
    person.draw((100, 100), (150, 150))
    assert person.sees("Reading") == "4"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("Model", "About This Model…"), "123,456"),
        (("Help", "Getting Started"), "Ctrl+T"),
        (("Help", "About digitpad"), "on this computer"),
    ],
)
def test_dialogs_leave_the_window_usable(
    person: Person, names: tuple[str, ...], words: str
) -> None:
    person.choose(*names)

    dialog = person.window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert any(words in label.text() for label in dialog.findChildren(QLabel))
    person.draw((100, 100), (150, 150))
    assert person.sees("Reading") == "4"
    dialog.close()


def test_the_training_pane_comes_and_goes_with_its_key(person: Person) -> None:
    entry = person.entry("View", "Training Pane")
    assert not entry.isChecked()

    person.press(Qt.Key.Key_T, ctrl=True)
    person.wait(lambda: person.part("Progress of the training") is not None)
    assert entry.isChecked()
    person.press(Qt.Key.Key_T, ctrl=True)
    assert not entry.isChecked()


def test_themes_are_chosen_in_the_menu(person: Person) -> None:
    person.choose("View", "Theme", "Dark")
    person.wait(lambda: is_dark(person.window.palette()))

    person.choose("View", "Theme", "Light")
    person.wait(lambda: not is_dark(person.window.palette()))


def test_everything_is_remembered(qtbot: QtBot, settings_file: Path) -> None:
    first = Person(qtbot, settings_file)
    first.window.resize(780, 640)
    first.press(Qt.Key.Key_BracketRight)
    first.press(Qt.Key.Key_B)
    first.choose("View", "Theme", "Dark")
    first.choose("View", "Training Pane")
    first.choose("View", "Reading Pane")
    first.choose("View", "Photo")
    width_px = first.window.canvas.pen_width_px
    assert width_px > DEFAULT_PEN_WIDTH_PX
    size = first.window.size()
    first.window.close()
    apply_theme(Theme.SYSTEM)

    second = Person(qtbot, settings_file)

    assert second.window.size() == size
    assert second.window.canvas.pen_width_px == width_px
    assert second.window.canvas.board is Board.BLACK_BOARD
    second.wait(lambda: is_dark(second.window.palette()))
    assert second.entry("View", "Theme", "Dark").isChecked()
    assert second.entry("View", "Training Pane").isChecked()
    assert not second.entry("View", "Reading Pane").isChecked()
    assert second.entry("View", "Photo").isChecked()


def test_damaged_settings_do_not_keep_the_window_from_opening(
    qtbot: QtBot, settings_file: Path
) -> None:
    settings_file.write_bytes(b"[General]\ngeometry=AAAA\nstate=AAAA\npen_px=x\ntheme=\xff\n")

    person = Person(qtbot, settings_file)

    person.draw((100, 100), (150, 150))
    assert person.sees("Reading") == "4"


def test_closing_during_a_run_asks_and_may_be_taken_back(person: Person) -> None:
    person.watcher.is_running = True

    person.will_answer("Keep Training")
    assert not person.window.close()
    assert person.window.isVisible()

    person.will_answer("Stop the Run and Close")
    assert person.window.close()


@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(900, 600)])
@pytest.mark.parametrize("has_training", [False, True])
def test_nothing_is_clipped(person: Person, size: QSize, has_training: bool) -> None:
    if has_training:
        person.choose("View", "Training Pane")
        person.wait(lambda: person.part("Progress of the training") is not None)

    person.window.resize(size)

    person.wait(lambda: person.window.size() == size)
    for name in ("Drawing canvas", "Probabilities", "What the network sees", "Pen width", "Clear"):
        part = person.part(name)
        corner = part.mapTo(person.window, part.rect().bottomRight())
        assert person.window.rect().contains(corner), name
        assert part.height() >= part.minimumSizeHint().height(), name
    assert person.window.canvas.width() >= 200


def test_the_window_is_never_narrower_than_its_parts(person: Person) -> None:
    person.window.resize(720, 520)
    person.wait(lambda: person.window.width() == 720)

    person.choose("View", "Training Pane")
    person.wait(lambda: person.part("Progress of the training") is not None)

    person.wait(lambda: person.window.width() >= person.window.minimumSizeHint().width())
    person.choose("View", "Training Pane")
    person.window.resize(720, 520)
    person.wait(lambda: person.window.width() == 720)
