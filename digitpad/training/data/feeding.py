"""Batches on their way to the network: prepared in a thread while it learns from others."""

from collections.abc import Iterator
from typing import Any, Protocol

import tensorflow as tf


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

    Keras's `fit` takes them with `steps_per_epoch=len(batches)`. What it makes of a `PyDataset` by
    itself is the same but for where numbers become floats, which is what costs: to hand over four
    bytes a pixel instead of one takes a sixth of an epoch of LeNet-5.

    Parameters
    ----------
    batches : Batches
        Pixels may be bytes in [0, 255]; the network is given float32 in [0, 1].
    """

    def prepare() -> Iterator[tuple[Any, ...]]:
        while True:
            for index in range(len(batches)):
                yield batches[index]
            batches.on_epoch_end()

    kinds = tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in batches[0])
    prepared = tf.data.Dataset.from_generator(prepare, output_signature=kinds)
    floats = prepared.map(lambda inputs, *answers: (to_floats(inputs), *answers))
    return floats.prefetch(tf.data.AUTOTUNE)


def to_floats(inputs: tf.Tensor) -> tf.Tensor:
    """Return pixels as float32 in [0, 1]; bytes are 255 times that."""
    return tf.cast(inputs, tf.float32) / 255 if inputs.dtype == tf.uint8 else inputs
