"""Going on with runs, and clearing them away."""

import csv
import errno
import io
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitpad.core.errors import StorageError, TrainingError
from digitpad.services.folder_trash import KEPT_DAYS
from digitpad.services.runs.changes import (
    continue_run,
    delete_runs,
    empty_trash,
    find_run,
    format_csv,
    list_runs,
    list_trash,
    restore_runs,
    resume_run,
    settle_run,
)
from digitpad.services.runs.records import RunRecord, RunStatus
from digitpad.services.runs.retraining import Run, new_run_folder
from digitpad.training.config import TrainingConfig
from digitpad.training.events import RunFailed, RunFinished, RunStopped
from digitpad.training.run_folder import CONFIG_FILE, RESULT_FILE, TENSORBOARD_FOLDER
from tests.run_folders import make_epoch, make_run, under_way

FINISHED = RunFinished(Path("candidate"), 0.9, 0.95)
BASELINE = Path("models") / "active" / "model.tflite"

posix_only = pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for Python")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def record_of(runs: Path, *name: str, **settings: object) -> RunRecord:
    return find_run(runs, make_run(runs, *name, **settings).name)


class TestFinding:
    def test_by_name_by_its_beginning_and_the_last(self, runs: Path) -> None:
        for name in ("2026-11-20 10-00-00", "2026-11-22 10-00-00", "2026-11-22 10-00-00 2"):
            make_run(runs, name)

        assert find_run(runs, "2026-11-22 10-00-00").name == "2026-11-22 10-00-00"
        assert find_run(runs, "2026-11-20").name == "2026-11-20 10-00-00"
        assert find_run(runs, "last").name == "2026-11-22 10-00-00 2"

    @pytest.mark.parametrize(
        ("name", "why"), [("2026", "Several runs"), ("", "Several"), ("1999", "no run “1999”")]
    )
    def test_none_or_several(self, runs: Path, name: str, why: str) -> None:
        for day in ("20", "22"):
            make_run(runs, f"2026-11-{day} 10-00-00")

        with pytest.raises(TrainingError, match=why):
            find_run(runs, name)

    def test_the_last_of_none(self, runs: Path) -> None:
        with pytest.raises(TrainingError, match="no run “last”"):
            find_run(runs, "last")


class TestResuming:
    @pytest.mark.parametrize("result", [RunStopped(3), RunFailed("Killed.", ""), None])
    def test_it_goes_on_in_its_folder_as_it_was_asked_for(
        self, runs: Path, result: RunStopped | None
    ) -> None:
        record = record_of(runs, result=result, baseline=Path("gone.tflite"))

        run = resume_run(record, BASELINE)

        assert run.folder == record.folder
        asked = TrainingConfig.from_json((record.folder / CONFIG_FILE).read_text())
        assert vars(run.config) == vars(asked) | {"baseline": BASELINE}

    @posix_only
    def test_stopped_before_it_could_say_so_it_is_where_it_was(
        self, runs: Path, stand_in: Callable[[str], None]
    ) -> None:
        stand_in("report(StatusChanged('Loading'))\nimport time\ntime.sleep(600)")
        record = record_of(runs)
        run = resume_run(record, None)
        run.start()
        assert not (record.folder / RESULT_FILE).exists()
        events = run.events()
        next(events)
        run.stop()

        assert list(events) == [RunStopped(3)]
        assert find_run(runs, "last").result == RunStopped(3)
        assert find_run(runs, "last").epochs == record.epochs

    def test_finished_and_under_way_are_refused(self, runs: Path) -> None:
        finished = record_of(runs, "a", result=FINISHED)
        stopped = record_of(runs, "b")

        with pytest.raises(TrainingError, match="has finished"):
            resume_run(finished, None)
        with under_way(stopped.folder):
            # Whether that was known or not.
            for record in (stopped, find_run(runs, "b")):
                with pytest.raises(TrainingError, match="under way"):
                    resume_run(record, None)


def test_a_run_is_under_way_from_its_first_word_on(config: TrainingConfig, runs: Path) -> None:
    run = Run(config, new_run_folder(runs))
    run.start()
    events = run.events()
    next(events)

    record = find_run(runs, "last")
    assert record.status is RunStatus.UNDER_WAY
    with pytest.raises(TrainingError, match="under way"):
        Run(config, run.folder).start()
    with pytest.raises(TrainingError, match="under way"):
        delete_runs([record], runs)
    run.stop()
    assert list(events) == [RunStopped(0)]
    assert find_run(runs, "last").status is RunStatus.STOPPED


class TestMoreEpochs:
    @pytest.mark.parametrize("result", [FINISHED, RunStopped(3), None])
    def test_they_count_on_in_a_run_of_its_own(self, runs: Path, result: RunStopped | None) -> None:
        record = record_of(runs, done=5, result=result, command="digitpad train")
        (record.folder / TENSORBOARD_FOLDER).mkdir()
        (record.folder / TENSORBOARD_FOLDER / "events").touch()
        before = sorted(record.folder.rglob("*"))

        run = continue_run(record, 8, BASELINE, runs)

        assert run.folder != record.folder
        assert sorted(record.folder.rglob("*")) == before
        assert (run.config.last_epoch, run.config.baseline) == (8, BASELINE)
        assert run.config.command == f"digitpad train --resume '{record.name}' --epochs 8"
        assert not (run.folder / RESULT_FILE).exists()
        for part in ("checkpoints/epoch-005.keras", "checkpoints/state.json", "tensorboard/events"):
            assert (run.folder / part).read_bytes() == (record.folder / part).read_bytes()
        (run.folder / CONFIG_FILE).write_text(run.config.to_json())
        continued = find_run(runs, run.folder.name)
        assert continued.status is RunStatus.INTERRUPTED
        assert continued.epochs == record.epochs

    def test_of_one_that_began_with_a_model(self, runs: Path) -> None:
        record = record_of(runs, done=12, first_epoch=7, result=FINISHED)

        run = continue_run(record, 20, None, runs)

        assert (run.config.first_epoch, run.config.last_epoch) == (7, 20)

    @pytest.mark.parametrize("last", [-1, 0, 4, 5])
    def test_no_fewer_than_there_were(self, runs: Path, last: int) -> None:
        record = record_of(runs, done=5, result=FINISHED)

        with pytest.raises(TrainingError, match="5 epochs already"):
            continue_run(record, last, None, runs)
        assert len(list(runs.iterdir())) == 1

    def test_without_checkpoints_or_under_way(self, runs: Path) -> None:
        record = record_of(runs, done=5, result=FINISHED)
        with under_way(record.folder), pytest.raises(TrainingError, match="under way"):
            continue_run(record, 9, None, runs)
        shutil.rmtree(record.folder / "checkpoints")

        with pytest.raises(TrainingError, match="no checkpoint"):
            continue_run(record, 9, None, runs)

    def test_more_than_any_run_may_have(self, runs: Path) -> None:
        record = record_of(runs, done=5, result=FINISHED)

        with pytest.raises(TrainingError, match="Epochs can't be 1,001"):
            continue_run(record, 1_001, None, runs)
        assert len(list(runs.iterdir())) == 1

    def test_where_there_are_no_links(self, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(source: str, target: str) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        record = record_of(runs, done=5, result=FINISHED)
        monkeypatch.setattr(os, "link", fail)

        run = continue_run(record, 9, None, runs)

        file = Path("checkpoints") / "epoch-005.keras"
        assert (run.folder / file).read_bytes() == (record.folder / file).read_bytes()

    def test_a_full_disk_leaves_no_half_run(
        self, runs: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(source: Path, target: Path, copy_function: object) -> None:
            target.mkdir()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        record = record_of(runs, done=5, result=FINISHED)
        monkeypatch.setattr(shutil, "copytree", fail)

        with pytest.raises(StorageError, match="No space left"):
            continue_run(record, 9, None, runs)
        assert list(runs.iterdir()) == [record.folder]


class TestLeavingIt:
    def test_an_interrupted_run_counts_as_stopped(self, runs: Path) -> None:
        settle_run(record_of(runs, result=None))

        assert find_run(runs, "last").result == RunStopped(3)
        assert find_run(runs, "last").can_resume

    def test_others_stay_as_they_are(self, runs: Path) -> None:
        failed = RunFailed("The disk is full.", "")
        settle_run(record_of(runs, "a", result=failed))
        interrupted = record_of(runs, "b", result=None)
        with under_way(interrupted.folder):
            settle_run(interrupted)

        assert find_run(runs, "a").result == failed
        assert find_run(runs, "b").result is None


class TestDeleting:
    def test_there_and_back(self, runs: Path) -> None:
        records = [record_of(runs, name) for name in ("a", "b", "c")]
        trashed = delete_runs(records[:2], runs)
        assert [record.name for record in list_runs(runs)] == ["c"]
        assert {folder.former_name for folder in list_trash(runs)} == {"a", "b"}

        restore_runs(trashed, runs)

        assert sorted(list_runs(runs), key=lambda record: record.name) == records
        assert list_trash(runs) == ()

    def test_one_under_way_keeps_all(self, runs: Path) -> None:
        records = [record_of(runs, name) for name in ("a", "b")]

        with under_way(records[1].folder), pytest.raises(TrainingError, match="“b” is under way"):
            delete_runs(records, runs)
        assert len(list_runs(runs)) == 2

    def test_after_a_month_they_are_gone(self, runs: Path) -> None:
        old, young, now = (record_of(runs, name) for name in ("old", "young", "now"))
        for record, days in ((old, KEPT_DAYS + 0.1), (young, KEPT_DAYS - 0.1)):
            (trashed,) = delete_runs([record], runs)
            then = datetime.now(UTC) - timedelta(days=days)
            name = f"{then:%Y%m%dT%H%M%S.%fZ} {record.name}"
            trashed.folder.rename(trashed.folder.with_name(name))

        delete_runs([now], runs)

        assert [folder.former_name for folder in list_trash(runs)] == ["now", "young"]

    def test_the_trash_is_emptied(self, runs: Path) -> None:
        delete_runs([record_of(runs, name) for name in ("a", "b")], runs)

        assert empty_trash(runs) == 2
        assert list_trash(runs) == ()
        assert empty_trash(runs) == 0

    def test_a_folder_that_is_gone(self, runs: Path) -> None:
        record = record_of(runs)
        shutil.rmtree(record.folder)
        with pytest.raises(StorageError, match="could not be deleted"):
            delete_runs([record], runs)

        (trashed,) = delete_runs([record_of(runs)], runs)
        shutil.rmtree(trashed.folder)
        with pytest.raises(StorageError, match="could not be restored"):
            restore_runs([trashed], runs)


def test_csv(runs: Path) -> None:
    make_run(runs, "one", done=2, model="=cmd()")
    make_run(runs, "two", done=1)

    text = format_csv(list_runs(runs))

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["run"], row["epoch"]) for row in rows] == [
        ("two", "1"),
        ("one", "1"),
        ("one", "2"),
    ]
    assert rows[0]["model"] == "mine"
    assert not rows[1]["model"].startswith("=")
    assert float(rows[0]["validation_loss"]) == make_epoch(1, 5).validation_loss
    assert json.loads(rows[0]["seconds"]) == 1.5
