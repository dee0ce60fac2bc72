"""`digitpad runs`: the runs there were."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from digitpad import paths
from digitpad.cli.exit_status import OK
from digitpad.core.errors import TrainingError
from digitpad.services.runs import (
    RunRecord,
    RunStatus,
    delete_run,
    find_run,
    list_runs,
    write_csv,
)
from digitpad.training.events import RunFailed, RunFinished


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = (
        "List runs, the newest first; show one; write the epochs of some as CSV; delete one. "
        "A run is named by when it began, or the beginning of that, or “last”. "
        "Go on with one by: digitpad train --resume RUN"
    )
    add = parser.add_argument
    add("action", nargs="?", choices=("list", "show", "export", "delete"), default="list")
    add("names", nargs="*", metavar="RUN", help="all, if none is named to export")
    add("--output", type=Path, metavar="FILE", help="where the CSV goes")


def run(options: argparse.Namespace) -> int:
    """List, show, export or delete."""
    _ACTIONS[options.action](options)
    return OK


def _list(options: argparse.Namespace) -> None:
    if options.names:
        raise TrainingError(
            f"All runs are listed, not “{options.names[0]}” alone.",
            "See one with: digitpad runs show RUN",
        )
    records = list_runs(paths.runs())
    if not records:
        print("There were no runs yet. Begin one with: digitpad train")
    for record in records:
        print(
            f"{record.name:<22} {record.status.value:<12} {record.config.architecture:<15} "
            f"{record.epochs_done:>4} of {record.config.last_epoch:<4} {_best(record):<20} "
            f"{record.config.name}"
        )


def _show(options: argparse.Namespace) -> None:
    record = _find_one(options)
    print(f"run        {record.name}")
    print(f"model      {record.config.name}")
    print(f"status     {record.status.value}")
    print(f"folder     {record.folder}")
    if isinstance(record.result, RunFailed):
        print(f"why        {record.result.message} {record.result.hint}".rstrip())
    if isinstance(record.result, RunFinished):
        print(f"test       {record.result.accuracy_after:.4f}")
    if record.config.command:
        print(f"command    {record.config.command}")
    settings = json.loads(record.config.to_json())
    print(f"settings   {json.dumps(settings)}")
    for epoch in record.epochs:
        figures = {name: round(value, 4) for name, value in asdict(epoch).items()}
        print(
            f"epoch {epoch.epoch:>4}  loss {figures['loss']:<7} accuracy {figures['accuracy']:<7} "
            f"validation loss {figures['validation_loss']:<7} "
            f"accuracy {figures['validation_accuracy']:<7} {epoch.seconds:.1f} s"
        )


def _export(options: argparse.Namespace) -> None:
    if options.output is None:
        raise TrainingError("Where is the CSV to go?", "Name a file with --output FILE.")
    runs = paths.runs()
    records = [find_run(runs, name) for name in options.names] or list(list_runs(runs))
    write_csv(records, options.output)
    epochs = sum(len(record.epochs) for record in records)
    print(f"{epochs} epochs of {len(records)} runs are in “{options.output}”.")


def _delete(options: argparse.Namespace) -> None:
    record = _find_one(options)
    delete_run(record)
    print(f"The run “{record.name}” is deleted. Models that it made are still there.")


def _find_one(options: argparse.Namespace) -> RunRecord:
    if len(options.names) != 1:
        raise TrainingError("Which run?", "Name one; see them all with: digitpad runs")
    return find_run(paths.runs(), options.names[0])


def _best(record: RunRecord) -> str:
    if record.best is None or record.status is RunStatus.FAILED:
        return ""
    return f"validation {record.best.validation_accuracy:.4f}"


_ACTIONS = {"list": _list, "show": _show, "export": _export, "delete": _delete}
