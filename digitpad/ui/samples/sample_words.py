"""What is said about samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digitpad.services.samples.records import Prediction, Sample, Source

if TYPE_CHECKING:
    from digitpad.ui.samples.sample_tiles import Tile

SOURCES = {
    Source.DRAWING: "Drawn",
    Source.PHOTO: "From photos",
    Source.PRACTICE: "Written sets",
    Source.IMPORT: "Imported",
}
"""What a person calls where samples come from."""

_HOW = {
    Source.DRAWING: "drawn",
    Source.PHOTO: "from a photo",
    Source.PRACTICE: "written in a set",
    Source.IMPORT: "imported",
}


def count_samples(count: int) -> str:
    """Return “no samples”, “1 sample” or “1,234 samples”."""
    return f"{count:,} sample{'s' * (count != 1)}" if count else "no samples"


def describe_tile(tile: Tile) -> str:
    """Return in a line what a sample shows, what it is read as, and where it comes from."""
    parts = [str(tile.sample.label), describe_read(tile.read), describe_origin(tile.sample)]
    return ", ".join(part for part in parts if part)


def describe_read(read: Prediction | None) -> str:
    """Return what a model takes a sample for; nothing if that isn't known."""
    if read is None:
        return ""
    what = "no digit" if read.label is None else str(read.label)
    return f"read as {what} ({min(int(read.confidence * 100), 99)} %)"


def describe_origin(sample: Sample) -> str:
    """Return how and when a sample came about, and from which file."""
    created = f"{sample.created.astimezone():%Y-%m-%d %H:%M}"
    return ", ".join(filter(None, (_HOW[sample.source], sample.origin, created)))
