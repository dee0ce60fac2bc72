import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.core.erasing import erase, find_overlap
from digitpad.core.strokes import Stroke

LINE = Stroke(tuple((float(x), 50.0) for x in range(0, 101, 5)), width_px=10)

coordinate = st.floats(-100, 100).map(lambda value: round(value, 2))
point = st.tuples(coordinate, coordinate)


def test_an_eraser_across_a_line_cuts_it_in_two_clear_of_its_ink() -> None:
    left, right = erase([LINE], (50, 0), (50, 100), radius_px=10)

    assert left.points[0] == (0, 50)
    assert left.points[-1] == pytest.approx((35, 50))
    assert right.points[0] == pytest.approx((65, 50))
    assert right.points[-1] == (100, 50)
    assert left.width_px == right.width_px == 10


def test_a_fast_eraser_leaves_no_gap_between_two_places() -> None:
    assert erase([LINE], (-20, 50), (120, 50), radius_px=8) == []


def test_a_click_takes_a_circle_out() -> None:
    left, right = erase([LINE], (50, 50), (50, 50), radius_px=5)

    assert left.points[-1] == pytest.approx((40, 50))
    assert right.points[0] == pytest.approx((60, 50))


def test_what_is_not_touched_stays_the_very_same_object() -> None:
    (kept,) = erase([LINE], (50, 70), (50, 90), radius_px=14)

    assert kept is LINE


def test_the_end_of_a_stroke_is_shortened() -> None:
    (kept,) = erase([LINE], (100, 50), (100, 50), radius_px=10)

    assert kept.points[0] == (0, 50)
    assert kept.points[-1] == pytest.approx((85, 50))


@pytest.mark.parametrize(("x", "remains"), [(10, 0), (40, 1)])
def test_a_dot_goes_whole_or_not_at_all(x: float, remains: int) -> None:
    dot = Stroke(((0.0, 0.0),), width_px=10)

    assert len(erase([dot], (x, 0), (x, 0), radius_px=10)) == remains


def test_strokes_keep_their_order() -> None:
    below = Stroke(((0.0, 200.0), (100.0, 200.0)), 10)

    kept = erase([LINE, below], (50, 0), (50, 100), radius_px=10)

    assert [stroke.points[0][1] for stroke in kept] == [50, 50, 200]


@given(here=point, there=point, start=point, end=point, reach=st.floats(1, 30))
def test_the_overlap_is_where_the_distance_says(
    here: tuple[float, float],
    there: tuple[float, float],
    start: tuple[float, float],
    end: tuple[float, float],
    reach: float,
) -> None:
    overlap = find_overlap(here, there, start, end, reach)

    for step in range(21):
        fraction = step / 20
        x = here[0] + (there[0] - here[0]) * fraction
        y = here[1] + (there[1] - here[1]) * fraction
        distance = _distance_to_segment((x, y), start, end)
        is_inside = overlap is not None and overlap[0] <= fraction <= overlap[1]
        if abs(distance - reach) > 1e-3:
            assert is_inside == (distance < reach)


def _distance_to_segment(
    place: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    length = math.dist(start, end)
    if length == 0:
        return math.dist(place, start)
    along = (place[0] - start[0]) * (end[0] - start[0]) + (place[1] - start[1]) * (
        end[1] - start[1]
    )
    fraction = min(max(along / length**2, 0), 1)
    nearest = tuple(a + (b - a) * fraction for a, b in zip(start, end, strict=True))
    return math.dist(place, nearest)
