"""Pages photographed sideways or upside down, and slanting ones."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.layout import Box, bounding_box
from digitpad.core.marks import find_marks
from digitpad.core.orientation import quarter_turn, read_sample, set_upright
from digitpad.core.pipeline import read_box, read_image
from tests.networks import INK_NETWORK
from tests.written_pages import photograph, write_page

TEXT = "3472\n5738\n2749"


def turn_picture(picture: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.rot90(picture, turn))


@pytest.mark.parametrize("turn", [0, 1, 3])
def test_sideways_page_is_read(classifier: Classifier, turn: int) -> None:
    picture = photograph(write_page(TEXT, 90))
    upright = read_image(picture, classifier, INK_NETWORK)

    reading = read_image(turn_picture(picture, turn), classifier, INK_NETWORK)

    assert reading.text == upright.text == TEXT
    assert all(bool(digit.corners) == bool(turn) for digit in reading.digits)


@pytest.mark.parametrize("turn", [1, 3])
def test_corners_follow_the_turned_digit(classifier: Classifier, turn: int) -> None:
    ink = write_page(TEXT, 90)
    upright = read_image(photograph(ink), classifier, INK_NETWORK)
    picture = turn_picture(photograph(ink), turn)

    reading = read_image(picture, classifier, INK_NETWORK)

    # Turned back by three quarters more, it is upright again.
    forth = quarter_turn(4 - turn, *picture.shape[:2])
    for digit, expected in zip(reading.digits, upright.digits, strict=True):
        outline = [(*expected_corner, 1) for expected_corner in expected.outline]
        assert np.array(digit.outline) == pytest.approx(np.array(outline) @ forth.T, abs=4)
        assert digit.box == bounding_box(Box(x, y, 0, 0) for x, y in digit.corners)


@pytest.mark.xfail(strict=True, reason="the network finds a little other ink in a turned picture")
@pytest.mark.parametrize("turn", [1, 3])
def test_images_of_turned_digits_are_the_same(classifier: Classifier, turn: int) -> None:
    picture = photograph(write_page(TEXT, 90))
    upright = read_image(picture, classifier, INK_NETWORK)

    reading = read_image(turn_picture(picture, turn), classifier, INK_NETWORK)

    for digit, expected in zip(reading.digits, upright.digits, strict=True):
        assert digit.image == pytest.approx(expected.image, abs=0.5)


@pytest.mark.parametrize("text", ["6", "9", "1", "7", "66", "99", "11", "0", "808"])
def test_few_digits_are_not_turned(classifier: Classifier, text: str) -> None:
    marks = find_marks(write_page(text, 120))

    upright = set_upright(marks, read_sample(marks, classifier))

    assert not upright.is_turned


def test_blank_page_is_not_turned(classifier: Classifier) -> None:
    marks = find_marks(np.zeros((90, 70), np.float32))

    assert not set_upright(marks, read_sample(marks, classifier)).is_turned


@pytest.mark.parametrize("turn", range(4))
def test_quarter_turn_maps_back(turn: int) -> None:
    pixels = np.arange(12, dtype=np.float32).reshape(3, 4)
    turned = np.rot90(pixels, turn)
    to_page = quarter_turn(turn, 3, 4)

    for y, x in np.ndindex(*turned.shape):
        was_x, was_y = to_page @ (x + 0.5, y + 0.5, 1)
        assert pixels[int(was_y), int(was_x)] == turned[y, x]


@pytest.mark.parametrize("angle_deg", [-14, 9, 14])
def test_slanting_page_is_levelled(classifier: Classifier, angle_deg: float) -> None:
    ink = write_page("34725\n57381\n27494", 80, margin_px=200)
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0)
    slanting = cv2.warpAffine(ink, matrix, (width, height))

    reading = read_image(photograph(slanting), classifier, INK_NETWORK)

    assert reading.text == "34725\n57381\n27494"
    first, second = (np.array(p) for p in reading.lines[1][2].outline[:2])
    dx, dy = second - first
    assert np.rad2deg(np.arctan2(-dy, dx)) == pytest.approx(angle_deg, abs=3)


def test_a_box_on_a_sideways_page(classifier: Classifier) -> None:
    picture = turn_picture(photograph(write_page(TEXT, 90)), 1)
    reading = read_image(picture, classifier, INK_NETWORK)
    neighbor, missed = reading.lines[0][0], reading.lines[1][2]

    digit = read_box(picture, missed.box, classifier, INK_NETWORK, neighbor)

    assert digit.symbol == missed.symbol == "3"
    assert np.array(digit.corners) == pytest.approx(np.array(missed.corners), abs=6)
