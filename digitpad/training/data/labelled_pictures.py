"""Folders of pictures whose digits are known."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digitpad.core.errors import DatasetError
from digitpad.core.images import IMAGE_SUFFIXES

LABELS_FILE = "labels.csv"
"""A table with the columns “file” and “text”, and “difficulty” if it is known."""


@dataclass(frozen=True)
class LabelledPicture:
    """A picture's file, and what it shows.

    Parameters
    ----------
    file : Path
        Any picture.
    text : str
        Its digits; rows may be apart by a newline, numbers by a space.
    difficulty : str
        What makes it hard to read; empty if nobody said.
    """

    file: Path
    text: str
    difficulty: str = ""


def has_table(folder: Path) -> bool:
    """Return whether a folder has a `labels.csv`.

    Raises
    ------
    DatasetError
        If it may not be looked into.
    """
    try:
        return (folder / LABELS_FILE).is_file()
    except OSError as error:
        raise DatasetError(
            f"“{folder}” can't be opened: {error.strerror or error}.", "Check that you may read it."
        ) from error


def read_table(folder: Path) -> list[LabelledPicture]:
    """Read a folder's `labels.csv`.

    Parameters
    ----------
    folder : Path
        Holds the table, and the files it names.

    Returns
    -------
    list of LabelledPicture
        At least one, in the table's order.

    Raises
    ------
    DatasetError
        If the table can't be read, or has no digits for a file.
    """
    place = folder / LABELS_FILE
    try:
        with place.open(encoding="utf-8-sig", newline="") as rows:
            labels = [
                LabelledPicture(
                    folder / row["file"], row["text"].strip(), row.get("difficulty") or ""
                )
                for row in csv.DictReader(rows)
            ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, csv.Error) as error:
        raise DatasetError(
            f"“{place}” can't be read.", "Its columns are “file” and “text”."
        ) from error
    if not labels:
        raise DatasetError(f"“{place}” lists no files.", "Add a row for each of them.")
    texts = ((label.file.name, "".join(label.text.split())) for label in labels)
    bad = next((file for file, text in texts if not (text.isascii() and text.isdigit())), None)
    if bad is not None:
        raise DatasetError(
            f"“{place}” gives no digits for “{bad}”.",
            "Give each file the digits it shows.",
        )
    return labels


def list_named(folder: Path) -> list[LabelledPicture]:
    """List the pictures in a folder and below whose names begin with the digit they show.

    Raises
    ------
    DatasetError
        If there is none.
    """
    files = [file for file in _walk_images(folder) if file.name[0] in "0123456789"]
    if not files:
        raise DatasetError(
            f"“{folder}” holds no data to evaluate on.",
            "Give MNIST's folder, a strokes file (.jsonl or .jsonl.gz), a folder of images whose "
            "names begin with the digit they show, or a folder with labels.csv.",
        )
    return [LabelledPicture(file, file.name[0]) for file in files]


def _walk_images(folder: Path) -> Iterator[Path]:
    every = sorted(folder.rglob("*")) if folder.is_dir() else []
    return (file for file in every if file.suffix.lower() in IMAGE_SUFFIXES)
