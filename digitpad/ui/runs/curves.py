"""What is drawn of a run, as numbers. Free of Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from digitpad.services.runs.records import RunRecord
from digitpad.training.events import EpochEnded


class Metric(Enum):
    """What of a run is drawn."""

    LOSS = "loss"
    ACCURACY = "accuracy"
    ERROR = "error"

    @property
    def title(self) -> str:
        """What stands beside its axis."""
        return _TITLES[self]

    def of(self, epoch: EpochEnded) -> tuple[float, float]:
        """Return its value on training and on validation digits."""
        return _VALUES[self](epoch)

    def describe(self, value: float) -> str:
        """Return a value in words, with as many figures as make a difference."""
        if not math.isfinite(value):
            return "–"
        return f"{value:.4f}" if self is Metric.LOSS else f"{value:.2f}%"


_TITLES = {
    Metric.LOSS: "Loss",
    Metric.ACCURACY: "Accuracy, %",
    Metric.ERROR: "Error, %",
}
_VALUES: dict[Metric, Callable[[EpochEnded], tuple[float, float]]] = {
    Metric.LOSS: lambda epoch: (epoch.loss, epoch.validation_loss),
    Metric.ACCURACY: lambda epoch: (epoch.accuracy * 100, epoch.validation_accuracy * 100),
    Metric.ERROR: lambda epoch: (
        (1 - epoch.accuracy) * 100,
        (1 - epoch.validation_accuracy) * 100,
    ),
}


@dataclass(frozen=True)
class CurveChoice:
    """What of the runs is drawn, and how.

    Parameters
    ----------
    metric : Metric
        Which values.
    smoothing : float
        Weight of what was before, 0 to below 1.
    is_logarithmic : bool
        Whether the values' axis is.
    """

    metric: Metric = Metric.ACCURACY
    smoothing: float = 0.0
    is_logarithmic: bool = False


@dataclass(frozen=True)
class Curves:
    """A run's values, an epoch each.

    Parameters
    ----------
    epochs : tuple of int
        Their numbers.
    training, validation : tuple of float
        The values; not a number where there is none.
    """

    epochs: tuple[int, ...]
    training: tuple[float, ...]
    validation: tuple[float, ...]

    def smoothed(self, weight: float) -> Curves:
        """Return the same smoothed; see `smooth`."""
        return Curves(self.epochs, smooth(self.training, weight), smooth(self.validation, weight))

    def at(self, epoch: int) -> tuple[float, float]:
        """Return both values of an epoch; not numbers if the run has no such epoch."""
        if epoch not in self.epochs:
            return math.nan, math.nan
        index = self.epochs.index(epoch)
        return self.training[index], self.validation[index]


def curves_of(record: RunRecord, metric: Metric) -> Curves:
    """Return what is to be drawn of a run."""
    values = [metric.of(epoch) for epoch in record.epochs]
    return Curves(
        tuple(epoch.epoch for epoch in record.epochs),
        tuple(training for training, _ in values),
        tuple(validation for _, validation in values),
    )


def smooth(values: Sequence[float], weight: float) -> tuple[float, ...]:
    """Return the exponential moving average of values, without leaning to where it starts.

    Parameters
    ----------
    values : sequence of float
        What is not a number is left out, and stays as it is.
    weight : float
        Of what was before, 0 (nothing is smoothed) to below 1.
    """
    smoothed = []
    mean, whole = 0.0, 0.0
    for value in values:
        if math.isfinite(value):
            mean = weight * mean + (1 - weight) * value
            whole = weight * whole + (1 - weight)
            value = mean / whole
        smoothed.append(value)
    return tuple(smoothed)
