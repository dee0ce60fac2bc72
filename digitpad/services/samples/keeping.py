"""A digit that was read, on its way to the samples. Free of NumPy: the window uses it."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digitpad.core.reading import Digit
from digitpad.services.models.library import Model
from digitpad.services.samples.records import Prediction, Sample, Source, judge

if TYPE_CHECKING:
    from digitpad.core.classifier import Classifier
    from digitpad.core.images import Picture
    from digitpad.core.layout import Box
    from digitpad.core.normalization import DigitImage
    from digitpad.core.strokes import Stroke


def make_up_key() -> str:
    """Return a key that no other sample has."""
    return uuid.uuid4().hex


@dataclass(frozen=True, eq=False)
class KeptDigit:
    """A digit that was read, and what a person says it is.

    Parameters
    ----------
    digit : Digit
        As it was read.
    label : int
        What it is, 0 to 9.
    source : Source
        How it came about.
    model : Model or None
        What it was read with; None if nothing reads yet.
    origin : str
        The name of its file; empty if it has none.
    picture : (H, W, 3) uint8 or None
        RGB; what it was found in, in whose pixels its box is.
    key : str
        The sample's; kept again with the same key, it is the same sample.
    """

    digit: Digit
    label: int
    source: Source
    model: Model | None = None
    origin: str = ""
    picture: Picture | None = None
    key: str = field(default_factory=make_up_key)

    def to_sample(self) -> Sample:
        """Return it as a sample whose image is what the network saw."""
        # On a thread of its own, which may take the time to load them.
        import numpy as np

        from digitpad.services.batch_reading import name_model
        from digitpad.services.samples.crops import cut_crop

        digit, model = self.digit, self.model
        return Sample(
            image=np.round(digit.image * 255).astype(np.uint8),
            label=self.label,
            source=self.source,
            origin=self.origin,
            strokes=digit.strokes,
            crop=None if self.picture is None else cut_crop(self.picture, digit.box),
            predicted=judge(digit.probabilities, name_model(model)) if model else None,
            key=self.key,
        )


class AskedDigits:
    """Makes samples of digits that were written because they were asked for.

    Parameters
    ----------
    model : Model or None
        What reads them, too; loaded with the first.
    """

    def __init__(self, model: Model | None) -> None:
        self._model = model
        self._classifier: Classifier | None = None

    def to_sample(self, strokes: tuple[Stroke, ...], label: int, key: str) -> Sample:
        """Return what was written as one sample, whatever it may be read as.

        Parameters
        ----------
        strokes : tuple of Stroke
            All of the digit; at least one.
        label : int
            Which digit was asked for.
        key : str
            The sample's.

        Raises
        ------
        ModelError
            If the model can't be loaded.
        """
        import numpy as np

        from digitpad.core.normalization import normalize
        from digitpad.core.rasterization import rasterize

        image = normalize(rasterize(strokes))
        return Sample(
            image=np.round(image * 255).astype(np.uint8),
            label=label,
            source=Source.PRACTICE,
            strokes=strokes,
            predicted=self._predict(image),
            key=key,
        )

    def _predict(self, image: DigitImage) -> Prediction | None:
        if self._model is None:
            return None
        from digitpad.core.classifier import Classifier
        from digitpad.services.batch_reading import name_model

        if self._classifier is None:
            self._classifier = Classifier(self._model.litert_file)
        return judge(self._classifier.classify(image[None])[0], name_model(self._model))


def key_in_picture(origin: str, box: Box, label: int, digit: Digit) -> str:
    """Return the key of a digit in a picture: the same whenever it is corrected to that label.

    Parameters
    ----------
    origin : str
        What tells the picture from others.
    box : Box
        Where the digit stands in the picture as it came.
    label : int
        What it is.
    digit : Digit
        What was read there.
    """
    return derive_key(digit.image.tobytes(), origin, box, label)


def derive_key(image: bytes, *place: object) -> str:
    """Return the key of a digit that is somewhere: the same whenever it is found there again.

    Parameters
    ----------
    image : bytes
        Its pixels.
    *place : object
        What tells it from others that look alike.
    """
    told = "".join(f"{part}\0" for part in place).encode("utf-8", "surrogatepass")
    return hashlib.sha256(told + image).hexdigest()[:32]
