import cv2
import numpy as np
import pytest

from digitpad.core.binding import find_binding
from digitpad.core.classifier import Classifier
from digitpad.core.layout import Box
from digitpad.core.pipeline import read_image
from digitpad.training.composition.wear import bind
from tests.networks import INK_NETWORK
from tests.written_pages import photograph, write_page

PAGE = Box(0, 0, 1000, 1400)


def row_of_holes(count: int = 24, depth: float = 30.0, pitch: float = 56.0) -> list[Box]:
    """Holes along the left side."""
    return [Box(depth - 12, 20 + pitch * number, 24, 20) for number in range(count)]


def written_row(seed: int, count: int = 14, stray: float = 0.04) -> list[Box]:
    """As many equal digits, one below the other, as evenly as one can write."""
    rng = np.random.default_rng(seed)
    places = 60 + 90 * (np.arange(count) + rng.normal(0, stray, count))
    return [
        Box(80 + rng.normal(0, 2), place, *(30, 50) * np.exp(rng.normal(0, 0.08, 2)))
        for place in places
    ]


def turned(boxes: list[Box], turns: int) -> tuple[list[Box], Box]:
    page = PAGE
    for _ in range(turns):
        boxes = [Box(page.height - box.bottom, box.x, box.height, box.width) for box in boxes]
        page = Box(0, 0, page.height, page.width)
    return boxes, page


@pytest.mark.parametrize("turns", range(4))
def test_holes_along_any_side(turns: int) -> None:
    boxes, page = turned([*row_of_holes(), *written_row(1)], turns)

    assert find_binding(boxes, page).tolist() == [True] * 24 + [False] * 14


def test_wires_and_whatever_lies_outside_of_the_holes() -> None:
    wires = [Box(0, 35 + 56 * number, 14, 8) for number in range(24)]
    shadow = [Box(3, 700, 9, 90)]
    digit = [Box(60, 700, 40, 60)]

    bound = find_binding([*digit, *row_of_holes(), *wires, *shadow], PAGE)

    assert bound.tolist() == [False] + [True] * 49


def test_a_longer_row_of_digits_beside_the_holes() -> None:
    holes, digits = row_of_holes(14, pitch=90.0), written_row(2, 15)

    assert find_binding([*digits, *holes], PAGE).tolist() == [False] * 15 + [True] * 14


def test_some_holes_were_not_found() -> None:
    holes = [hole for number, hole in enumerate(row_of_holes()) if number not in (3, 9, 10, 17)]

    assert find_binding(holes, PAGE).all()


def test_holes_seen_at_an_angle() -> None:
    corners = np.array([[0, 0], [1000, 0], [1000, 1400], [0, 1400]], np.float32)
    seen = corners + np.array([[60, 20], [-10, 40], [0, -30], [0, 0]], np.float32)
    warp = cv2.getPerspectiveTransform(corners, seen)
    boxes = []
    for hole in row_of_holes():
        ends = np.array([[(hole.x, hole.y), (hole.right, hole.bottom)]], np.float32)
        (x, y), (right, bottom) = cv2.perspectiveTransform(ends, warp)[0].tolist()
        boxes.append(Box(x, y, right - x, bottom - y))

    assert find_binding(boxes, PAGE).all()


def test_digits_written_evenly_are_no_binding() -> None:
    for seed in range(200):
        assert not find_binding(written_row(seed), PAGE).any()


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        row_of_holes(11),
        row_of_holes(16, pitch=30.0),  # Along too short a part of the side.
        row_of_holes(depth=400.0),  # In the middle of the page.
        row_of_holes() * 50,
    ],
)
def test_other_rows(boxes: list[Box]) -> None:
    assert not find_binding(boxes, PAGE).any()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_bound_page_is_read(classifier: Classifier, seed: int) -> None:
    page = np.pad(write_page("2048\n731", 90), ((150, 500), (200, 300)))
    picture = photograph(page).astype(np.float32) / 255
    bound = bind(picture, np.random.default_rng(seed))

    reading = read_image((bound * 255).astype(np.uint8), classifier, INK_NETWORK)

    assert reading.text == "2048\n731"
