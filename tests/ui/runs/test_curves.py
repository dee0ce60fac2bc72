"""What is drawn of a run, and in which colours."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from digitpad.services.runs.changes import list_runs
from digitpad.training.events import EpochEnded
from digitpad.ui.runs.curves import Curves, Metric, curves_of, smooth
from digitpad.ui.runs.curves_plot import _log_ticks
from digitpad.ui.runs.run_marks import RunMark
from digitpad.ui.theme import Theme, apply_theme
from tests.run_folders import add_events, make_run

LEAST_DIFFERENCE = 25
"""Of colours in CIELAB; what is told apart at a glance differs by ten."""


def test_a_runs_values(tmp_path: Path) -> None:
    folder = make_run(tmp_path, done=0)
    add_events(folder, [EpochEnded(3, 5, 0.5, 0.75, 0.25, 0.875, 1.0, 1.0)])
    (record,) = list_runs(tmp_path)

    assert curves_of(record, Metric.LOSS) == Curves((3,), (0.5,), (0.25,))
    assert curves_of(record, Metric.ACCURACY) == Curves((3,), (75.0,), (87.5,))
    assert curves_of(record, Metric.ERROR) == Curves((3,), (25.0,), (12.5,))
    assert curves_of(record, Metric.LOSS).at(3) == (0.5, 0.25)
    assert all(map(math.isnan, curves_of(record, Metric.LOSS).at(2)))
    assert Metric.LOSS.describe(0.12345) == "0.1235"
    assert Metric.ACCURACY.describe(99.123) == "99.12%"
    assert Metric.LOSS.describe(math.nan) == Metric.LOSS.describe(math.inf) == "–"


def test_smoothing() -> None:
    values = [4.0, 2.0, 8.0, 6.0]

    assert smooth(values, 0) == tuple(values)
    assert smooth([], 0.5) == ()
    assert smooth([3.0] * 5, 0.9) == pytest.approx([3.0] * 5)
    # The mean of what was, each weighing half as much as the one after it.
    assert smooth(values, 0.5)[-1] == pytest.approx((4 + 2 * 2 + 4 * 8 + 8 * 6) / 15)
    smoothed = smooth([1.0, math.nan, 3.0, math.inf], 0.5)
    assert math.isnan(smoothed[1])
    assert smoothed[3] == math.inf
    assert smoothed[2] == pytest.approx((1 + 2 * 3) / 3)


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.usefixtures("system_theme")
def test_everyone_tells_the_colours_apart(theme: Theme) -> None:
    apply_theme(theme)
    palette = QApplication.palette()
    colours = [RunMark(number).colour(palette) for number in range(6)]
    ground = palette.color(QPalette.ColorRole.Window)

    assert all(_contrast(colour, ground) >= 3 for colour in colours)
    for sight in SIGHTS.values():
        for one, other in itertools.combinations(colours, 2):
            assert np.linalg.norm(_see(one, sight) - _see(other, sight)) >= LEAST_DIFFERENCE


def test_marks_repeat_only_after_thirty() -> None:
    palette = QApplication.palette()
    looks = {(RunMark(n).colour(palette).name(), RunMark(n).sign) for n in range(60)}

    assert len(looks) == 30


# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", 2009: linear RGB as seen without one kind of cone.
SIGHTS = {
    "all": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _linear(colour: QColor) -> np.ndarray:
    values = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _contrast(one: QColor, other: QColor) -> float:
    lights = sorted(float(_TO_XYZ[1] @ _linear(colour)) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _see(colour: QColor, sight: np.ndarray) -> np.ndarray:
    """Return a colour in CIELAB, as somebody sees it."""
    seen = _TO_XYZ @ np.clip(sight @ _linear(colour), 0, 1) / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0004, 2, ["0.001", "0.01", "0.1", "1"]),
        (20, 100, ["20", "30", "40", "50", "60", "70", "80", "90", "100"]),
        (93.3, 99.99, ["94", "95", "96", "97", "98", "99"]),
        (97, 100, ["97.0", "97.5", "98.0", "98.5", "99.0", "99.5", "100.0"]),
        (99.97, 99.99, ["99.970", "99.975", "99.980", "99.985", "99.990"]),
        (2.302583, 2.302593, [f"{2.302584 + n / 5e5:.6f}" for n in range(5)]),
        (97.43, 97.43, ["97.43"]),
        (1e-12, 1e-12, ["1e-12"]),
    ],
)
def test_a_logarithmic_axis_has_numbers_however_short(
    low: float, high: float, ticks: list[str]
) -> None:
    found = _log_ticks(math.log10(low), math.log10(high))

    assert [text for _, text in found] == ticks
    assert [10**place for place, _ in found] == pytest.approx([float(text) for text in ticks])
