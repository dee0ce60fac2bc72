"""Pointing at boxes, and what that does to a crop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.core.layout import Box
from digitpad.ui.photo.frame import Frame
from digitpad.ui.photo.framing import Framing, Purpose
from digitpad.ui.photo.picture_geometry import (
    Direction,
    Extent,
    FramePart,
    Outline,
    drag_frame,
    find_frame_part,
    find_outline,
    snap_crop,
    span_frame,
    step_outline,
    turn_box,
)

PAGE = Extent(200, 100)
CROP = Box(50, 20, 80, 40)

sides = st.floats(0, 300, allow_nan=False)
moves = st.floats(-500, 500, allow_nan=False)


def corners(box: Box) -> Outline:
    return ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))


def test_points_at_the_box_it_is_in() -> None:
    boxes = [Box(0, 0, 10, 10), Box(20, 0, 10, 10)]

    assert find_outline(outlines=[corners(box) for box in boxes], x=25, y=5, reach_px=0) == 1


def test_points_at_nothing_beyond_reach() -> None:
    assert find_outline(outlines=[corners(Box(0, 0, 10, 10))], x=14, y=5, reach_px=3) is None


def test_points_at_a_box_within_reach() -> None:
    assert find_outline(outlines=[corners(Box(0, 0, 10, 10))], x=12, y=5, reach_px=3) == 0


def test_where_boxes_overlap_the_nearer_middle_wins() -> None:
    boxes = [Box(0, 0, 100, 100), Box(60, 60, 20, 20)]

    assert find_outline(outlines=[corners(box) for box in boxes], x=70, y=70, reach_px=0) == 1
    assert find_outline(outlines=[corners(box) for box in boxes], x=50, y=50, reach_px=0) == 0


def test_a_turned_outline_is_hit_where_it_is_not_where_its_box_is() -> None:
    outlines = [((50, 0), (100, 50), (50, 100), (0, 50))]

    assert find_outline(outlines=outlines, x=50, y=50, reach_px=0) == 0
    assert find_outline(outlines=outlines, x=74, y=27, reach_px=0) == 0
    assert find_outline(outlines=outlines, x=90, y=10, reach_px=5) is None
    assert find_outline(outlines=outlines, x=78, y=22, reach_px=5) == 0


def test_on_a_page_on_its_side_arrows_go_to_the_nearest_of_the_next_row() -> None:
    # Two rows of three that run downwards, the first to the right.
    rows = [[corners(Box(x, y, 10, 10)) for y in (0, 40, 80)] for x in (60, 0)]

    assert step_outline(rows=rows, current=1, direction=Direction.DOWN) == 4
    assert step_outline(rows=rows, current=5, direction=Direction.UP) == 2


ROWS = [
    [corners(Box(x, 0, 10, 10)) for x in (0, 50, 90)],
    [corners(Box(x, 40, 10, 10)) for x in (2, 88)],
]


@pytest.mark.parametrize(
    ("current", "direction", "expected"),
    [
        (None, Direction.RIGHT, 0),
        (None, Direction.LEFT, 4),
        (2, Direction.RIGHT, 3),
        (3, Direction.LEFT, 2),
        (0, Direction.LEFT, 0),
        (4, Direction.RIGHT, 4),
        (2, Direction.DOWN, 4),
        (3, Direction.UP, 0),
        (0, Direction.UP, 0),
        (4, Direction.DOWN, 4),
    ],
)
def test_arrow_keys_walk_in_reading_order(
    current: int | None, direction: Direction, expected: int
) -> None:
    assert step_outline(rows=ROWS, current=current, direction=direction) == expected


def test_arrow_keys_find_nothing_on_an_empty_page() -> None:
    assert step_outline(rows=[], current=None, direction=Direction.RIGHT) is None


@pytest.mark.parametrize("part", [part for part in FramePart if part is not FramePart.INSIDE])
def test_takes_every_handle_from_either_side(part: FramePart) -> None:
    x, y = part.place(CROP)

    for dx in (-3, 0, 3):
        for dy in (-3, 0, 3):
            assert find_frame_part(frame=CROP, x=x + dx, y=y + dy, reach_px=5) is part


def test_takes_the_inside_and_nothing_outside() -> None:
    assert find_frame_part(frame=CROP, x=90, y=40, reach_px=5) is FramePart.INSIDE
    assert find_frame_part(frame=CROP, x=90, y=80, reach_px=5) is None


def test_a_small_crop_can_still_be_moved() -> None:
    tiny = Box(50, 50, 9, 9)

    assert find_frame_part(frame=tiny, x=54.5, y=54.5, reach_px=8) is FramePart.INSIDE


def test_dragging_a_corner_keeps_the_opposite_one() -> None:
    dragged = drag_frame(frame=CROP, part=FramePart.TOP_LEFT, dx=10, dy=-5, extent=PAGE, least_px=8)

    assert dragged == Box(60, 15, 70, 45)


def test_dragging_a_side_changes_only_that_side() -> None:
    dragged = drag_frame(frame=CROP, part=FramePart.RIGHT, dx=10, dy=99, extent=PAGE, least_px=8)

    assert dragged == Box(50, 20, 90, 40)


@given(st.sampled_from(FramePart), moves, moves)
def test_a_dragged_crop_stays_inside_and_never_too_small(
    part: FramePart, dx: float, dy: float
) -> None:
    box = drag_frame(frame=CROP, part=part, dx=dx, dy=dy, extent=PAGE, least_px=8)

    assert -1e-9 <= box.x <= box.right <= PAGE.width + 1e-9
    assert -1e-9 <= box.y <= box.bottom <= PAGE.height + 1e-9
    assert min(box.width, box.height) >= 8 - 1e-9


@given(sides, sides, sides, sides)
def test_a_new_crop_stays_inside_and_never_too_small(
    x1: float, y1: float, x2: float, y2: float
) -> None:
    box = span_frame(start=(x1, y1), end=(x2, y2), extent=PAGE, least_px=8)

    assert -1e-9 <= box.x <= box.right <= PAGE.width + 1e-9
    assert -1e-9 <= box.y <= box.bottom <= PAGE.height + 1e-9
    assert min(box.width, box.height) >= 8 - 1e-9


def test_a_crop_lies_on_whole_pixels() -> None:
    assert snap_crop(crop=Box(1.4, 2.6, 10.2, 5.0), extent=PAGE) == Box(1, 3, 11, 5)


def test_the_whole_picture_is_no_crop() -> None:
    assert snap_crop(crop=Box(0.2, 0, 199.6, 100), extent=PAGE) is None


def test_a_box_turns_with_its_picture() -> None:
    box = Box(10, 20, 30, 5)

    right = turn_box(box=box, extent=PAGE, quarter_turns=1)

    assert right == Box(75, 10, 5, 30)
    assert turn_box(box=right, extent=Extent(100, 200), quarter_turns=-1) == box


@given(st.integers(-4, 8))
def test_a_turned_box_stays_inside(turns: int) -> None:
    box = turn_box(box=CROP, extent=PAGE, quarter_turns=turns)
    width, height = (200, 100) if turns % 2 == 0 else (100, 200)

    assert 0 <= box.x <= box.right <= width
    assert 0 <= box.y <= box.bottom <= height


def test_a_crop_box_starts_inside_so_that_its_handles_are_seen() -> None:
    box = Framing.start(Purpose.CROP, PAGE, crop=None, near=None, middle=(0, 0)).box

    assert min(box.x, box.y) > 0
    assert (box.right, box.bottom) < (200, 100)


def test_a_crop_box_follows_the_pointer_from_where_it_was_taken() -> None:
    crop = Frame(PAGE, CROP)

    crop.press(131, 40, 5)
    crop.drag(120, 70)
    crop.drag(141, 70)
    crop.release()
    crop.drag(0, 0)

    assert crop.box == Box(50, 20, 90, 40)


def test_pressing_outside_draws_a_new_crop() -> None:
    crop = Frame(PAGE, CROP)

    crop.press(10, 10, 5)
    crop.drag(40, 90)

    assert crop.box == Box(10, 10, 30, 80)


def test_keys_move_and_resize_a_crop() -> None:
    crop = Frame(PAGE, CROP)

    crop.nudge(Direction.LEFT, 8, is_resizing=False)
    crop.nudge(Direction.DOWN, 4, is_resizing=True)

    assert crop.box == Box(42, 20, 80, 44)


def test_reset_takes_the_whole_picture() -> None:
    crop = Frame(PAGE, CROP)

    crop.reset()

    assert crop.box == PAGE.box
