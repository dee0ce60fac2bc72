import math

import pytest

from digitpad.core.smoothing import MIN_MOVE_PX, STEP_PX, PenPath


def test_the_curve_passes_every_place_the_pen_was_seen_at() -> None:
    places = [(0.0, 0.0), (40.0, 5.0), (70.0, 60.0), (20.0, 90.0)]
    path = _follow(places)

    for place in places:
        assert min(math.dist(place, point) for point in path.points) < 1e-9


def test_a_fast_circle_stays_round() -> None:
    places = [
        (100 * math.cos(turn * math.tau / 12), 100 * math.sin(turn * math.tau / 12))
        for turn in range(13)
    ]

    path = _follow(places)

    # A polygon through twelve places would be 3.4 px inside the circle.
    assert all(math.hypot(*point) == pytest.approx(100, abs=2) for point in path.points)
    gaps = [math.dist(a, b) for a, b in zip(path.points, path.points[1:], strict=False)]
    assert max(gaps) < 2 * STEP_PX


def test_a_straight_line_stays_straight() -> None:
    path = _follow([(0.0, 0.0), (3.0, 3.0), (60.0, 60.0), (64.0, 64.0)])

    assert all(x == pytest.approx(y) for x, y in path.points)


def test_a_pen_that_rests_adds_nothing() -> None:
    path = PenPath((0.0, 0.0))

    assert path.add((MIN_MOVE_PX / 2, 0.0)) == ()
    assert path.points == ((0.0, 0.0),)


def test_what_changed_joins_what_was_there() -> None:
    path = _follow([(0.0, 0.0), (40.0, 0.0)])
    before = set(path.points)

    changed = path.add((80.0, 30.0))

    assert set(path.points) - before <= set(changed)
    assert changed[0] in before


def _follow(places: list[tuple[float, float]]) -> PenPath:
    path = PenPath(places[0])
    for place in places[1:]:
        path.add(place)
    return path
