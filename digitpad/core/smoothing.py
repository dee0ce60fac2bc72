"""A smooth curve through the places where a pen was seen."""

import math
from collections.abc import Sequence

from digitpad.core.strokes import Point

STEP_PX = 3.0
"""How far apart the points of the curve are, at most about."""

MIN_MOVE_PX = 1.5
"""A mouse reports whole pixels; moves shorter than this are the staircase, not the hand."""


class PenPath:
    """A pen's path while it is written.

    A fast hand outruns the mouse, which then reports places far apart. The path goes through all
    of them along a centripetal Catmull-Rom spline, which neither overshoots nor makes loops.

    Parameters
    ----------
    start : (x, y)
        Where the pen came down, in pixels.

    References
    ----------
    Yuksel, Schaefer and Keyser, "Parameterization and applications of Catmull-Rom curves", 2011.
    """

    def __init__(self, start: Point) -> None:
        # Twice, since nothing comes before the start to bend the curve there.
        self._seen = [start, start]
        self._settled = [start]
        # The last piece still bends when the next place is known.
        self._tail: list[Point] = []

    @property
    def settled(self) -> Sequence[Point]:
        """The part that stays as it is, whatever comes."""
        return self._settled

    @property
    def tail(self) -> Sequence[Point]:
        """The part after it, which may still bend."""
        return self._tail

    @property
    def points(self) -> tuple[Point, ...]:
        """The curve so far, from the first place to the last."""
        return (*self._settled, *self._tail)

    def add(self, place: Point) -> tuple[Point, ...]:
        """Go on to `place`.

        Returns
        -------
        tuple of Point
            The part of the curve that is new or has changed, for repainting; empty if `place`
            is too near to the last one to count.
        """
        if math.dist(self._seen[-1], place) < MIN_MOVE_PX:
            return ()
        self._seen.append(place)
        changed = [self._settled[-1], *self._tail]
        if len(self._seen) > 3:
            before, start, end = self._seen[-4:-1]
            settled = curve_points(before, start, end, place)
            self._settled += settled
            changed += settled
        before, start = self._seen[-3:-1]
        self._tail = curve_points(before, start, place, place)
        return (*changed, *self._tail)


def curve_points(before: Point, start: Point, end: Point, after: Point) -> list[Point]:
    """Return points along a centripetal Catmull-Rom spline from `start` to `end`.

    Parameters
    ----------
    before, after : Point
        The places next to the ends; the ends themselves where there are none.
    start, end : Point
        What to go from and to.

    Returns
    -------
    list of Point
        About `STEP_PX` apart; without `start`, with `end`.
    """
    steps = math.ceil(math.dist(start, end) / STEP_PX)
    first = _control_point(before, start, end)
    second = _control_point(after, end, start)
    points = []
    for step in range(1, steps):
        t = step / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
        points.append(
            (
                a * start[0] + b * first[0] + c * second[0] + d * end[0],
                a * start[1] + b * first[1] + c * second[1] + d * end[1],
            )
        )
    return [*points, end]


def _control_point(outer: Point, near: Point, far: Point) -> Point:
    """Return the Bézier control point next to `near`, on the piece from `near` to `far`."""
    one, two = math.dist(outer, near), math.dist(near, far)
    if one == 0 or two == 0:
        return near
    root = math.sqrt(one * two)
    weight = 2 * one + 3 * root + two
    scale = 3 * (one + root)
    return (
        (one * far[0] - two * outer[0] + weight * near[0]) / scale,
        (one * far[1] - two * outer[1] + weight * near[1]) / scale,
    )
