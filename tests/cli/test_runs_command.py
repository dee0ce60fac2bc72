"""Looking at runs in a terminal, and going on with them."""

import csv
import json
import os
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.__main__ import main
from digitpad.services.models.library import ModelLibrary
from digitpad.services.runs.changes import list_runs
from digitpad.training.events import (
    RunFailed,
    RunFinished,
)
from tests.cli.conftest import Digitpad, train_at_once
from tests.run_folders import make_run, under_way

FINISHED = RunFinished(Path("candidate"), 0.9, 0.95)


@pytest.fixture
def runs() -> Path:
    return paths.runs()


def test_no_runs(digitpad: Digitpad) -> None:
    assert "digitpad train" in digitpad("runs").stdout
    assert digitpad("runs", "clear").stdout == "0 runs without an epoch are in the trash.\n"
    assert digitpad("runs", "trash").stdout == ""


def test_list_and_show(digitpad: Digitpad, runs: Path) -> None:
    make_run(runs, "2026-11-20 10-00-00", done=5, result=FINISHED, model="softmax")
    failed = make_run(runs, "2026-11-21 10-00-00", done=0, result=RunFailed("No data.", "Get it."))
    under = make_run(runs, "2026-11-22 10-00-00", done=2, result=None, command="digitpad train")
    with under_way(under):
        lines = digitpad("runs").stdout.splitlines()
        assert digitpad("runs", "list").stdout.splitlines() == lines

    assert [" ".join(line.split()) for line in lines] == [
        "2026-11-22 10-00-00 under way softmax 2 of 5 validation 0.8400 mine",
        "2026-11-21 10-00-00 failed softmax 0 of 5 mine",
        "2026-11-20 10-00-00 finished softmax 5 of 5 validation 0.9200, test 0.9500 softmax",
    ]
    shown = digitpad("runs", "show", "last").stdout
    assert "status     interrupted\n" in shown
    assert "command    digitpad train\n" in shown
    assert "go on      digitpad train --resume '2026-11-22 10-00-00'" in shown
    assert shown.count("\nepoch ") == 2
    shown = digitpad("runs", "show", failed.name).stdout
    assert "why        No data. Get it.\n" in shown
    assert str(failed) in shown
    shown = digitpad("runs", "show", "2026-11-20").stdout
    assert "test       0.9500\n" in shown
    assert "go on" not in shown


def test_export(digitpad: Digitpad, runs: Path, tmp_path: Path) -> None:
    make_run(runs, "a", done=2)
    make_run(runs, "b", done=1)
    file = tmp_path / "here" / "epochs.csv"

    assert digitpad("runs", "export", "--output", file).stdout.startswith("3 epochs of 2 runs")
    with file.open(encoding="utf-8-sig", newline="") as content:
        assert [row["run"] for row in csv.DictReader(content)] == ["b", "a", "a"]
    assert digitpad("runs", "export", "b", "--output", file).stdout.startswith("1 epochs of 1 run ")
    assert digitpad("runs", "export").returncode == 2
    refused = digitpad("runs", "export", "--output", file / "below")
    assert refused.returncode == 2
    assert "could not be saved" in refused.stderr


def test_delete_clear_and_restore(digitpad: Digitpad, runs: Path) -> None:
    for name, done in (("a", 3), ("b", 3), ("c", 0), ("d", 0)):
        make_run(runs, name, done=done)
    with under_way(runs / "d"):
        assert digitpad("runs", "clear").stdout == "1 run without an epoch is in the trash.\n"
        refused = digitpad("runs", "delete", "a", "d")
        assert refused.returncode == 2
        assert "“d” is under way" in refused.stderr
    assert [record.name for record in list_runs(runs)] == ["d", "b", "a"]

    assert "runs trash restore b" in digitpad("runs", "delete", "a", "b").stdout
    assert [record.name for record in list_runs(runs)] == ["d"]
    listed = digitpad("runs", "trash").stdout.splitlines()
    assert [line.split()[-1] for line in listed] == ["b", "a", "c"]
    assert digitpad("runs", "trash", "restore", "b").stdout == "The run “b” is back.\n"
    assert [record.name for record in list_runs(runs)] == ["d", "b"]
    assert main(["runs", "trash", "empty"]) == 0
    assert main(["runs", "trash"]) == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["trash", "restore"], "Which run"),
        (["trash", "restore", "nothing"], "no run “nothing” in the trash"),
        (["trash", "empty", "nothing"], "whole trash"),
        (["show", "last"], "There is no run"),
        (["delete", "2026"], "There is no run"),
    ],
)
def test_what_cant_be_done(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", *arguments]) == 2
    assert why in capsys.readouterr().err


class TestWhatCantBeResumed:
    """In this process: what is refused is refused before anything starts."""

    @pytest.mark.parametrize(
        "settings",
        [
            ["--learning-rate", "0.1"],
            ["--architecture", "lenet5"],
            ["--preset", "lenet5"],
            ["--data", "elsewhere"],
            ["--from", "default"],
            ["--seed", "2", "--epochs", "9"],
            ["--no-keep-best"],
            ["--tensorboard"],
            ["--pen"],
            ["--download"],
            ["--name", "other"],
        ],
    )
    def test_other_settings(
        self, runs: Path, settings: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = make_run(runs)
        before = sorted(folder.rglob("*"))

        assert main(["train", "--resume", "last", *settings]) == 2

        assert "Only --epochs can be given with --resume." in capsys.readouterr().err
        assert sorted(folder.rglob("*")) == before
        assert list(runs.iterdir()) == [folder]

    def test_finished_under_way_and_none(
        self, runs: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = make_run(runs, done=5, result=FINISHED)

        def refuse(*arguments: str) -> str:
            assert main(["train", "--resume", *arguments]) == 2
            return capsys.readouterr().err

        assert "has finished" in refuse("last")
        assert "5 epochs already" in refuse("last", "--epochs", "5")
        assert "There is no run “1999”" in refuse("1999")
        with under_way(folder):
            assert "under way" in refuse("last")
        assert list(runs.iterdir()) == [folder]


@pytest.mark.skipif(os.name == "nt", reason="a script as POSIX has them")
def test_more_epochs_make_a_run_and_a_model_of_their_own(runs: Path, tmp_path: Path) -> None:
    make_run(runs, done=5, result=FINISHED)

    finished = train_at_once(tmp_path, "--resume", "last", "--epochs", "8")

    assert finished.returncode == 0
    older, newer = sorted(path for path in runs.iterdir())
    config = json.loads((newer / "config.json").read_text())
    assert (config["epochs"], config["architecture"]) == (8, "softmax")
    assert config["command"] == f"digitpad train --resume '{older.name}' --epochs 8"
    assert (newer / "checkpoints" / "epoch-005.keras").exists()
    assert ModelLibrary(paths.bundled_models(), paths.user_models()).find("mine")
