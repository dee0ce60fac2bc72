"""The pictures that are open: loaded, turned, cropped, read and edited, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoGroup, QUndoStack

from digitpad.core.errors import DigitpadError
from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.ui.background.reader import Reader
from digitpad.ui.photo.edit_commands import EditStep, MakeEdit
from digitpad.ui.photo.open_picture import OpenPicture, unread, with_edits_made, with_reading
from digitpad.ui.photo.picture_geometry import Extent, turn_box
from digitpad.ui.photo.prepared_picture import PreparedPicture
from digitpad.ui.photo.reading_edits import Addition, Edit

_KEPT_PIXELS = 24_000_000
"""Pictures looked at before keep their pixels up to this; others are loaded again when shown."""

_FIRST_REQUEST = 1 << 30
"""The reader numbers failures of drawings by their revision, which never gets this high."""


@dataclass(frozen=True)
class _Question:
    """What is with the reader: for which picture, as it was then, and for which box of it."""

    request: int
    picture: OpenPicture
    drawn: Box | None = None
    addition: Box | None = None


class OpenPictures(QObject):
    """All open pictures; one of them is current.

    One request at a time is with the reader, the current picture's first. An answer to an older
    request, or for a picture that was turned or cropped since, is dropped.

    Signals
    -------
    list_changed()
        Pictures were opened or closed.
    current_changed()
        Another picture is current, or none.
    picture_changed(int)
        Something about the picture with this key has changed.
    digit_edited(Box)
        A digit of the current picture was edited, or an edit undone; its box as it is shown.
    loaded(Path)
        A file was opened for the first time.
    failed(int, DigitpadError)
        The picture with this key can't be opened or read, or one box of it can't.
    """

    list_changed = Signal()
    current_changed = Signal()
    picture_changed = Signal(int)
    digit_edited = Signal(object)
    loaded = Signal(object)
    failed = Signal(int, object)

    def __init__(self, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._pictures: dict[int, OpenPicture] = {}
        self._current: int | None = None
        self._last_key = 0
        self._pasted = 0
        self._last_request = _FIRST_REQUEST
        self._asked: _Question | None = None
        self._recent: list[int] = []
        self._is_tracing = False
        self._stacks: dict[int, QUndoStack] = {}
        # What a person changed comes back with its file.
        self._closed: dict[Path, OpenPicture] = {}
        self.undo_group = QUndoGroup(self)
        reader.picture_loaded.connect(self._on_picture_loaded)
        reader.picture_read.connect(self._on_picture_read)
        reader.picture_traced.connect(self._on_picture_traced)
        reader.box_read.connect(self._on_box_read)
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

    # --- opening and closing ---------------------------------------------------------------

    def open(self, sources: Sequence[Path | bytes]) -> None:
        """Open files, or the content of pasted ones, and make the first of them current.

        One that is open is not opened twice.
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
        self.undo_group.setActiveStack(self._stacks[key])
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
        is_current = key == self._current
        if is_current:
            self._current = None
        self._drop(key)
        self.list_changed.emit()
        left = list(self._pictures)
        if is_current and left:
            self.select(left[min(index, len(left) - 1)])
        elif is_current:
            self.current_changed.emit()

    def close_all(self) -> None:
        """Close every picture."""
        self._current = None
        for key in list(self._pictures):
            self._drop(key)
        self.list_changed.emit()
        self.current_changed.emit()

    def _drop(self, key: int) -> None:
        picture, stack = self._pictures.pop(key), self._stacks.pop(key)
        self._recent = [other for other in self._recent if other != key]
        self.undo_group.removeStack(stack)
        stack.deleteLater()
        if picture.edits and isinstance(picture.source, Path):
            self._closed[picture.source] = replace(unread(picture), prepared=None, thumbnail=None)

    # --- what is read ----------------------------------------------------------------------

    def turn(self, quarter_turns: int) -> None:
        """Turn the current picture clockwise, its crop with it, and read it again."""
        picture = self.current
        if picture is not None and picture.prepared is not None:
            turns = picture.turns_to_come + quarter_turns
            self._put(replace(unread(picture), turns_to_come=turns))

    def crop(self, crop: Box | None) -> None:
        """Read only this part of the current picture, in whole pixels; None is all of it."""
        if self.current is not None and crop != self.current.crop:
            self._put(replace(unread(self.current), crop=crop))

    def read_again(self) -> None:
        """Read all pictures again, with another model; what a person changed stays."""
        self._asked = None
        # One that could not even be opened has no thumbnail.
        again = [p for p in self.pictures if p.error is None or p.thumbnail is not None]
        for picture in again:
            self._pictures[picture.key] = unread(picture)
        for picture in again:
            self.picture_changed.emit(picture.key)
        self._ask()

    def set_tracing(self, is_tracing: bool) -> None:
        """Keep the steps of the reading of the current picture from now on, or no longer."""
        self._is_tracing = is_tracing
        self._ask()

    # --- edits -----------------------------------------------------------------------------

    def draw_box(self, box: Box) -> None:
        """Read what stands in a box of the current picture, and add it if it is something."""
        if self.current is not None and self.current.found is not None:
            self._put(replace(self.current, drawn=(*self.current.drawn, box)))

    def edit(self, edit: Edit) -> None:
        """Make an edit to the current picture, which can be undone."""
        picture = self.current
        if picture is not None:
            command = MakeEdit(picture.key, picture.edits, edit, self._take)
            self._stacks[picture.key].push(command)

    def _take(self, step: EditStep) -> None:
        picture = with_edits_made(replace(self._pictures[step.key], edits=step.edits))
        self._put(picture)
        if step.key == self._current:
            # The box of a digit that was added fits its ink, however it was drawn.
            digit = picture.added.get(step.box)
            self.digit_edited.emit(digit.box if digit else picture.to_shown_box(step.box))

    # --- the list --------------------------------------------------------------------------

    def _add(self, source: Path | bytes) -> int:
        self._last_key += 1
        if isinstance(source, bytes):
            self._pasted += 1
            picture = OpenPicture(self._last_key, f"Pasted picture {self._pasted}", source)
        elif source in self._closed:
            picture = replace(self._closed.pop(source), key=self._last_key)
        else:
            picture = OpenPicture(self._last_key, source.name or str(source), source)
        self._pictures[self._last_key] = picture
        self._stacks[self._last_key] = QUndoStack(self.undo_group)
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

    # --- questions to the reader, and answers ----------------------------------------------

    def _wants(self, picture: OpenPicture) -> bool:
        if picture.error is not None:
            return False
        if picture.found is None or picture.unread_addition or picture.drawn:
            return True
        is_seen = picture.key == self._current
        return is_seen and (picture.prepared is None or (self._is_tracing and not picture.trace))

    def _ask(self) -> None:
        """Give the reader the next thing to do, if it has none."""
        if self._asked is not None:
            return
        waiting = [picture for picture in self.pictures if self._wants(picture)]
        if not waiting:
            return
        picture = next((p for p in waiting if p.key == self._current), waiting[0])
        self._last_request += 1
        request, reader = self._last_request, self._reader
        self._asked = _Question(request, picture)
        if picture.prepared is None:
            turns = picture.quarter_turns + picture.turns_to_come
            reader.load_picture(request, picture.source, turns)
            return
        pixels, area = picture.prepared.pixels, picture.area
        part = pixels[int(area.y) : int(area.bottom), int(area.x) : int(area.right)]
        addition = picture.unread_addition
        if picture.turns_to_come % 4:
            reader.turn_picture(request, pixels, picture.turns_to_come)
        elif self._is_tracing and picture.key == self._current and not picture.trace:
            reader.trace_picture(request, part)
        elif picture.found is None:
            reader.read_picture(request, part)
        elif addition or picture.drawn:
            box = picture.to_shown_box(addition) if addition else picture.drawn[0]
            drawn = None if addition else box
            self._asked = _Question(request, picture, drawn, addition)
            reader.read_box(request, pixels, box, picture.neighbor_of(box))

    def _answer(self, request: int) -> _Question | None:
        """Return what a request was for, or None if the answer is too late."""
        if self._asked is None or self._asked.request != request:
            return None
        asked, self._asked = self._asked, None
        picture = self._pictures.get(asked.picture.key)
        # Edits made since don't change what the reader finds.
        if picture is None or _state(picture) != _state(asked.picture):
            self._ask()
            return None
        return replace(asked, picture=picture)

    @Slot(int, object)
    def _on_picture_loaded(self, request: int, prepared: PreparedPicture) -> None:
        asked = self._answer(request)
        if asked is None:
            return
        picture = asked.picture
        height, width = prepared.pixels.shape[:2]
        is_new, turns = picture.thumbnail is None, picture.turns_to_come
        crop = picture.crop and turn_box(
            box=picture.crop, extent=picture.extent, quarter_turns=turns
        )
        self._put(
            replace(
                picture,
                prepared=prepared,
                extent=Extent(width, height),
                quarter_turns=(picture.quarter_turns + turns) % 4,
                turns_to_come=0,
                crop=crop,
                thumbnail=prepared.thumbnail,
            )
        )
        self._forget_pixels()
        if is_new and isinstance(picture.source, Path):
            self.loaded.emit(picture.source)

    @Slot(int, object)
    def _on_picture_read(self, request: int, reading: Reading) -> None:
        asked = self._answer(request)
        if asked is not None:
            self._put(with_reading(asked.picture, reading))
            self._forget_pixels()

    @Slot(int, object)
    def _on_picture_traced(self, request: int, trace: Any) -> None:
        asked = self._answer(request)
        if asked is not None:
            picture = asked.picture
            if picture.found is None:
                picture = with_reading(picture, trace.reading)
            self._put(replace(picture, trace=trace))

    @Slot(int, object)
    def _on_box_read(self, request: int, digit: Digit) -> None:
        asked = self._answer(request)
        if asked is not None:
            self._take_box(asked, digit)

    def _take_box(self, asked: _Question, digit: Digit | None) -> None:
        """Take what stands in a box that was asked for; None if nothing does."""
        picture = asked.picture
        if asked.addition is not None:
            added = {**picture.added, asked.addition: digit}
            self._put(with_edits_made(replace(picture, added=added)))
        elif asked.drawn is not None:
            picture = replace(picture, drawn=picture.drawn[1:])
            if digit is None:
                self._put(picture)
                return
            edit = Addition(picture.to_edit_box(asked.drawn))
            picture = replace(picture, added={**picture.added, edit.box: digit})
            self._pictures[picture.key] = picture
            command = MakeEdit(picture.key, picture.edits, edit, self._take)
            self._stacks[picture.key].push(command)

    @Slot(int, object)
    def _on_failed(self, request: int, error: DigitpadError) -> None:
        asked = self._answer(request)
        if asked is None:
            return
        if asked.drawn is None and asked.addition is None:
            self._put(replace(asked.picture, error=error))
        else:
            self._take_box(asked, None)
        if asked.addition is None:  # Those that no longer fit are counted together.
            self.failed.emit(asked.picture.key, error)

    def _forget_pixels(self) -> None:
        kept = 0
        order = [*self._recent, *(key for key in self._pictures if key not in self._recent)]
        for key in order:
            picture = self._pictures[key]
            if key != self._current and picture.trace is not None:
                self._pictures[key] = picture = replace(picture, trace=None)
            if picture.prepared is None:
                continue
            kept += picture.prepared.pixels.size // 3
            is_needed = key == self._current or (self._asked and self._asked.picture.key == key)
            if kept > _KEPT_PIXELS and not is_needed:
                self._pictures[key] = replace(picture, prepared=None)


def _state(picture: OpenPicture) -> tuple[object, ...]:
    """Return what an answer of the reader depends on."""
    return picture.prepared, picture.crop, picture.turns_to_come, picture.error
