"""Batches on their way to the network: prepared in a thread while it learns from others."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from digitpad.training.data.batches import TrainingBatches


class Batches(Protocol):
    """What an epoch consists of, and how it goes on to the next."""

    def __len__(self) -> int:
        """Return the number of batches an epoch."""

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        """Return arrays: inputs, what is to be answered and, if they differ, weights."""

    def on_epoch_end(self) -> None:
        """Go on to the next epoch."""


def stream(batches: Batches) -> tf.data.Dataset:
    """Return the batches of this epoch and all that follow, in their order and without end.

    Keras's `fit` takes them with `steps_per_epoch=len(batches)`. From a `PyDataset` it makes the
    same, but every batch would come from Python as floats, which takes a seventh of an epoch of
    LeNet-5; here TensorFlow takes digits that nothing varies from where they are.

    Parameters
    ----------
    batches : Batches
        Pixels may be bytes in [0, 255]; the network is given float32 in [0, 1].
    """
    if isinstance(batches, TrainingBatches) and not batches.is_varied:
        return _pick(batches)

    def prepare() -> Iterator[tuple[Any, ...]]:
        while True:
            for index in range(len(batches)):
                yield batches[index]
            batches.on_epoch_end()

    kinds = tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in batches[0])
    prepared = tf.data.Dataset.from_generator(prepare, output_signature=kinds)
    return _finish(prepared.map(lambda inputs, *answers: (to_floats(inputs), *answers)))


def _pick(batches: TrainingBatches) -> tf.data.Dataset:
    """Pick digits by their numbers, as Keras does with arrays, but in the batches' own order."""
    digits, size = batches.digits, batches.batch_size
    whole = len(digits) // size * size
    turn, place = batches.position

    def order(turn: tf.Tensor) -> tf.Tensor:
        numbers = tf.numpy_function(batches.order, [turn], tf.int64)
        return tf.ensure_shape(numbers, (len(digits),))

    def cut(numbers: tf.Tensor) -> tf.data.Dataset:
        # Whole batches at once: one by one, numbers would take as long as the pixels.
        cuts = tf.data.Dataset.from_tensor_slices(tf.reshape(numbers[:whole], (-1, size)))
        if whole == len(digits):
            return cuts
        return cuts.concatenate(tf.data.Dataset.from_tensors(numbers[whole:]))

    def take(numbers: tf.Tensor, kept: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        images, labels = kept
        return to_floats(tf.gather(images, numbers)), tf.gather(labels, numbers)

    numbers = tf.data.Dataset.counter(turn).map(order).prefetch(1).flat_map(cut).skip(place)
    kept = tf.data.Dataset.from_tensors((digits.images[..., np.newaxis], digits.labels)).repeat()
    together = tf.data.Dataset.zip((numbers, kept))
    return _finish(together.map(take, num_parallel_calls=tf.data.AUTOTUNE))


def _finish(dataset: tf.data.Dataset) -> tf.data.Dataset:
    options = tf.data.Options()
    # As Keras does: there is nothing for them to find, and to look takes time.
    options.experimental_optimization.apply_default_optimizations = False
    return dataset.with_options(options).prefetch(tf.data.AUTOTUNE)


def to_floats(inputs: tf.Tensor) -> tf.Tensor:
    """Return pixels as float32 in [0, 1]; bytes are 255 times that."""
    return tf.cast(inputs, tf.float32) / 255 if inputs.dtype == tf.uint8 else inputs
