from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.samples.records import Sample, Source
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.drawing.canvas import Canvas
from digitpad.ui.drawing.paper import Board
from digitpad.ui.samples import set_window
from digitpad.ui.samples.set_window import SetWindow
from tests.ui.samples.keepers import load_kept, wait_for
from tests.ui.window import LEFT, Person
from tests.written_digits import write_digit

Key = Qt.Key


class Writer:
    """Somebody who writes a set."""

    def __init__(self, qtbot: QtBot, model: Model | None) -> None:
        self._qtbot = qtbot
        self._host = QWidget()
        qtbot.addWidget(self._host, before_close_func=lambda _: self.keeper.close())
        self._like = Canvas(self._host)
        self._like.set_board(Board.BLACK_BOARD)
        self._model = model
        self.keeper = SampleKeeper(paths.samples_file(), self._host)
        self.window = SetWindow(self.keeper, self._host, Random(3))
        self.open()

    def open(self) -> None:
        self.window.begin(self._model, self._like)
        self._qtbot.waitUntil(self.window.isActiveWindow)

    def write(self, label: int) -> None:
        """Write a digit as a pen does."""
        for stroke in write_digit(str(label), 60, 40, 200):
            places = [QPoint(round(x), round(y)) for x, y in stroke.points]
            QTest.mousePress(self.window.canvas, LEFT, pos=places[0])
            for place in places[1:]:
                QTest.mouseMove(self.window.canvas, place)
            QTest.mouseRelease(self.window.canvas, LEFT, pos=places[-1])

    def write_next(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.window.plan.label is not None
            self.write(self.window.plan.label)
            self.press(Key.Key_Space)

    def press(self, key: Key, *, ctrl: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.window.canvas, key, modifier)

    def click(self, text: str) -> None:
        buttons = self.window.findChildren(QAbstractButton)
        button = next(each for each in buttons if each.text().replace("&", "") == text)
        assert button.isEnabled(), text
        QTest.mouseClick(button, LEFT)

    @property
    def told(self) -> list[str]:
        return [label.text() for label in self.window.findChildren(QLabel)]

    @property
    def is_resting(self) -> bool:
        """Whether it goes on by itself before long."""
        return any(timer.isActive() for timer in self.window.findChildren(QTimer))

    def kept(self) -> list[Sample]:
        wait_for(self._qtbot, self.keeper)
        return load_kept()


@pytest.fixture(scope="module")
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), Path("none")).default()


@pytest.fixture
def writer(qtbot: QtBot, model: Model) -> Writer:
    return Writer(qtbot, model)


def test_it_says_what_comes_and_how_many_are_left(writer: Writer) -> None:
    first, second = writer.window.plan.labels[:2]
    assert writer.told[:2] == [f"Write a {first}", "1 of 50"]

    writer.write_next()

    assert writer.told[:2] == [f"Write a {second}", "2 of 50"]
    assert writer.window.accessibleDescription() == f"Write a {second}. 2 of 50"
    assert writer.window.canvas.is_empty
    assert writer.window.canvas.board is Board.BLACK_BOARD


def test_each_is_kept_with_its_strokes_and_what_was_read(writer: Writer) -> None:
    labels = writer.window.plan.labels[:3]
    writer.write_next(3)

    samples = writer.kept()
    assert [sample.label for sample in samples] == list(labels)
    assert {sample.source for sample in samples} == {Source.PRACTICE}
    predicted = [sample.predicted for sample in samples]
    assert [each.label for each in predicted if each] == list(labels)
    assert all(each and each.model.startswith("default@") for each in predicted)
    for sample, label in zip(samples, labels, strict=True):
        assert len(sample.strokes) == len(write_digit(str(label)))
        assert 100 < sample.image.max() <= 255


def test_a_digit_of_several_strokes_is_one_and_need_not_be_read_right(writer: Writer) -> None:
    label = writer.window.plan.label
    assert label is not None
    for wrong in (1, 4):
        writer.write(wrong)
    writer.press(Key.Key_Return)

    (sample,) = writer.kept()
    assert (sample.label, len(sample.strokes)) == (label, 3)


def test_it_goes_on_by_itself_when_the_pen_rests(
    qtbot: QtBot, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_window, "REST_MS", 30)
    writer = Writer(qtbot, model)
    writer.write(3)
    qtbot.waitUntil(lambda: writer.told[1] == "2 of 50")

    writer.click("Go on by itself when the pen rests")
    writer.write(3)
    assert not writer.is_resting
    writer.click("Next")
    assert writer.told[1] == "3 of 50"


def test_a_pen_that_is_down_does_not_rest(
    qtbot: QtBot, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_window, "REST_MS", 30)
    writer = Writer(qtbot, model)
    canvas = writer.window.canvas
    writer.write(1)
    assert writer.is_resting
    QTest.mousePress(canvas, LEFT, pos=QPoint(200, 100))
    assert not writer.is_resting

    QTest.mouseRelease(canvas, LEFT, pos=QPoint(210, 140))
    qtbot.waitUntil(lambda: writer.told[1] == "2 of 50")
    assert len(writer.kept()[0].strokes) == 2


def test_taking_back_takes_strokes_and_then_digits(writer: Writer) -> None:
    first = writer.window.plan.label
    writer.write_next(2)
    writer.write(1)

    writer.press(Key.Key_Z, ctrl=True)
    assert writer.window.canvas.is_empty
    assert writer.told[1] == "3 of 50"
    writer.press(Key.Key_Z, ctrl=True)
    writer.click("Take Back")
    assert writer.told[:2] == [f"Write a {first}", "1 of 50"]

    assert writer.kept() == []


def test_a_dot_or_nothing_is_no_digit(writer: Writer) -> None:
    writer.press(Key.Key_Space)
    QTest.mouseClick(writer.window.canvas, LEFT, pos=QPoint(100, 100))
    writer.press(Key.Key_Space)

    assert writer.told[1] == "1 of 50"
    assert "That was only a dot." in writer.told
    assert writer.window.canvas.is_empty
    assert writer.kept() == []


def test_what_was_written_stays_when_it_is_ended(writer: Writer) -> None:
    writer.write_next(2)
    writer.write(3)

    writer.press(Key.Key_Escape)

    assert not writer.window.isVisible()
    assert len(writer.kept()) == 2
    writer.open()
    assert writer.told[1] == "1 of 50"
    assert writer.window.canvas.is_empty


def test_at_the_end_of_the_set(writer: Writer) -> None:
    writer.write_next(50)

    assert writer.told[:2] == ["That was all", "All are kept."]
    labels = sorted(sample.label for sample in writer.kept())
    assert labels == sorted(list(range(10)) * 5)
    writer.click("Take Back")
    assert writer.told[1] == "50 of 50"
    writer.write_next()
    writer.click("Write Another")
    assert writer.told[1] == "1 of 50"
    writer.write_next()
    assert len(writer.kept()) == 51
    writer.click("End")
    assert not writer.window.isVisible()


def test_without_a_model_it_works_all_the_same(qtbot: QtBot) -> None:
    writer = Writer(qtbot, None)
    writer.write_next()

    (sample,) = writer.kept()
    assert sample.predicted is None


def test_what_cannot_be_kept_is_told_and_asked_for_again(qtbot: QtBot, writer: Writer) -> None:
    paths.samples_file().parent.parent.mkdir(parents=True)
    paths.samples_file().parent.write_text("I am a file")

    writer.write_next()

    qtbot.waitUntil(lambda: any("can't be used" in text for text in writer.told))
    assert any(text.endswith("It is asked for again.") for text in writer.told)
    assert writer.told[1] == "1 of 50"


def test_it_is_in_the_menu(person: Person, wait_for_set: Callable[[], SetWindow]) -> None:
    person.choose("Training", "Write a Set…")
    window = wait_for_set()
    person.choose("Training", "Write a Set…")

    assert wait_for_set() is window
    assert window.canvas.hasFocus()


@pytest.fixture
def wait_for_set(qtbot: QtBot, person: Person) -> Callable[[], SetWindow]:
    def wait() -> SetWindow:
        (window,) = person.window.findChildren(SetWindow)
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return wait
