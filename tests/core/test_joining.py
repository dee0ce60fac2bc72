"""Pieces of broken digits are joined, and what stands beside them is not."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad.core.joining import join_pieces, suggest_digits, suggest_marks
from digitpad.core.layout import Box
from digitpad.core.marks import Mark, Marks, find_marks, typical_height_px
from tests.written_pages import write_page


def make_mark(label: int, box: Box) -> Mark:
    return Mark(box, (label,), round(box.width * box.height / 5), box.height / 10, 0)


def page_of(*boxes: Box) -> Marks:
    every = tuple(make_mark(i + 1, box) for i, box in enumerate(boxes))
    return Marks(np.zeros((1, 1), np.float32), np.zeros((1, 1), np.int32), every)


def erase(page: NDArray[np.float32], top: int, bottom: int) -> NDArray[np.float32]:
    broken = page.copy()
    broken[top:bottom] = 0
    return broken


@pytest.mark.parametrize("height_px", [60, 200, 900])
def test_detached_roof_of_a_five_is_joined(height_px: int) -> None:
    page = write_page("5", height_px, 0.06)
    top = int(np.flatnonzero(page.any(axis=1))[0])

    broken = erase(page, top + height_px // 10, top + height_px // 6)

    assert len(find_marks(broken).every) > 1
    assert len(join_pieces(find_marks(broken).every)) == 1


@pytest.mark.parametrize("mark", ["dot", "comma", "colon", "minus"])
def test_marks_beside_digits_are_left_out(mark: str) -> None:
    page = np.pad(write_page("42\n73", 100), ((0, 0), (0, 150)))
    x = 250
    if mark == "dot":
        cv2.circle(page, (x, 145), 6, 1.0, -1)
    elif mark == "comma":
        cv2.line(page, (x, 140), (x - 8, 165), 1.0, 9)
    elif mark == "colon":
        cv2.circle(page, (x, 80), 6, 1.0, -1)
        cv2.circle(page, (x, 130), 6, 1.0, -1)
    else:
        cv2.line(page, (x, 100), (x + 45, 98), 1.0, 9)

    assert len(suggest_digits(find_marks(page))) == 4


def test_small_and_slim_one_is_kept() -> None:
    page = np.pad(write_page("42", 100), ((0, 0), (0, 100)))
    cv2.line(page, (255, 95), (250, 150), 1.0, 8)

    assert len(suggest_digits(find_marks(page))) == 3


def test_typical_height_is_that_of_most_writing() -> None:
    specks = [make_mark(i, Box(9 * i, 0, 4, 5)) for i in range(30)]
    rows = [make_mark(100 + i, Box(50 * i, 50, 25, 38 + i % 5)) for i in range(12)]
    heading = [make_mark(200, Box(0, 200, 200, 300))]

    assert typical_height_px([*specks, *rows, *heading]) == pytest.approx(40, abs=2)
    assert typical_height_px(heading) == 300
    assert typical_height_px([]) == 0


def test_second_stroke_of_a_four_is_suggested() -> None:
    page = page_of(Box(0, 0, 30, 60), Box(38, 5, 8, 95), Box(200, 0, 50, 100))

    suggested = suggest_marks(page, page.every, 0, typical_px=100)

    assert [(numbers, mark.box) for numbers, mark in suggested] == [((0, 1), Box(0, 0, 46, 100))]


def test_a_digit_is_suggested_without_its_small_pieces() -> None:
    page = page_of(Box(0, 0, 60, 100), Box(-30, 45, 28, 10))
    joined = Mark(Box(-30, 0, 90, 100), (1, 2), 1300, 10, 0)

    suggested = suggest_marks(page, [joined], 0, typical_px=100)

    assert suggested == [((0,), page.every[0])]


def test_what_would_be_too_large_is_not_suggested() -> None:
    page = page_of(Box(0, 0, 60, 100), Box(70, 0, 60, 100), Box(0, 110, 60, 100))

    assert suggest_marks(page, page.every, 0, typical_px=100) == []
