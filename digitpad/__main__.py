"""The composition root: the window by default, the command line by sub-command."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Start digitpad.

    Parameters
    ----------
    arguments : sequence of str, optional
        Of the command line; those of this process by default.

    Returns
    -------
    int
        Exit status.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Only what is asked for is imported: --help must not wait for Qt, nor the window for argparse.
    from digitpad.cli.parser import parse, run_command

    options = parse(given)
    if options.command is not None:
        return run_command(options)
    from digitpad.ui.app import run

    return run(options.files)


if __name__ == "__main__":
    sys.exit(main())
