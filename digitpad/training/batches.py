"""Batches for Keras: shuffled, varied anew each epoch, the same for the same seed."""

import keras
import numpy as np
from numpy.typing import NDArray

from digitpad.training.augmentation import Augmentation, augment_image, augment_strokes
from digitpad.training.datasets import LabelledDrawing, LabelledImages


class TrainingBatches(keras.utils.PyDataset):
    """MNIST digits and pen digits, mixed.

    The order and every variation follow from the seed, the epoch and the batch alone, so a run
    can be repeated exactly whatever the timing.

    Parameters
    ----------
    images : LabelledImages
        Digits as images.
    drawings : tuple of LabelledDrawing
        Digits as strokes; may be empty.
    repeats : int
        How often an epoch goes through `drawings`.
    augmentation : Augmentation
        How digits are varied.
    batch_size : int
        Digits a batch; the last may be smaller.
    seed : int
        Of order and variation.
    """

    def __init__(
        self,
        images: LabelledImages,
        drawings: tuple[LabelledDrawing, ...],
        repeats: int,
        augmentation: Augmentation,
        batch_size: int,
        seed: int,
    ) -> None:
        # One thread prepares the next batches while the network learns from this one.
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._images = images
        self._drawings = drawings
        self._augmentation = augmentation
        self._batch_size = batch_size
        self._seed = seed
        self._count = len(images) + repeats * len(drawings)
        self._epoch = 0
        self._order = self._shuffle()

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return -(-self._count // self._batch_size)

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
        return np.random.default_rng((self._seed, self._epoch)).permutation(self._count)

    def _prepare(self, number: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], int]:
        if number < len(self._images):
            image = self._images.images[number].astype(np.float32) / np.float32(255)
            return augment_image(image, self._augmentation, rng), int(self._images.labels[number])
        drawing = self._drawings[(number - len(self._images)) % len(self._drawings)]
        return augment_strokes(drawing.strokes, self._augmentation, rng), drawing.label
