"""What a run reports, as frozen dataclasses here and as JSON lines between processes."""

import dataclasses
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO


@dataclass(frozen=True)
class StatusChanged:
    """The run began something that takes a while; `text` says what."""

    text: str


@dataclass(frozen=True)
class DownloadProgressed:
    """Bytes received of a download; `total` is 0 while it isn't known."""

    received: int
    total: int


@dataclass(frozen=True)
class DataLoaded:
    """How many digits there are to train on, to validate on and to test on."""

    train: int
    validation: int
    test: int
    source: str


@dataclass(frozen=True)
class RunResumed:
    """The run goes on after `epoch`, where it was when it was stopped or killed."""

    epoch: int


@dataclass(frozen=True)
class BatchEnded:
    """Loss and accuracy of one batch; `epoch` and `batch` count from 1."""

    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class PaceMeasured:
    """What the machine does for the run: a rate, cores kept busy, peak memory (0 if unknown)."""

    digits_per_second: float
    cores: float
    memory_mb: float


@dataclass(frozen=True)
class EpochEnded:
    """Means over one epoch, on training and on validation data; `epoch` counts from 1."""

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    seconds_left: float


@dataclass(frozen=True)
class ModelsCompared:
    """On some data, of which there are `count` digits, how many are read right before and after."""

    data: str
    count: int
    right_before: int
    right_after: int


@dataclass(frozen=True)
class RunFinished:
    """The candidate in `folder` is whole; test accuracy before (if compared) and after."""

    folder: Path
    accuracy_before: float | None
    accuracy_after: float


@dataclass(frozen=True)
class PartFinished:
    """The run is over on this machine; `first`, the first of its machines, has the candidate.

    `weights_sha256` is of the trained network's weights, which are the same on all of them.
    """

    first: str
    weights_sha256: str


@dataclass(frozen=True)
class RunStopped:
    """The run was asked to stop, and did, after `epochs` whole epochs."""

    epochs: int


@dataclass(frozen=True)
class RunFailed:
    """The run can't go on: what happened and what to do."""

    message: str
    hint: str


Event = (
    StatusChanged
    | DownloadProgressed
    | DataLoaded
    | RunResumed
    | BatchEnded
    | PaceMeasured
    | EpochEnded
    | ModelsCompared
    | RunFinished
    | PartFinished
    | RunStopped
    | RunFailed
)

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in Event.__args__}

_BATCHES_EVERY_S = 0.2
"""Batches are told of together: whoever listens wakes five times a second instead of a hundred,
which is time that the run would miss."""


def to_line(event: Event) -> str:
    """Return an event as one line of JSON, without the line's end."""
    return json.dumps({"event": type(event).__name__} | dataclasses.asdict(event), default=str)


class EventWriter:
    """Writes events as lines: at once, but for batches, which wait for up to a fifth of a second.

    They wait in the middle of an epoch only, and until the next event; `flush` writes them.

    Parameters
    ----------
    lines : text file
        Where to.
    """

    def __init__(self, lines: TextIO) -> None:
        self._lines = lines
        self._flushed = 0.0

    def report(self, event: Event) -> None:
        """Write an event."""
        print(to_line(event), file=self._lines)
        can_wait = isinstance(event, BatchEnded) and event.batch < event.batches
        if not can_wait or time.monotonic() - self._flushed >= _BATCHES_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self._lines.flush()
        self._flushed = time.monotonic()


def claim_stdout() -> EventWriter:
    """Keep this process's standard output for events.

    Returns
    -------
    EventWriter
        Writes them there. What libraries print there goes to standard error from now on.
    """
    kept = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return EventWriter(os.fdopen(kept, "w", encoding="utf-8"))


def from_line(line: str) -> Event:
    """Read what `to_line` wrote.

    Raises
    ------
    ValueError
        If the line is no event.
    """
    try:
        values = json.loads(line)
        kind = _KINDS[values.pop("event")]
        if kind is RunFinished:
            values["folder"] = Path(values["folder"])
        event: Event = kind(**values)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not an event: {line!r}") from error
    return event
