"""`digitpad evaluate`: how well a model reads a data set."""

import argparse
import dataclasses
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tqdm import tqdm

from digitpad import paths
from digitpad.cli.exit_status import OK
from digitpad.cli.library import find_model
from digitpad.cli.numbers import parse_count, parse_names
from digitpad.training.evaluation import NetworkFiles, evaluate, evaluate_validation
from digitpad.training.figures import Answer, Evaluation, KindFigures


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
    parser.add_argument(
        "--validation",
        action="store_true",
        help="of a folder with MNIST and pen digits, read what the bundled model was validated on: "
        "MNIST's last 5,000 training digits, writers 23 and 24, allographs and non-digits",
    )
    parser.add_argument("--jobs", type=parse_count, help="processes; one a core if not given")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the figures of one model on one data set."""
    model = find_model(options.model)
    evaluation = _evaluate(options, model.litert_file)
    if options.json:
        print(json.dumps({"model": model.name} | dataclasses.asdict(evaluation)))
    else:
        _print_figures(model.name, evaluation)
        _print_kinds(evaluation)
        _print_confusion(evaluation)
        _print_classes(evaluation)
        _print_mistakes(evaluation)
    return OK


def _evaluate(options: argparse.Namespace, model: Path) -> Evaluation:
    if options.validation:
        return evaluate_validation(options.data, model)
    networks = NetworkFiles(model, paths.ink_network())
    writers = frozenset(options.writers)
    return evaluate(options.data, networks, writers, options.jobs, _show_progress)


def _show_progress(answers: Iterator[Answer], count: int) -> Iterable[Answer]:
    # None: only a terminal is shown a bar.
    bar: Iterable[Answer] = tqdm(answers, total=count, disable=None, leave=False)
    return bar


def _print_figures(model: str, evaluation: Evaluation) -> None:
    right = evaluation.n - len(evaluation.mistakes)
    print(f"model                 {model}")
    print(f"right                 {right} of {evaluation.n}")
    print(f"accuracy              {evaluation.accuracy:.4f}")
    print(f"digits                {evaluation.digits}")
    print(f"character error rate  {evaluation.character_error_rate:.4f}")
    if evaluation.calibration_error is not None:
        print(f"calibration error     {evaluation.calibration_error:.4f}")
    if evaluation.digits:
        flagged = _part(evaluation.digits_flagged, evaluation.digits)
        print(
            f"digits flagged        {evaluation.digits_flagged} of {evaluation.digits} ({flagged})"
        )
    if evaluation.no_digits:
        flagged = _part(evaluation.no_digits_flagged, evaluation.no_digits)
        print(
            f"no digits             {evaluation.no_digits}, flagged "
            f"{evaluation.no_digits_flagged} ({flagged})"
        )


def _print_kinds(evaluation: Evaluation) -> None:
    if not evaluation.kinds:
        return
    width = max(len(figures.kind) for figures in evaluation.kinds)
    has_pages = any(figures.digits > figures.n for figures in evaluation.kinds)
    show = _describe_pages if has_pages else _describe_digits
    head = (
        "    n  exact  with rows and spaces  digits  error rate" if has_pages else "    n  accuracy"
    )
    print(f"\n{'':{width}}{head}")
    for figures in evaluation.kinds:
        is_worst = figures.kind == evaluation.worst_kind
        print(f"{figures.kind:{width}}{show(figures)}{'  worst' * is_worst}")


def _describe_pages(figures: KindFigures) -> str:
    return (
        f"{figures.n:5}{figures.right:7}{figures.layouts_right:22}{figures.digits:8}"
        f"{figures.character_error_rate:12.4f}"
    )


def _describe_digits(figures: KindFigures) -> str:
    return f"{figures.n:5}{figures.accuracy:10.4f}"


def _print_confusion(evaluation: Evaluation) -> None:
    print("\nrows: what it is; columns: what was read")
    print("     " + "".join(f"{label:6}" for label in range(10)))
    for label, row in enumerate(evaluation.confusion):
        print(f"{label:5}" + "".join(f"{count:6}" for count in row))


def _print_classes(evaluation: Evaluation) -> None:
    print("\n     digits   read  right  precision  recall      F1")
    for figures in evaluation.classes:
        print(
            f"{figures.label:5}{figures.n:6}{figures.read:7}{figures.right:7}"
            f"{_ratio(figures.precision):>11}{_ratio(figures.recall):>8}{_ratio(figures.f1):>8}"
        )


def _print_mistakes(evaluation: Evaluation) -> None:
    if evaluation.mistakes:
        print("\nmistakes: read (was)")
    for mistake in evaluation.mistakes[:50]:
        print(f"  {mistake.source}: {mistake.read or 'nothing'} ({mistake.expected or 'no digit'})")
    if len(evaluation.mistakes) > 50:
        print(f"  and {len(evaluation.mistakes) - 50} more; --json lists all")


def _part(count: int, of: int) -> str:
    return f"{100 * count / of:.2f} %"


def _ratio(value: float | None) -> str:
    """Return a ratio, or a dash where there is nothing to divide by."""
    return "–" if value is None else f"{value:.4f}"
