import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.core.reading import Digit
from digitpad.services.inspection import Inspection, JudgedDigit
from digitpad.training.figures import Answer, summarize
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.inspection.digit_corrections import DigitCorrections
from digitpad.ui.inspection.digit_delegate import DIGIT_ROLE
from digitpad.ui.inspection.digits_page import DigitsPage
from tests.ui.inspection.visitor import ACCESSIBLE, Visitor, close_active_window, save_test_digits
from tests.written_digits import write_digit

MATRIX, CLASSES, GALLERY, SHEET = (
    "Confusion matrix",
    "Precision and recall of each digit",
    "Digits",
    "Sample sheet",
)


def test_every_page_says_what_to_do_while_it_is_empty(visitor: Visitor) -> None:
    visitor.look_inside()

    for tab in ("Evaluation", "Mistakes", "Sample Sheet"):
        visitor.tab(tab)
        assert "press Start" in visitor.words(), tab


def test_figures_and_the_digits_behind_a_cell(visitor: Visitor) -> None:
    save_test_digits({3: 8, 13: 8, 21: 7})
    visitor.look_inside()
    visitor.evaluate()

    assert visitor.label("Accuracy") == "95.00 %"
    assert "“default” read 57 of 60 right" in visitor.words()
    cell = visitor.cell(MATRIX, 8, 3)
    assert cell.data() == "2"
    assert cell.data(ACCESSIBLE) == "8 read as 3: 2 digits, 25.00 % of all that are 8"
    assert visitor.cell(MATRIX, 0, 9).data() == ""
    assert visitor.cell(CLASSES, 8, 2).data(ACCESSIBLE) == "Recall of 8: 75.00 %"
    assert visitor.cell(CLASSES, 1, 1).data() == "83.33 %"

    visitor.click_cell(MATRIX, 8, 3)

    assert visitor.gallery() == ["3 (8)", "3 (8)"]
    assert visitor.label("How many") == "2 mistakes, the surest first"
    assert visitor.label("What was read").startswith("read as 3, was 8,")


def test_the_keyboard_opens_a_cell_and_goes_through_its_digits(visitor: Visitor) -> None:
    save_test_digits({3: 8})
    visitor.look_inside()
    visitor.evaluate()
    visitor.view(MATRIX).setFocus()
    for key in [Qt.Key.Key_Down] * 3 + [Qt.Key.Key_Right] * 3:
        visitor.press(key)

    visitor.press(Qt.Key.Key_Return)

    assert visitor.gallery() == ["3"] * 5
    assert visitor.label("What was read").startswith("read as 3, and right,")
    first = visitor.view(GALLERY).currentIndex().data(DIGIT_ROLE)
    visitor.press(Qt.Key.Key_Right)
    second = visitor.view(GALLERY).currentIndex().data(DIGIT_ROLE)
    assert first.confidence >= second.confidence
    assert second.source in visitor.words()


def test_filters_show_mistakes_or_all(visitor: Visitor) -> None:
    save_test_digits({3: 8, 21: 7, 40: 8})
    visitor.look_inside()
    visitor.evaluate()

    visitor.press_button("Show 3 Mistakes")
    assert sorted(visitor.gallery()) == ["0 (8)", "1 (7)", "3 (8)"]
    visitor.pick("It is", "8")
    assert sorted(visitor.gallery()) == ["0 (8)", "3 (8)"]
    visitor.press_button("Mistakes only")
    assert sorted(visitor.gallery()) == ["0 (8)", "3 (8)", *["8"] * 6]
    visitor.pick("It was read as", "no digit")
    assert visitor.gallery() == []
    assert "Choose other digits" in visitor.words()
    assert not visitor.sees_button("Close this message")


def test_the_sheet_has_a_row_for_each_digit(visitor: Visitor) -> None:
    save_test_digits({3: 8})
    visitor.look_inside()
    visitor.evaluate()
    visitor.tab("Sample Sheet")

    rows = [visitor.cell(SHEET, row).data(DIGIT_ROLE) for row in range(10)]
    assert [digit.expected for digit in rows] == list(range(10))
    assert visitor.cell(SHEET, 3, 5).data(DIGIT_ROLE) is None  # That one is called 8.
    visitor.click_cell(SHEET, 8, 0)
    assert visitor.label("What was read").startswith("read as 3, was 8")


def test_a_digit_with_strokes_opens_on_the_canvas(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "pen.jsonl"
    strokes = [stroke.points for stroke in write_digit("4", height=1.0)]
    file.write_text(json.dumps({"label": 9, "strokes": strokes}))
    visitor.draw((100, 100), (150, 150))
    before = visitor.window.canvas.drawing.strokes
    visitor.look_inside()
    visitor.evaluate(file)
    visitor.press_button("Show 1 Mistake")

    visitor.double_click_cell(GALLERY, 0)

    drawn = visitor.window.canvas.drawing.strokes
    assert [len(stroke.points) for stroke in drawn] == [len(points) for points in strokes]
    assert max(stroke.box.height for stroke in drawn) > 150
    visitor.choose("Edit", "Undo Open Drawing")
    assert visitor.window.canvas.drawing.strokes == before


def test_a_digit_without_strokes_opens_as_a_picture(visitor: Visitor) -> None:
    save_test_digits({3: 8})
    visitor.look_inside()
    visitor.evaluate()
    visitor.tab("Mistakes")

    visitor.press_button("Open as a Picture")

    assert "without its strokes" in visitor.message()
    assert visitor.entry("View", "Photo").isChecked()
    picture = visitor.window._photo.panel.current
    assert picture is not None
    visitor.wait(lambda: visitor.window._photo.panel.current.prepared is not None)
    pixels = visitor.window._photo.panel.current.prepared.pixels
    assert pixels.shape == (320, 320, 3)
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels.min() < 40


def test_a_digit_of_a_picture_opens_that_picture(
    visitor: Visitor, tmp_path: Path, seven: Path
) -> None:
    visitor.look_inside()
    visitor.evaluate(seven.parent)
    visitor.tab("Mistakes")

    visitor.press_button("Open as a Picture")

    assert visitor.window._photo.panel.current.source == seven
    assert visitor.message() == ""


def test_judging_can_be_cancelled(visitor: Visitor) -> None:
    visitor.look_inside()
    visitor.pick("Digits to judge it on", "Styles of the world")

    visitor.press_button("Start")
    assert not visitor.part("Model to look inside").isEnabled()
    visitor.press_button("Cancel")

    visitor.wait(lambda: visitor.sees_button("Start"))
    assert visitor.part("Model to look inside").isEnabled()
    assert "press Start" in visitor.words()


def test_what_can_not_be_read_is_told(visitor: Visitor, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    visitor.look_inside()

    visitor.evaluate(tmp_path / "empty")

    assert "holds no data to evaluate on" in visitor.message()
    save_test_digits({}, file=tmp_path / "empty" / "mnist.npz")
    visitor.press_button("Start")
    visitor.wait(lambda: visitor.sees_button("No Mistakes"))
    assert visitor.message() == ""


def test_no_file_chosen_leaves_the_choice(visitor: Visitor) -> None:
    visitor.look_inside()

    visitor.ask_for("A Folder…")
    close_active_window()

    assert visitor.part("Digits to judge it on").currentText() == "Styles of the world"


def test_escape_closes_the_window_and_it_comes_back_as_it_was(visitor: Visitor) -> None:
    save_test_digits({3: 8})
    visitor.look_inside()
    visitor.evaluate()

    close_active_window()
    assert not visitor.inside.isVisible()
    visitor.look_inside()

    assert visitor.label("Accuracy") == "98.33 %"


def test_closing_everything_ends_it(visitor: Visitor) -> None:
    visitor.look_inside()
    visitor.press_button("Start")

    visitor.window.close()
    visitor.window.finish()


@pytest.fixture
def many() -> Inspection:
    """Ten thousand mistakes."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 255, (100, 28, 28), np.uint8)
    rows = rng.dirichlet(np.ones(10), 100).astype(np.float32)
    digits = tuple(
        JudgedDigit(images[n % 100], rows[n % 100], n % 10, (n + 1) % 10, str(n))
        for n in range(10_000)
    )
    figures = summarize([Answer(d.source, str(d.expected), str(d.read)) for d in digits])
    return Inspection("mine", "noise", "mine@1", digits, figures, 1.0)


def test_only_what_is_seen_of_ten_thousand_mistakes_is_painted(
    qtbot: QtBot, many: Inspection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = DigitsPage(DigitCorrections(SampleKeeper(tmp_path / "samples.db")))
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    qtbot.waitExposed(page)
    made: list[Digit] = []
    from digitpad.ui.inspection import digit_delegate

    paint = digit_delegate.paint_digit
    monkeypatch.setattr(
        digit_delegate, "paint_digit", lambda *args: (made.append(args[2]), paint(*args))
    )

    page.show_inspection(many)
    qtbot.waitUntil(lambda: len(made) > 20)
    gallery = QApplication.focusWidget()
    QTest.keyClick(gallery, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: made[-1] is many.mistakes[-1])

    assert len(made) < 1_000
