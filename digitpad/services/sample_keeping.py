"""A digit that was read, on its way to the samples. Free of NumPy: the window uses it."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digitpad.core.reading import Digit
from digitpad.services.model_library import Model
from digitpad.services.sample_records import Sample, Source, judge

if TYPE_CHECKING:
    from digitpad.core.images import Picture
    from digitpad.core.layout import Box


def _make_up_key() -> str:
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
    key: str = field(default_factory=_make_up_key)

    def to_sample(self) -> Sample:
        """Return it as a sample whose image is what the network saw."""
        # On a thread of its own, which may take the time to load them.
        import numpy as np

        from digitpad.services.batch_reading import name_model
        from digitpad.services.sample_crops import cut_crop

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
    place = f"{origin}\0{box}\0{label}\0".encode("utf-8", "surrogatepass")
    return hashlib.sha256(place + digit.image.tobytes()).hexdigest()[:32]
