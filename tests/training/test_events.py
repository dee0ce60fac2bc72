import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.training.events import (
    BatchEnded,
    DataLoaded,
    DownloadProgressed,
    EpochEnded,
    Event,
    ModelsCompared,
    PaceMeasured,
    PartFinished,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStopped,
    StatusChanged,
    from_line,
    to_line,
)

EVENTS = (
    StatusChanged("Reading “MNIST”\nline 2"),
    DownloadProgressed(1024, 0),
    DataLoaded(55_000, 5_000, 10_000, "MNIST"),
    RunResumed(4),
    PaceMeasured(2140.5, 1.5, 812.25),
    BatchEnded(1, 2, 430, 0.25, 0.5),
    EpochEnded(1, 10, 0.25, 0.5, 0.125, 0.75, 12.5, 100.0),
    ModelsCompared("own", 20, 12, 19),
    RunFinished(Path("runs") / "1" / "candidate", 0.99, 0.995),
    RunFinished(Path("candidate"), None, 0.995),
    PartFinished("first:2222", "0123"),
    RunStopped(3),
    RunFailed("It failed.", "Try again."),
)


def test_every_kind_of_event_is_here() -> None:
    assert {type(event) for event in EVENTS} == set(Event.__args__)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_its_line(event: Event) -> None:
    line = to_line(event)

    assert "\n" not in line
    assert from_line(line + "\n") == event


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_half_a_line_is_no_event(event: Event) -> None:
    line = to_line(event)
    for length in range(len(line)):
        with pytest.raises(ValueError):  # noqa: PT011
            from_line(line[:length])


@pytest.mark.parametrize(
    "line",
    [
        "null",
        "[]",
        "7",
        '"RunStopped"',
        "{}",
        '{"event": "Unknown"}',
        '{"event": []}',
        '{"event": "RunStopped"}',
        '{"event": "RunStopped", "epochs": 1, "more": 2}',
        '{"event": "RunFinished", "folder": 5, "accuracy_before": null, "accuracy_after": 1}',
        "2026-11-21 07:00:00 W tensorflow/core/platform.cc:1] a warning",
    ],
)
def test_other_text_is_no_event(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_line(line)


@given(st.text())
def test_any_text_is_an_event_or_a_value_error(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_line(line)


_TELLS_OF_BATCHES = """
import os, time
now = 100.0
time.monotonic = lambda: now
from digitpad.training.events import BatchEnded, StatusChanged, claim_stdout
events = claim_stdout()
def tell(*batches):
    for batch in batches:
        events.report(BatchEnded(1, batch, 9, 0.25, 0.5))
    os.write(1, b"so far\\n")
tell(1, 2, 3)
now += 0.25
tell(4, 5)
events.report(StatusChanged("Testing"))
tell(6)
events.flush()
tell(7, 9)
"""


def test_batches_are_told_of_together() -> None:
    """They wait for what comes a fifth of a second later, for another event or the epoch's end."""
    told = subprocess.run(
        [sys.executable, "-c", _TELLS_OF_BATCHES],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    ).stdout.splitlines()

    words = ["so far" if line == "so far" else from_line(line) for line in told]
    batches = [BatchEnded(1, batch, 9, 0.25, 0.5) for batch in range(10)]
    assert words == [
        *(batches[1], "so far"),
        *(*batches[2:5], "so far"),
        *(batches[5], StatusChanged("Testing"), "so far"),
        *(*batches[6:8], batches[9], "so far"),
    ]
