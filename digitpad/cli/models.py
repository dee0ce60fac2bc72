"""`digitpad models`: list, show and choose models."""

import argparse
import shlex

from digitpad.cli.exit_status import OK
from digitpad.cli.library import open_library
from digitpad.core.errors import ModelError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.description = "List models (an asterisk marks the active one), show one, choose one."
    parser.add_argument("action", nargs="?", choices=("list", "show", "activate"), default="list")
    parser.add_argument("name", nargs="?", help="of the model to show or to activate")


def run(options: argparse.Namespace) -> int:
    """List, show or activate."""
    library = open_library()
    if options.action == "list":
        if options.name is not None:
            raise ModelError(
                f"All models are listed, not “{options.name}” alone.",
                f"See one with: digitpad models show {shlex.quote(options.name)}",
            )
        active = library.active_name()
        for model in library.models():
            mark = "*" if model.name == active else " "
            accuracy = model.card.metrics.get("mnist_test")
            figure = f"{accuracy:.2%} on MNIST" if accuracy is not None else "not measured"
            print(f"{mark} {model.name:<32} {model.card.architecture:<10} {figure}")
    elif options.action == "show":
        model = library.find(options.name) if options.name else library.active()
        print(model.card.to_json(), end="")
    else:
        if options.name is None:
            raise ModelError(
                "Which model is to be active?", "Name it: digitpad models activate NAME."
            )
        model = library.activate(options.name)
        print(f"“{model.name}” is active.")
    return OK
