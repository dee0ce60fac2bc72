import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.core.layout import Box
from digitpad.core.written_rows import arrange_rows

boxes = st.builds(Box, st.floats(0, 1000), st.floats(0, 800), st.floats(0, 120), st.floats(0, 150))


def digit(x: float, y: float, height: float = 100) -> Box:
    return Box(x, y, 0.6 * height, height)


def test_an_empty_drawing_has_no_rows() -> None:
    assert arrange_rows([]) == ()


def test_digits_are_read_from_left_to_right_however_they_were_written() -> None:
    written = [digit(300, 0), digit(0, 8), digit(150, -6)]

    assert arrange_rows(written) == ((1, 2, 0),)


def test_rows_are_read_from_top_to_bottom_however_they_were_written() -> None:
    written = [digit(0, 300), digit(100, 300), digit(0, 0), digit(100, 150), digit(0, 150)]

    assert arrange_rows(written) == ((2,), (4, 3), (0, 1))


@pytest.mark.parametrize("slant", [-0.2, -0.1, 0.1, 0.2])
def test_rows_may_slant(slant: float) -> None:
    written = [digit(100 * i, slant * 100 * i + 170 * row) for row in (0, 1) for i in range(8)]

    assert arrange_rows(written) == (tuple(range(8)), tuple(range(8, 16)))


def test_small_and_low_ones_stay_in_their_row() -> None:
    comma, minus, small = Box(260, 95, 8, 25), Box(0, 50, 50, 2), digit(380, 50, height=45)
    row = [minus, digit(80, 0), digit(180, 0), comma, digit(290, 0), small]
    below = [digit(80, 150), digit(180, 150)]

    assert arrange_rows([*row, *below]) == ((0, 1, 2, 3, 4, 5), (6, 7))


@given(st.lists(boxes, max_size=12))
def test_every_box_is_in_one_row(written: list[Box]) -> None:
    rows = arrange_rows(written)

    assert sorted(i for row in rows for i in row) == list(range(len(written)))


@given(st.lists(boxes, max_size=12), boxes)
def test_what_is_written_later_never_moves_what_was_there(written: list[Box], more: Box) -> None:
    before = arrange_rows(written)
    after = arrange_rows([*written, more])

    new = len(written)
    kept = [tuple(i for i in row if i != new) for row in after]
    assert tuple(row for row in kept if row) == before
