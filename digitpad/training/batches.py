"""Batches for Keras: shuffled, varied anew each epoch, the same for the same seed."""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES
from digitpad.core.normalization import DigitImage, normalize
from digitpad.training.allographs import synthesize
from digitpad.training.augmentation import (
    Augmentation,
    augment_image,
    augment_strokes,
)
from digitpad.training.datasets import LabelledDrawing, LabelledImages
from digitpad.training.non_digits import NonDigits

NO_DIGIT_CLASS = CLASSES
"""The class of what is no digit."""


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


class TrainingBatches(keras.utils.PyDataset):
    """MNIST digits, pen digits, allographs and non-digits, mixed.

    The order and every variation follow from the seed, the epoch and the batch alone, so a run
    can be repeated exactly whatever the timing.

    Parameters
    ----------
    mixture : Mixture
        What an epoch is made of.
    augmentation : Augmentation
        How digits are varied.
    batch_size : int
        Digits a batch; the last may be smaller.
    seed : int
        Of order and variation.
    """

    def __init__(
        self, mixture: Mixture, augmentation: Augmentation, batch_size: int, seed: int
    ) -> None:
        # One thread prepares the next batches while the network learns from this one.
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._mixture = mixture
        self._non_digits = NonDigits(mixture.images.images, mixture.images.labels, mixture.drawings)
        self._augmentation = augmentation
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0
        self._order = self._shuffle()

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return -(-len(self._mixture) // self._batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Return one batch: (n, 28, 28, 1) digit images and (n,) labels."""
        rng = np.random.default_rng((self._seed, self._epoch, index))
        chosen = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        pairs = [self._prepare(int(number), rng) for number in chosen]
        images = np.stack([image for image, _ in pairs])[..., np.newaxis]
        return images, np.array([label for _, label in pairs], np.uint8)

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch."""
        self._epoch += 1
        self._order = self._shuffle()

    def _shuffle(self) -> NDArray[np.int64]:
        return np.random.default_rng((self._seed, self._epoch)).permutation(len(self._mixture))

    def _prepare(self, number: int, rng: np.random.Generator) -> tuple[DigitImage, int]:
        mixture, augmentation = self._mixture, self._augmentation
        if number < len(mixture.images):
            image = mixture.images.images[number].astype(np.float32) / np.float32(255)
            return augment_image(image, augmentation, rng), int(mixture.images.labels[number])
        number -= len(mixture.images)
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
