"""`digitpad evaluate`: how well a model reads a data set."""

import argparse
import dataclasses
import json
from pathlib import Path

from digitpad.cli.exit_status import OK
from digitpad.cli.library import find_model
from digitpad.cli.ranges import parse_names
from digitpad.core.classifier import Classifier
from digitpad.training.evaluation import Evaluation, evaluate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = "Read a data set as the window would, and count the mistakes."
    parser.add_argument(
        "data",
        type=Path,
        metavar="DATA",
        help="MNIST's folder or npz (its test split), a strokes file (.jsonl or .jsonl.gz), a "
        "folder of images named after the digit they show, or a folder with labels.csv",
    )
    parser.add_argument("--model", metavar="NAME", help="judge this model, not the active one")
    parser.add_argument(
        "--writers", type=parse_names, default=(), help="of a strokes file, only these: 25-30"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the figures of one model on one data set."""
    model = find_model(options.model)
    evaluation = evaluate(options.data, Classifier(model.litert_file), frozenset(options.writers))
    if options.json:
        print(json.dumps({"model": model.name} | dataclasses.asdict(evaluation)))
    else:
        _print_table(model.name, evaluation)
    return OK


def _print_table(model: str, evaluation: Evaluation) -> None:
    right = evaluation.n - len(evaluation.mistakes)
    print(f"model                 {model}")
    print(f"right                 {right} of {evaluation.n}")
    print(f"accuracy              {evaluation.accuracy:.4f}")
    print(f"digits                {evaluation.digits}")
    print(f"character error rate  {evaluation.character_error_rate:.4f}")
    print("\nrows: what it is; columns: what was read")
    print("     " + "".join(f"{label:6}" for label in range(10)))
    for label, row in enumerate(evaluation.confusion):
        print(f"{label:5}" + "".join(f"{count:6}" for count in row))
    if evaluation.mistakes:
        print("\nmistakes: read (was)")
    for mistake in evaluation.mistakes[:50]:
        print(f"  {mistake.source}: {mistake.read or 'nothing'} ({mistake.expected})")
    if len(evaluation.mistakes) > 50:
        print(f"  and {len(evaluation.mistakes) - 50} more; --json lists all")
