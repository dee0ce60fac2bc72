"""What is shown of a sample in a grid, made ready on another thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QImage

from digitpad.services.samples.records import Prediction, Sample
from digitpad.services.samples.store import SampleStore

SIDE_PX = 28


@dataclass(frozen=True, eq=False)
class Tile:
    """A sample as a grid shows it.

    Parameters
    ----------
    sample : Sample
        Without strokes and crop.
    picture : QImage
        Its digit image, white on black.
    read : Prediction or None
        What the active model takes it for; None if that isn't known.
    """

    sample: Sample
    picture: QImage
    read: Prediction | None

    @property
    def is_read_otherwise(self) -> bool:
        """Whether the model takes it for something else."""
        return self.read is not None and self.read.label != self.sample.label


def load_tiles(store: SampleStore, ids: Sequence[int], model: str) -> dict[int, Tile]:
    """Return tiles by the ids of their samples, as far as those are there."""
    read = store.predictions(ids, model)
    return {
        sample.id: Tile(sample, to_picture(sample), read.get(sample.id))
        for sample in store.load(ids, is_whole=False)
    }


def to_picture(sample: Sample) -> QImage:
    """Return a sample's digit image: white ink on black, 28 by 28."""
    # A copy, because the pixels go away with the sample.
    return QImage(
        sample.image.tobytes(), SIDE_PX, SIDE_PX, SIDE_PX, QImage.Format.Format_Grayscale8
    ).copy()
