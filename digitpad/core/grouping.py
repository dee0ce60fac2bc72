"""Strokes -> digits: which of them belong together, and in which order they are read."""

from collections.abc import Sequence

from digitpad.core.layout import arrange_lines, bounding_box
from digitpad.core.strokes import Drawing, Stroke

DOT_RATIO = 0.25
"""A drawing whose extent is less than this part of its pen width is a dot, not a digit."""


def group_strokes(drawing: Drawing) -> tuple[tuple[tuple[Stroke, ...], ...], ...]:
    """Sort a drawing's strokes into digits, and the digits into rows.

    Strokes that overlap sideways, or nearly touch, belong to one digit: the bar of a 4 or of a
    crossed 7, the slash of a 0, the roof of a 5.

    Parameters
    ----------
    drawing : Drawing
        Any number of digits.

    Returns
    -------
    rows of digits of strokes
        In reading order. Dots that stand alone are left out.
    """
    groups = _join_strokes(drawing.strokes)
    digits = [group for group in groups if not _is_dot(group)]
    boxes = [bounding_box(stroke.box for stroke in group) for group in digits]
    return tuple(tuple(digits[i] for i in row) for row in arrange_lines(boxes))


def _join_strokes(strokes: Sequence[Stroke]) -> list[tuple[Stroke, ...]]:
    groups: list[tuple[Stroke, ...]] = []
    for stroke in strokes:
        joined: tuple[Stroke, ...] = (stroke,)
        # One stroke may bridge groups that stood apart, so every group is asked each time.
        apart = []
        for group in groups:
            if _belong_together(group, joined):
                joined = group + joined
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups


def _belong_together(first: Sequence[Stroke], second: Sequence[Stroke]) -> bool:
    one, two = (bounding_box(stroke.box for stroke in group) for group in (first, second))
    left, right = (one, two) if one.center[0] < two.center[0] else (two, one)
    low, high = (one, two) if one.height < two.height else (two, one)
    gap_x = max(one.x, two.x) - min(one.right, two.right)
    gap_y = max(one.y, two.y) - min(one.bottom, two.bottom)
    whole = bounding_box((one, two))
    size = max(high.height, low.width / 2, high.width / 2)
    if gap_y <= 0:
        # The stem of an open 4 stands a little to the right of its hook, and lower.
        is_stem = right.width < 0.4 * right.height and right.y - left.y > 0.2 * whole.height
        return gap_x < (0.12 if is_stem else 0.02) * size
    shared = -gap_x / max(min(one.width, two.width), 1e-6)
    # The roof of a 5 or the foot of a 1 may hover above or below the rest.
    is_bar = low.height < 0.35 * high.height and gap_y < 0.25 * size and shared > 0.2
    # An 8 may be two circles, one on the other.
    is_stacked = gap_y < 0.12 * whole.height and shared > 0.6
    return is_bar or is_stacked


def _is_dot(strokes: Sequence[Stroke]) -> bool:
    box = bounding_box(stroke.box for stroke in strokes)
    return max(box.width, box.height) < DOT_RATIO * max(s.width_px for s in strokes)
