"""CSV that spreadsheets take for what it is: no name a formula, and none garbled."""

import csv
import io
import re
from collections.abc import Iterable

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What a file begins with; without it spreadsheets take names for Latin-1."""

_FORMULA_STARTS = ("=", "+", "-", "@")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def write_row(cells: Iterable[object]) -> str:
    """Return a row, its end included; None is an empty cell."""
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    return row.getvalue()


def write_name(name: str) -> str:
    """Return a name on one line, which no spreadsheet takes for a formula."""
    return escape(f"./{name}" if name.startswith(_FORMULA_STARTS) else name)


def escape(text: str) -> str:
    """Return text on one line, with nothing in it that UTF-8 can't hold."""
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)
