"""What is found of runs, whatever happened to their folders."""

import math
import os
from datetime import datetime
from pathlib import Path

import pytest

from digitpad.core.errors import StorageError
from digitpad.services.runs.changes import list_runs
from digitpad.services.runs.records import RunCatalog, RunRecord, RunStatus, read_curves
from digitpad.training.events import (
    BatchEnded,
    EpochEnded,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStopped,
    StatusChanged,
)
from digitpad.training.run_folder import CONFIG_FILE, EVENTS_FILE, RESULT_FILE
from tests.rights import ordinary_rights
from tests.run_folders import (
    add_events,
    make_epoch,
    make_events,
    make_run,
    under_way,
    write_state,
)

FINISHED = RunFinished(Path("candidate"), 0.9, 0.95)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def only(runs: Path) -> RunRecord:
    (record,) = list_runs(runs)
    return record


def test_no_folder_is_no_runs(runs: Path) -> None:
    assert list_runs(runs) == ()
    assert RunCatalog(runs).newest() is None


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (FINISHED, RunStatus.FINISHED),
        (RunStopped(3), RunStatus.STOPPED),
        (RunFailed("The disk is full.", ""), RunStatus.FAILED),
        (None, RunStatus.INTERRUPTED),
    ],
)
def test_how_it_ended(runs: Path, result: RunStopped | None, status: RunStatus) -> None:
    folder = make_run(runs, result=result)

    record = only(runs)

    assert record.status is status
    assert record.result == result
    assert record.can_resume is (status is not RunStatus.FINISHED)
    assert record.can_continue
    with under_way(folder):
        record = only(runs)
        assert record.status is RunStatus.UNDER_WAY
        assert record.result is None
        assert not record.can_resume
        assert not record.can_continue


def test_what_is_kept(runs: Path) -> None:
    folder = make_run(runs, "2026-11-22 10-00-00 2", result=FINISHED)

    record = only(runs)

    assert record.folder == folder
    assert record.config.name == "mine"
    assert record.began == datetime(2026, 11, 22, 10)
    assert record.epochs == tuple(make_epoch(number, 5) for number in (1, 2, 3))
    assert record.epochs_done == 3
    assert record.best == record.epochs[2]
    assert record.test_accuracy == 0.95
    assert record.seconds == 4.5


def test_before_the_first_epoch(runs: Path) -> None:
    make_run(runs, done=0, result=RunFailed("No data.", ""))

    record = only(runs)

    assert (record.epochs, record.epochs_done, record.best) == ((), 0, None)
    assert (record.test_accuracy, record.seconds) == (None, 0)
    assert record.is_of_no_use
    assert not record.can_continue


def test_one_that_began_with_a_model_counts_its_epochs(runs: Path) -> None:
    make_run(runs, "a", done=7, first_epoch=7, result=None)
    make_run(runs, "b", done=9, first_epoch=7, result=None)

    by_name = {record.name: record for record in list_runs(runs)}

    assert (by_name["a"].epochs_done, by_name["a"].config.last_epoch) == (7, 12)
    assert by_name["a"].is_of_no_use
    assert [epoch.epoch for epoch in by_name["b"].epochs] == [8, 9]
    assert by_name["a"].began is None


def test_the_newest_are_first(runs: Path) -> None:
    names = ["2026-11-22 10-00-00", "2026-11-20 10-00-00", "2026-11-22 10-00-00 2"]
    for name in names:
        make_run(runs, name)

    assert [record.name for record in list_runs(runs)] == sorted(names, reverse=True)


def test_epochs_that_were_done_again_count_once(runs: Path) -> None:
    folder = make_run(runs, done=2, result=None)
    add_events(folder, [RunResumed(1), *make_events(2, 3, 5, ease=9)])

    epochs = only(runs).epochs

    assert [epoch.epoch for epoch in epochs] == [1, 2, 3]
    assert epochs[1] == make_epoch(2, 5, ease=9)


def test_an_epoch_that_was_saved_but_never_reported_is_found(runs: Path) -> None:
    folder = make_run(runs, done=2, result=None)
    write_state(folder, 4)
    add_events(folder, [RunResumed(4), make_epoch(5, 5)])

    epochs = only(runs).epochs

    assert [epoch.epoch for epoch in epochs] == [1, 2, 3, 4, 5]
    assert epochs[2].validation_accuracy == make_epoch(3, 5).validation_accuracy
    assert [epoch.seconds for epoch in epochs] == [1.5, 1.5, 0, 0, 1.5]


def test_a_loss_that_is_no_number_stays_one(runs: Path) -> None:
    folder = make_run(runs, done=1)
    add_events(folder, [EpochEnded(2, 5, math.nan, 0.1, math.nan, 0.1, 1.0, 1.0)])

    record = only(runs)

    assert math.isnan(record.epochs[1].loss)
    assert record.best == record.epochs[0]


class TestDamage:
    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"architecture": "x"}', b"\xff\xfe", b'"x"'],
    )
    def test_a_configuration_that_cant_be_read_is_no_run(self, runs: Path, content: bytes) -> None:
        make_run(runs, "whole")
        (make_run(runs, "damaged") / CONFIG_FILE).write_bytes(content)
        (runs / "empty").mkdir()
        (runs / "a file").touch()
        (runs / ".trash" / "deleted").mkdir(parents=True)

        assert [record.name for record in list_runs(runs)] == ["whole"]

    @pytest.mark.parametrize(
        "line",
        [
            b'{"event": "EpochEnded", "epoch": "four"}',
            b'{"event": "EpochEnded", "epoch": null, "epochs": 5, "loss": 1, "accuracy": 1, '
            b'"validation_loss": 1, "validation_accuracy": 1, "seconds": 1, "seconds_left": 1}',
            b'{"event": "EpochEnded", "epo',
            b'{"event": "EpochEnded", \xff\xfe\x00}',
            b'{"event": "EpochEnded", ' + b"[" * 100_000,
            b"\x00" * 1000,
        ],
    )
    def test_a_damaged_line_costs_no_other(self, runs: Path, line: bytes) -> None:
        folder = make_run(runs, done=2, result=None)
        with (folder / EVENTS_FILE).open("ab") as file:
            file.write(line + b"\n")
        add_events(folder, [*make_events(3, 3, 5)])

        record = only(runs)

        assert [epoch.epoch for epoch in record.epochs] == [1, 2, 3]
        assert [e for e in read_curves(record, 100) if isinstance(e, EpochEnded)] == [
            *record.epochs
        ]

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"event": "StatusChanged"}'])
    def test_a_damaged_result_is_none(self, runs: Path, content: str) -> None:
        (make_run(runs, result=FINISHED) / RESULT_FILE).write_text(content)

        assert only(runs).status is RunStatus.INTERRUPTED

    def test_without_its_events_the_checkpoints_tell(self, runs: Path) -> None:
        (make_run(runs) / EVENTS_FILE).unlink()

        record = only(runs)

        assert record.epochs_done == 3
        assert read_curves(record, 100) == record.epochs

    def test_a_file_in_place_of_the_folder(self, runs: Path) -> None:
        runs.write_text("I am a file")

        with pytest.raises(StorageError, match="can't be looked into"):
            list_runs(runs)

    @pytest.mark.skipif(os.name == "nt", reason="rights as POSIX has them")
    def test_rights_taken_away(self, runs: Path) -> None:
        make_run(runs, "whole")
        events = make_run(runs, "closed") / EVENTS_FILE
        events.chmod(0)
        with ordinary_rights():
            by_name = {record.name: record for record in list_runs(runs)}
            assert by_name["closed"].epochs_done == 3  # As the checkpoints tell.
            assert read_curves(by_name["closed"], 100) == by_name["closed"].epochs
            (runs / "closed").chmod(0)
            assert [record.name for record in list_runs(runs)] == ["whole"]
            (runs / "closed").chmod(0o700)


class TestReadingAgain:
    def test_what_did_not_change_is_the_same(self, runs: Path) -> None:
        make_run(runs, "one")
        make_run(runs, "two")
        catalog = RunCatalog(runs)
        before = catalog.records()
        add_events(runs / "one", make_events(4, 4, 5))

        after = catalog.records()

        assert after[0] is before[0]
        assert after[1].epochs_done == 4

    def test_a_run_is_followed_from_nothing_to_its_end(self, runs: Path) -> None:
        catalog = RunCatalog(runs)
        assert catalog.records() == ()
        folder = make_run(runs, done=0, result=None)
        with under_way(folder):
            assert catalog.records()[0].epochs == ()
            add_events(folder, [StatusChanged("Training"), *make_events(1, 1, 5)])
            assert catalog.records()[0].epochs_done == 1
            with (folder / EVENTS_FILE).open("a") as file:
                file.write('{"event": "EpochEnded", "epo')
            assert catalog.records()[0].epochs_done == 1
            assert catalog.records()[0].status is RunStatus.UNDER_WAY
        assert catalog.records()[0].status is RunStatus.INTERRUPTED
        make_run(runs, "again", result=FINISHED)

        names = [(record.name, record.status) for record in catalog.records()]

        assert names == [
            ("again", RunStatus.FINISHED),
            (folder.name, RunStatus.INTERRUPTED),
        ]

    def test_a_file_that_was_put_in_place_of_another(self, runs: Path) -> None:
        folder = make_run(runs, done=3)
        catalog = RunCatalog(runs)
        catalog.records()
        other = make_run(runs.parent / "elsewhere", done=1)
        (other / EVENTS_FILE).replace(folder / EVENTS_FILE)
        write_state(folder, 1)

        assert catalog.records()[0].epochs_done == 1

    def test_a_run_that_is_gone(self, runs: Path) -> None:
        folder = make_run(runs)
        catalog = RunCatalog(runs)
        catalog.records()
        folder.rename(runs.parent / "away")

        assert catalog.records() == ()
        (runs.parent / "away").rename(folder)
        assert len(catalog.records()) == 1

    def test_the_newest_that_is_not_under_way(self, runs: Path) -> None:
        make_run(runs, "1", result=None)
        make_run(runs, "2", result=FINISHED)
        newest = make_run(runs, "3", result=None)
        (runs / "4").mkdir()
        catalog = RunCatalog(runs)

        assert catalog.newest() == only_named(runs, "3")
        with under_way(newest):
            assert catalog.newest() == only_named(runs, "2")


def only_named(runs: Path, name: str) -> RunRecord:
    return next(record for record in list_runs(runs) if record.name == name)


class TestCurves:
    def test_everything_once_and_in_order(self, runs: Path) -> None:
        folder = make_run(runs, done=2, result=None)
        add_events(folder, make_events(3, 3, 5)[:2])  # Killed in the middle of an epoch.
        add_events(folder, [RunResumed(2), *make_events(3, 3, 5, ease=9)])
        add_events(folder, make_events(4, 4, 5)[:2])  # And again.

        assert read_curves(only(runs), 1_000) == (
            *make_events(1, 2, 5),
            *make_events(3, 3, 5, ease=9),
        )

    def test_a_million_batches_become_few(self, runs: Path) -> None:
        folder = make_run(runs, done=0, result=None)
        batches = [BatchEnded(1, number, 5_000, 1.0, 0.5) for number in range(1, 5_001)]
        add_events(folder, [*batches, make_epoch(1, 5)])

        curves = read_curves(only(runs), 100)

        assert len(curves) == 101
        assert curves[-1] == make_epoch(1, 5)
        assert curves[0] == batches[0]

    def test_a_run_without_an_epoch_has_none(self, runs: Path) -> None:
        folder = make_run(runs, done=0, result=None)
        add_events(folder, make_events(1, 1, 5)[:2])

        assert read_curves(only(runs), 100) == ()
