"""Pictures of one digit each, whose names or folders say which, read as samples."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.images import Picture, load_image
from digitpad.core.layout import Box
from digitpad.core.normalization import SIDE_PX
from digitpad.core.strokes import DRAWING_SUFFIX
from digitpad.services.batch_reading import name_model
from digitpad.services.models.library import Model
from digitpad.services.picture_files import find_files, is_folder
from digitpad.services.recognition import Recognizer
from digitpad.services.samples.crops import cut_crop
from digitpad.services.samples.records import Sample, Source, judge

_DIGITS = "0123456789"
_DARK = 64
"""A digit image has no corner brighter than this: its ground is black."""


@dataclass(frozen=True)
class LabelledFile:
    """A picture's file, and the digit it shows.

    Parameters
    ----------
    file : Path
        A picture.
    origin : str
        Its place in the folder that is imported.
    label : int
        0 to 9.
    """

    file: Path
    origin: str
    label: int


def find_labelled(place: Path) -> Iterator[LabelledFile]:
    """Find the pictures below a folder that lie in a folder named for a digit, or begin with one.

    Parameters
    ----------
    place : Path
        A folder, of which hidden files and folders are passed over; or a picture.

    Yields
    ------
    LabelledFile
        `7/scan 12.png` and `7-drawn.png` are both a 7; the folder's name counts for more.

    Raises
    ------
    DigitpadError
        If a folder can't be listed.
    """
    top = place if is_folder(place) else place.parent
    for found in find_files([place]):
        if found.error is not None:
            raise found.error
        file = Path(found.path)
        if file.suffix.lower() == DRAWING_SUFFIX:
            continue
        origin = file.relative_to(top)
        parents = [parent for parent in origin.parts[:-1] if parent in tuple(_DIGITS)]
        name = parents[-1] if parents else file.name[0]
        if name in _DIGITS:
            yield LabelledFile(file, origin.as_posix(), int(name))


class PictureReader:
    """Makes samples of pictures, by the way that pictures take in the window.

    Parameters
    ----------
    model : Model
        What to read with.

    Raises
    ------
    ModelError
        If it can't be loaded.
    """

    def __init__(self, model: Model) -> None:
        self._recognizer = Recognizer(model)
        self._model = name_model(model)

    def read(self, labelled: LabelledFile) -> Sample:
        """Read a picture as one digit.

        Returns
        -------
        Sample
            With the same key whenever the same file is imported. A picture of 28 × 28 pixels on
            black is taken as it is, since it is a digit image already.

        Raises
        ------
        ImageError
            If it can't be opened.
        EmptyInkError
            If there is nothing in it.
        """
        picture = load_image(labelled.file)
        image, crop, predicted = _as_digit_image(picture), None, None
        if image is None:
            digits = self._recognizer.read_image(picture).digits
            whole = Box(0, 0, picture.shape[1], picture.shape[0])
            digit = digits[0] if len(digits) == 1 else self._recognizer.read_box(picture, whole)
            image = np.round(digit.image * 255).astype(np.uint8)
            crop = cut_crop(picture, digit.box)
            predicted = judge(digit.probabilities, self._model)
        return Sample(
            image=image,
            label=labelled.label,
            source=Source.IMPORT,
            origin=labelled.origin,
            crop=crop,
            predicted=predicted,
            key=make_key(labelled.origin, labelled.label, picture.tobytes()),
        )


def make_key(origin: str, label: int, content: bytes) -> str:
    """Return the key of a sample that is imported: the same whenever it is."""
    what = f"{origin}\0{label}\0".encode("utf-8", "surrogatepass")
    return hashlib.sha256(what + content).hexdigest()[:32]


def _as_digit_image(picture: Picture) -> NDArray[np.uint8] | None:
    """Return a picture that is a digit image, (28, 28) uint8; None if it is none."""
    if picture.shape[:2] != (SIDE_PX, SIDE_PX):
        return None
    grey = picture.max(axis=2)
    return grey if grey[:: SIDE_PX - 1, :: SIDE_PX - 1].max() < _DARK else None
