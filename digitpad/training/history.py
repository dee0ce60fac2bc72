"""Loss and accuracy, epoch by epoch. Free of TensorFlow."""

from collections.abc import Sequence

Epoch = dict[str, float]
"""Means over one epoch: `loss`, `accuracy`, `val_loss`, `val_accuracy`."""


def find_best(history: Sequence[Epoch]) -> int:
    """Return the number of the epoch with the best validation accuracy; they count from 1.

    Of several the one with the least validation loss; 0 if there is no epoch.
    """

    def judge(number: int) -> tuple[float, float]:
        epoch = history[number - 1]
        return epoch["val_accuracy"], -epoch["val_loss"]

    return max(range(1, len(history) + 1), key=judge, default=0)


def is_stalled(history: Sequence[Epoch], patience: int) -> bool:
    """Return whether the last `patience` epochs were no better than the best before; 0: never."""
    return bool(patience) and len(history) - find_best(history) >= patience
