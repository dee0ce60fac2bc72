"""The digits a person kept, in SQLite."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from digitpad.core.errors import SampleError
from digitpad.services.samples.database import telling_errors, writing
from digitpad.services.samples.records import (
    EVERYTHING,
    Prediction,
    Sample,
    SampleCounts,
    SampleFilter,
    Source,
)
from digitpad.services.samples.recovery import back_up, back_up_if_due, open_database
from digitpad.services.samples.rows import AMONG, LATEST, insert, load, to_condition, to_text

KEPT_DELETED_DAYS = 30
"""So long a deleted sample can be brought back."""


class SampleStore:
    """All samples there are. Several processes may use one file at a time.

    A store belongs to the thread that opened it; other threads open one of their own. What
    changes samples is on the disk when it returns, and survives a power cut.

    Parameters
    ----------
    file : Path
        Made with its folder if it is not there. A damaged one is set aside, and the last good
        backup put in its place; `notice` says so.

    Raises
    ------
    SampleError
        If a newer digitpad made it.
    StorageError
        If it can't be opened, or written to; every method may raise it, too.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.notice: SampleError | None = None
        self._open()
        self._purge()

    def __enter__(self) -> "SampleStore":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def back_up(self) -> Path | None:
        """Make an automatic backup if one is due; see `sample_recovery.back_up_if_due`."""
        with self._using() as connection:
            return back_up_if_due(connection, self._file)

    def copy_to(self, file: Path) -> None:
        """Copy all samples, deleted ones included, to a file of their own; one there goes."""
        with self._using() as connection:
            back_up(connection, file)

    # --- what changes samples --------------------------------------------------------------

    def add(self, samples: Iterable[Sample]) -> list[int]:
        """Keep samples, all of them or none.

        Parameters
        ----------
        samples : iterable of Sample
            One whose key is there already is left out, or brought back if it was deleted.

        Returns
        -------
        list of int
            The ids of those that are there now and were not before.
        """
        with self._writing() as connection:
            added = (insert(connection, sample) for sample in samples)
            return [sample_id for sample_id in added if sample_id is not None]

    def replace(self, samples: Iterable[Sample]) -> list[int]:
        """Keep samples in the place of all others, which are deleted and can be brought back.

        Parameters
        ----------
        samples : iterable of Sample
            One whose key is there already gets its label.

        Returns
        -------
        list of int
            The ids of those that are there now and were not before.
        """
        added, labels = [], {}
        with self._writing() as connection:
            for sample in samples:
                added.append(insert(connection, sample))
                labels[sample.key] = sample.label
            connection.executemany(
                "UPDATE samples SET label = ? WHERE key = ?",
                [(label, key) for key, label in labels.items()],
            )
            connection.execute(
                f"UPDATE samples SET deleted = ? WHERE deleted IS NULL AND key NOT {AMONG}",
                (to_text(datetime.now(UTC)), json.dumps(list(labels))),
            )
        return [sample_id for sample_id in added if sample_id is not None]

    def relabel(self, labels: Mapping[int, int]) -> None:
        """Say what samples really show.

        Parameters
        ----------
        labels : mapping from int to int
            From a sample's id to its label, 0 to 9.
        """
        rows = [(label, sample_id) for sample_id, label in labels.items()]
        with self._writing() as connection:
            connection.executemany("UPDATE samples SET label = ? WHERE id = ?", rows)

    def delete(self, ids: Sequence[int]) -> None:
        """Delete samples; they can be brought back for `KEPT_DELETED_DAYS`."""
        change = f"UPDATE samples SET deleted = ? WHERE deleted IS NULL AND id {AMONG}"
        with self._writing() as connection:
            connection.execute(change, (to_text(datetime.now(UTC)), json.dumps(list(ids))))

    def restore(self, ids: Sequence[int]) -> None:
        """Bring deleted samples back."""
        change = f"UPDATE samples SET deleted = NULL WHERE id {AMONG}"
        with self._writing() as connection:
            connection.execute(change, (json.dumps(list(ids)),))

    def put_predictions(self, predictions: Mapping[int, Prediction]) -> None:
        """Remember what models take samples for, in place of what the same ones did before.

        Parameters
        ----------
        predictions : mapping from int to Prediction
            By the sample's id; samples that are gone are left out.
        """
        rows = [
            (each.model, each.label, each.confidence, sample_id)
            for sample_id, each in predictions.items()
        ]
        with self._writing() as connection:
            connection.executemany(f"{LATEST} SELECT ?, id, ?, ? FROM samples WHERE id = ?", rows)

    # --- what asks for them ----------------------------------------------------------------

    def count(self, wanted: SampleFilter = EVERYTHING) -> SampleCounts:
        """Return how many samples there are of each label and source."""
        condition, values = to_condition(wanted)
        query = f"SELECT label, source, COUNT(*) FROM samples {condition} GROUP BY label, source"
        with self._using() as connection:
            rows = connection.execute(query, values)
            return SampleCounts({(label, Source(name)): count for label, name, count in rows})

    def find(self, wanted: SampleFilter = EVERYTHING) -> list[int]:
        """Return the ids of samples, those added last first."""
        condition, values = to_condition(wanted)
        with self._using() as connection:
            rows = connection.execute(
                f"SELECT id FROM samples {condition} ORDER BY id DESC", values
            )
            return [sample_id for (sample_id,) in rows]

    def find_keys(self, keys: Sequence[str]) -> list[int]:
        """Return the ids of the samples with these keys, deleted ones included."""
        query = f"SELECT id FROM samples WHERE key {AMONG}"
        with self._using() as connection:
            rows = connection.execute(query, (json.dumps(list(keys)),))
            return [sample_id for (sample_id,) in rows]

    def find_unjudged(self, model: str) -> list[int]:
        """Return the ids of samples that no prediction of a model is known for."""
        query = """SELECT id FROM samples WHERE deleted IS NULL AND NOT EXISTS
            (SELECT 1 FROM predictions WHERE model = ? AND sample = id)"""
        with self._using() as connection:
            return [sample_id for (sample_id,) in connection.execute(query, (model,))]

    def labels(self, ids: Sequence[int]) -> dict[int, int]:
        """Return what samples show, by id."""
        query = f"SELECT id, label FROM samples WHERE id {AMONG}"
        with self._using() as connection:
            return dict(connection.execute(query, (json.dumps(list(ids)),)))

    def predictions(self, ids: Sequence[int], model: str) -> dict[int, Prediction]:
        """Return what a model takes samples for, by id, as far as it is known."""
        query = f"""SELECT sample, label, confidence FROM predictions
            WHERE model = ? AND sample {AMONG}"""
        with self._using() as connection:
            rows = connection.execute(query, (model, json.dumps(list(ids))))
            return {sample: Prediction(label, sure, model) for sample, label, sure in rows}

    def load(self, ids: Sequence[int], *, is_whole: bool = True) -> list[Sample]:
        """Return samples.

        Parameters
        ----------
        ids : sequence of int
            Those that are gone for good are left out; deleted ones are not.
        is_whole : bool
            Whether strokes and crops are wanted, too; without them it is quicker.

        Returns
        -------
        list of Sample
            In the order of `ids`.
        """
        with self._using() as connection:
            return load(connection, ids, is_whole=is_whole)

    # --- the file --------------------------------------------------------------------------

    def _open(self) -> None:
        opened = open_database(self._file)
        self._connection, self.notice = opened.connection, opened.notice
        self._identity = self._identify()

    def _identify(self) -> tuple[int, int] | None:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with telling_errors(self._file):
            if self._identify() != self._identity:
                # Another process has put a backup in its place.
                self._connection.close()
                self._open()
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._using() as connection, writing(connection):
            yield connection

    def _purge(self) -> None:
        """Delete for good what was deleted long ago."""
        before = to_text(datetime.now(UTC) - timedelta(days=KEPT_DELETED_DAYS))
        with self._using() as connection:
            if connection.execute("SELECT 1 FROM samples WHERE deleted < ?", (before,)).fetchone():
                with writing(connection):
                    connection.execute("DELETE FROM samples WHERE deleted < ?", (before,))
