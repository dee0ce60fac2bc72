import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from digitpad import paths
from digitpad.core.errors import StorageError
from digitpad.services.samples.records import Sample, Source
from digitpad.services.samples.store import SampleStore
from digitpad.ui.inspection.digit_delegate import KEPT_ROLE
from digitpad.ui.message_bar import MessageBar
from tests.samples import make_sample
from tests.ui.inspection.visitor import Visitor, save_test_digits
from tests.written_digits import write_digit

GALLERY, SHEET = "Digits", "Sample sheet"


def kept() -> list[Sample]:
    """Return all samples, the first first."""
    if not paths.samples_file().exists():
        return []
    with SampleStore(paths.samples_file()) as store:
        return store.load(store.find()[::-1])


def kept_labels() -> list[int]:
    return [sample.label for sample in kept()]


@pytest.fixture
def judge(visitor: Visitor) -> Visitor:
    """Somebody who has found that a 3 of MNIST is called 8."""
    save_test_digits({3: 8})
    visitor.look_inside()
    visitor.evaluate()
    return visitor


def test_a_typed_digit_is_kept_and_said(judge: Visitor) -> None:
    judge.press_button("Show 1 Mistake")

    judge.press(Qt.Key.Key_3)

    judge.wait(lambda: kept_labels() == [3])
    (sample,) = kept()
    assert sample.source is Source.IMPORT
    assert sample.origin == "MNIST test digits, 3"
    assert sample.image.any()
    assert sample.predicted is not None
    assert sample.predicted.label == 3
    assert sample.predicted.model.startswith("default@")
    assert "kept as 3" in judge.label("What was read")
    assert judge.cell(GALLERY, 0).data(KEPT_ROLE) == 3
    judge.wait(lambda: "This digit is kept as 3." in judge.message())


def test_undo_and_redo_take_it_back_and_do_it_again(judge: Visitor) -> None:
    judge.press_button("Show 1 Mistake")
    judge.press(Qt.Key.Key_8)
    judge.press(Qt.Key.Key_3)
    judge.wait(lambda: kept_labels() == [3])

    judge.press(Qt.Key.Key_Z, ctrl=True)
    judge.wait(lambda: kept_labels() == [8])
    assert "kept as 8" in judge.label("What was read")
    judge.press(Qt.Key.Key_Z, ctrl=True)
    judge.wait(lambda: kept_labels() == [])
    assert "kept" not in judge.label("What was read")
    judge.press(Qt.Key.Key_Z, ctrl=True, shift=True)

    judge.wait(lambda: kept_labels() == [8])


def test_the_message_offers_to_take_it_back(judge: Visitor) -> None:
    judge.press_button("Show 1 Mistake")
    judge.press(Qt.Key.Key_3)
    judge.wait(lambda: judge.sees_button("Undo"))
    assert kept_labels() == [3]

    judge.press_button("Undo")

    judge.wait(lambda: kept_labels() == [])
    assert judge.message() == ""


def test_the_same_said_twice_or_after_another_evaluation_is_one_sample(judge: Visitor) -> None:
    judge.press_button("Show 1 Mistake")
    judge.press(Qt.Key.Key_3)
    judge.press(Qt.Key.Key_3)
    judge.wait(lambda: kept_labels() == [3])
    judge.evaluate()
    judge.click_cell(GALLERY, 0)
    assert "kept" not in judge.label("What was read")

    judge.press(Qt.Key.Key_3)

    assert "kept as 3" in judge.label("What was read")
    judge.wait(lambda: kept_labels() == [3])


def test_the_mouse_says_it_by_the_menu_of_a_button(judge: Visitor) -> None:
    judge.press_button("Show 1 Mistake")
    buttons = judge.inside.findChildren(QPushButton)
    keep = next(b for b in buttons if b.isVisible() and b.text() == "&Keep as")

    keep.menu().actions()[3].trigger()

    judge.wait(lambda: kept_labels() == [3])


def test_the_sheet_takes_them_too(judge: Visitor) -> None:
    judge.tab("Sample Sheet")
    judge.click_cell(SHEET, 8, 0)

    judge.press(Qt.Key.Key_3)

    judge.wait(lambda: kept_labels() == [3])
    assert judge.cell(SHEET, 8, 0).data(KEPT_ROLE) == 3
    assert judge.cell(SHEET, 8, 1).data(KEPT_ROLE) is None


def covered_buttons(judge: Visitor, bar: MessageBar) -> list[str]:
    """Return the buttons of the window that a message lies over."""
    buttons = [b for b in judge.inside.findChildren(QAbstractButton) if b.isVisible()]
    others = [b for b in buttons if not bar.isAncestorOf(b)]
    assert len(others) > 3
    place = on_screen(bar)
    return [b.text() for b in others if place.intersects(on_screen(b))]


def on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


@pytest.mark.parametrize(("tab", "view"), [("Mistakes", GALLERY), ("Sample Sheet", SHEET)])
def test_the_message_lies_over_no_button(judge: Visitor, tab: str, view: str) -> None:
    judge.tab(tab)
    judge.click_cell(view, 0)
    judge.press(Qt.Key.Key_7)
    judge.wait(lambda: judge.sees_button("Undo"))

    bar = next(b for b in judge.inside.findChildren(MessageBar) if b.isVisible())
    assert covered_buttons(judge, bar) == []
    assert bar.width() > 200


def test_a_message_that_is_there_when_digits_come_lies_over_no_button(judge: Visitor) -> None:
    judge.press_button("Show 1 Mistake")
    bar = judge.inside.findChildren(MessageBar)[0]
    bar.lie_over(bar.parentWidget())
    bar.show_message("It was said before.", "Do something.")
    judge.inside._on_inspected(judge.inside._inspection)

    assert covered_buttons(judge, bar) == []


def test_a_drawn_digit_keeps_its_strokes(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "pen.jsonl"
    strokes = [stroke.points for stroke in write_digit("4", height=200.0)]
    file.write_text(json.dumps({"label": 9, "strokes": strokes}))
    visitor.look_inside()
    visitor.evaluate(file)
    visitor.press_button("Show 1 Mistake")
    visitor.click_cell(GALLERY, 0)

    visitor.press(Qt.Key.Key_4)

    visitor.wait(lambda: kept_labels() == [4])
    (sample,) = kept()
    assert [len(stroke.points) for stroke in sample.strokes] == [len(points) for points in strokes]


def test_a_sample_gets_another_label_instead(visitor: Visitor) -> None:
    with SampleStore(paths.samples_file()) as store:
        store.add([make_sample(0, label=5)])
    before = kept()[0]
    visitor.look_inside()
    visitor.pick("Digits to judge it on", "My samples")
    visitor.evaluate()
    visitor.tab("Sample Sheet")
    visitor.click_cell(SHEET, 0)

    visitor.press(Qt.Key.Key_1)

    visitor.wait(lambda: kept_labels() == [1])
    assert kept()[0].key == before.key
    visitor.wait(lambda: "This sample has the label 1." in visitor.message())
    visitor.press(Qt.Key.Key_Z, ctrl=True)
    visitor.wait(lambda: kept_labels() == [5])


def test_what_was_missed_can_not_be_kept(visitor: Visitor, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (200, 200), "white").save(tmp_path / "3.png")
    visitor.look_inside()
    visitor.evaluate(tmp_path)
    visitor.press_button("Show 1 Mistake")
    visitor.click_cell(GALLERY, 0)

    visitor.press(Qt.Key.Key_3)

    assert "nothing to keep" in visitor.message()
    assert not visitor.sees_button("Undo")
    assert kept_labels() == []


def test_a_store_that_can_not_be_written_is_said_here(
    judge: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge.press_button("Show 1 Mistake")

    def refuse(*_: object) -> None:
        raise StorageError("The disk is full.", "Free some space, and try again.")

    monkeypatch.setattr("digitpad.services.samples.store.insert", refuse)
    judge.press(Qt.Key.Key_3)

    judge.wait(lambda: "disk is full" in judge.message())
    assert "is kept as" not in judge.message()
    assert "kept" not in judge.label("What was read")
    assert judge.cell(GALLERY, 0).data(KEPT_ROLE) is None
