import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.core.layout import Box, arrange_lines, bounding_box, find_gaps


def place(
    rows: list[int], slant: float = 0.0, jitter: float = 0.0, gap: float = 1.0, seed: int = 0
) -> list[Box]:
    """Return digits of about 40 × 60, row by row."""
    rng = np.random.default_rng(seed)
    boxes = []
    for row, length in enumerate(rows):
        for column in range(length):
            x = 30 + 40 * (1 + gap) * column
            dy, dh = rng.uniform(-jitter, jitter, 2) * 60
            boxes.append(Box(x, 40 + 110 * row + slant * x + dy, 40, 60 + dh))
    return boxes


@pytest.mark.parametrize("rows", [[1], [5], [1, 1, 1], [4, 2, 6], [2, 9], [9, 1]])
@pytest.mark.parametrize("slant", [-0.15, 0.0, 0.15])
@pytest.mark.parametrize("jitter", [0.0, 0.15])
def test_rows_in_reading_order(rows: list[int], slant: float, jitter: float) -> None:
    boxes = place(rows, slant, jitter)
    expected, start = [], 0
    for length in rows:
        expected.append(tuple(range(start, start + length)))
        start += length
    order = list(range(len(boxes)))
    random.Random(1).shuffle(order)

    lines = arrange_lines([boxes[i] for i in order])

    assert [tuple(order[i] for i in line) for line in lines] == expected


def test_small_and_low_digit_stays_in_its_row() -> None:
    boxes = [Box(0, 0, 40, 60), Box(60, 35, 20, 28), Box(100, 0, 40, 60)]

    assert arrange_lines(boxes) == ((0, 1, 2),)


def test_groups_side_by_side_make_one_row() -> None:
    boxes = [Box(x, y, 40, 60) for y in (0, 110) for x in (0, 60, 700, 760)]

    assert arrange_lines(boxes) == ((0, 1, 2, 3), (4, 5, 6, 7))


def test_no_boxes() -> None:
    assert arrange_lines([]) == ()
    assert find_gaps([]) == ()
    assert find_gaps([[], []]) == ((), ())


def set_row(text: str, pitch: float = 55, space: float = 70, slim_px: float = 10) -> list[Box]:
    """Return digits 60 high; a 1 is slim, a space is `space` px more."""
    boxes, x = [], 0.0
    for symbol in text:
        width = slim_px if symbol == "1" else 40
        if symbol == " ":
            x += space
        else:
            boxes.append(Box(x + (40 - width) / 2, 0, width, 60))
            x += pitch
    return boxes


def insert_spaces(text: str, marks: tuple[bool, ...]) -> str:
    digits = text.replace(" ", "")
    return "".join(" " * is_gap + digit for digit, is_gap in zip(digits, marks, strict=True))


@pytest.mark.parametrize(
    "text", ["7", "12 34", "205 7 66", "1 2", "11 11 11", "123456", "48 1 1 305", "1 1111"]
)
@pytest.mark.parametrize("size", [0.2, 1.0, 9.0])
def test_numbers_are_told_apart_by_their_gaps(text: str, size: float) -> None:
    row = [box.scaled(size) for box in set_row(text)]

    assert insert_spaces(text, find_gaps([row])[0]) == text


@pytest.mark.parametrize("pitch", [42, 60, 90, 120])
def test_evenly_spaced_digits_are_one_number(pitch: float) -> None:
    assert not any(find_gaps([set_row("3141592", pitch)])[0])


def test_a_row_written_wide_is_one_number_among_narrow_ones() -> None:
    rows = [set_row("12345"), set_row("12345", pitch=100), set_row("123 45")]

    assert find_gaps(rows) == ((False,) * 5, (False,) * 5, (False, False, False, True, False))


def test_columns_are_apart() -> None:
    rows = [set_row("7 8 9", space=300), set_row("4 5 6", space=300)]

    assert find_gaps(rows) == ((False, True, True),) * 2


@given(st.lists(st.lists(st.floats(0, 100), max_size=8), max_size=4))
def test_no_row_begins_with_a_gap_and_none_is_narrow(rows: list[list[float]]) -> None:
    page = [[Box(sum(row[: i + 1]), 0, 8, 16) for i in range(len(row))] for row in rows]

    marks = find_gaps(page)

    assert [len(row) for row in marks] == [len(row) for row in rows]
    assert not any(row[0] for row in marks if row)
    assert all(
        abs(gap_of(page, r, i)) > 0.6
        for r, row in enumerate(marks)
        for i, is_gap in enumerate(row)
        if is_gap
    )


def gap_of(page: list[list[Box]], row: int, index: int) -> float:
    return (page[row][index].x - page[row][index - 1].right) / 16


boxes = st.builds(
    Box,
    st.floats(0, 500),
    st.floats(0, 500),
    st.floats(0, 80),
    st.floats(0, 80),
)


@given(st.lists(boxes, max_size=25))
def test_every_box_is_in_one_row_from_left_to_right(every: list[Box]) -> None:
    rows = arrange_lines(every)

    assert sorted(i for row in rows for i in row) == list(range(len(every)))
    for row in rows:
        assert [every[i].x for i in row] == sorted(every[i].x for i in row)


@given(st.lists(boxes, min_size=1, max_size=10))
def test_bounding_box(every: list[Box]) -> None:
    around = bounding_box(every)

    assert around.x == min(box.x for box in every)
    assert around.bottom == pytest.approx(max(box.bottom for box in every))


def test_box_geometry() -> None:
    box = Box(10, 20, 30, 40)

    assert (box.right, box.bottom, box.center) == (40, 60, (25, 40))
    assert box.scaled(2) == Box(20, 40, 60, 80)
    assert box.moved(-10, 5) == Box(0, 25, 30, 40)
