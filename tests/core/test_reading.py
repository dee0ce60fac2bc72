import dataclasses
import itertools

import numpy as np
import pytest

from digitpad.core.classifier import Classifier
from digitpad.core.layout import Box
from digitpad.core.pipeline import read_drawing, read_image
from digitpad.core.reading import Digit, Reading
from digitpad.core.strokes import Drawing, Stroke
from tests.networks import INK_NETWORK
from tests.written_digits import PATHS, write


@pytest.mark.parametrize("digit", PATHS)
@pytest.mark.parametrize(("height", "pen_px"), [(30, 3), (120, 14), (120, 40), (900, 14)])
def test_one_digit_of_any_size_and_pen(
    classifier: Classifier, digit: str, height: float, pen_px: float
) -> None:
    reading = read_drawing(write(digit, height, pen_px), classifier)

    assert reading.text == digit


@pytest.mark.parametrize(
    "text", ["47", "2024", "0123456789", "31\n85", "58\n40\n67", "1\n23\n456", "999\n111"]
)
def test_several_digits(classifier: Classifier, text: str) -> None:
    reading = read_drawing(write(text), classifier)

    assert reading.text == text
    assert len(reading.digits) == len(text.replace("\n", ""))
    assert reading.elapsed_ms > 0


def test_boxes_are_where_the_digits_were_drawn(classifier: Classifier) -> None:
    reading = read_drawing(write("38", height=200), classifier)

    left, right = (digit.box for digit in reading.digits)
    assert left.x == pytest.approx(20, abs=10)
    assert left.y == pytest.approx(20, abs=2)
    assert left.height == pytest.approx(200, abs=3)
    assert right.x == pytest.approx(220, abs=10)


def test_what_the_network_saw_is_a_digit_image(classifier: Classifier) -> None:
    (digit,) = read_drawing(write("5"), classifier).digits

    assert digit.image.shape == (28, 28)
    assert digit.image.dtype == np.float32
    assert digit.image.max() == 1
    assert digit.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_reading_again_gives_the_same(classifier: Classifier) -> None:
    drawing = write("6082")
    first, second = (read_drawing(drawing, classifier) for _ in range(2))

    for one, other in zip(first.digits, second.digits, strict=True):
        np.testing.assert_array_equal(one.image, other.image)
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


@pytest.mark.parametrize(
    "drawing",
    [
        Drawing(),
        Drawing((Stroke(((50, 50),)),)),
        Drawing((Stroke(((50, 50), (51, 51))), Stroke(((90, 20),)))),
    ],
)
def test_an_empty_drawing_or_a_dot_is_nothing_to_read(
    classifier: Classifier, drawing: Drawing
) -> None:
    reading = read_drawing(drawing, classifier)

    assert reading.lines == ()
    assert reading.text == ""


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_page_is_nothing_to_read(classifier: Classifier, level: int) -> None:
    page = np.full((300, 400, 3), level, np.uint8)

    assert read_image(page, classifier, INK_NETWORK).lines == ()


def make_digit(*probabilities: float) -> Digit:
    return Digit(Box(0, 0, 1, 1), np.zeros((28, 28), np.float32), np.float32(probabilities))


def test_a_digit_says_how_sure_it_is() -> None:
    sure = make_digit(0.01, 0.95, 0, 0, 0, 0, 0, 0.04, 0, 0)
    torn = make_digit(0, 0.48, 0, 0, 0, 0, 0, 0.5, 0.02, 0)

    assert (sure.label, sure.is_sure) == (1, True)
    assert sure.confidence == pytest.approx(0.95)
    assert (torn.label, torn.is_sure) == (7, False)
    assert torn.ranking[:3] == (7, 1, 8)
    assert sorted(torn.ranking) == list(range(10))


def test_text_has_a_line_a_row() -> None:
    three, four = (make_digit(*(float(i == label) for i in range(10))) for label in (3, 4))

    reading = Reading(((three, four), (four,)))

    assert reading.text == "34\n4"
    assert reading.digits == (three, four, four)
    assert list(itertools.chain(*reading.lines)) == list(reading.digits)


def test_what_is_no_digit_stays_in_the_text_as_a_question_mark() -> None:
    three = make_digit(0, 0, 0, 0.9, 0, 0, 0, 0, 0.05, 0)
    scribble = make_digit(0, 0, 0, 0.2, 0, 0, 0, 0, 0.1, 0)

    assert three.is_digit
    assert three.digit_probability == pytest.approx(0.95)
    assert not scribble.is_digit
    assert scribble.ranking[:2] == (3, 8)
    assert Reading(((three, scribble, three),)).text == "3?3"


def test_a_correction_is_final() -> None:
    scribble = make_digit(0, 0, 0, 0.2, 0, 0, 0, 0, 0.1, 0)

    corrected = dataclasses.replace(scribble, correction=5)

    assert (corrected.symbol, corrected.label, corrected.confidence) == ("5", 5, 1.0)
    assert corrected.is_digit
    assert corrected.is_sure


def test_numbers_stand_apart() -> None:
    three = make_digit(0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    after_gap = dataclasses.replace(three, follows_gap=True)

    assert Reading(((three, three, after_gap), (after_gap, three))).text == "33 3\n33"


def test_the_outline_is_the_box_unless_the_digit_is_turned() -> None:
    upright = make_digit(1, *[0] * 9)
    corners = ((0.5, -0.2), (1.2, 0.5), (0.5, 1.2), (-0.2, 0.5))

    assert upright.outline == ((0, 0), (1, 0), (1, 1), (0, 1))
    assert dataclasses.replace(upright, corners=corners).outline == corners
