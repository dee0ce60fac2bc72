"""What people write that is no digit: letters, symbols, scribbles, pieces, and two in one."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from digitpad.core.normalization import INK_THRESHOLD, Ink
from digitpad.core.strokes import Stroke
from digitpad.training.data.datasets import LabelledDrawing
from digitpad.training.data.stroke_templates import HandVariation, StrokeTemplate, write_template

# Without those that are written like a digit: b, g, I, l, O, q, S, Z and such.
_LETTERS = {
    "A": "0,1 / .3,0 / .6,1 | .12,.62 .5,.62",
    "E": ".5,0 / 0,0 / 0,1 / .5,1 | 0,.5 .42,.5",
    "F": ".5,0 / 0,0 / 0,1 | 0,.45 .4,.45",
    "H": "0,0 / 0,1 | .55,0 / .55,1 | 0,.5 .55,.5",
    "K": "0,0 / 0,1 | .5,0 / .02,.55 / .55,1",
    "L": "0,0 / 0,1 / .5,1",
    "M": "0,1 / .1,0 / .4,.6 / .7,0 / .8,1",
    "N": "0,1 / 0,0 / .55,1 / .55,0",
    "P": "0,0 / 0,1 | 0,.04 .45,.1 .45,.42 0,.5",
    "R": "0,0 / 0,1 | 0,.04 .45,.1 .42,.42 0,.5 / .5,1",
    "T": "0,0 .7,0 | .35,0 .35,1",
    "V": "0,0 / .35,1 / .7,0",
    "W": "0,0 / .2,1 / .45,.3 / .7,1 / .9,0",
    "X": "0,0 .6,1 | .6,0 0,1",
    "a": ".5,.2 .2,.1 0,.5 .2,.95 .5,.7 / .55,.1 / .55,.8 .75,1",
    "d": ".45,.55 .2,.45 0,.7 .2,1 .48,.8 / .52,0 / .52,1",
    "e": ".05,.55 .5,.5 .45,.1 .2,0 0,.4 .1,.9 .35,1 .6,.8",
    "f": ".6,.1 .4,0 .28,.2 .26,.6 .25,1 | 0,.42 .5,.4",
    "h": "0,0 / 0,1 / 0,.6 .25,.42 .45,.6 .45,1",
    "k": "0,0 / 0,1 | .4,.4 / .02,.7 / .45,1",
    "m": "0,.3 / 0,1 / 0,.5 .2,.3 .35,.5 .35,1 / .35,.5 .55,.3 .7,.5 .72,1",
    "n": "0,.2 / 0,1 / .02,.5 .3,.2 .55,.4 .55,1",
    "p": "0,0 / 0,1.2 | 0,.1 .4,0 .5,.4 .3,.65 0,.55",
    "r": "0,.1 / 0,1 / .02,.45 .2,.15 .5,.12",
    "t": ".2,0 .2,.8 .35,1 .55,.9 | 0,.32 .5,.3",
    "w": "0,.1 .15,.95 .4,.95 .45,.3 .6,1 .85,.9 .9,.1",
    "x": "0,.1 .5,1 | .5,.1 0,1",
}

_SYMBOLS = {
    "minus": "0,0 .7,0",
    "wave": "0,.1 .2,-.05 .45,.15 .7,0",
    "plus": "0,.4 .8,.4 | .4,0 .4,.8",
    "equals": "0,0 .7,0 | 0,.3 .7,.3",
    "times": "0,0 .7,.7 | .7,0 0,.7",
    "star": ".4,0 .4,1 | 0,.25 .8,.75 | .8,.25 0,.75",
    "hash": ".25,0 .15,1 | .6,0 .5,1 | 0,.3 .8,.3 | 0,.68 .75,.68",
    "tick": "0,.6 / .25,1 / .8,0",
    "arrow": "0,.5 1,.5 | .7,.2 / 1,.5 / .7,.8",
    "down arrow": ".4,0 .4,1 | .1,.7 / .4,1 / .7,.7",
    "less": ".6,0 / 0,.4 / .6,.8",
    "greater": "0,0 / .6,.4 / 0,.8",
    "triangle": ".4,0 / 0,.8 / .8,.8 / .4,0",
    "colon": ".1,0 .12,.02 | .1,.7 .12,.72",
    "percent": ".7,0 0,1 | .15,.05 0,.2 .15,.35 .3,.2 .15,.05 | .6,.65 .45,.8 .6,.95 .75,.8 .6,.65",
    "question mark": "0,.2 .2,0 .45,.1 .4,.35 .2,.5 .2,.7 | .2,.95 .22,.98",
    "exclamation mark": "0,0 .02,.65 | .01,.95 .03,.98",
    "euro": ".7,.1 .4,0 .15,.3 .15,.7 .4,1 .7,.9 | 0,.4 .5,.4 | 0,.6 .5,.6",
    "dollar": ".6,.15 .3,.05 .05,.25 .3,.48 .6,.7 .35,.95 0,.85 | .32,-.1 .3,1.1",
    "at": ".6,.4 .4,.3 .3,.55 .45,.7 .65,.35 / .68,.7 .95,.6 .9,.15 .5,0 .1,.2 0,.6 .2,1 .7,1.05",
    "ampersand": ".75,1 .2,.35 .25,.05 .5,.1 .4,.4 .05,.75 .2,1 .5,.9 .75,.55",
    "heart": ".5,1 0,.4 .15,.05 .4,.1 .5,.3 / .6,.1 .85,.05 1,.4 .5,1",
    "smile": ".5,0 .1,.15 0,.5 .15,.9 .5,1 .9,.85 1,.5 .85,.12 .5,0"
    " | .3,.35 .31,.38 | .7,.35 .71,.38 | .25,.65 .5,.8 .75,.65",
    "shallow arch": "0,.35 .3,.02 .6,0 .9,.35",
    "shallow bowl": "0,0 .3,.35 .6,.36 .9,0",
    "caret": "0,.6 / .4,0 / .8,.6",
    "corner": "0,0 / 0,.6 / .7,.6",
    "square root": "0,.5 / .15,.5 / .3,1 / .5,0 / 1.1,0",
}

_WRITTEN = {
    **{name: StrokeTemplate.parse(text) for name, text in _LETTERS.items()},
    **{name: StrokeTemplate.parse(text) for name, text in _SYMBOLS.items()},
}
_HAND = HandVariation(wobble=0.035, shift=0.02, slant=0.2, rotation_deg=5)

# Which parts of a digit are no digit themselves; half an 8 may be a 0 or a 3.
_HALVES = {
    "left": frozenset({0, 2, 3, 5, 8, 9}),
    "right": frozenset({0, 2, 5}),
    "upper": frozenset({0, 2, 5}),
    "lower": frozenset({2, 5}),
}

# What is no digit any more once it is turned, by quarters counter-clockwise.
_TURNED = {1: frozenset({2, 3, 4, 7}), 2: frozenset({3, 4}), 3: frozenset({2, 3, 4, 7})}


_SLIM = 0.25

NonDigit = tuple[Stroke, ...] | Ink
"""Something that is no digit, drawn or as a picture."""


class NonDigits:
    """A source of ink that is no digit.

    Parameters
    ----------
    images : (n, 28, 28) uint8
        Digit images to cut up and to join.
    labels : (n,) uint8
        What they show.
    drawings : sequence of LabelledDrawing
        Pen digits to join; may be empty.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        drawings: Sequence[LabelledDrawing],
    ) -> None:
        self._images = images
        self._by_label = [np.flatnonzero(labels == label) for label in range(10)]
        self._drawings = drawings
        self._kinds: dict[str, Callable[[np.random.Generator], NonDigit]] = {
            "letter": write_letter,
            "symbol": write_symbol,
            "scribble": write_scribble,
            "part of a digit": self._cut_digit,
            "turned digit": self._turn_digit,
            "two digits": self._join_images,
        }
        if drawings:
            self._kinds["two digits, drawn"] = self._join_drawings

    @property
    def kinds(self) -> tuple[str, ...]:
        """What there is, in words."""
        return tuple(self._kinds)

    def draw(self, rng: np.random.Generator, kind: str | None = None) -> NonDigit:
        """Return something that is no digit.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where the chance comes from.
        kind : str or None
            One of `kinds`; None to draw one.

        Returns
        -------
        tuple of Stroke, or (h, w) float32 in [0, 1]
            Strokes or ink, as its kind has it.
        """
        chosen = kind if kind is not None else self.kinds[rng.integers(len(self.kinds))]
        return self._kinds[chosen](rng)

    def _cut_digit(self, rng: np.random.Generator) -> Ink:
        side = str(rng.choice(list(_HALVES)))
        ink = _trim(self._pick(_HALVES[side], rng))
        kept = rng.uniform(0.35, 0.48)
        height, width = ink.shape
        columns, rows = max(2, round(kept * width)), max(2, round(kept * height))
        parts = {
            "left": ink[:, :columns],
            "right": ink[:, -columns:],
            "upper": ink[:rows],
            "lower": ink[-rows:],
        }
        return parts[side]

    def _turn_digit(self, rng: np.random.Generator) -> Ink:
        quarters = int(rng.integers(1, 4))
        return np.rot90(_trim(self._pick(_TURNED[quarters], rng)), quarters)

    def _pick(self, labels: frozenset[int], rng: np.random.Generator) -> NDArray[np.uint8]:
        present = [self._by_label[label] for label in labels if len(self._by_label[label])]
        chosen = present[rng.integers(len(present))] if present else range(len(self._images))
        return np.asarray(self._images[chosen[rng.integers(len(chosen))]])

    def _join_images(self, rng: np.random.Generator) -> Ink:
        count = 2 if rng.random() < 0.85 else 3
        chosen = rng.integers(len(self._images), size=count)
        joined = _trim(self._images[chosen[0]])
        for index in chosen[1:]:
            joined = _set_beside(joined, _trim(self._images[index]), rng)
        return joined

    def _join_drawings(self, rng: np.random.Generator) -> tuple[Stroke, ...]:
        first, second = (
            self._drawings[index].strokes for index in rng.integers(len(self._drawings), size=2)
        )
        return set_strokes_beside(first, second, rng)


def write_letter(rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Write a letter that no digit looks like."""
    name = str(rng.choice(list(_LETTERS)))
    return write_template(_WRITTEN[name], rng, _HAND)


def write_symbol(rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Write a sign, a mark or a little picture."""
    name = str(rng.choice(list(_SYMBOLS)))
    return write_template(_WRITTEN[name], rng, _HAND)


def write_scribble(rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Scribble: wander about, hatch, or coil."""
    shape = rng.integers(4)
    if shape == 0:  # Wander.
        count = int(rng.integers(7, 22))
        points = rng.uniform(0, 1, (count, 2)) * (rng.uniform(0.5, 1.5), 1)
    elif shape == 1:  # Hatch to and fro.
        count = int(rng.integers(6, 16))
        along = np.linspace(0, rng.uniform(0.5, 1.2), count)
        across = np.tile([0.0, 1.0], count)[:count] * rng.uniform(0.4, 1.0)
        points = np.stack([along, across + rng.normal(0, 0.06, count)], axis=1)
        points = points if rng.random() < 0.7 else points[:, ::-1]
    elif shape == 2:  # Coil along a line.
        turn = np.linspace(0, rng.uniform(2.6, 5) * 2 * np.pi, 40)
        drift = rng.uniform(0.03, 0.12)
        points = np.stack([0.3 * np.cos(turn) + drift * turn, 0.4 * np.sin(turn)], axis=1)
    else:  # Coil on the spot.
        turn = np.linspace(0, rng.uniform(2.2, 4) * 2 * np.pi, 36)
        radius = 0.5 * np.linspace(rng.uniform(0.05, 0.3), 1, 36) + rng.normal(0, 0.05, 36)
        points = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    curve = (np.asarray(points, np.float64),)
    strokes = write_template(StrokeTemplate((curve,), (curve,)), rng)
    return strokes + (write_scribble(rng) if rng.random() < 0.15 else ())


def set_strokes_beside(
    first: Sequence[Stroke], second: Sequence[Stroke], rng: np.random.Generator
) -> tuple[Stroke, ...]:
    """Write one digit close behind another, about as large, touching it or nearly so."""
    left, right = _to_unit(first), _to_unit(second)
    scale = rng.uniform(0.8, 1.25)
    left_width = max(float(points[:, 0].max()) for points in left)
    right_width = max(float(points[:, 0].max()) for points in right)
    # A 1 that touches what follows may well make another digit of it.
    is_slim = min(left_width, right_width) < _SLIM
    gap = rng.uniform(0.1, 0.25) if is_slim else rng.uniform(-0.06, 0.2)
    offset = np.array([left_width + gap, rng.uniform(-0.15, 0.15)])
    moved = [points * scale + offset for points in right]
    return tuple(
        Stroke(tuple((float(x), float(y)) for x, y in points * 200)) for points in [*left, *moved]
    )


def _to_unit(strokes: Sequence[Stroke]) -> list[NDArray[np.float64]]:
    paths = [np.asarray(stroke.points) for stroke in strokes]
    every = np.concatenate(paths)
    low = every.min(axis=0)
    height = max(float(np.ptp(every[:, 1])), 0.3 * float(np.ptp(every[:, 0])), 1e-6)
    return [(path - low) / height for path in paths]


def _set_beside(left: Ink, right: Ink, rng: np.random.Generator) -> Ink:
    height = max(len(left), len(right)) + 4
    gap = int(rng.integers(-3, 5))
    width = left.shape[1] + right.shape[1] + max(gap, 0)
    joined = np.zeros((height, width), np.float32)
    top = int(rng.integers(height - len(left) + 1))
    joined[top : top + len(left), : left.shape[1]] = left
    start = max(0, left.shape[1] + gap)
    top = int(rng.integers(height - len(right) + 1))
    window = joined[top : top + len(right), start : start + right.shape[1]]
    np.maximum(window, right[:, : window.shape[1]], out=window)
    return joined


def _trim(image: NDArray[np.uint8]) -> Ink:
    rows, columns = np.nonzero(image > INK_THRESHOLD * 255)
    part = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return part.astype(np.float32) / np.float32(255)
