"""Pieces of broken digits -> whole ones."""

from collections.abc import Sequence

from digitpad.core.layout import Box, bounding_box
from digitpad.core.marks import Mark, Marks, join_marks, select_digits, typical_height_px

_TALLEST, _ENOUGH_MARKS = 1.4, 4
"""No digit is so many times higher than the typical one, where there are this many."""

_NEAR = 0.25
"""A piece that may belong to a digit is not farther from it than this part of its height."""

_SMALL = 0.5
"""Pieces smaller than this part of the typical height may be left out: a minus, a comma."""

_HIGHEST, _WIDEST = 1.4, 1.1
"""No digit made of pieces is higher or wider than this part of the typical height."""


def suggest_digits(marks: Marks) -> list[Mark]:
    """Return what digits a page may have, broken ones joined, before any of them is read."""
    return select_digits(join_pieces(marks.every))


def join_pieces(marks: Sequence[Mark]) -> list[Mark]:
    """Join the pieces of broken digits, the largest first."""
    typical_px = typical_height_px(marks)
    is_page = sum(mark.box.height > 0.5 * typical_px for mark in marks) >= _ENOUGH_MARKS
    # Where rows are close, only the height tells a broken digit from two.
    tallest_px = _TALLEST * typical_px if is_page else float("inf")
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda m: -m.box.height):
        for i, other in enumerate(joined):
            # What reaches over several rows is no digit, and has no pieces.
            is_digit = max(other.box.height, other.box.width) < 1.2 * tallest_px
            if is_digit and _belong_together(other.box, mark.box, tallest_px):
                joined[i] = join_marks((other, mark))
                break
        else:
            joined.append(mark)
    return joined


def suggest_marks(
    marks: Marks, digits: Sequence[Mark], number: int, typical_px: float
) -> list[tuple[tuple[int, ...], Mark]]:
    """Suggest what a mark that reads as no digit could be.

    Parameters
    ----------
    marks : Marks
        All there is on the page.
    digits : sequence of Mark
        What is taken for digits.
    number : int
        The one in doubt, of `digits`.
    typical_px : float
        The digits' typical height.

    Returns
    -------
    list of (numbers, Mark)
        Joined with a piece beside it, which may be another of `digits`, or alone without its
        small pieces; each with the numbers of the digits it would replace.
    """
    doubted = digits[number]
    owners = {label: i for i, mark in enumerate(digits) for label in mark.labels}
    suggestions: list[tuple[tuple[int, ...], Mark]] = []
    for piece in marks.every:
        owner = owners.get(piece.labels[0])
        if owner == number or not _is_near(doubted.box, piece.box, typical_px):
            continue
        other = piece if owner is None else digits[owner]
        joined = join_marks((doubted, other))
        if joined.box.height < _HIGHEST * typical_px and joined.box.width < _WIDEST * typical_px:
            suggestions.append(((number,) if owner is None else (number, owner), joined))
    own = [piece for piece in marks.every if owners.get(piece.labels[0]) == number]
    largest = max(own, key=lambda piece: piece.area)
    rest = [piece for piece in own if piece is not largest]
    if rest and all(piece.box.height < _SMALL * typical_px for piece in rest):
        suggestions.append(((number,), largest))
    return suggestions


def _is_near(one: Box, two: Box, typical_px: float) -> bool:
    gap_x = max(one.x, two.x) - min(one.right, two.right)
    gap_y = max(one.y, two.y) - min(one.bottom, two.bottom)
    return max(gap_x, gap_y) < _NEAR * typical_px


def _belong_together(one: Box, two: Box, tallest_px: float) -> bool:
    """Whether the lower box `two` is a piece of the digit in `one`."""
    gap_x = max(one.x, two.x) - min(one.right, two.right)
    size = max(one.height, one.width / 2)
    if gap_x >= 0.05 * size:  # As for nearly all pairs on a page.
        return False
    gap_y = max(one.y, two.y) - min(one.bottom, two.bottom)
    if max(two.width, two.height) < 0.15 * size:
        # Crumbs of a broken stroke lie on its way; dots keep a distance.
        return max(gap_x, gap_y) < 0.03 * size
    if gap_y <= 0:
        return gap_x < -0.3 * two.width or two.height < 0.5 * size
    shared = -gap_x / max(min(one.width, two.width), 1e-6)
    is_bar = two.height < 0.35 * one.height and gap_y < 0.2 * size and shared > 0.2
    # A stroke may break in the middle, a slanting one too.
    whole_px = bounding_box((one, two)).height
    is_stacked = gap_y < 0.05 * whole_px and gap_x < 0.02 * whole_px
    return is_bar or (is_stacked and whole_px < tallest_px)
