"""Samples for tests, each told from the others by its image."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from digitpad.core.strokes import Stroke
from digitpad.services.samples.records import Prediction, Sample, Source
from digitpad.services.samples.store import SampleStore

MODEL = "default@0123456789ab"
FIRST_DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_sample(number: int, label: int | None = None, source: Source = Source.DRAWING) -> Sample:
    """Return a sample kept `number` days after the first, whose image is that number in bits."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 200
    image[0, 2:26] = [255 * (number >> bit & 1) for bit in range(24)]
    return Sample(
        image=image,
        label=number % 10 if label is None else label,
        source=source,
        origin="" if source is Source.DRAWING else f"page {number}.png",
        created=FIRST_DAY + timedelta(days=number),
    )


def make_drawn(number: int) -> Sample:
    """Return a sample with strokes that was taken for the digit after it."""
    strokes = (Stroke(((1.5, 2.0), (3.0, 40.25)), 12.0), Stroke(((0.0, 5.0),), 8.0))
    predicted = Prediction((number + 1) % 10, 0.75, MODEL)
    return replace(make_sample(number), strokes=strokes, predicted=predicted)


def number_of(sample: Sample) -> int:
    """Return the number that `make_sample` put into the image."""
    return sum(int(sample.image[0, bit + 2] > 0) << bit for bit in range(24))


def fill_store(file: Path, count: int) -> None:
    """Keep so many samples a minute apart, one of fifty read as the digit after it, in seconds."""
    SampleStore(file).close()
    sources = list(Source)
    image = make_sample(0).image.tobytes()
    numbers = range(count)
    read = [(number + (number % 50 == 0)) % 10 for number in numbers]
    moments = [FIRST_DAY + timedelta(minutes=number) for number in numbers]
    created = [f"{moment:%Y-%m-%dT%H:%M:%S.000+00:00}" for moment in moments]
    database = sqlite3.connect(file)
    with database:
        database.executemany(
            "INSERT INTO samples VALUES (?, ?, ?, ?, '', ?, NULL, ?, 0.9, ?)",
            (
                (n + 1, f"{n:032x}", n % 10, sources[n % 4], created[n], read[n], MODEL)
                for n in numbers
            ),
        )
        database.executemany(
            "INSERT INTO pictures VALUES (?, ?, NULL, NULL)",
            ((n + 1, n.to_bytes(4, "little") + image[4:]) for n in numbers),
        )
        database.executemany(
            "INSERT INTO predictions VALUES (?, ?, ?, 0.9)",
            ((MODEL, n + 1, read[n]) for n in numbers),
        )
    database.close()
