"""`digitpad runs`: the runs there were."""

import argparse
import json
import shlex
from collections.abc import Callable
from pathlib import Path

from digitpad import paths
from digitpad.cli.exit_status import OK
from digitpad.core.errors import TrainingError
from digitpad.core.files import write_atomically
from digitpad.services.folder_trash import KEPT_DAYS, TrashedFolder
from digitpad.services.runs.changes import (
    delete_runs,
    empty_trash,
    find_run,
    format_csv,
    list_runs,
    list_trash,
    restore_runs,
)
from digitpad.services.runs.records import RunRecord, RunStatus
from digitpad.training.events import RunFailed
from digitpad.training.run_folder import DATA_FILE

Act = Callable[[argparse.Namespace], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = (
        "The runs there were, the newest first. A run is named by when it began, or the beginning "
        "of that, or “last”. Go on with one by: digitpad train --resume RUN"
    )
    parser.set_defaults(act=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", prog="digitpad runs")

    def add(name: str, act: Act, text: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        action.set_defaults(act=act)
        return action

    add("list", _list, "list all runs: when, how it ended, network, epochs, accuracy, model")
    shown = add("show", _show, "show the settings, epochs and result of a run")
    shown.add_argument("name", metavar="RUN")
    exported = add("export", _export, "write the epochs of runs as a table")
    exported.add_argument("names", nargs="*", metavar="RUN", help="all, if none is named")
    exported.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="where the CSV goes"
    )
    deleted = add("delete", _delete, f"move runs to the trash, for {KEPT_DAYS} days")
    deleted.add_argument("names", nargs="+", metavar="RUN")
    add("clear", _clear, "move the runs that ended before their first epoch did to the trash")
    trash = add("trash", _trash, "list what is in the trash, restore a run, or empty it")
    trash.add_argument("what", nargs="?", choices=("list", "restore", "empty"), default="list")
    trash.add_argument("name", nargs="?", metavar="RUN", help="to restore")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    options.act(options)
    return OK


def _list(options: argparse.Namespace) -> None:
    records = list_runs(paths.runs())
    if not records:
        print("There were no runs yet. Begin one with: digitpad train")
    for record in records:
        print(
            f"{record.name:<22} {record.status.value:<12} {record.config.architecture:<15} "
            f"{record.epochs_done:>4} of {record.config.last_epoch:<4} {_describe(record):<33} "
            f"{record.config.name}"
        )


def _show(options: argparse.Namespace) -> None:
    record = find_run(paths.runs(), options.name)
    print(f"run        {record.name}")
    print(f"model      {record.config.name}")
    print(f"status     {record.status.value}")
    print(f"folder     {record.folder}")
    if isinstance(record.result, RunFailed):
        print(f"why        {record.result.message} {record.result.hint}".rstrip())
    if record.test_accuracy is not None:
        print(f"test       {record.test_accuracy:.4f}")
    if record.config.command:
        print(f"command    {record.config.command}")
    if record.can_resume:
        print(f"go on      digitpad train --resume {shlex.quote(record.name)}")
    print(f"settings   {json.dumps(json.loads(record.config.to_json()))}")
    print(f"data       {_read_data(record)}")
    for epoch in record.epochs:
        print(
            f"epoch {epoch.epoch:>4}  loss {epoch.loss:<7.4f} accuracy {epoch.accuracy:<7.4f} "
            f"validation loss {epoch.validation_loss:<7.4f} "
            f"accuracy {epoch.validation_accuracy:<7.4f} {epoch.seconds:.1f} s"
        )


def _export(options: argparse.Namespace) -> None:
    records = _find(options.names) or list(list_runs(paths.runs()))
    write_atomically(options.output, format_csv(records))
    epochs = sum(len(record.epochs) for record in records)
    print(f"{epochs} epochs of {_count(len(records))} are in “{options.output}”.")


def _delete(options: argparse.Namespace) -> None:
    records = _find(options.names)
    delete_runs(records, paths.runs())
    for record in records:
        print(f"The run “{record.name}” is in the trash. A model that it made stays.")
        print(f"Get it back with: digitpad runs trash restore {shlex.quote(record.name)}")


def _clear(options: argparse.Namespace) -> None:
    runs = paths.runs()
    useless = [record for record in list_runs(runs) if record.is_of_no_use]
    delete_runs(useless, runs)
    print(f"{_count(len(useless))} without an epoch {_is(len(useless))} in the trash.")


def _trash(options: argparse.Namespace) -> None:
    runs = paths.runs()
    if options.what == "restore":
        trashed = _find_trashed(list_trash(runs), options.name)
        restore_runs([trashed], runs)
        print(f"The run “{trashed.former_name}” is back.")
        return
    if options.name is not None:
        raise TrainingError(
            f"The whole trash is {'listed' if options.what == 'list' else 'emptied'}, not "
            f"“{options.name}” alone.",
            f"Restore one with: digitpad runs trash restore {shlex.quote(options.name)}",
        )
    if options.what == "empty":
        count = empty_trash(runs)
        print(f"{_count(count)} {_is(count)} gone for good.")
        return
    for trashed in list_trash(runs):
        print(f"{trashed.deleted:%Y-%m-%d %H:%M} UTC  {trashed.former_name}")


def _find_trashed(trash: tuple[TrashedFolder, ...], name: str | None) -> TrashedFolder:
    if name is None:
        raise TrainingError(
            "Which run is to be restored?", "Name it: digitpad runs trash restore RUN"
        )
    found = next((trashed for trashed in trash if trashed.former_name == name), None)
    if found is None:
        raise TrainingError(
            f"There is no run “{name}” in the trash.", "See it with: digitpad runs trash"
        )
    return found


def _find(names: list[str]) -> list[RunRecord]:
    return [find_run(paths.runs(), name) for name in dict.fromkeys(names)]


def _describe(record: RunRecord) -> str:
    if record.best is None or record.status is RunStatus.FAILED:
        return ""
    test = record.test_accuracy
    figures = f"validation {record.best.validation_accuracy:.4f}"
    return figures if test is None else f"{figures}, test {test:.4f}"


def _read_data(record: RunRecord) -> str:
    try:
        return json.dumps(json.loads((record.folder / DATA_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return "not known"


def _count(runs: int) -> str:
    return f"{runs} run" if runs == 1 else f"{runs} runs"


def _is(runs: int) -> str:
    return "is" if runs == 1 else "are"
