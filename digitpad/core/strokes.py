"""What a pen wrote: strokes and drawings.

Free of NumPy, as is `reading`: the window shows before it is loaded.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from digitpad.core.errors import DrawingError
from digitpad.core.layout import Box

DEFAULT_WIDTH_PX = 14.0
"""Pen width on screen where nothing says otherwise."""

DRAWING_SUFFIX = ".json"
"""What drawing files end in."""

_FORMAT = "digitpad-drawing"
_FARTHEST_PX = 1e6
_WIDEST_PX = 1e4
_LARGEST_BYTES = 16_000_000  # Hours of writing.

Point = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    """One movement from pen down to pen up.

    Parameters
    ----------
    points : tuple of (x, y)
        Device-independent pixels of the canvas, y down; at least one.
    width_px : float
        Pen width on screen. Reading doesn't depend on it.
    """

    points: tuple[Point, ...]
    width_px: float = DEFAULT_WIDTH_PX

    def __hash__(self) -> int:
        # Strokes are looked up with every move of the pen, and have many points.
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.points, self.width_px))

    @cached_property
    def box(self) -> Box:
        """The box around the pen's path, without the pen's width."""
        xs, ys = zip(*self.points, strict=True)
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


@dataclass(frozen=True)
class Drawing:
    """Strokes in the order they were written.

    Parameters
    ----------
    strokes : tuple of Stroke
        Oldest first.
    revision : int
        Grows with every change, so that a late reading of an older drawing can be told apart.
    """

    strokes: tuple[Stroke, ...] = field(default=())
    revision: int = 0

    def to_json(self) -> str:
        """Return the drawing as the text of a drawing file."""
        strokes = [{"width_px": s.width_px, "points": s.points} for s in self.strokes]
        return json.dumps({"format": _FORMAT, "version": 1, "strokes": strokes})

    @classmethod
    def from_json(cls, text: str, source: str = "This text") -> "Drawing":
        """Read the text of a drawing file.

        Parameters
        ----------
        text : str
            As `to_json` makes it.
        source : str
            What an error calls it.

        Raises
        ------
        DrawingError
            If the text is no drawing, or one made by a newer digitpad.
        """
        try:
            content = json.loads(text)
            if content["format"] != _FORMAT or content["version"] != 1:
                raise ValueError(f"format {content['format']} {content['version']}")
            strokes = [parse_stroke(s["points"], float(s["width_px"])) for s in content["strokes"]]
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise DrawingError(
                f"{source} holds no drawing that digitpad can read.",
                "Open a drawing that was saved with File › Save drawing.",
            ) from error
        return cls(tuple(strokes))


def load_drawing(file: Path) -> Drawing:
    """Open a drawing that was saved.

    Parameters
    ----------
    file : Path
        As `Drawing.to_json` writes it.

    Returns
    -------
    Drawing
        Its strokes, as revision 0.

    Raises
    ------
    DrawingError
        If the file can't be opened, or holds no drawing.
    """
    try:
        # Opening a pipe or a device could wait for ever, and the window with it.
        if file.exists() and not file.is_file():
            raise DrawingError(f"“{file}” is not a file.", "Open a drawing or a picture.")
        if file.stat().st_size > _LARGEST_BYTES:
            raise DrawingError(f"“{file}” is too large for a drawing.", "Open another one.")
        return Drawing.from_json(file.read_text(encoding="utf-8"), f"“{file}”")
    except OSError as error:
        raise DrawingError(
            f"“{file}” can't be opened: {error.strerror or error}.", "Check that you may read it."
        ) from error
    except ValueError as error:  # No text, or a name that can't be one.
        raise DrawingError(
            f"“{file}” holds no drawing that digitpad can read.", "Open a drawing or a picture."
        ) from error


def parse_stroke(points: object, width_px: float = DEFAULT_WIDTH_PX) -> Stroke:
    """Make a stroke of what a file holds.

    Parameters
    ----------
    points : object
        A list of [x, y], hopefully.
    width_px : float
        Pen width on screen.

    Returns
    -------
    Stroke
        With at least one point, all of them finite.

    Raises
    ------
    ValueError, TypeError, OverflowError
        If that is no stroke.
    """
    if not isinstance(points, list | tuple) or not points:
        raise ValueError("a stroke is a list of [x, y]")
    parsed = tuple((float(x), float(y)) for x, y in points)
    # Not the other way round: NaN is neither near nor far.
    if not all(abs(x) <= _FARTHEST_PX and abs(y) <= _FARTHEST_PX for x, y in parsed):
        raise ValueError("a stroke lies outside any canvas")
    if not 0 < width_px < _WIDEST_PX:
        raise ValueError("no pen is that wide")
    return Stroke(parsed, width_px)
