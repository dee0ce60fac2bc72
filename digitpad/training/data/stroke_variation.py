"""How one hand, pen and moment differ from another along a stroke."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.float64]

_STEP = 0.04
_SMOOTHING = np.array([1, 2, 3, 2, 1]) / 9
_CHUNKS = 4


@dataclass(frozen=True)
class StrokeVariation:
    """Ranges that variations are drawn from. Lengths are by the digit's longest side.

    Parameters
    ----------
    tremor : float
        Largest standard deviation of a slow hand's trembling.
    rounding : int
        Most points on either side that a quick hand averages a corner over.
    overshoot : float
        Most that either end of a stroke runs on.
    gap_probability : float
        How often a stroke is interrupted.
    retrace_probability : float
        How often a stroke runs back over its end.
    pressure : float
        Largest change of width along a stroke, by the width.
    """

    tremor: float = 0.012
    rounding: int = 2
    overshoot: float = 0.06
    gap_probability: float = 0.04
    retrace_probability: float = 0.04
    pressure: float = 0.3


def vary_paths(
    paths: Sequence[Path], variation: StrokeVariation, rng: np.random.Generator
) -> tuple[list[Path], list[float]]:
    """Write a digit's strokes again, in another hand's way.

    Parameters
    ----------
    paths : sequence of (n, 2)
        Strokes in the order they were written, which stays; the digit's longest side is 1.
    variation : StrokeVariation
        How far it may go.
    rng : numpy.random.Generator
        Where the chance comes from.

    Returns
    -------
    list of (n, 2), list of float
        Paths, and how hard the pen pressed on each: 1 is as usual.
    """
    # A hand is either slow and trembles, or quick and cuts corners.
    speed = rng.uniform()
    tremor = (1 - speed) * variation.tremor
    window = round(speed * variation.rounding)
    varied: list[Path] = []
    for path in paths:
        points = _round_corners(_resample(path), window)
        points = _tremble(points, tremor, rng)
        points = _overshoot(points, variation.overshoot, rng)
        if rng.random() < variation.retrace_probability:
            points = _retrace(points, rng)
        varied += _interrupt(points, rng) if rng.random() < variation.gap_probability else [points]
    return _press(varied, variation.pressure, rng)


def _resample(path: Path) -> Path:
    lengths = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if along[-1] < _STEP:
        return path
    places = np.linspace(0, along[-1], max(3, round(along[-1] / _STEP) + 1))
    return np.stack([np.interp(places, along, path[:, axis]) for axis in (0, 1)], axis=1)


def _round_corners(path: Path, window: int) -> Path:
    if window == 0 or len(path) <= 2 * window:
        return path
    size = 2 * window + 1
    padded = np.pad(path, ((window, window), (0, 0)), mode="reflect", reflect_type="odd")
    sums = np.cumsum(np.pad(padded, ((1, 0), (0, 0))), axis=0)
    return np.asarray((sums[size:] - sums[:-size]) / size)


def _tremble(path: Path, tremor: float, rng: np.random.Generator) -> Path:
    noise = rng.normal(0, 2 * tremor, (2, len(path) + 4))
    smooth = [np.convolve(axis, _SMOOTHING, mode="valid") for axis in noise]
    return np.asarray(path + np.stack(smooth, axis=1))


def _overshoot(path: Path, longest: float, rng: np.random.Generator) -> Path:
    if len(path) < 3:
        return path
    ends = []
    for end, before in ((path[0], path[2]), (path[-1], path[-3])):
        direction = end - before
        length = max(float(np.hypot(*direction)), 1e-6)
        # Mostly a little, seldom far.
        ends.append(end + direction / length * longest * rng.uniform() ** 2)
    return np.concatenate([ends[:1], path, ends[1:]])


def _retrace(path: Path, rng: np.random.Generator) -> Path:
    count = round(len(path) * rng.uniform(0.1, 0.35))
    if count < 2:
        return path
    back = path[-count - 1 : -1][::-1]
    drift = np.linspace(0, 1, len(back))[:, np.newaxis] * rng.normal(0, 0.03, 2)
    return np.concatenate([path, back + drift])


def _interrupt(path: Path, rng: np.random.Generator) -> list[Path]:
    if len(path) < 12:
        return [path]
    start = int(rng.integers(4, len(path) - 5))
    return [path[:start], path[start + int(rng.integers(1, 4)) :]]


def _press(
    paths: Sequence[Path], pressure: float, rng: np.random.Generator
) -> tuple[list[Path], list[float]]:
    if pressure == 0 or rng.random() < 0.5:  # Ball pens and felt pens hardly tell.
        return list(paths), [1.0] * len(paths)
    pieces, pressures = [], []
    for path in paths:
        ends = 1 + rng.uniform(-1, 1, 2) * pressure
        bounds = np.linspace(0, len(path) - 1, _CHUNKS + 1).round().astype(int)
        for number in range(_CHUNKS):
            piece = path[bounds[number] : bounds[number + 1] + 1]
            pieces.append(piece)
            pressures.append(float(np.interp(number, (0, _CHUNKS - 1), ends)))
    return pieces, pressures
