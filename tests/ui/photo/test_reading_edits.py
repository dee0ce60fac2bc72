"""What a person changes about a reading, whichever model has read."""

from dataclasses import replace

import pytest

from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.ui.photo.reading_edits import (
    Addition,
    Correction,
    Edit,
    Edited,
    Removal,
    apply_edits,
    find_digit,
    find_doubtful,
    insert_digit,
)
from tests.ui.photo.picture_reader import make_digit


def at(label: int, x: float, y: float = 0, confidence: float = 0.98) -> Digit:
    return make_digit(label, Box(x, y, 20, 30), confidence)


def page(*rows: str) -> Reading:
    """Return a page on which digits stand 30 px apart, and a space leaves one out."""
    return Reading(
        tuple(
            tuple(at(int(c), 30 * column, 60 * row) for column, c in enumerate(text) if c != " ")
            for row, text in enumerate(rows)
        )
    )


def edited(reading: Reading, *edits: Edit, added: dict[Box, Digit | None] | None = None) -> Edited:
    return apply_edits(reading, edits, added=added or {}, place=lambda box: box)


def texts(rows: tuple[tuple[Digit, ...], ...]) -> str:
    return Reading(rows).text


def test_without_edits_the_reading_is_the_one_that_was_found() -> None:
    reading = page("12")

    assert edited(reading).reading is reading


def test_a_correction_holds_for_the_box_wherever_the_next_model_finds_it() -> None:
    moved = replace(page("17").digits[1], box=Box(32, 1, 19, 28))
    reading = Reading(((page("17").digits[0], moved),))

    result = edited(reading, Correction(Box(30, 0, 20, 30), 1))

    assert result.reading.text == "11"
    assert result.reading.digits[1].correction == 1
    assert result.reading.digits[1].is_sure


def test_what_fits_no_box_is_told() -> None:
    lost = Correction(Box(300, 0, 20, 30), 1)

    result = edited(page("17"), lost, Removal(Box(0, 0, 20, 30)))

    assert result == Edited(result.reading, (lost,))
    assert result.reading.text == "7"


def test_a_removed_row_is_gone_and_the_gap_before_a_removed_digit_stays() -> None:
    reading = page("12", "3")
    spaced = replace(reading.lines[0][0], follows_gap=True)
    row = (at(9, -60), spaced, reading.lines[0][1])

    result = edited(
        Reading((row, reading.lines[1])), Removal(spaced.box), Removal(reading.lines[1][0].box)
    )

    assert result.reading.text == "9 2"


def test_an_added_digit_takes_its_place_in_the_row_and_can_be_corrected() -> None:
    box = Box(58, -2, 26, 34)
    added = {box: at(5, 60)}

    result = edited(page("12 4", "67"), Addition(box), added=added)
    assert result.reading.text == "1254\n67"
    result = edited(
        page("12 4", "67"), Addition(box), Correction(Box(60, 0, 20, 30), 3), added=added
    )
    assert result.reading.text == "1234\n67"


def test_an_added_box_takes_the_place_of_what_it_covers() -> None:
    box = Box(28, -2, 55, 34)

    result = edited(page("1234"), Addition(box), added={box: make_digit(0, Box(30, 0, 50, 30))})

    assert result.reading.text == "104"


def test_an_addition_that_is_still_to_be_read_waits_and_one_without_ink_is_lost() -> None:
    addition = Addition(Box(60, 0, 20, 30))

    assert edited(page("12"), addition).lost == ()
    assert edited(page("12"), addition, added={addition.box: None}).lost == (addition,)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (90, 0, "123\n67"),
        (-30, 2, "312\n67"),
        (60, 60, "12\n673"),
        (0, 130, "12\n67\n3"),
        (0, -70, "3\n12\n67"),
        (4, 20, "12\n3\n67"),
    ],
)
def test_a_digit_is_read_where_it_stands(x: float, y: float, expected: str) -> None:
    # Rows are 60 px apart, digits 30 px high: at 20 px it shares too little with either.
    rows = page("12", "67").lines

    found = texts(insert_digit(rows, replace(at(3, x, y), box=Box(x, y + 6, 20, 24))))

    assert found.replace(" ", "") == expected


def test_on_an_empty_page_it_is_the_reading() -> None:
    assert texts(insert_digit((), at(3, 10, 10))) == "3"


def test_of_two_columns_the_near_one_gets_it() -> None:
    left = tuple((at(1, 0, 60 * row), at(2, 30, 60 * row)) for row in range(2))
    right = tuple((at(8, 400, 60 * row), at(9, 430, 60 * row)) for row in range(2))

    assert texts(insert_digit((*left, *right), at(3, 460, 60))) == "12\n12\n89\n893"


def test_the_first_of_a_second_number_takes_over_its_gap() -> None:
    row = (at(1, 0), at(2, 30), replace(at(5, 190), follows_gap=True))

    assert texts(insert_digit((row,), at(4, 160))) == "12 45"
    assert texts(insert_digit((row,), at(3, 60))) == "123 5"


@pytest.mark.parametrize("upside_down", [False, True])
def test_on_a_turned_page_rows_run_as_its_digits_stand(upside_down: bool) -> None:
    def turned(label: int, x: float, y: float) -> Digit:
        box = Box(x, y, 30, 20)
        # Rows run downwards, or upwards.
        corners = ((box.right, y), (box.right, box.bottom), (x, box.bottom), (x, y))
        return replace(
            make_digit(label, box), corners=(corners[2:] + corners[:2]) if upside_down else corners
        )

    order = -1 if upside_down else 1
    rows = ((turned(1, 100, 0), turned(2, 100, order * 30)), (turned(6, 40 * order, 0),))

    assert texts(insert_digit(rows, turned(3, 100, order * 60))) == "123\n6"


def test_finds_the_digit_of_a_box() -> None:
    digits = page("123").digits

    assert find_digit(digits, Box(31, 1, 20, 30)) == 1
    assert find_digit(digits, Box(50, 15, 20, 30)) is None
    assert find_digit((), Box(0, 0, 1, 1)) is None


def test_the_next_doubtful_digit_is_found_all_around() -> None:
    sure, doubtful = at(1, 0), at(2, 0, confidence=0.5)
    digits = [sure, doubtful, sure, doubtful]

    assert [find_doubtful(digits, after) for after in (None, 0, 1, 2, 3)] == [1, 1, 3, 3, 1]
    assert [find_doubtful(digits, after, -1) for after in (None, 3, 1)] == [3, 1, 3]
    assert find_doubtful([sure], 0) is None
    assert find_doubtful([], None) is None
