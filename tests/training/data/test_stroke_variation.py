import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.training.data.stroke_variation import StrokeVariation, vary_paths

NONE = StrokeVariation(0, 0, 0, 0, 0, 0)
BAR = np.array([[0.0, 0.0], [0.0, 1.0]])
CORNER = np.array([[0.0, 0.0], [0.6, 0.0], [0.2, 1.0]])
DOT = np.array([[0.5, 0.5]])


def vary(*paths: np.ndarray, seed: int = 1, **ranges: float) -> list[np.ndarray]:
    variation = StrokeVariation(**{**vars(NONE), **ranges})
    return vary_paths(paths, variation, np.random.default_rng(seed))[0]


def test_no_variation_only_resamples() -> None:
    (path,) = vary(CORNER)

    assert path[0] == pytest.approx(CORNER[0])
    assert path[-1] == pytest.approx(CORNER[-1])
    assert np.hypot(*np.diff(path, axis=0).T).max() < 0.06


def test_tremor_moves_points_a_little() -> None:
    (path,) = vary(BAR, tremor=0.02)

    assert 0.001 < abs(path[:, 0]).max() < 0.1


def test_a_quick_hand_rounds_corners() -> None:
    most = [
        abs(vary(CORNER, seed=seed, rounding=4)[0] - [0.6, 0]).sum(axis=1).min()
        for seed in range(9)
    ]

    assert max(most) > 0.03


def test_ends_run_on() -> None:
    lengths = [np.ptp(vary(BAR, seed=seed, overshoot=0.2)[0][:, 1]) for seed in range(30)]

    assert 1 <= min(lengths) < max(lengths) <= 1.4


def test_gaps_interrupt_a_stroke() -> None:
    first, second = vary(BAR, gap_probability=1)

    assert 0 < second[0, 1] - first[-1, 1] < 0.2


def test_a_stroke_may_run_back_over_its_end() -> None:
    (path,) = vary(BAR, retrace_probability=1)

    assert path[-1, 1] < 0.95 < path[:, 1].max()


def test_pressure_changes_along_a_stroke() -> None:
    variation = StrokeVariation(**{**vars(NONE), "pressure": 0.3})
    drawn = [vary_paths([BAR], variation, np.random.default_rng(seed))[1] for seed in range(20)]

    assert {len(pressures) for pressures in drawn} == {1, 4}
    assert all(0.7 <= pressure <= 1.3 for pressures in drawn for pressure in pressures)


@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 1000),
)
def test_anything_can_be_varied(strokes: list[list[tuple[float, float]]], seed: int) -> None:
    paths = [np.array(points) for points in strokes]
    variation = StrokeVariation(gap_probability=0.5, retrace_probability=0.5)

    varied, pressures = vary_paths(paths, variation, np.random.default_rng(seed))

    assert len(varied) == len(pressures) >= len(paths)
    assert all(np.isfinite(path).all() and len(path) for path in varied)


def test_the_order_stays() -> None:
    first, second, third = vary(BAR, DOT, BAR + np.array([3, 0]), tremor=0.01)

    assert first[:, 0].max() < second[0, 0] < third[:, 0].min()
