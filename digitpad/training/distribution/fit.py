"""Training a network on several devices at once.

Keras's `fit` knows no run on several machines (keras issue 20585), and to replicas with parts of
different sizes, a smaller last batch say, it gives the same weight.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitpad.core.normalization import SIDE_PX
from digitpad.training.data.batches import Images, TrainingBatches
from digitpad.training.data.feeding import to_floats
from digitpad.training.history import Epoch
from digitpad.training.reporter import RunStoppedError
from digitpad.training.run_callback import find_dropout_states

Batch = tuple[NDArray[np.float32], NDArray[np.uint8]]
Part = tuple[Images, NDArray[np.uint8], int]
"""This machine's images and labels of a batch, and how many the batch has on all machines."""

_AHEAD = 16


def fit_together(
    strategy: tf.distribute.Strategy,
    network: keras.Model,
    batches: TrainingBatches,
    validation: Sequence[Batch],
    epochs: range,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Train as Keras's `fit` does, every batch dealt out to all replicas.

    Parameters
    ----------
    strategy : tf.distribute.Strategy
        In whose scope `network` was made.
    network : keras.Model
        Compiled.
    batches : TrainingBatches
        The same on every machine.
    validation : sequence of (images, labels)
        Also in batches, also the same everywhere.
    epochs : range
        Their numbers, from 0.
    callbacks : sequence of Callback
        Of this machine.

    Raises
    ------
    RunStoppedError
        On every machine after the same batch, if on any a callback raised it.
    """
    replicas = _Replicas(strategy, network)
    told = keras.callbacks.CallbackList(
        list(callbacks), model=network, epochs=epochs.stop, steps=len(batches)
    )
    network.stop_training = False
    told.on_train_begin()
    logs: Epoch = {}
    for epoch in epochs:
        told.on_epoch_begin(epoch)
        replicas.tell_dropout_apart()
        logs = replicas.learn(batches, told)
        batches.on_epoch_end()
        told.on_test_begin()
        found = replicas.test(validation, told)
        told.on_test_end(found)
        logs |= {f"val_{name}": value for name, value in found.items()}
        told.on_epoch_end(epoch, logs)
        if network.stop_training:
            break
    told.on_train_end(logs)


class _Replicas:
    """The copies of a network, which learn from a part of each batch."""

    def __init__(self, strategy: tf.distribute.Strategy, network: keras.Model) -> None:
        self._strategy = strategy
        self._network = network
        self._measure = keras.losses.get(network.loss)
        self._is_stopping = False
        self._train = tf.function(self._train_all, autograph=False, reduce_retracing=True)
        self._test = tf.function(self._test_all, autograph=False, reduce_retracing=True)
        with strategy.scope():
            network.optimizer.build(network.trainable_variables)
        self._own = strategy.experimental_local_results(self._give(lambda number: number))
        self._machine = self._own[0] // len(self._own)
        self._machines = strategy.num_replicas_in_sync // len(self._own)

    def tell_dropout_apart(self) -> None:
        """Let each replica drop units of its own: they all begin with the same seed."""
        for state in find_dropout_states(self._network):
            copies = self._strategy.experimental_local_results(state.value)
            for copy, number in zip(copies, self._own, strict=True):
                copy.assign(copy.numpy() + np.array([number, 0], np.uint32))

    def learn(self, batches: TrainingBatches, told: keras.callbacks.CallbackList) -> Epoch:
        """Go through an epoch; return its means."""
        return self._go_through(
            self._prefetch(batches), self._train, told.on_train_batch_begin, told.on_train_batch_end
        )

    def test(self, batches: Iterable[Batch], told: keras.callbacks.CallbackList) -> Epoch:
        """Go through the validation set; return its means."""
        parts = (self._take_own(*batch) for batch in batches)
        return self._go_through(parts, self._test, told.on_test_batch_begin, told.on_test_batch_end)

    def _prefetch(self, batches: TrainingBatches) -> Iterator[Part]:
        """Prepare this machine's parts of the next batches while the network learns."""

        def prepare() -> Iterator[Part]:
            for index in range(len(batches)):
                yield batches.part(index, self._machine, self._machines)

        images, _ = batches[0]
        kinds = (
            tf.TensorSpec((None, SIDE_PX, SIDE_PX, 1), images.dtype),
            tf.TensorSpec((None,), tf.uint8),
            tf.TensorSpec((), tf.int64),
        )
        prepared = tf.data.Dataset.from_generator(prepare, output_signature=kinds)
        ahead: Iterator[Part] = prepared.prefetch(_AHEAD).as_numpy_iterator()
        return ahead

    def _take_own(self, images: NDArray[np.float32], labels: NDArray[np.uint8]) -> Part:
        own = slice(*_bounds(len(labels), self._machine, self._machines))
        return images[own], labels[own], len(labels)

    def _go_through(
        self,
        parts: Iterable[Part],
        step: Callable[..., Any],
        begin: Callable[[int], None],
        end: Callable[[int, Epoch], None],
    ) -> Epoch:
        logs: Epoch = {}
        totals, count = np.zeros(2), 0
        for number, (images, labels, size) in enumerate(parts):
            begin(number)
            dealt = (self._deal(values, int(size)) for values in (images, labels))
            stop = tf.constant(self._is_stopping, tf.float32)
            *sums, stops = step(*dealt, tf.constant(size, tf.float32), stop)
            if stops:
                raise RunStoppedError
            totals, count = totals + sums, count + size
            logs = dict(zip(("loss", "accuracy"), (totals / count).tolist(), strict=True))
            try:
                end(number, logs)
            except RunStoppedError:
                # All have to stop after the same batch, or the others would wait for this one.
                self._is_stopping = True
        return logs

    def _deal(self, values: NDArray[Any], size: int) -> Any:
        """Give each replica on this machine its part of this machine's part."""
        skipped, _ = _bounds(size, self._machine, self._machines)

        def take(number: int) -> tf.Tensor:
            start, stop = _bounds(size, number, self._strategy.num_replicas_in_sync)
            return tf.constant(values[start - skipped : stop - skipped])

        return self._give(take)

    def _give(self, choose: Callable[[int], Any]) -> Any:
        """Give each replica on this machine something, by its number among those on all."""
        return self._strategy.experimental_distribute_values_from_function(
            lambda replica: choose(replica.replica_id_in_sync_group)
        )

    def _train_all(self, *arguments: Any) -> Any:
        with _normalized_together(self._network):
            return self._add_up(self._strategy.run(self._train_one, arguments))

    def _test_all(self, *arguments: Any) -> Any:
        return self._add_up(self._strategy.run(self._test_one, arguments))

    def _add_up(self, sums: Any) -> Any:
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, sums, axis=None)

    def _train_one(self, images: Any, labels: Any, size: Any, is_stopping: Any) -> Any:
        weights = self._network.trainable_variables
        with tf.GradientTape() as tape:
            probabilities = self._network(to_floats(images), training=True)
            losses = self._measure(labels, probabilities)
            # Over the whole batch: the gradients of all replicas are added up.
            loss = tf.reduce_sum(losses) / size
        gradients = tape.gradient(loss, weights)
        self._network.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        return _summarize(losses, probabilities, labels, is_stopping)

    def _test_one(self, images: Any, labels: Any, size: Any, is_stopping: Any) -> Any:
        probabilities = self._network(images, training=False)
        losses = self._measure(labels, probabilities)
        return _summarize(losses, probabilities, labels, is_stopping)


def _summarize(losses: Any, probabilities: Any, labels: Any, is_stopping: Any) -> Any:
    """Return the sum of losses, the number of right answers, and whether this machine stops."""
    is_right = tf.equal(tf.argmax(probabilities, axis=-1), tf.cast(labels, tf.int64))
    right = tf.reduce_sum(tf.cast(is_right, tf.float32))
    return tf.stack([tf.reduce_sum(losses), right, is_stopping])


@contextmanager
def _normalized_together(network: keras.Model) -> Iterator[None]:
    """Let batch normalisation see the whole batch, not a replica's part, while `fit` is traced."""
    norms = [n for n in network.layers if isinstance(n, keras.layers.BatchNormalization)]
    for norm in norms:
        norm.synchronized = True
    try:
        yield
    finally:
        # What is saved is a network for one device.
        for norm in norms:
            norm.synchronized = False


def _bounds(size: int, number: int, count: int) -> tuple[int, int]:
    """Return where one of `count` parts of a batch begins and ends."""
    return size * number // count, size * (number + 1) // count
