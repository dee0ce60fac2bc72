from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from digitpad.core.reading import Reading
from tests.ui.inspection.visitor import Visitor, close_active_window, save_test_digits
from tests.ui.readings import make_digit, make_reading
from tests.ui.window import LEFT

LIVE = ("Feature Maps", "Where It Looks", "Side by Side")


def images(visitor: Visitor, name: str) -> bytes:
    """Return what is painted on the part called `name`."""
    image = visitor.part(name).grab().toImage()
    return bytes(image.constBits())


def names(visitor: Visitor) -> list[str]:
    return [widget.accessibleName() for widget in visitor.inside.findChildren(QWidget)]


def layers(visitor: Visitor) -> list[str]:
    return [name for name in names(visitor) if name.startswith("Convolution ")]


def test_without_a_digit_every_page_says_how_to_get_one(visitor: Visitor) -> None:
    visitor.look_inside()

    for tab in LIVE:
        visitor.tab(tab)
        assert "Draw a digit" in visitor.words(), tab


def test_feature_maps_follow_the_pen(visitor: Visitor) -> None:
    visitor.draw((100, 100), (150, 150))
    visitor.look_inside()
    visitor.tab("Feature Maps")

    visitor.wait(lambda: len(layers(visitor)) == 5)
    assert layers(visitor)[0] == "Convolution 1: 24 maps of 26 × 26, filters of 3 × 3"
    first = layers(visitor)[0]
    before = images(visitor, first)
    QTest.mousePress(visitor.window.canvas, LEFT, pos=QPoint(200, 100))
    # The pen is still down.
    visitor.wait(lambda: images(visitor, first) != before)
    QTest.mouseRelease(visitor.window.canvas, LEFT, pos=QPoint(200, 100))
    visitor.wait(lambda: visitor.sees("Digit to look at") == "digit 2 of 2: 7")

    two = images(visitor, first)
    QTest.keyClick(visitor.part("Digit to look at"), Qt.Key.Key_Left)
    visitor.wait(lambda: images(visitor, first) != two)

    visitor.choose("Edit", "Clear")
    visitor.wait(lambda: "Draw a digit" in visitor.words())


def test_nothing_is_asked_while_the_window_is_closed(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.look_inside()
    visitor.tab("Feature Maps")
    close_active_window()
    asked: list[object] = []
    monkeypatch.setattr(visitor.window._inspection._looker, "ask", asked.append)

    visitor.draw((100, 100), (150, 150))
    visitor.draw((200, 100), (250, 150))
    assert visitor.sees("Reading") == "47"

    assert asked == []


def test_the_pages_of_data_ask_nothing_either(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.look_inside()
    asked: list[object] = []
    monkeypatch.setattr(visitor.window._inspection._looker, "ask", asked.append)

    visitor.draw((100, 100), (150, 150))
    visitor.tab("Mistakes")

    assert asked == []


def test_a_mistake_is_looked_at_closer_until_something_is_drawn(visitor: Visitor) -> None:
    save_test_digits({3: 8})
    visitor.look_inside()
    visitor.evaluate()
    visitor.tab("Mistakes")

    visitor.press_button("Look Closer")

    visitor.wait(lambda: visitor.label("Where it looks, in words").startswith("3, "))
    assert "MNIST test digits, 3: read as 3, was 8" in visitor.words()
    shown = images(visitor, "Where it looks")
    visitor.press_button("Show where it looks")
    assert images(visitor, "Where it looks") != shown
    visitor.press_button("Show where it looks")
    assert images(visitor, "Where it looks") == shown

    visitor.draw((100, 100), (150, 150))
    visitor.wait(lambda: "What you draw" in visitor.words())


def test_a_digit_of_a_photo_is_looked_at_when_it_is_picked(visitor: Visitor) -> None:
    visitor.look_inside()
    visitor.tab("Where It Looks")

    visitor.window._photo.digit_selected.emit(make_digit(6))

    visitor.wait(lambda: visitor.label("Where it looks, in words") != "")
    assert "A digit of the photo" in visitor.words()


def test_models_side_by_side_on_the_same_drawing(visitor: Visitor, tmp_path: Path) -> None:
    for name in ("mine", "yours"):
        visitor.library.add(visitor.library.default().folder, name)
    visitor.draw((100, 80), (220, 80), (190, 160), (160, 260))
    visitor.look_inside()
    visitor.tab("Side by Side")

    def reads(name: str) -> str:
        return visitor.sees(f"What {name} reads")

    visitor.wait(lambda: reads("default").startswith("7: sure"))
    visitor.wait(lambda: reads("mine") == reads("default"))
    visitor.pick_from_button("Models", "mine")
    visitor.wait(lambda: "What mine reads" not in names(visitor))
    visitor.draw((320, 80), (320, 140), (320, 200), (320, 260))
    visitor.wait(lambda: reads("yours").startswith("71: "))
    visitor.pick_from_button("Models", "mine")
    visitor.wait(lambda: reads("mine").startswith("71: "))


def test_another_model_and_a_damaged_one(visitor: Visitor) -> None:
    damaged = visitor.library.add(visitor.library.default().folder, "mine")
    visitor.draw((100, 80), (220, 80), (190, 160), (160, 260))
    visitor.look_inside()
    visitor.tab("Where It Looks")
    visitor.wait(lambda: visitor.label("Where it looks, in words") != "")

    damaged.litert_file.write_bytes(b"no network")
    visitor.pick("Model to look inside", "mine")

    assert "“mine” is damaged" in visitor.message()
    visitor.tab("Side by Side")
    visitor.wait(lambda: "can't be loaded" in visitor.sees("What mine reads"))
    visitor.wait(lambda: visitor.sees("What default reads").startswith("7: "))


def test_several_digits_keep_the_one_that_was_picked(visitor: Visitor) -> None:
    visitor.look_inside()
    visitor.tab("Where It Looks")

    def read(revision: int, reading: Reading, words: str) -> None:
        visitor.reader.drawing_read.emit(revision, reading)
        visitor.wait(lambda: visitor.sees("Digit to look at") == words)

    read(1, make_reading("47"), "digit 2 of 2: 7")
    QTest.keyClick(visitor.part("Digit to look at"), Qt.Key.Key_Left)
    read(2, make_reading("38"), "digit 1 of 2: 3")
    read(3, make_reading("381"), "digit 3 of 3: 1")
    read(4, Reading(), "nothing")
    assert "Draw a digit" in visitor.words()
