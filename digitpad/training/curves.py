"""A run's curves, for TensorBoard."""

from typing import Any

import keras


class EpochCurves(keras.callbacks.TensorBoard):
    """Keras's `TensorBoard`, of epochs only.

    That one makes summaries of the loss and accuracy of each batch even when it is to write epochs,
    for no file: a tenth of the time that a small network learns.
    """

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Do all the rest."""
        super().on_train_batch_end(batch, None)
