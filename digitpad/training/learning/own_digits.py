"""Digits of one's own, from the file that a run learns them from. Free of TensorFlow."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES
from digitpad.core.errors import DatasetError
from digitpad.core.normalization import SIDE_PX
from digitpad.training.data.datasets import DAMAGE, LabelledImages


@dataclass(frozen=True, eq=False)
class OwnDigits:
    """Digits that one person kept.

    Parameters
    ----------
    train : LabelledImages
        What is learned.
    held_out : LabelledImages
        What is never learned, and tells how much the rest taught; may be empty.
    """

    train: LabelledImages
    held_out: LabelledImages

    @classmethod
    def split(
        cls,
        images: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        is_held_out: NDArray[np.bool_],
    ) -> "OwnDigits":
        """Split digits by a mask.

        Parameters
        ----------
        images, labels
            As in `LabelledImages`.
        is_held_out : (n,) bool
            Which of them are not learned.
        """
        digits = LabelledImages(images, labels)
        return cls(digits.chosen(~is_held_out), digits.chosen(is_held_out))

    @classmethod
    def load(cls, file: Path) -> "OwnDigits":
        """Read what `to_bytes` gave.

        Raises
        ------
        DatasetError
            If the file is missing or damaged, or there is nothing to learn in it.
        """
        try:
            # Pickles run code when loaded.
            with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
                images, labels = arrays["images"], arrays["labels"]
                is_held_out = arrays["is_held_out"]
            found = (images.shape, labels.shape, is_held_out.shape)
            count = len(labels)
            if found != ((count, SIDE_PX, SIDE_PX), (count,), (count,)):
                raise ValueError("its parts don't fit together")
            types = (images.dtype, labels.dtype, is_held_out.dtype)
            if types != (np.uint8, np.uint8, np.bool_) or (labels >= CLASSES).any():
                raise ValueError("it holds something else than digits")
        except DAMAGE as error:
            raise DatasetError(
                f"The digits to learn can't be read from “{file.name}”: {error}.", "Begin anew."
            ) from error
        digits = cls.split(images, labels, is_held_out)
        if len(digits.train) == 0:
            raise DatasetError("There are no digits to learn.", "Correct or keep some first.")
        return digits

    def to_bytes(self) -> bytes:
        """Return the digits as an npz archive."""
        content = io.BytesIO()
        np.savez(
            content,
            allow_pickle=False,
            images=np.concatenate([self.train.images, self.held_out.images]),
            labels=np.concatenate([self.train.labels, self.held_out.labels]),
            is_held_out=np.repeat([False, True], [len(self.train), len(self.held_out)]),
        )
        return content.getvalue()
