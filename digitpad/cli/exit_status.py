"""How a command ends."""

import sys

from digitpad.core.errors import DigitpadError

OK = 0
NOTHING_FOUND = 1
STOPPED = 1
FAILED = 2
INTERRUPTED = 130  # As shells say it: 128 + SIGINT.


def complain(error: DigitpadError) -> None:
    """Print what happened and what to do about it on standard error."""
    print(f"digitpad: {error}", file=sys.stderr)
