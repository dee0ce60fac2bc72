"""The pictures that are open: loaded, turned, cropped and read, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from digitpad.core.errors import DigitpadError
from digitpad.core.layout import Box
from digitpad.core.reading import Reading
from digitpad.ui.background import Reader
from digitpad.ui.photo.picture_geometry import Extent, turn_box
from digitpad.ui.photo.picture_item import shrink

Pixels = NDArray[np.uint8]

_THUMBNAIL_PIXELS = 160 * 120

_KEPT_PIXELS = 24_000_000
"""Pictures looked at before keep their pixels up to this; others are loaded again when shown."""

_FIRST_REQUEST = 1 << 30
"""The reader numbers failures of drawings by their revision, which never gets this high."""

_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, eq=False)
class OpenPicture:
    """One picture that is open.

    Parameters
    ----------
    key : int
        Unique among all that were ever open.
    name : str
        For a person.
    source : Path or bytes
        Where it comes from.
    pixels : (H, W, 3) uint8 or None
        RGB, turned; None if it isn't loaded.
    quarter_turns : int
        Clockwise, 0 to 3.
    crop : Box or None
        What is read of it; None is all.
    reading : Reading or None
        Boxes in pixels of the whole picture; None until it was read.
    error : DigitpadError or None
        Why it can't be opened or read.
    thumbnail : QImage or None
        Small, turned; None until it was loaded once.
    """

    key: int
    name: str
    source: Path | bytes
    pixels: Pixels | None = None
    quarter_turns: int = 0
    crop: Box | None = None
    reading: Reading | None = None
    error: DigitpadError | None = None
    thumbnail: QImage | None = None

    @property
    def extent(self) -> Extent:
        """Its size; it must be loaded."""
        if self.pixels is None:
            raise ValueError(f"{self.name} is not loaded")
        height, width = self.pixels.shape[:2]
        return Extent(width, height)


class OpenPictures(QObject):
    """All open pictures; one of them is current.

    One request at a time is with the reader, the current picture's first. An answer to an older
    request is dropped.

    Signals
    -------
    list_changed()
        Pictures were opened or closed.
    current_changed()
        Another picture is current, or none.
    picture_changed(int)
        Something about the picture with this key has changed.
    loaded(Path)
        A file was opened for the first time.
    failed(DigitpadError)
        A picture can't be opened or read.
    """

    list_changed = Signal()
    current_changed = Signal()
    picture_changed = Signal(int)
    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._pictures: dict[int, OpenPicture] = {}
        self._current: int | None = None
        self._last_key = 0
        self._pasted = 0
        self._last_request = _FIRST_REQUEST
        # What is with the reader: the request and the picture's state it was made for.
        self._asked: tuple[int, OpenPicture] | None = None
        self._recent: list[int] = []
        reader.picture_loaded.connect(self._on_picture_loaded)
        reader.picture_read.connect(self._on_picture_read)
        reader.failed.connect(self._on_failed)

    @property
    def pictures(self) -> tuple[OpenPicture, ...]:
        """In the order they were opened."""
        return tuple(self._pictures.values())

    @property
    def current(self) -> OpenPicture | None:
        """The one that is shown."""
        return None if self._current is None else self._pictures[self._current]

    @property
    def is_busy(self) -> bool:
        """Whether the current picture still waits for something."""
        return self.current is not None and self._wants(self.current)

    def find(self, key: int) -> OpenPicture:
        """Return the picture with this key."""
        return self._pictures[key]

    def open(self, sources: Sequence[Path | bytes]) -> None:
        """Open pictures and make the first of them current; one that is open is not opened twice.

        Parameters
        ----------
        sources : sequence of Path or bytes
            Files, or the content of pasted ones.
        """
        keys = [self._find_open(source) or self._add(source) for source in sources]
        if keys:
            self.list_changed.emit()
            self.select(keys[0])

    def select(self, key: int) -> None:
        """Make a picture current."""
        if key == self._current:
            return
        self._current = key
        self._recent = [key, *(other for other in self._recent if other != key)]
        self._forget_pixels()
        self.current_changed.emit()
        self._ask()

    def step(self, by: int) -> None:
        """Make the next (1) or the one before (-1) current, if there is one."""
        keys = list(self._pictures)
        if self._current is not None:
            index = keys.index(self._current) + by
            if 0 <= index < len(keys):
                self.select(keys[index])

    def close(self, key: int) -> None:
        """Close a picture; if it was current, its neighbour is next."""
        index = list(self._pictures).index(key)
        del self._pictures[key]
        self._recent = [other for other in self._recent if other != key]
        is_current = key == self._current
        if is_current:
            self._current = None
        self.list_changed.emit()
        left = list(self._pictures)
        if is_current and left:
            self.select(left[min(index, len(left) - 1)])
        elif is_current:
            self.current_changed.emit()

    def close_all(self) -> None:
        """Close every picture."""
        self._pictures.clear()
        self._recent.clear()
        self._current = None
        self.list_changed.emit()
        self.current_changed.emit()

    def turn(self, quarter_turns: int) -> None:
        """Turn the current picture clockwise, its crop with it, and read it again."""
        picture = self.current
        if picture is None or picture.pixels is None:
            return
        crop = picture.crop and turn_box(
            box=picture.crop, extent=picture.extent, quarter_turns=quarter_turns
        )
        pixels = _turn_pixels(picture.pixels, quarter_turns)
        turned = replace(
            picture,
            pixels=pixels,
            quarter_turns=(picture.quarter_turns + quarter_turns) % 4,
            crop=crop,
            reading=None,
            error=None,
            thumbnail=shrink(pixels, _THUMBNAIL_PIXELS),
        )
        self._put(turned)

    def crop(self, crop: Box | None) -> None:
        """Read only this part of the current picture, in whole pixels; None is all of it."""
        if self.current is not None and crop != self.current.crop:
            self._put(replace(self.current, crop=crop, reading=None, error=None))

    def read_again(self) -> None:
        """Read all pictures again, with another model."""
        self._asked = None
        # One that could not even be opened has no thumbnail.
        again = [p for p in self.pictures if p.error is None or p.thumbnail is not None]
        for picture in again:
            self._pictures[picture.key] = replace(picture, reading=None, error=None)
        for picture in again:
            self.picture_changed.emit(picture.key)
        self._ask()

    def _add(self, source: Path | bytes) -> int:
        self._last_key += 1
        if isinstance(source, bytes):
            self._pasted += 1
            name = f"Pasted picture {self._pasted}"
        else:
            name = source.name or str(source)
        self._pictures[self._last_key] = OpenPicture(self._last_key, name, source)
        return self._last_key

    def _find_open(self, source: Path | bytes) -> int | None:
        if isinstance(source, bytes):
            return None
        found = next((p for p in self.pictures if p.source == source), None)
        if found is None:
            return None
        if found.error is not None:  # It may be readable by now.
            self._put(replace(found, error=None))
        return found.key

    def _put(self, picture: OpenPicture) -> None:
        """Take the place of the picture with this key."""
        self._pictures[picture.key] = picture
        self.picture_changed.emit(picture.key)
        self._ask()

    def _wants(self, picture: OpenPicture) -> bool:
        if picture.error is not None:
            return False
        is_seen = picture.key == self._current
        return picture.reading is None or (is_seen and picture.pixels is None)

    def _ask(self) -> None:
        """Give the reader the next thing to do, if it has none."""
        if self._asked is not None:
            return
        waiting = [picture for picture in self.pictures if self._wants(picture)]
        if not waiting:
            return
        picture = next((p for p in waiting if p.key == self._current), waiting[0])
        self._last_request += 1
        self._asked = self._last_request, picture
        if picture.pixels is None:
            self._reader.load_picture(self._last_request, picture.source)
        else:
            area = picture.crop or picture.extent.box
            left, top = int(area.x), int(area.y)
            right, bottom = int(area.right), int(area.bottom)
            self._reader.read_picture(self._last_request, picture.pixels[top:bottom, left:right])

    def _answer(self, request: int) -> OpenPicture | None:
        """Return the picture that a request was for, or None if the answer is too late."""
        if self._asked is None or self._asked[0] != request:
            return None
        picture = self._asked[1]
        self._asked = None
        return picture if self._pictures.get(picture.key) is picture else None

    @Slot(int, object)
    def _on_picture_loaded(self, request: int, pixels: Pixels) -> None:
        picture = self._answer(request)
        if picture is None:
            self._ask()
            return
        is_new = picture.thumbnail is None
        pixels = _turn_pixels(pixels, picture.quarter_turns)
        self._put(replace(picture, pixels=pixels, thumbnail=shrink(pixels, _THUMBNAIL_PIXELS)))
        self._forget_pixels()
        if is_new and isinstance(picture.source, Path):
            self.loaded.emit(picture.source)

    @Slot(int, object)
    def _on_picture_read(self, request: int, reading: Reading) -> None:
        picture = self._answer(request)
        if picture is None:
            self._ask()
            return
        if picture.crop is not None:
            reading = _move(reading, picture.crop.x, picture.crop.y)
        self._put(replace(picture, reading=reading))
        self._forget_pixels()

    @Slot(int, object)
    def _on_failed(self, request: int, error: DigitpadError) -> None:
        picture = self._answer(request)
        if picture is None:
            self._ask()
            return
        self._put(replace(picture, error=error))
        self.failed.emit(error)

    def _forget_pixels(self) -> None:
        kept = 0
        order = [*self._recent, *(key for key in self._pictures if key not in self._recent)]
        for key in order:
            picture = self._pictures[key]
            if picture.pixels is None:
                continue
            kept += picture.pixels.size // 3
            is_needed = key == self._current or (self._asked and self._asked[1] is picture)
            if kept > _KEPT_PIXELS and not is_needed:
                self._pictures[key] = replace(picture, pixels=None)


def _turn_pixels(pixels: Pixels, quarter_turns: int) -> Pixels:
    turn = _TURNS.get(quarter_turns % 4)
    turned = pixels if turn is None else cv2.rotate(pixels, turn)
    return np.ascontiguousarray(turned, np.uint8)


def _move(reading: Reading, dx: float, dy: float) -> Reading:
    lines = tuple(
        tuple(replace(digit, box=digit.box.moved(dx, dy)) for digit in line)
        for line in reading.lines
    )
    return replace(reading, lines=lines)
