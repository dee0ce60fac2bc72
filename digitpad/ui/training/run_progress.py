"""How far a run is, in words and numbers. Free of Qt."""

import time
from collections.abc import Callable

from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    DownloadProgressed,
    EpochEnded,
    Event,
    ModelsCompared,
    PaceMeasured,
    StatusChanged,
)

_SETTLING_SECONDS = 2.0
"""How long batches must have been coming before the time left is worth saying."""

_MEGABYTE = 1_000_000


class RunProgress:
    """Follows a run's events.

    Parameters
    ----------
    epochs : int
        How many the run was asked for.
    clock : callable
        Seconds, from anywhere, that only grow.
    seconds_before : float
        How long it took before it was stopped or killed.

    Attributes
    ----------
    text : str
        What the run is doing now.
    fraction : float or None
        How much of it is done, 0 to 1; None while that isn't known.
    seconds_left : float or None
        How long the training will still take; None while that isn't known.
    test_size : int
        Digits the candidate is tested on; 0 until the data is loaded.
    validation_accuracy : float or None
        Of the last whole epoch.
    compared : list of ModelsCompared
        What a lesson changed, on each data set.
    pace : PaceMeasured or None
        What the machine was doing lately.
    """

    def __init__(
        self,
        epochs: int,
        clock: Callable[[], float] = time.monotonic,
        seconds_before: float = 0.0,
    ) -> None:
        self.text = "Starting"
        self.fraction: float | None = None
        self.seconds_left: float | None = None
        self.test_size = 0
        self.validation_accuracy: float | None = None
        self.compared: list[ModelsCompared] = []
        self.pace: PaceMeasured | None = None
        self._epochs = epochs
        self._clock = clock
        self._began = clock() - seconds_before
        self._first_batch: tuple[float, float] | None = None
        self._paused: float | None = None
        self._waited = 0.0

    @property
    def has_epochs(self) -> bool:
        """Whether an epoch ended: there is something to go on from."""
        return self.validation_accuracy is not None

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self._paused is not None

    def pause(self) -> None:
        """Let the clock stand still until `go_on`."""
        self._paused = self._clock()

    def go_on(self) -> None:
        """Let the clock run on."""
        if self._paused is not None:
            self._waited += self._clock() - self._paused
            self._paused = None

    @property
    def seconds_taken(self) -> float:
        """Return how long the run has taken, without pauses."""
        return (self._paused or self._clock()) - self._began - self._waited

    def follow(self, event: Event) -> None:
        """Take in what the run reports."""
        if isinstance(event, BatchEnded):
            self._follow_batch(event)
        elif isinstance(event, EpochEnded):
            self.fraction = event.epoch / event.epochs
            self.validation_accuracy = event.validation_accuracy
        elif isinstance(event, StatusChanged):
            self.text, self.fraction, self.seconds_left = event.text, None, None
        elif isinstance(event, DownloadProgressed):
            self._follow_download(event)
        elif isinstance(event, DataLoaded):
            self.test_size = event.test
        elif isinstance(event, ModelsCompared):
            self.compared.append(event)
        elif isinstance(event, PaceMeasured):
            self.pace = event

    def _follow_batch(self, event: BatchEnded) -> None:
        done = (event.epoch - 1 + event.batch / event.batches) / self._epochs
        self.fraction = done
        self.text = f"Epoch {event.epoch} of {self._epochs}, "
        if event.batch < event.batches:
            self.text += f"batch {event.batch:,} of {event.batches:,}"
        else:
            self.text += "validating"
        now = self.seconds_taken
        # The first batch builds the network's graph: its time says nothing about the others.
        if self._first_batch is None:
            self._first_batch = now, done
        began, done_before = self._first_batch
        if now - began >= _SETTLING_SECONDS and done > done_before:
            self.seconds_left = (now - began) / (done - done_before) * (1 - done)

    def _follow_download(self, event: DownloadProgressed) -> None:
        received = f"{event.received / _MEGABYTE:.1f}"
        if event.total:
            self.fraction = event.received / event.total
            self.text = f"Downloading MNIST, {received} of {event.total / _MEGABYTE:.1f} MB"
        else:
            self.text = f"Downloading MNIST, {received} MB"


def describe_time_left(seconds: float) -> str:
    """Say how long something will still take, no more exactly than is known."""
    if seconds < 10:
        return "A few seconds left"
    if seconds < 55:
        return f"About {round(seconds / 10) * 10} s left"
    return f"About {_describe_minutes(round(seconds / 60))} left"


def describe_pace(pace: PaceMeasured) -> str:
    """Say what the machine is doing."""
    words = f"{pace.digits_per_second:,.0f} digits a second, {pace.cores:.1f} cores busy"
    return f"{words}, {pace.memory_mb:,.0f} MB" if pace.memory_mb else words


def describe_duration(seconds: float) -> str:
    """Say how long something took."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 600:
        return f"{int(seconds) // 60} min {int(seconds) % 60} s"
    return _describe_minutes(round(seconds / 60))


def _describe_minutes(minutes: int) -> str:
    if minutes < 60:
        return f"{max(1, minutes)} min"
    return f"{minutes // 60} h {minutes % 60} min"
