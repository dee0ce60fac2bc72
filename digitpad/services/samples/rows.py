"""Samples as rows of their file, and back."""

import json
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from digitpad.core.errors import DrawingError
from digitpad.core.normalization import SIDE_PX
from digitpad.core.strokes import Drawing
from digitpad.services.samples.records import Prediction, Sample, SampleFilter, Source

AMONG = "IN (SELECT value FROM json_each(?))"
"""A condition on one value for each of a list, given as JSON."""

LATEST = "INSERT OR REPLACE INTO predictions (model, sample, label, confidence)"

_PAGE = 500
_UNREAD = (None, None, None)
_SHORT = """SELECT id, key, label, source, origin, created, predicted, confidence, model, image,
    NULL, NULL FROM samples JOIN pictures ON sample = id"""
_WHOLE = _SHORT.replace("NULL, NULL", "strokes, crop")
_BAD_ROW = (sqlite3.Error, DrawingError, ValueError, TypeError)
"""What comes of reading a row of a damaged file."""


def insert(connection: sqlite3.Connection, sample: Sample) -> int | None:
    """Add a sample; return its id, None if it is there already."""
    predicted = sample.predicted
    judgement = (predicted.label, predicted.confidence, predicted.model) if predicted else _UNREAD
    row = connection.execute(
        """INSERT INTO samples
            (key, label, source, origin, created, predicted, confidence, model)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET deleted = NULL WHERE deleted IS NOT NULL
            RETURNING id""",
        (
            sample.key or uuid.uuid4().hex,
            sample.label,
            sample.source.value,
            sample.origin,
            to_text(sample.created),
            *judgement,
        ),
    ).fetchone()
    if row is None:
        return None
    sample_id = int(row[0])
    image = np.ascontiguousarray(sample.image, np.uint8).tobytes()
    strokes = Drawing(sample.strokes).to_json() if sample.strokes else None
    connection.execute(
        "INSERT OR IGNORE INTO pictures VALUES (?, ?, ?, ?)",
        (sample_id, image, strokes, sample.crop),
    )
    if predicted is not None:
        values = (predicted.model, sample_id, predicted.label, predicted.confidence)
        connection.execute(f"{LATEST} VALUES (?, ?, ?, ?)", values)
    return sample_id


def load(
    connection: sqlite3.Connection, ids: Sequence[int], *, is_whole: bool = True
) -> list[Sample]:
    """Return samples in the order of `ids`, those that are gone left out."""
    query = f"{_WHOLE if is_whole else _SHORT} WHERE id {AMONG}"
    rows = connection.execute(query, (json.dumps(list(ids)),))
    found = {sample.id: sample for sample in map(_to_sample, rows)}
    return [found[sample_id] for sample_id in ids if sample_id in found]


def iterate(connection: sqlite3.Connection) -> Iterator[Sample]:
    """Yield all samples but deleted ones, those added first first."""
    query = f"{_WHOLE} WHERE deleted IS NULL AND id > ? ORDER BY id LIMIT {_PAGE}"
    last = 0
    while rows := connection.execute(query, (last,)).fetchall():
        yield from map(_to_sample, rows)
        last = rows[-1][0]


def salvage(connection: sqlite3.Connection) -> Iterator[Sample]:
    """Yield what can be read of a damaged file, and pass over the rest."""
    query = f"{_WHOLE} WHERE deleted IS NULL AND id = ?"
    try:
        (top,) = connection.execute("SELECT max(id) FROM samples").fetchone()
    except sqlite3.Error:
        return
    for sample_id in range(1, (top or 0) + 1):
        try:
            row = connection.execute(query, (sample_id,)).fetchone()
            if row is not None:
                yield _to_sample(row)
        except _BAD_ROW:
            continue


def to_condition(wanted: SampleFilter) -> tuple[str, list[object]]:
    """Return a filter as a condition with what stands for its question marks."""
    conditions = ["deleted IS NULL"]
    values: list[object] = []
    if wanted.labels:
        conditions.append(f"label {AMONG}")
        values.append(json.dumps(sorted(wanted.labels)))
    if wanted.sources:
        conditions.append(f"source {AMONG}")
        values.append(json.dumps(sorted(wanted.sources)))
    if wanted.since is not None:
        conditions.append("created >= ?")
        values.append(to_text(wanted.since))
    if wanted.until is not None:
        conditions.append("created < ?")
        values.append(to_text(wanted.until))
    if wanted.disagrees_with:
        # Joined from this side: seen from the samples, it takes three times as long.
        conditions.append(
            "id IN (SELECT sample FROM predictions JOIN samples AS judged ON judged.id = sample "
            "WHERE predictions.model = ? AND predictions.label IS NOT judged.label)"
        )
        values.append(wanted.disagrees_with)
    return f"WHERE {' AND '.join(conditions)}", values


def to_text(moment: datetime) -> str:
    """Return a time so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _to_sample(row: tuple[Any, ...]) -> Sample:
    sample_id, key, label, source, origin, created, *judgement, image, strokes, crop = row
    predicted, confidence, model = judgement
    return Sample(
        image=np.frombuffer(image, np.uint8).reshape(SIDE_PX, SIDE_PX),
        label=label,
        source=Source(source),
        origin=origin,
        strokes=Drawing.from_json(strokes, "This sample").strokes if strokes else (),
        crop=crop,
        predicted=Prediction(predicted, confidence, model) if model is not None else None,
        created=datetime.fromisoformat(created),
        id=sample_id,
        key=key,
    )
