"""What can be typed after `digitpad`, and which module answers it."""

import argparse
import importlib
import io
import logging
import os
import sys
from pathlib import Path

from digitpad import __version__
from digitpad.cli.exit_status import FAILED, INTERRUPTED, OK, complain
from digitpad.core.errors import DigitpadError, StorageError
from digitpad.core.files import advise

_COMMANDS = {
    "read": "read pictures, saved drawings and folders of them",
    "evaluate": "measure how well a model reads a data set",
    "train": "train a model",
    "learn": "teach the active model the digits you kept",
    "compose": "compose pages whose digits are known, to train or evaluate on",
    "runs": "list, show and export the runs there were",
    "models": "list, choose, name, keep, import and export models",
    "samples": "count, import, export, back up and correct the digits you kept",
}
_EPILOG = (
    "commands:\n"
    + "".join(f"  {name:<10}{text}\n" for name, text in _COMMANDS.items())
    + "\n“digitpad COMMAND --help” explains one."
)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line; prints help and exits where that is asked for.

    Parameters
    ----------
    arguments : list of str
        Without the program's name.

    Returns
    -------
    argparse.Namespace
        `command` is None for the window, which opens `files`.
    """
    if arguments and arguments[0] in _COMMANDS:
        name = arguments[0]
        parser = argparse.ArgumentParser(prog=f"digitpad {name}")
        # Each command imports what it needs, so none waits for what another needs.
        command = importlib.import_module(f"digitpad.cli.{name}")
        command.add_arguments(parser)
        return parser.parse_args(arguments[1:], argparse.Namespace(command=command))
    parser = argparse.ArgumentParser(
        prog="digitpad",
        usage="digitpad [FILE …]\n       digitpad COMMAND …",
        description="Opens the window, with pictures or saved drawings if any are given.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"digitpad {__version__}")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments, argparse.Namespace(command=None))
    if len(options.files) == 1 and not options.files[0].exists() and arguments[0].isalpha():
        # A command that was mistyped, rather than a file that is gone.
        parser.error(f"there is no command or file “{arguments[0]}”")
    return options


def run_command(options: argparse.Namespace) -> int:
    """Do what was asked for.

    Parameters
    ----------
    options : argparse.Namespace
        As `parse` returns it, with a command.

    Returns
    -------
    int
        Exit status; an error was printed if it is 2.
    """
    logging.basicConfig(format="digitpad: %(message)s")
    if sys.stdout is None:
        complain(StorageError("Standard output is closed.", "Send it to a file or a terminal."))
        return FAILED
    # A file's name may hold what the terminal's encoding can't.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status: int = options.command.run(options)
        sys.stdout.flush()
    except DigitpadError as error:
        complain(error)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output, `head` say, has what it wanted.
        _discard_output()
        return OK
    except OSError as error:
        reason = error.strerror or error
        if error.filename:
            hint = "Check its name and its rights."
            complain(StorageError(f"“{error.filename}” can't be used: {reason}.", hint))
        else:
            complain(StorageError(f"The output can't be written: {reason}.", f"{advise(error)}."))
            _discard_output()
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _discard_output() -> None:
    """Send what is yet to be printed nowhere: Python would try again as it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
