"""What a person changes about a reading: boxes added, removed and corrected. Free of Qt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, sin

from digitpad.core.layout import Box, find_gaps
from digitpad.core.reading import Digit, Reading

_SAME = 0.5
"""Two boxes of which at least this part is shared are those of one digit."""

_COVERED = 0.8
"""A digit of which at least this part lies in a box that was added gives way to it."""

_IN_ROW = 0.3
"""A digit stands in a row if it shares this part of its height with its neighbour there."""

Row = tuple[Digit, ...]


@dataclass(frozen=True)
class Addition:
    """A box around a digit that was missed; digits it covers go."""

    box: Box


@dataclass(frozen=True)
class Removal:
    """The box of a digit that isn't one."""

    box: Box


@dataclass(frozen=True)
class Correction:
    """The box of a digit and what it really is, 0 to 9."""

    box: Box
    label: int


Edit = Addition | Removal | Correction


@dataclass(frozen=True)
class Edited:
    """A reading after its edits.

    Parameters
    ----------
    reading : Reading
        With the edits made.
    lost : tuple of Edit
        Those that fit no box.
    """

    reading: Reading
    lost: tuple[Edit, ...] = ()


def apply_edits(
    found: Reading,
    edits: Sequence[Edit],
    *,
    added: Mapping[Box, Digit | None],
    place: Callable[[Box], Box],
) -> Edited:
    """Make edits to what the reader found, whichever model it read with.

    Parameters
    ----------
    found : Reading
        What the reader found.
    edits : sequence of Edit
        In the order in which they were made.
    added : mapping from Box to Digit or None
        What the reader found in the box of each addition, None if nothing; those that it still
        has to read are missing.
    place : function from Box to Box
        From the picture of the edits to that of the digits, which may have been turned.

    Returns
    -------
    Edited
        With `found` itself as the reading where nothing has changed.
    """
    rows = found.lines
    places = _list_places(rows)
    lost: list[Edit] = []
    for edit in edits:
        box = place(edit.box)
        if isinstance(edit, Addition):
            digit = added.get(edit.box)
            if digit is not None:
                rows = insert_digit(_uncover(rows, box), digit)
                places = _list_places(rows)
            elif edit.box in added:
                lost.append(edit)
            continue
        # Most often the very box that was edited; with another model one much like it.
        where = places.get(box) or _find(rows, box)
        if where is None:
            lost.append(edit)
        elif isinstance(edit, Removal):
            rows = remove_digit(rows, *where)
            places = _list_places(rows)
        else:
            rows = _correct(rows, *where, edit.label)
    is_same = rows is found.lines
    return Edited(found if is_same else replace(found, lines=rows), tuple(lost))


def find_digit(digits: Sequence[Digit], box: Box) -> int | None:
    """Return the index of the digit that stands in `box`, or None."""
    best = max(range(len(digits)), key=lambda i: _shared(digits[i].box, box), default=None)
    return best if best is not None and _shared(digits[best].box, box) >= _SAME else None


def find_doubtful(digits: Sequence[Digit], after: int | None, step: int = 1) -> int | None:
    """Return the index of the next digit that needs a look, all around; None if none does.

    Parameters
    ----------
    digits : sequence of Digit
        In reading order.
    after : int or None
        Where to go on from; None starts at the end where `step` leads away from.
    step : {1, -1}
        Forwards or backwards.
    """
    count = len(digits)
    start = after if after is not None else -1 if step > 0 else count
    around = ((start + step * distance) % count for distance in range(1, count + 1))
    return next((index for index in around if not digits[index].is_sure), None)


def insert_digit(rows: tuple[Row, ...], digit: Digit) -> tuple[Row, ...]:
    """Return the rows with one more digit, where a person would read it."""
    level = _leveler([digit for row in rows for digit in row])
    box, boxes = level(digit), [[level(other) for other in row] for row in rows]
    nearest = [min(row, key=lambda other: _aside(other, box)) for row in boxes]
    beside = [i for i, other in enumerate(nearest) if _shared_height(other, box) >= _IN_ROW]
    if not beside:
        return _insert_row(rows, nearest, box, digit)
    # Of several columns, the one whose digits are next to it.
    index = min(beside, key=lambda i: _aside(nearest[i], box))
    column = sum(other.center[0] < box.center[0] for other in boxes[index])
    boxes[index].insert(column, box)
    gaps = find_gaps(boxes)[index]
    row = list(rows[index])
    row.insert(column, digit)
    for at in (column, column + 1)[: len(row) - column]:
        row[at] = replace(row[at], follows_gap=gaps[at])
    return (*rows[:index], tuple(row), *rows[index + 1 :])


def remove_digit(rows: tuple[Row, ...], index: int, column: int) -> tuple[Row, ...]:
    """Return the rows without one of the digits."""
    row, gone = list(rows[index]), rows[index][column]
    del row[column]
    if gone.follows_gap and column < len(row):
        row[column] = replace(row[column], follows_gap=True)
    return (*rows[:index], *([tuple(row)] if row else []), *rows[index + 1 :])


def _correct(rows: tuple[Row, ...], index: int, column: int, label: int) -> tuple[Row, ...]:
    row = list(rows[index])
    row[column] = replace(row[column], correction=label)
    return (*rows[:index], tuple(row), *rows[index + 1 :])


def _insert_row(
    rows: tuple[Row, ...], nearest: Sequence[Box], box: Box, digit: Digit
) -> tuple[Row, ...]:
    alone = (replace(digit, follows_gap=False),)
    if not rows:
        return (alone,)
    index = min(range(len(rows)), key=lambda i: _squared_distance(nearest[i], box))
    if nearest[index].center[1] < box.center[1]:
        index += 1
    return (*rows[:index], alone, *rows[index:])


def _uncover(rows: tuple[Row, ...], box: Box) -> tuple[Row, ...]:
    """Return the rows without the digits that lie in `box`."""
    for index in reversed(range(len(rows))):
        for column in reversed(range(len(rows[index]))):
            digit = rows[index][column]
            if _overlap(digit.box, box) >= _COVERED * digit.box.width * digit.box.height:
                rows = remove_digit(rows, index, column)
    return rows


def _find(rows: tuple[Row, ...], box: Box) -> tuple[int, int] | None:
    """Return the row and the column of the digit that stands in `box`, or None."""
    places = [(index, column) for index, row in enumerate(rows) for column in range(len(row))]
    found = find_digit([rows[index][column] for index, column in places], box)
    return None if found is None else places[found]


def _list_places(rows: tuple[Row, ...]) -> dict[Box, tuple[int, int]]:
    """Return the row and the column of every box."""
    return {
        digit.box: (index, column)
        for index, row in enumerate(rows)
        for column, digit in enumerate(row)
    }


def _leveler(digits: Sequence[Digit]) -> Callable[[Digit], Box]:
    """Return what gives a digit's box on the page as it would be with level rows."""
    angle = _find_tilt(digits)
    across, down = cos(angle), sin(angle)

    def level(digit: Digit) -> Box:
        if not angle:
            return digit.box
        xs = [x * across + y * down for x, y in digit.outline]
        ys = [y * across - x * down for x, y in digit.outline]
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    return level


def _find_tilt(digits: Sequence[Digit]) -> float:
    """Return the direction of the digits' upper sides on the page, in radians, 0 for level."""
    across = down = 0.0
    for digit in digits:
        (left, top), (right, bottom) = digit.outline[:2]
        length = hypot(right - left, bottom - top) or 1.0
        # Directions are added, not angles: half a turn to the left is one to the right.
        across, down = across + (right - left) / length, down + (bottom - top) / length
    return atan2(down, across)


def _overlap(first: Box, second: Box) -> float:
    width = min(first.right, second.right) - max(first.x, second.x)
    height = min(first.bottom, second.bottom) - max(first.y, second.y)
    return max(width, 0.0) * max(height, 0.0)


def _shared(first: Box, second: Box) -> float:
    """Return the part of both boxes together that both share, 0 to 1."""
    overlap = _overlap(first, second)
    union = first.width * first.height + second.width * second.height - overlap
    return overlap / union if union else 0.0


def _shared_height(first: Box, second: Box) -> float:
    shared = min(first.bottom, second.bottom) - max(first.y, second.y)
    return shared / max(min(first.height, second.height), 1e-6)


def _aside(first: Box, second: Box) -> float:
    return max(first.x - second.right, second.x - first.right, 0.0) + 1e-3 * abs(
        first.center[0] - second.center[0]
    )


def _squared_distance(first: Box, second: Box) -> float:
    (x, y), (other_x, other_y) = first.center, second.center
    return (x - other_x) ** 2 + (y - other_y) ** 2
