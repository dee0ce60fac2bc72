"""A picture that is open: what it shows, what was read in it, and what a person changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from digitpad.core.errors import DigitpadError
from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.ui.photo.picture_geometry import Extent, turn_box
from digitpad.ui.photo.prepared_picture import Pixels, PreparedPicture
from digitpad.ui.photo.reading_edits import Addition, Edit, apply_edits

if TYPE_CHECKING:
    from digitpad.core.pipeline import Trace


NO_EXTENT = Extent(0, 0)


@dataclass(frozen=True, eq=False)
class OpenPicture:
    """One picture that is open.

    Its edits are kept in pixels of the picture as it came, so that they, and the steps to undo,
    outlive turning, cropping and another model.

    Parameters
    ----------
    key : int
        Unique among all that were ever open.
    name : str
        For a person.
    source : Path or bytes
        Where it comes from.
    prepared : PreparedPicture or None
        As it is shown, turned; None if it isn't loaded.
    extent : Extent
        Its size as it is shown; empty until it was loaded once.
    quarter_turns : int
        Clockwise, 0 to 3, as `prepared` is or will be when loaded.
    turns_to_come : int
        Quarter turns that were asked for and not made yet.
    crop : Box or None
        What is read of it; None is all.
    found : Reading or None
        What the reader found, boxes in pixels of the whole picture; None until it was read.
    edits : tuple of Edit
        What a person changed.
    added : mapping from Box to Digit or None
        What the reader found in the boxes of the additions.
    drawn : tuple of Box
        Boxes that were just drawn, in pixels of the picture as it is shown; each is read first,
        and becomes an addition if there is something in it.
    reading : Reading or None
        What is shown: `found` with the edits made.
    lost : tuple of Edit
        Edits that fit no box of this reading.
    trace : Trace or None
        The steps of the reading; None unless somebody looks at them.
    error : DigitpadError or None
        Why it can't be opened or read.
    thumbnail : QImage or None
        Small, turned; None until it was loaded once.
    """

    key: int
    name: str
    source: Path | bytes
    prepared: PreparedPicture | None = None
    extent: Extent = NO_EXTENT
    quarter_turns: int = 0
    turns_to_come: int = 0
    crop: Box | None = None
    found: Reading | None = None
    edits: tuple[Edit, ...] = ()
    added: Mapping[Box, Digit | None] = field(default_factory=dict)
    drawn: tuple[Box, ...] = ()
    reading: Reading | None = None
    lost: tuple[Edit, ...] = ()
    trace: Trace | None = None
    error: DigitpadError | None = None
    thumbnail: QImage | None = None

    @property
    def pixels(self) -> Pixels | None:
        """The picture as it is shown, (H, W, 3) uint8 RGB; None if it isn't loaded."""
        return self.prepared.pixels if self.prepared else None

    @property
    def area(self) -> Box:
        """What is read of it."""
        return self.crop or self.extent.box

    @property
    def unread_addition(self) -> Box | None:
        """The box of an addition that must be read again, in pixels of the edits, or None."""
        if self.found is None:
            return None
        boxes = (edit.box for edit in self.edits if isinstance(edit, Addition))
        return next((box for box in boxes if box not in self.added), None)

    def to_edit_box(self, box: Box) -> Box:
        """Return where a box of the picture as it is shown lies in the picture as it came."""
        return turn_box(box=box, extent=self.extent, quarter_turns=-self.quarter_turns)

    def to_shown_box(self, box: Box) -> Box:
        """Return where a box of the picture as it came lies in the picture as it is shown."""
        extent = self.extent
        if self.quarter_turns % 2:
            extent = Extent(extent.height, extent.width)
        return turn_box(box=box, extent=extent, quarter_turns=self.quarter_turns)

    def neighbor_of(self, box: Box) -> Digit | None:
        """Return the digit that was found nearest to a box of the picture as it is shown."""
        if self.found is None or not self.found.digits:
            return None
        return min(self.found.digits, key=lambda digit: math.dist(digit.box.center, box.center))


def unread(picture: OpenPicture) -> OpenPicture:
    """Return a picture that is to be read once more; its edits stay."""
    return replace(
        picture, found=None, reading=None, lost=(), added={}, drawn=(), trace=None, error=None
    )


def with_edits_made(picture: OpenPicture) -> OpenPicture:
    """Return a picture whose reading is what was found in it, with its edits made."""
    if picture.found is None or not picture.edits:
        return replace(picture, reading=picture.found, lost=())
    edited = apply_edits(
        picture.found, picture.edits, added=picture.added, place=picture.to_shown_box
    )
    return replace(picture, reading=edited.reading, lost=edited.lost)


def with_reading(picture: OpenPicture, reading: Reading) -> OpenPicture:
    """Return a picture in whose crop `reading` was found."""
    if picture.crop is not None:
        reading = _move(reading, picture.crop.x, picture.crop.y)
    return with_edits_made(replace(picture, found=reading))


def _move(reading: Reading, dx: float, dy: float) -> Reading:
    lines = tuple(
        tuple(
            replace(
                digit,
                box=digit.box.moved(dx, dy),
                corners=tuple((x + dx, y + dy) for x, y in digit.corners),
            )
            for digit in line
        )
        for line in reading.lines
    )
    return replace(reading, lines=lines)
