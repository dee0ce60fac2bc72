"""What a run trains on: one device, all of this machine, or several machines.

With several, each device has a copy of the network, a replica, and learns from a part of every
batch; the gradients are added up over all of them, so the copies stay the same. They learn what
one device would from whole batches: batch normalisation too sees the whole batch. Only dropout
drops other units.

The worker process inherits `TF_CONFIG`, and TensorFlow reads it by itself.
"""

import faulthandler
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitpad.core.errors import TrainingError
from digitpad.training.config import MIRRORED, MULTI_WORKER, TrainingConfig
from digitpad.training.data.batches import TrainingBatches
from digitpad.training.data.feeding import stream
from digitpad.training.distribution.cluster import Cluster, place
from digitpad.training.distribution.fit import fit_together
from digitpad.training.distribution.meeting import meet
from digitpad.training.reporter import Reporter, RunStoppedError
from digitpad.training.run_folder import CHECKPOINTS_FOLDER, CONFIG_FILE
from digitpad.training.validation import ValidationSet

_CONNECTING_S = 120
"""So long TensorFlow may take to connect machines that are all there."""

_START_FILE = "start.keras"
_VALIDATION_BATCH = 500


def find_devices(strategy: str, run: Reporter) -> "OneDevice":
    """Return what a run trains on.

    Parameters
    ----------
    strategy : str
        A key of `STRATEGIES`.
    run : Reporter
        Whom to tell of waiting for other machines.

    Raises
    ------
    TrainingError
        If there are to be several machines, and `TF_CONFIG` doesn't name them or they don't come.
    RunStoppedError
        If the run was stopped before all were there.
    """
    if strategy == MIRRORED:
        run.begin(_describe(len(tf.config.list_physical_devices("GPU"))))
        return Devices(_mirror())
    if strategy == MULTI_WORKER:
        return _meet(run)
    return OneDevice()


def _describe(gpus: int) -> str:
    if not gpus:
        return "Training on the processor alone: TensorFlow found no GPU"
    return f"Training on {gpus} GPUs" if gpus > 1 else "Training on the one GPU there is"


@cache
def _mirror() -> tf.distribute.Strategy:
    """Return a process's one strategy; what two of them send between devices would get mixed up."""
    # Left to itself, TensorFlow would take other machines' for ours if `TF_CONFIG` is set.
    own = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return tf.distribute.MirroredStrategy([device.name for device in own])


def _meet(run: Reporter) -> "Machines":
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    try:
        cluster = place(resolver.cluster_spec().as_dict(), resolver.task_type, resolver.task_id)
    except (ValueError, TypeError) as error:
        raise TrainingError(f"`TF_CONFIG` can't be read ({error}).") from error
    run.begin(f"Waiting for all {len(cluster.addresses)} machines")
    meet(cluster, run.stop_if_asked)
    run.begin("Connecting the machines")
    # Should one have left since, TensorFlow would wait for an hour, and hear of no stop.
    faulthandler.dump_traceback_later(_CONNECTING_S, exit=True)
    try:
        return Machines(tf.distribute.MultiWorkerMirroredStrategy(resolver), cluster)
    except tf.errors.OpError as error:
        raise TrainingError(
            f"The machines of the run can't be connected: {error.message}.",
            "Check the addresses in `TF_CONFIG`.",
        ) from error
    finally:
        faulthandler.cancel_dump_traceback_later()


class OneDevice:
    """The first GPU, or the processor; Keras's `fit` does it all."""

    is_first = True
    """Whether this machine keeps what comes of the run, and tells of it."""

    first = "this machine"
    """Where that is kept."""

    def scope(self) -> AbstractContextManager[object]:
        """Return a context in which the network is built or loaded, and compiled."""
        return nullcontext()

    def share_run(self, config: TrainingConfig, folder: Path) -> TrainingConfig:
        """Return the first machine's settings, with its checkpoints and start in `folder`."""
        return config

    def require_same(self, what: str, fingerprint: str) -> None:
        """Compare with the first machine.

        Raises
        ------
        TrainingError
            If it has another fingerprint of `what`.
        """

    def fit(
        self,
        network: keras.Model,
        batches: TrainingBatches,
        validation: ValidationSet,
        epochs: range,
        callbacks: Sequence[keras.callbacks.Callback],
    ) -> None:
        """Train.

        Parameters
        ----------
        network : keras.Model
            Made in `scope`, and compiled.
        batches, validation
            What to train and validate on.
        epochs : range
            Their numbers, from 0.
        callbacks : sequence of Callback
            As for Keras's `fit`.
        """
        network.fit(
            stream(batches),
            steps_per_epoch=len(batches),
            initial_epoch=epochs.start,
            epochs=epochs.stop,
            # The batches have an order of their own, which a run that goes on has to keep to.
            shuffle=False,
            validation_data=(validation.images[..., np.newaxis], validation.labels),
            validation_batch_size=_VALIDATION_BATCH,
            verbose=0,
            callbacks=list(callbacks),
        )

    def bring_home(self, network: keras.Model) -> keras.Model:
        """Return a network that this machine can use by itself."""
        return network

    def wait(self) -> None:
        """Wait until all machines have come to this point."""


class Devices(OneDevice):
    """All GPUs of this machine; if it has none, its processors.

    Parameters
    ----------
    strategy : tf.distribute.Strategy
        TensorFlow's way to keep the replicas alike.
    """

    def __init__(self, strategy: tf.distribute.Strategy) -> None:
        self._strategy = strategy

    def scope(self) -> AbstractContextManager[object]:
        """Return the strategy's: variables get a copy on each device."""
        scope: AbstractContextManager[object] = self._strategy.scope()
        return scope

    def fit(
        self,
        network: keras.Model,
        batches: TrainingBatches,
        validation: ValidationSet,
        epochs: range,
        callbacks: Sequence[keras.callbacks.Callback],
    ) -> None:
        """Train on all devices."""
        images, labels = validation.images[..., np.newaxis], validation.labels
        starts = range(0, len(labels), _VALIDATION_BATCH)
        held_out = [
            (images[s : s + _VALIDATION_BATCH], labels[s : s + _VALIDATION_BATCH]) for s in starts
        ]
        fit_together(self._strategy, network, batches, held_out, epochs, callbacks)

    def bring_home(self, network: keras.Model) -> keras.Model:
        """Return a copy that is on one device."""
        copy = keras.Model.from_config(network.get_config())
        copy.set_weights(network.get_weights())
        return copy


class Machines(Devices):
    """All devices of several machines, each of which runs this program.

    Parameters
    ----------
    strategy : tf.distribute.MultiWorkerMirroredStrategy
        Connected.
    cluster : Cluster
        The machines.
    """

    def __init__(self, strategy: tf.distribute.Strategy, cluster: Cluster) -> None:
        super().__init__(strategy)
        self.is_first = cluster.is_first
        self.first = cluster.addresses[0]

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Return the strategy's scope; new variables get the first machine's values."""
        with _explain_loss(), self._strategy.scope():
            yield

    def share_run(self, config: TrainingConfig, folder: Path) -> TrainingConfig:
        """Take over all settings but where data is; put what else there is into `folder`."""
        content = io.BytesIO()
        if self.is_first:
            _pack(config, folder, content)
        received = self._share(content.getvalue())
        return config if self.is_first else _unpack(received, config, folder)

    def require_same(self, what: str, fingerprint: str) -> None:
        """Compare with the first machine."""
        if self._share(fingerprint.encode()).decode() != fingerprint:
            raise TrainingError(
                f"This machine has other {what} than the first.", "Give all of them the same."
            )

    def fit(
        self,
        network: keras.Model,
        batches: TrainingBatches,
        validation: ValidationSet,
        epochs: range,
        callbacks: Sequence[keras.callbacks.Callback],
    ) -> None:
        """Train on all machines; they stop together."""
        try:
            with _explain_loss():
                super().fit(network, batches, validation, epochs, callbacks)
        except RunStoppedError:
            self.wait()
            raise

    def wait(self) -> None:
        """Wait for the others; who goes first doesn't cut off those who are about to go."""
        try:
            self._give(np.zeros(1, np.float32))
        except tf.errors.OpError:
            # The others have gone already: there is nothing to wait for.
            return

    def _share(self, content: bytes) -> bytes:
        """Return what the first machine gave."""
        with _explain_loss():
            size = int(self._give(np.array([len(content)], np.float64))[0])
            # Every device can add up floats; below 256 they are exact.
            values = np.frombuffer(content, np.uint8) if self.is_first else np.zeros(size)
            return self._give(values.astype(np.float32)).astype(np.uint8).tobytes()

    def _give(self, values: NDArray[Any]) -> NDArray[Any]:
        own = self._strategy.experimental_distribute_values_from_function(
            lambda replica: tf.constant(values * (replica.replica_id_in_sync_group == 0))
        )
        total = self._strategy.reduce(tf.distribute.ReduceOp.SUM, own, axis=None)
        given: NDArray[Any] = total.numpy()
        return given


@contextmanager
def _explain_loss() -> Iterator[None]:
    """Say in words that another machine is gone; TensorFlow notices within ten seconds."""
    try:
        yield
    except (
        tf.errors.AbortedError,
        tf.errors.CancelledError,
        tf.errors.DeadlineExceededError,
        tf.errors.FailedPreconditionError,
        tf.errors.UnavailableError,
    ) as error:
        raise TrainingError(
            "Another machine of the run is gone.",
            "What it says tells why. Start all of them again, the first one with --resume.",
        ) from error


def _pack(config: TrainingConfig, folder: Path, content: io.BytesIO) -> None:
    with zipfile.ZipFile(content, "w") as parts:
        parts.writestr(CONFIG_FILE, config.to_json())
        for file in (folder / CHECKPOINTS_FOLDER).glob("*"):
            parts.write(file, f"{CHECKPOINTS_FOLDER}/{file.name}")
        if config.start is not None:
            parts.write(config.start, _START_FILE)


def _unpack(content: bytes, own: TrainingConfig, folder: Path) -> TrainingConfig:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        parts.extractall(folder)
    config = TrainingConfig.from_json((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    return replace(
        config,
        data=own.data,
        download_folder=own.download_folder,
        pen_data=own.pen_data if config.pen_data is not None else None,
        start=folder / _START_FILE if config.start is not None else None,
        baseline=None,
    )
