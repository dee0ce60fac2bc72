"""The same training as in the window, with nothing around it: Keras's `fit` on arrays."""

import sys
import time
from pathlib import Path

from tests.benchmarks.process import report

THROUGHPUT: dict[str, object] = {
    "architecture": "lenet5",
    "epochs": 4,
    "epoch_steps": 0,
    "batch_size": 128,
    "schedule": "constant",
    "augmentation": "none",
    "is_best_kept": "no",
    "limit": 0,
}
"""What is trained, as the form takes it."""

_VALIDATED = 5_000


def main() -> None:
    """Time the quickest epoch after the first."""
    import keras
    import numpy as np

    from digitpad.training.architectures import build_network
    from digitpad.training.data.datasets import load_mnist

    train = load_mnist(Path(sys.argv[2])).train
    images = train.images[..., np.newaxis].astype(np.float32) / np.float32(255)
    network = build_network(str(THROUGHPUT["architecture"]), seed=1)
    network.compile(
        keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    seconds: list[float] = []

    class Clock(keras.callbacks.Callback):
        """Times every epoch, validation included."""

        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            self._began = time.monotonic()

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            seconds.append(time.monotonic() - self._began)

    network.fit(
        images[:-_VALIDATED],
        train.labels[:-_VALIDATED],
        batch_size=128,
        epochs=4,
        validation_data=(images[-_VALIDATED:], train.labels[-_VALIDATED:]),
        validation_batch_size=500,
        verbose=0,
        callbacks=[Clock()],
    )
    report(epoch_s=min(seconds[1:]))


if __name__ == "__main__":
    main()
