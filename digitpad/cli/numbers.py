"""Numbers as they are typed: ranges, 1-22 or 23,24 or both, and counts."""

import argparse


def parse_names(text: str) -> tuple[str, ...]:
    """Return the names that `text` lists; a range of numbers stands for each of them.

    Parameters
    ----------
    text : str
        Names or ranges between commas, `1-3,7`.

    Raises
    ------
    argparse.ArgumentTypeError
        If a range runs backwards, or a name is missing.
    """
    names: list[str] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if dash and first.isdigit() and last.isdigit():
            if int(last) < int(first):
                raise argparse.ArgumentTypeError(f"“{part}” runs backwards")
            names += [str(number) for number in range(int(first), int(last) + 1)]
        elif part.strip():
            names.append(part.strip())
        else:
            raise argparse.ArgumentTypeError(f"a name is missing in “{text}”")
    return tuple(names)


def parse_count(text: str) -> int:
    """Return the number, from 1 to a million, that `text` is.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    count = int(text) if text.isascii() and text.isdigit() else 0
    if not 0 < count <= 1_000_000:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 1,000,000")
    return count
