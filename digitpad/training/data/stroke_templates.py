"""Characters as control points, and how a hand varies them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.strokes import Stroke

Path = NDArray[np.float64]

_POINTS_PER_SPAN = 6
_HEIGHT_PX = 200.0


@dataclass(frozen=True, eq=False)
class StrokeTemplate:
    """One way to write a character, between two extremes.

    Parameters
    ----------
    low, high : strokes of curves of (n, 2) control points
        The extremes; alike in structure. The character is about 1 high, y down. A stroke's curves
        follow each other, with a corner between them.
    """

    low: tuple[tuple[Path, ...], ...]
    high: tuple[tuple[Path, ...], ...]

    @classmethod
    def parse(cls, low: str, high: str = "") -> "StrokeTemplate":
        """Read a template from its notation.

        Parameters
        ----------
        low, high : str
            Points as `x,y`, apart by spaces; ` / ` at a corner, where the last point is also the
            first of what follows; ` | ` where the pen is lifted. No `high`: as `low`.

        Raises
        ------
        ValueError
            If the two are not alike in structure.
        """
        template = cls(_parse(low), _parse(high or low))
        low_shape, high_shape = (
            [[curve.shape for curve in stroke] for stroke in extreme]
            for extreme in (template.low, template.high)
        )
        if low_shape != high_shape:
            raise ValueError(f"“{low}” and “{high}” have not the same points")
        return template


@dataclass(frozen=True)
class HandVariation:
    """How far a hand departs from a template.

    Parameters
    ----------
    wobble : float
        Standard deviation of each control point, by the character's height.
    shift : float
        Standard deviation of where each stroke begins, likewise.
    slant : float
        Largest slant, as horizontal shift per vertical unit.
    rotation_deg : float
        Largest rotation, in degrees.
    width : (float, float)
        Least and most that the character is stretched sideways.
    """

    wobble: float = 0.022
    shift: float = 0.012
    slant: float = 0.22
    rotation_deg: float = 6.0
    width: tuple[float, float] = (0.75, 1.3)


def write_template(
    template: StrokeTemplate, rng: np.random.Generator, variation: HandVariation | None = None
) -> tuple[Stroke, ...]:
    """Write a character as some hand would.

    Parameters
    ----------
    template : StrokeTemplate
        What to write.
    rng : numpy.random.Generator
        Where the chance comes from.
    variation : HandVariation or None
        How far to depart from it; None for what is usual.

    Returns
    -------
    tuple of Stroke
        About 200 px high.

    References
    ----------
    Catmull & Rom, "A Class of Local Interpolating Splines", 1974.
    """
    hand = variation or HandVariation()
    blend = rng.uniform(-0.1, 1.1)
    turn = _draw_turn(hand, rng)
    return tuple(
        _to_stroke(_write_stroke(low, high, blend, hand, rng) @ turn.T)
        for low, high in zip(template.low, template.high, strict=True)
    )


def _draw_turn(hand: HandVariation, rng: np.random.Generator) -> NDArray[np.float64]:
    angle = np.deg2rad(rng.uniform(-1, 1) * hand.rotation_deg)
    slant = rng.uniform(-1, 1) * hand.slant
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(
        rotation @ np.array([[1, -slant], [0, 1]]) @ np.diag([rng.uniform(*hand.width), 1.0])
    )


def _write_stroke(
    low: Sequence[Path],
    high: Sequence[Path],
    blend: float,
    hand: HandVariation,
    rng: np.random.Generator,
) -> Path:
    shift = rng.normal(0, hand.shift, 2)
    written: list[Path] = []
    for low_curve, high_curve in zip(low, high, strict=True):
        points = low_curve + blend * (high_curve - low_curve) + shift
        points = points + rng.normal(0, hand.wobble, points.shape)
        if written:
            points[0] = written[-1][-1]
        written.append(_interpolate(points))
    return np.concatenate(written)


def _interpolate(points: Path) -> Path:
    """Draw a Catmull-Rom spline through `points`."""
    if len(points) < 3:
        return points
    before = np.concatenate([2 * points[:1] - points[1:2], points[:-1]])[:-1]
    after = np.concatenate([points[2:], 2 * points[-1:] - points[-2:-1]])
    start, end = points[:-1], points[1:]
    t = np.linspace(0, 1, _POINTS_PER_SPAN, endpoint=False)[:, np.newaxis, np.newaxis]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.concatenate([curve.swapaxes(0, 1).reshape(-1, 2), points[-1:]])


def _to_stroke(path: Path) -> Stroke:
    return Stroke(tuple((float(x), float(y)) for x, y in path * _HEIGHT_PX))


def _parse(notation: str) -> tuple[tuple[Path, ...], ...]:
    return tuple(_parse_stroke(stroke) for stroke in notation.split("|"))


def _parse_stroke(notation: str) -> tuple[Path, ...]:
    curves: list[list[list[float]]] = []
    for part in notation.split("/"):
        points = [[float(value) for value in point.split(",")] for point in part.split()]
        curves.append([curves[-1][-1], *points] if curves else points)
    arrays = tuple(np.array(points) for points in curves)
    return arrays[1:] if len(arrays) > 1 and len(arrays[0]) == 1 else arrays
