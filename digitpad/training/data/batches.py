"""Batches to train on: shuffled, varied anew each epoch, the same for the same seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES
from digitpad.core.normalization import SIDE_PX, DigitImage, normalize
from digitpad.training.data.allographs import synthesize
from digitpad.training.data.augmentation import (
    NONE,
    Augmentation,
    augment_image,
    augment_strokes,
)
from digitpad.training.data.datasets import LabelledDrawing, LabelledImages
from digitpad.training.data.non_digits import NonDigits

NO_DIGIT_CLASS = CLASSES
"""The class of what is no digit."""

Images = NDArray[np.uint8] | NDArray[np.float32]
"""(n, 28, 28, 1): bytes in [0, 255] as long as nothing varies them, else float32 in [0, 1]."""

_GROUP = 16
"""So many digits of a batch are varied in a row from one seed: parts begin with few others'."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """What an epoch is made of.

    Parameters
    ----------
    images : LabelledImages
        Digits as images, each once.
    drawings : tuple of LabelledDrawing
        Digits as strokes; may be empty.
    repeats : int
        How often an epoch goes through `drawings`.
    allographs : int
        Digits written in the world's styles, new ones each epoch.
    non_digits : int
        Things that are no digits, new ones each epoch.
    """

    images: LabelledImages
    drawings: tuple[LabelledDrawing, ...] = ()
    repeats: int = 1
    allographs: int = 0
    non_digits: int = 0

    def __len__(self) -> int:
        """Return the number of digits and non-digits an epoch."""
        drawn = self.repeats * len(self.drawings)
        return len(self.images) + drawn + self.allographs + self.non_digits


class TrainingBatches:
    """MNIST digits, pen digits, allographs and non-digits, mixed.

    The order and every variation follow from the seed, the epoch and the batch alone, so a run
    can be repeated exactly whatever the timing, and go on where it was.

    Parameters
    ----------
    mixture : Mixture
        What the data is made of.
    augmentation : Augmentation
        How digits are varied.
    batch_size : int
        Digits a batch; the last of all may be smaller.
    seed : int
        Of order and variation.
    epoch : int
        The first epoch; they count from 0.
    epoch_steps : int or None
        Batches an epoch, however many it takes to go through the data; None for all data once.
    """

    def __init__(
        self,
        mixture: Mixture,
        augmentation: Augmentation,
        batch_size: int,
        seed: int,
        epoch: int = 0,
        epoch_steps: int | None = None,
    ) -> None:
        self._mixture = mixture
        self._non_digits = NonDigits(mixture.images.images, mixture.images.labels, mixture.drawings)
        self._augmentation = augmentation
        self._copied = len(mixture.images) * len(augmentation.copies)
        self._size = len(mixture) - len(mixture.images) + self._copied
        self.batch_size = batch_size
        self._seed = seed
        self._epoch = epoch
        self._batches = -(-self._size // batch_size)
        self._epoch_steps = epoch_steps or self._batches
        self._orders: dict[int, NDArray[np.int64]] = {}

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return self._epoch_steps

    def __getitem__(self, index: int) -> tuple[Images, NDArray[np.uint8]]:
        """Return one batch: (n, 28, 28, 1) digit images and (n,) labels."""
        images, labels, _ = self.part(index, 0, 1)
        return images, labels

    @property
    def is_varied(self) -> bool:
        """Whether there is more to it than the images as they are, each once."""
        return self._augmentation != NONE or self._size != len(self.digits)

    @property
    def digits(self) -> LabelledImages:
        """The digits that are kept as images."""
        return self._mixture.images

    @property
    def position(self) -> tuple[int, int]:
        """Where this epoch begins: how often all has been gone through, and batches since."""
        return divmod(self._epoch * self._epoch_steps, self._batches)

    def order(self, turn: int) -> NDArray[np.int64]:
        """Return the order in which the data is gone through for the `turn`-th time, from 0."""
        return np.random.default_rng((self._seed, turn)).permutation(self._size)

    def part(self, index: int, number: int, count: int) -> tuple[Images, NDArray[np.uint8], int]:
        """Return one of `count` parts of a batch, and how many digits the batch has.

        The parts make up the batch as it is, however many there are; they may be empty.
        """
        turn, place = divmod(self._epoch * self._epoch_steps + index, self._batches)
        chosen = self._shuffle(turn)[place * self.batch_size : (place + 1) * self.batch_size]
        start, stop = (len(chosen) * n // count for n in (number, number + 1))
        if self._augmentation.is_plain and self._size == self._copied:
            rng = np.random.default_rng((self._seed, self._epoch, index))
            images, labels = self._take(chosen, rng)
            return images[start:stop], labels[start:stop], len(chosen)
        images = np.empty((stop - start, SIDE_PX, SIDE_PX, 1), np.float32)
        labels = np.empty(stop - start, np.uint8)
        for first in range(start - start % _GROUP, stop, _GROUP):
            rng = np.random.default_rng((self._seed, self._epoch, index, first))
            for n in range(first, min(first + _GROUP, stop)):
                image, label = self._prepare(int(chosen[n]), rng)
                if n >= start:
                    images[n - start, ..., 0], labels[n - start] = image, label
        return images, labels, len(chosen)

    def on_epoch_end(self) -> None:
        """Go on to the next epoch."""
        self._epoch += 1

    def _shuffle(self, turn: int) -> NDArray[np.int64]:
        """Return that order, and keep it."""
        if turn not in self._orders:
            # An epoch may end in the middle of one and begin in the middle of the next.
            self._orders = {t: o for t, o in self._orders.items() if t == turn - 1}
            self._orders[turn] = self.order(turn)
        return self._orders[turn]

    def _take(
        self, chosen: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return images as they are, shifted and flipped as asked for, all at once."""
        copies, numbers = np.divmod(chosen, len(self._mixture.images))
        images = self._mixture.images.images[numbers]
        for copy, (down, right) in enumerate(self._augmentation.copies):
            if down or right:
                is_copy = copies == copy
                images[is_copy] = _shift(images[is_copy], down, right)
        if self._augmentation.is_flipped:
            for axis in (1, 2):
                is_mirrored = rng.random(len(images)) < 0.5
                images[is_mirrored] = np.flip(images[is_mirrored], axis)
        return images[..., np.newaxis], self._mixture.images.labels[numbers]

    def _prepare(self, number: int, rng: np.random.Generator) -> tuple[DigitImage, int]:
        mixture, augmentation = self._mixture, self._augmentation
        if number < self._copied:
            if augmentation.is_plain:
                images, labels = self._take(np.array([number]), rng)
                return _to_floats(images[0, ..., 0]), int(labels[0])
            image = _to_floats(mixture.images.images[number])
            return augment_image(image, augmentation, rng), int(mixture.images.labels[number])
        number -= self._copied
        if number < mixture.repeats * len(mixture.drawings):
            drawing = mixture.drawings[number % len(mixture.drawings)]
            return augment_strokes(drawing.strokes, augmentation, rng), int(drawing.label or 0)
        number -= mixture.repeats * len(mixture.drawings)
        if number < mixture.allographs:
            label = number % CLASSES
            return augment_strokes(synthesize(label, rng).strokes, augmentation, rng), label
        non_digit = self._non_digits.draw(rng)
        if isinstance(non_digit, tuple):
            return augment_strokes(non_digit, augmentation, rng), NO_DIGIT_CLASS
        return augment_image(normalize(non_digit), augmentation, rng), NO_DIGIT_CLASS


def _to_floats(image: NDArray[np.uint8]) -> DigitImage:
    return image.astype(np.float32) / np.float32(255)


def _shift(images: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """Shift images by whole pixels; what leaves at one side doesn't come in at the other."""
    shifted = np.zeros_like(images)
    rows, columns = images.shape[1:]
    shifted[:, max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)] = (
        images[:, max(-down, 0) : rows + min(-down, 0), max(-right, 0) : columns + min(-right, 0)]
    )
    return shifted
