"""What a person says about the digits of a photo."""

from __future__ import annotations

from pathlib import Path

from digitpad.core.layout import Box
from digitpad.core.reading import Digit
from digitpad.services.models.library import Model
from digitpad.services.samples.keeping import KeptDigit, key_in_picture
from digitpad.services.samples.records import Source
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.photo.open_picture import OpenPicture
from digitpad.ui.photo.reading_edits import Correction, Edit, Removal, find_digit

_Corrected = tuple[Box, int]


class PhotoCorrections:
    """Keeps a sample for each correction that stands, and none for one that was undone.

    Parameters
    ----------
    keeper : SampleKeeper
        Keeps what was corrected.
    """

    def __init__(self, keeper: SampleKeeper) -> None:
        self._keeper = keeper
        # A file that is closed and opened again has its edits again.
        self._kept: dict[Path | int, dict[_Corrected, str]] = {}

    def follow(self, picture: OpenPicture, model: Model | None) -> None:
        """Bring the samples of a picture in line with its edits.

        Parameters
        ----------
        picture : OpenPicture
            As it is now.
        model : Model or None
            What reads it.
        """
        name = picture.source if isinstance(picture.source, Path) else picture.key
        kept = self._kept.setdefault(name, {})
        standing = list_corrected(picture.edits)
        for corrected in kept.keys() - standing:
            self._keeper.forget(kept.pop(corrected))
        for box, label in standing - kept.keys():
            digit = _find(picture, box)
            # Without a reading it waits for one.
            if digit is not None:
                key = key_in_picture(str(name), box, label, digit)
                origin = picture.name if isinstance(name, Path) else ""
                pixels = picture.pixels
                self._keeper.keep(KeptDigit(digit, label, Source.PHOTO, model, origin, pixels, key))
                kept[box, label] = key


def list_corrected(edits: tuple[Edit, ...]) -> set[_Corrected]:
    """Return what was corrected to what, as far as no later edit takes it back."""
    labels: dict[Box, int] = {}
    for edit in edits:
        if isinstance(edit, Correction):
            labels[edit.box] = edit.label
        elif isinstance(edit, Removal):
            labels.pop(edit.box, None)
    return set(labels.items())


def _find(picture: OpenPicture, box: Box) -> Digit | None:
    if picture.reading is None or picture.pixels is None:
        return None
    digits = picture.reading.digits
    index = find_digit(digits, picture.to_shown_box(box))
    return None if index is None else digits[index]
