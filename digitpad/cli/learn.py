"""`digitpad learn`: teach a model the digits that were kept."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from digitpad import paths
from digitpad.cli.exit_status import FAILED, OK, STOPPED, complain
from digitpad.cli.library import open_library
from digitpad.cli.run_watching import add_place_arguments, check_output, keep_candidate, watch
from digitpad.cli.train import describe_command
from digitpad.core.errors import DatasetError, TrainingError
from digitpad.services.learning import Rehearsal, collect_own_digits, prepare_learning
from digitpad.services.models.library import DEFAULT_MODEL
from digitpad.services.runs.retraining import find_data
from digitpad.services.samples.store import SampleStore
from digitpad.training.events import Event, ModelsCompared, RunFailed, RunFinished
from digitpad.training.learning.judgement import Judgement, judge

_MNIST, _GENERATED = "mnist", "generated"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = (
        "Teach the active model the digits you kept, while it rehearses others'. One in five of "
        "yours is never learned: it tells whether the rest taught anything. See: digitpad samples"
    )
    add = parser.add_argument
    add("--model", metavar="NAME", help="let this model learn, not the active one")
    add("--name", help="what to call the model that learned [my hand, and the time]")
    add(
        "--data",
        type=Path,
        metavar="DIR",
        help="MNIST's folder or npz, to rehearse; looked for if not given",
    )
    add(
        "--rehearse",
        choices=(_MNIST, _GENERATED),
        help="MNIST, or digits that ship with digitpad [MNIST if it is found]",
    )
    add_place_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Teach, show progress, judge, and keep the candidate."""
    check_output(options.output)
    library = open_library()
    model = library.find(options.model) if options.model else library.active()
    rehearsal = Rehearsal(
        _find_mnist(options),
        paths.digit_generator(),
        library.find(DEFAULT_MODEL).litert_file,
    )
    with SampleStore(paths.samples_file()) as store:
        own = collect_own_digits(store)
    now = datetime.now()
    lesson = prepare_learning(
        model,
        own,
        rehearsal,
        paths.runs(),
        options.name or f"my hand, {now.day} {now:%b %H.%M}",
        describe_command(sys.argv[1:]),
    )
    compared: list[ModelsCompared] = []

    def note(event: Event) -> None:
        if isinstance(event, ModelsCompared):
            compared.append(event)

    last = watch(lesson, has_events=options.events, note=note)
    if isinstance(last, RunFinished):
        _keep(last, judge(compared), lesson.config.name, options)
        return OK
    if isinstance(last, RunFailed):
        complain(TrainingError(last.message, last.hint))
        return FAILED
    return STOPPED


def _find_mnist(options: argparse.Namespace) -> Path | None:
    if options.rehearse == _GENERATED:
        return None
    found = find_data(options.data)
    if found is None and (options.data or options.rehearse):
        raise DatasetError(
            f"No MNIST data was found{f' in “{options.data}”' if options.data else ''}.",
            "Name its folder with --data, or rehearse what ships: --rehearse generated.",
        )
    return found


def _keep(
    finished: RunFinished, judgement: Judgement, name: str, options: argparse.Namespace
) -> None:
    # What reads worse is kept, and used only if a person chooses it after having heard so.
    is_held_back = options.activate and not judgement.is_recommended
    options.activate = options.activate and judgement.is_recommended
    where = keep_candidate(finished, name, options)
    print(f"{judgement.title}. {judgement.reason}", file=sys.stderr)
    how = f" It isn't active: digitpad models activate “{name}”." if is_held_back else ""
    print(f"The model is {where}.{how}", file=sys.stderr)
