import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import SampleError, StorageError
from digitpad.services.samples.exports import export_training_set
from digitpad.services.samples.records import Prediction, SampleFilter, Source, judge
from digitpad.services.samples.store import SampleStore
from tests.pace import least_s, slowness
from tests.rights import ordinary_rights
from tests.samples import FIRST_DAY, MODEL, fill_store, make_drawn, make_sample, number_of

_MANY = 100_000


@pytest.fixture
def file() -> Path:
    return paths.samples_file()


@pytest.fixture
def store(file: Path) -> Iterator[SampleStore]:
    with SampleStore(file) as opened:
        yield opened


def numbers(store: SampleStore, wanted: SampleFilter | None = None) -> list[int]:
    """Return which samples a filter finds, by their images."""
    ids = store.find(wanted) if wanted else store.find()
    return [number_of(sample) for sample in store.load(ids)]


class TestKeeping:
    def test_a_store_begins_empty(self, store: SampleStore) -> None:
        assert store.notice is None
        assert store.find() == []
        assert store.count().total == 0

    def test_a_sample_comes_back_as_it_was(self, store: SampleStore, file: Path) -> None:
        kept = replace(make_drawn(7), crop=b"\x89PNG", origin="Zettel “7”.jpg", source=Source.PHOTO)
        (sample_id,) = store.add([kept])
        store.close()

        with SampleStore(file) as again:
            (found,) = again.load([sample_id])

        assert (found.image == kept.image).all()
        assert found.image.dtype == np.uint8
        expected = replace(kept, id=sample_id, key=found.key, image=found.image)
        assert vars(found) == vars(expected)
        assert len(found.key) == 32

    def test_what_was_read_may_be_no_digit_or_nothing(self, store: SampleStore) -> None:
        scribble = replace(make_sample(1), predicted=Prediction(None, 0.9, MODEL))
        ids = store.add([scribble, make_sample(2)])

        first, second = store.load(ids)
        assert first.predicted == Prediction(None, 0.9, MODEL)
        assert second.predicted is None

    def test_a_page_comes_without_strokes_and_crops(self, store: SampleStore) -> None:
        ids = store.add([make_drawn(3)])

        (short,) = store.load(ids, is_whole=False)
        assert (short.strokes, short.crop) == ((), None)
        assert number_of(short) == 3

    def test_samples_come_in_the_order_asked_for_without_those_that_are_gone(
        self, store: SampleStore
    ) -> None:
        ids = store.add(make_sample(number) for number in range(4))

        found = store.load([ids[2], 999, ids[0]])
        assert [sample.id for sample in found] == [ids[2], ids[0]]

    def test_all_or_none(self, store: SampleStore) -> None:
        with pytest.raises(sqlite3.IntegrityError):
            store.add([make_sample(1), make_sample(2, label=12)])

        assert store.find() == []

    def test_a_key_that_is_known_is_not_added_again(self, store: SampleStore) -> None:
        sample = replace(make_sample(5), key="a" * 32)
        (sample_id,) = store.add([sample])

        assert store.add([sample, make_sample(6)]) == [sample_id + 1]
        store.delete([sample_id])
        assert store.add([sample]) == [sample_id]
        assert numbers(store) == [6, 5]

    def test_relabel_and_back(self, store: SampleStore) -> None:
        ids = store.add(make_sample(number) for number in range(3))
        before = store.labels(ids)
        assert list(before.values()) == [0, 1, 2]

        store.relabel(dict.fromkeys(ids, 9))
        assert set(store.labels(ids).values()) == {9}
        store.relabel(before)
        assert store.labels(ids) == before

    def test_delete_and_restore(self, store: SampleStore, file: Path) -> None:
        ids = store.add(make_sample(number) for number in range(3))

        store.delete(ids[:2])
        assert store.find() == [ids[2]]
        assert store.count().total == 1
        store.close()
        with SampleStore(file) as again:
            again.restore(ids[:1])
            assert again.find() == [ids[2], ids[0]]

    def test_what_was_deleted_long_ago_is_gone(self, store: SampleStore, file: Path) -> None:
        ids = store.add([make_drawn(number) for number in range(3)])
        store.delete(ids[:2])
        store.close()
        with sqlite3.connect(file) as database:
            database.execute(
                "UPDATE samples SET deleted = '2020-01-01T00:00:00.000+00:00' WHERE id = ?", ids[:1]
            )
        database.close()

        with SampleStore(file) as again:
            again.restore(ids)
            assert sorted(again.find()) == ids[1:]
            assert [sample.id for sample in again.load(ids)] == ids[1:]
            assert again.predictions(ids, MODEL).keys() == set(ids[1:])

    def test_two_stores_on_one_file(self, store: SampleStore, file: Path) -> None:
        with SampleStore(file) as other:
            ids = other.add([make_sample(1)])
            assert store.find() == ids
            store.relabel({ids[0]: 4})
            assert other.labels(ids) == {ids[0]: 4}


class TestFinding:
    @pytest.fixture
    def filled(self, store: SampleStore) -> SampleStore:
        sources = list(Source)
        store.add(make_sample(number, source=sources[number % 4]) for number in range(40))
        return store

    def test_those_added_last_come_first(self, filled: SampleStore) -> None:
        assert numbers(filled) == list(range(39, -1, -1))

    def test_by_label_source_and_date(self, filled: SampleStore) -> None:
        threes_and_fours = SampleFilter(labels=frozenset({3, 4}))
        assert numbers(filled, threes_and_fours) == [34, 33, 24, 23, 14, 13, 4, 3]
        drawn = SampleFilter(sources=frozenset({Source.DRAWING}))
        assert numbers(filled, drawn) == list(range(36, -1, -4))
        week = SampleFilter(
            since=FIRST_DAY + timedelta(days=5), until=FIRST_DAY + timedelta(days=8)
        )
        assert numbers(filled, week) == [7, 6, 5]
        both = SampleFilter(frozenset({5}), frozenset({Source.PHOTO}))
        assert numbers(filled, both) == [25, 5]

    def test_counts(self, filled: SampleStore) -> None:
        counts = filled.count()
        assert counts.total == 40
        assert [counts.of_label(label) for label in range(10)] == [4] * 10
        assert [counts.of_source(source) for source in Source] == [10] * 4
        assert filled.count(SampleFilter(labels=frozenset({2}))).total == 4

    def test_by_disagreement_with_a_model(self, store: SampleStore) -> None:
        agreeing, wrong, scribble, unjudged = store.add(make_sample(n) for n in (1, 2, 3, 4))
        assert store.find_unjudged(MODEL) == [agreeing, wrong, scribble, unjudged]
        store.put_predictions(
            {
                agreeing: Prediction(1, 0.99, MODEL),
                wrong: Prediction(7, 0.6, MODEL),
                scribble: Prediction(None, 0.8, MODEL),
                unjudged: Prediction(9, 0.8, "another"),
                999: Prediction(1, 0.8, MODEL),
            }
        )

        assert store.find_unjudged(MODEL) == [unjudged]
        disagreeing = SampleFilter(disagrees_with=MODEL)
        assert store.find(disagreeing) == [scribble, wrong]
        assert store.predictions([wrong, unjudged], MODEL) == {wrong: Prediction(7, 0.6, MODEL)}
        # The newest counts, and so does what a person says by now.
        store.put_predictions({wrong: Prediction(2, 0.9, MODEL)})
        store.relabel({agreeing: 5})
        assert store.find(disagreeing) == [scribble, agreeing]

    def test_what_was_read_when_it_was_kept_counts_as_judged(self, store: SampleStore) -> None:
        ids = store.add([make_drawn(3)])

        assert store.find_unjudged(MODEL) == []
        assert store.find(SampleFilter(disagrees_with=MODEL)) == ids


@pytest.mark.parametrize(
    ("probabilities", "label", "confidence"),
    [([0.9, 0.1], 0, 0.9), ([0.2, 0.25], None, 0.55), ([0.2, 0.4], 1, 0.4)],
)
def test_what_probabilities_come_to(
    probabilities: list[float], label: int | None, confidence: float
) -> None:
    given = np.zeros(10, np.float32)
    given[:2] = probabilities

    judged = judge(given, MODEL)
    assert (judged.label, judged.model) == (label, MODEL)
    assert judged.confidence == pytest.approx(confidence)


class TestTrainingSet:
    def test_it_holds_the_samples_as_they_are_now(self, store: SampleStore, tmp_path: Path) -> None:
        ids = store.add(make_sample(number) for number in range(5))
        store.relabel({ids[1]: 8})

        assert export_training_set(store, tmp_path / "set.npz", [ids[3], ids[1], 999]) == 2

        with np.load(tmp_path / "set.npz") as arrays:
            assert arrays["images"].shape == (2, 28, 28)
            assert arrays["images"].dtype == arrays["labels"].dtype == np.uint8
            assert arrays["labels"].tolist() == [3, 8]
            assert arrays["ids"].tolist() == [ids[3], ids[1]]

    def test_no_samples_no_file(self, store: SampleStore, tmp_path: Path) -> None:
        with pytest.raises(SampleError, match="no samples"):
            export_training_set(store, tmp_path / "set.npz", [])
        with pytest.raises(StorageError):
            export_training_set(store, tmp_path / "gone" / "set.npz", store.add([make_sample(1)]))

        assert list(tmp_path.glob("*.npz")) == []


def test_a_hundred_thousand_are_listed_and_shown_in_no_time(file: Path) -> None:
    fill_store(file, _MANY)
    with SampleStore(file) as store:
        _check_speed(store)


def _check_speed(store: SampleStore) -> None:
    ids = store.find()
    filters = (
        SampleFilter(),
        SampleFilter(labels=frozenset({3})),
        SampleFilter(sources=frozenset({Source.PHOTO})),
        SampleFilter(since=FIRST_DAY + timedelta(minutes=_MANY // 2)),
        SampleFilter(disagrees_with=MODEL),
    )
    counts = [len(store.find(wanted)) for wanted in filters]
    assert counts == [_MANY, _MANY // 10, _MANY // 4, _MANY // 2, _MANY // 50]

    slow = slowness()
    assert max(least_s(lambda wanted=each: store.find(wanted)) for each in filters) < 0.2 * slow
    assert least_s(lambda: store.load(ids[60_000:60_200], is_whole=False)) < 0.02 * slow
    assert least_s(lambda: store.load(ids[::500], is_whole=False)) < 0.05 * slow
    assert least_s(store.count) < 0.3 * slow


_ADD_FOR_EVER = """
import sys
from pathlib import Path
from digitpad.services.samples.store import SampleStore
from tests.samples import make_drawn

first, count = int(sys.argv[2]), int(sys.argv[3])
with SampleStore(Path(sys.argv[1])) as store:
    print("open", flush=True)
    for number in range(first, first + count):
        print(*store.add([make_drawn(number), make_drawn(number)]), flush=True)
"""


def start_adding(file: Path, first: int, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _ADD_FOR_EVER, str(file), str(first), str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )


class TestFaults:
    def test_two_processes_keep_all_that_both_add(self, file: Path) -> None:
        adding = [start_adding(file, first, 60) for first in (0, 1000)]
        reported = [process.communicate(timeout=120)[0].split()[1:] for process in adding]

        assert [len(ids) for ids in reported] == [120, 120]
        with SampleStore(file) as store:
            assert sorted(store.find()) == sorted(int(each) for ids in reported for each in ids)
            assert sorted(numbers(store)) == sorted([*range(60), *range(1000, 1060)] * 2)

    def test_killed_at_any_moment_what_was_reported_is_there(self, file: Path) -> None:
        reported: set[int] = set()
        moments = Random(20261122)
        for first in range(0, 6_000, 1_000):
            with start_adding(file, first, 1_000_000) as process:
                assert process.stdout is not None
                lines = [process.stdout.readline() for _ in range(moments.randrange(25))]
                process.kill()
                lines += process.stdout.read().splitlines()
            reported |= {int(each) for line in lines if line[:1].isdigit() for each in line.split()}

            with SampleStore(file) as store:
                assert store.notice is None
                found = store.find()
                assert reported <= set(found)
                # Two at a time were added, so half of them is nowhere.
                assert len(found) % 2 == 0
                assert len(store.load(found)) == len(found)
        assert len(reported) > 20

    def test_a_full_disk(self, store: SampleStore) -> None:
        (kept,) = store.add([make_sample(1)])
        store._connection.execute("PRAGMA max_page_count = 20")

        with pytest.raises(StorageError, match="the disk is full") as told:
            store.add(make_drawn(number) for number in range(500))

        assert "Free some space" in told.value.hint
        assert store.find() == [kept]
        store._connection.execute("PRAGMA max_page_count = 1000000")
        store.add([make_sample(2)])
        assert numbers(store) == [2, 1]

    def test_a_file_that_may_not_grow(self, store: SampleStore, file: Path) -> None:
        resource = pytest.importorskip("resource")
        (kept,) = store.add([make_sample(1)])
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        largest = file.with_name(f"{file.name}-wal").stat().st_size + 10_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, limits[1]))
        try:
            with pytest.raises(StorageError, match="can't be"):
                store.add(make_drawn(number) for number in range(500))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

        assert store.find() == [kept]

    def test_a_folder_that_may_not_be_written_to(self, file: Path) -> None:
        SampleStore(file).close()
        for place in (file, file.parent):
            place.chmod(0o500)
        try:
            with ordinary_rights(), pytest.raises(StorageError) as told:
                SampleStore(file)
        finally:
            file.parent.chmod(0o700)

        assert "write" in told.value.hint
        assert str(file.parent) in told.value.message

    def test_a_file_in_the_place_of_the_folder(self, file: Path) -> None:
        file.parent.parent.mkdir(parents=True)
        file.parent.write_text("I am a file")

        with pytest.raises(StorageError):
            SampleStore(file)

    def test_another_program_at_it_for_long(
        self, store: SampleStore, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store._connection.execute("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StorageError, match="in use by another program"):
            store.add([make_sample(1)])

        other.close()
        assert store.add([make_sample(1)]) == [1]
