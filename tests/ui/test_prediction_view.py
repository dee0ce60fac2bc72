import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from digitpad.core.reading import Reading
from digitpad.ui.digit_strip import DigitStrip, to_picture
from digitpad.ui.prediction_view import PredictionView, describe
from digitpad.ui.probability_bars import ProbabilityBars
from digitpad.ui.reading_text import ReadingText
from tests.ui.readings import make_digit, make_reading, make_scribble


@pytest.fixture
def view(qtbot: QtBot) -> PredictionView:
    view = PredictionView()
    qtbot.addWidget(view)
    view.resize(view.width(), 560)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading(), ""),
        (make_reading("7", confidence=0.987), "sure, 98 %"),
        (make_reading("7", confidence=1.0), "sure, 99 %"),
        (Reading(((make_digit(1, 0.6, second=7),),)), "not sure: 1 or 7?"),
        (make_reading("47", confidence=0.95), "sure, 94 %"),
        (Reading(((make_digit(4), make_digit(1, 0.5, 7)),)), "not sure of the 2nd: 1 or 7?"),
        (make_reading("123", "45", confidence=0.6), "not sure of 5 of 5 digits"),
        (Reading(((make_scribble(3, 8),),)), "not a digit; nearest: 3 or 8"),
        (Reading(((make_digit(4), make_digit(4), make_scribble(3, 8)),)), "the 3rd is not a digit"),
        (Reading(((make_scribble(3, 8), make_scribble(1, 7)),)), "2 of 2 are not digits"),
        (Reading(((make_scribble(3, 8), make_digit(1, 0.5)),)), "1 not sure, 1 not a digit"),
    ],
)
def test_a_verdict_is_what_a_person_would_say(reading: Reading, words: str) -> None:
    assert describe(reading) == words


def test_the_wheel_leads_through_the_digits_of_a_long_page(
    view: PredictionView, qtbot: QtBot
) -> None:
    view.show_reading(make_reading(*["0123456789"] * 9), "")
    strip = view.findChild(DigitStrip)
    assert strip is not None
    assert _described(view, DigitStrip) == "digit 90 of 90: 9"

    with qtbot.waitSignal(strip.digit_selected):
        _turn_wheel(strip, 120)
    assert strip.selected < 89
    row = 89 - strip.selected
    for part in (40, 40, 39):
        _turn_wheel(strip, part)
    assert strip.selected == 89 - row
    _turn_wheel(strip, 1)
    assert strip.selected == 89 - 2 * row

    _turn_wheel(strip, 120 * 100)
    assert strip.selected == 0
    _turn_wheel(strip, -120 * 100)
    assert strip.selected == 89


def test_the_wheel_over_nothing_does_nothing(view: PredictionView) -> None:
    strip = view.findChild(DigitStrip)
    assert strip is not None

    _turn_wheel(strip, 120)

    assert _described(view, DigitStrip) == "nothing"


def test_nothing_read_shows_what_to_do(view: PredictionView) -> None:
    view.show_reading(make_reading("4"), "Draw a digit")
    view.show_reading(Reading(), "Draw a digit")

    assert view.verdict == "Draw a digit"
    assert not view.findChild(QToolButton).isEnabled()
    assert _described(view, ProbabilityBars) == "nothing to read"
    assert _described(view, DigitStrip) == "nothing"


def test_the_digit_written_last_is_shown_in_detail(view: PredictionView) -> None:
    view.show_reading(make_reading("47"), "")

    assert _described(view, ReadingText) == "47"
    assert _described(view, ProbabilityBars).startswith("7: 9")
    assert _described(view, DigitStrip) == "digit 2 of 2: 7"


def test_one_of_several_is_described_by_itself(view: PredictionView) -> None:
    reading = Reading(((make_digit(4), make_scribble(3, 8), make_digit(1, 0.6, second=7)),))
    view.show_reading(reading, "")
    texts = []
    for digit in reading.digits:
        view.show_digit(digit)
        texts.append(next(t for t in _texts(view) if " of 3: " in t))

    assert texts == [
        "1st of 3: 4, sure, 97 %",
        "2nd of 3: not a digit; nearest: 3 or 8",
        "3rd of 3: not sure: 1 or 7?",
    ]


def test_what_is_no_digit_is_a_grey_question_mark_with_dim_bars(view: PredictionView) -> None:
    view.show_reading(Reading(((make_scribble(3, 8),),)), "")

    assert _described(view, ReadingText) == "?"
    assert _described(view, ProbabilityBars) == "3: 8 %, 8: 4 %, not a digit: 87 %"
    assert _described(view, DigitStrip) == "digit 1 of 1: not a digit"
    assert view.palette().accent().color().name() not in _colors(view, ProbabilityBars)
    assert view.palette().windowText().color().name() not in _colors(view, ReadingText)


def test_what_is_no_digit_is_greyed_among_what_the_network_sees(view: PredictionView) -> None:
    view.show_reading(Reading(((make_digit(4), make_scribble(3, 8)),)), "")

    strip = view.findChild(DigitStrip)
    assert strip is not None
    picture = strip.grab().toImage()
    paper, ink = (picture.pixelColor(x, 60).value() for x in (20, 52))
    grey_paper, grey_ink = (picture.pixelColor(x, 60).value() for x in (140, 164))
    assert (paper, ink) == (0, 255)
    assert 0 < grey_paper < grey_ink


def test_the_bar_of_the_digit_is_the_longest(view: PredictionView) -> None:
    view.show_reading(make_reading("3", confidence=0.7), "")

    bars = view.findChild(ProbabilityBars)
    assert bars is not None
    accent = bars.palette().accent().color()
    picture = bars.grab().toImage()
    row_px = bars.height() / 11
    lengths = [
        sum(
            picture.pixelColor(x, int((label + 0.5) * row_px)) == accent
            for x in range(picture.width())
        )
        for label in range(10)
    ]
    assert lengths[3] > 90
    assert sum(lengths) == lengths[3]


def test_arrow_keys_and_clicks_pick_a_digit(view: PredictionView, qtbot: QtBot) -> None:
    reading = make_reading("472")
    view.show_reading(reading, "")
    strip = view.findChild(DigitStrip)
    assert strip is not None

    with qtbot.waitSignal(view.digit_selected) as picked:
        QTest.keyClick(strip, Qt.Key.Key_Left)
    assert picked.args[0] is reading.digits[1]
    assert _described(view, ProbabilityBars).startswith("7:")

    with qtbot.waitSignal(view.digit_selected) as picked:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert picked.args[0] is reading.digits[0]


def test_a_pick_stays_while_the_digits_are_as_many(view: PredictionView) -> None:
    view.show_reading(make_reading("472"), "")
    QTest.keyClick(view.findChild(DigitStrip), Qt.Key.Key_Left)

    view.show_reading(make_reading("478"), "")

    assert _described(view, DigitStrip) == "digit 2 of 3: 7"


def test_a_digit_picked_elsewhere_is_shown(view: PredictionView) -> None:
    reading = make_reading("47")
    view.show_reading(reading, "")

    view.show_digit(reading.digits[0])

    assert _described(view, DigitStrip) == "digit 1 of 2: 4"
    assert _described(view, ProbabilityBars).startswith("4:")


def test_the_copy_button_asks_to_copy(view: PredictionView, qtbot: QtBot) -> None:
    view.show_reading(make_reading("47"), "")

    with qtbot.waitSignal(view.copy_requested):
        QTest.mouseClick(view.findChild(QToolButton), Qt.MouseButton.LeftButton)


def test_the_network_sees_its_28_by_28_pixels_unblurred(view: PredictionView) -> None:
    digit = make_digit(5)

    picture = to_picture(digit)
    rows = np.array([[picture.pixelColor(x, y).value() for x in range(28)] for y in range(28)])
    assert (rows == np.round(digit.image * 255)).all()

    view.show_reading(make_reading("5"), "")
    strip = view.findChild(DigitStrip)
    assert strip is not None
    shown = strip.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    assert {shown.pixelColor(x, 50).value() for x in range(4, 108)} == {0, 255}


@pytest.mark.parametrize("rows", [["1" * 30], ["12345"] * 12, ["8"]])
def test_any_reading_fits(view: PredictionView, rows: list[str]) -> None:
    view.show_reading(make_reading(*rows), "")

    text = view.findChild(ReadingText)
    assert text is not None
    assert text.grab().toImage().width() == text.width() < view.width()
    assert text.toolTip() == "\n".join(rows)
    assert _described(view, DigitStrip).startswith(f"digit {sum(map(len, rows))} of")


def _described(view: PredictionView, kind: type[QWidget]) -> str:
    part = view.findChild(kind)
    assert part is not None
    return part.accessibleDescription()


def _texts(view: PredictionView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel)]


def _colors(view: PredictionView, kind: type[QWidget]) -> set[str]:
    part = view.findChild(kind)
    assert part is not None
    picture = part.grab().toImage()
    return {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }


def _turn_wheel(widget: QWidget, delta: int) -> None:
    place = QPointF(5, 5)
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            place,
            widget.mapToGlobal(place),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
