"""The ways in which the world's people write each digit, as strokes."""

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from digitpad.training.data.datasets import LabelledDrawing
from digitpad.training.data.stroke_templates import StrokeTemplate, write_template

_ZERO = ".35,0 .08,.14 0,.5 .1,.87 .32,1 .55,.86 .63,.5 .56,.14 .33,.01"
_ROUND_ZERO = ".45,0 .1,.14 0,.5 .12,.87 .45,1 .8,.86 .9,.5 .78,.14 .43,.01"
_FOUR_HOOK = "0.12,0 / 0,.55 / .62,.55"
_NINE_HEAD = ".55,.1 .3,0 .06,.13 .03,.36 .24,.5 .48,.4 .56,.1"
_WIDE_NINE_HEAD = ".62,.12 .35,0 .05,.15 .0,.42 .28,.58 .55,.45 .64,.1"
_FIVE = ".05,.42 .3,.38 .57,.6 .5,.9 .22,1 0,.92"

_parse = StrokeTemplate.parse

STYLES = MappingProxyType(
    {
        0: {
            "plain 0": _parse(_ZERO, _ROUND_ZERO),
            "slashed 0": _parse(f"{_ZERO} | .6,.04 .04,.96", f"{_ROUND_ZERO} | 1,-.12 -.12,1.1"),
            "dotted 0": _parse(f"{_ZERO} | .3,.46 .33,.53", f"{_ROUND_ZERO} | .42,.5 .5,.5"),
            "open 0": _parse(
                ".4,.02 .1,.12 0,.5 .1,.87 .32,1 .55,.85 .63,.5 .57,.2 .5,.1",
                ".15,.0 .02,.22 0,.6 .12,.92 .35,1 .58,.85 .64,.5 .6,.2 .5,.04",
            ),
            "0 with a crossing tail": _parse(
                ".45,.05 .12,.1 0,.5 .1,.87 .32,1 .55,.85 .63,.5 .52,.14 .32,.1 .22,.22",
                ".4,.05 .1,.12 0,.5 .1,.87 .32,1 .57,.85 .64,.5 .55,.1 .3,-.04 .02,-.1",
            ),
        },
        1: {
            "plain bar 1": _parse("0,0 .01,.5 0,1", "0,0 .0,.5 .04,1"),
            "tilted slash 1": _parse(".2,0 / 0,1", ".6,0 / 0,1"),
            "1 with a flag": _parse("0,.18 / .2,0 / .2,1", "-.1,.35 / .24,0 / .22,1"),
            "1 with a long upstroke": _parse("-.15,.4 / .24,0 / .24,1", "-.38,.78 / .25,0 / .25,1"),
            "1 with flag and base": _parse(
                "0,.18 / .2,0 / .2,1 | 0,1 .4,1", "-.15,.35 / .22,0 / .22,.99 | -.12,1 .56,1"
            ),
        },
        2: {
            "plain 2": _parse(
                "0,.22 .15,.03 .42,.02 .57,.22 .42,.52 0,.98 / .3,.97 .62,1",
                "0,.3 .12,.04 .45,.0 .58,.27 .35,.6 .05,.95 / .3,.92 .7,1.02",
            ),
            "looped 2": _parse(
                "0,.22 .15,.02 .45,.02 .57,.25 .4,.62 .12,.93 .02,.93 .08,.83 .22,.88 .4,.98"
                " .65,.95",
                "0,.2 .2,.0 .5,.05 .55,.3 .35,.65 .08,.98 -.08,.9 .02,.72 .2,.82 .42,1 .75,.92",
            ),
            "flat 2": _parse("0,.1 .3,0 .55,.1 / 0,.98 / .62,.98", "0,0 .3,0 .6,.02 / 0,1 / .65,1"),
        },
        3: {
            "round 3": _parse(
                "0,.12 .25,0 .52,.12 .48,.35 .2,.46 / .5,.55 .6,.78 .4,.98 0,.9",
                "0,.08 .3,0 .6,.15 .5,.4 .25,.5 / .62,.58 .66,.85 .35,1 -.05,.95",
            ),
            "flat-topped 3": _parse(
                "0,.02 / .55,0 / .22,.4 / .5,.47 .6,.72 .42,.97 0,.92",
                "0,0 / .6,.0 / .25,.38 / .55,.45 .65,.72 .45,1 -.05,.88",
            ),
        },
        4: {
            "open 4": _parse(
                ".12,0 0,.3 .02,.52 .2,.57 .62,.55 | .5,.15 .46,1",
                ".05,0 0,.35 .08,.56 .35,.57 .68,.5 | .58,-.05 .5,1",
            ),
            "angular open 4": _parse(
                f"{_FOUR_HOOK} | .5,.15 .46,1", ".2,0 / 0,.6 / .72,.58 | .6,-.05 .5,1"
            ),
            "closed 4": _parse(
                ".65,.65 / 0,.65 / .42,0 / .42,1", ".72,.6 / 0,.64 / .5,-.03 / .42,1"
            ),
            "4 of two strokes": _parse(
                ".42,0 / 0,.66 / .65,.66 | .43,.02 .42,1", ".5,0 / 0,.6 / .75,.58 | .55,.3 .45,1"
            ),
        },
        5: {
            "plain 5": _parse(
                ".58,.0 / .1,.02 / .05,.42 .3,.38 .57,.6 .5,.9 .22,1 0,.92",
                ".7,.03 / .08,.0 / .03,.48 .3,.42 .6,.65 .52,.95 .2,1 -.05,.88",
            ),
            "5 with a detached bar": _parse(
                f".1,.06 / {_FIVE} | .12,.02 .6,0", f".08,.1 / {_FIVE} | .2,-.1 .78,-.1"
            ),
        },
        6: {
            "closed 6": _parse(
                ".5,0 .2,.25 .02,.62 .1,.92 .32,1 .54,.82 .45,.58 .2,.57 .05,.75",
                ".4,0 .1,.35 .0,.72 .15,.97 .4,1 .6,.8 .5,.55 .25,.55 .05,.75",
            ),
            "open 6": _parse(
                ".5,0 .15,.3 0,.66 .12,.95 .38,1 .56,.8 .48,.62 .3,.62",
                ".45,0 .08,.38 0,.75 .2,1 .45,.92 .52,.72 .42,.62 .34,.66",
            ),
        },
        7: {
            "plain 7": _parse("0,.02 / .58,0 / .22,1", "0,.08 / .65,0 / .12,1"),
            "crossed 7": _parse(
                "0,.03 / .58,0 / .22,1 | .14,.5 .6,.48", "0,.06 / .65,0 / .15,1 | 0,.56 .72,.42"
            ),
            "hooked 7": _parse(
                "0,.18 / .02,.02 / .6,0 / .25,1", "-.02,.28 / .03,.03 / .66,0 / .2,1"
            ),
            "hooked and crossed 7": _parse(
                "0,.18 / .02,.02 / .6,0 / .25,1 | .15,.5 .62,.48",
                "-.02,.26 / .03,.03 / .66,0 / .2,1 | .05,.56 .7,.45",
            ),
            "curved 7": _parse(
                "0,.08 .14,0 .36,.04 .58,.02 / .4,.35 .26,.66 .2,1",
                "0,.14 .14,0 .36,.1 .64,0 / .46,.3 .34,.6 .32,1",
            ),
        },
        8: {
            "plain 8": _parse(
                ".5,.14 .27,0 .06,.18 .26,.43 .5,.66 .48,.92 .25,1 .02,.86 .12,.6 .36,.42"
                " .52,.2 .46,.06",
                ".55,.1 .25,0 .0,.2 .28,.45 .58,.7 .5,.96 .25,1 -.02,.88 .1,.62 .38,.4"
                " .55,.18 .5,.1",
            ),
            "8 of two circles": _parse(
                ".27,0 .08,.1 .1,.36 .27,.45 .45,.36 .46,.1 .26,0"
                " | .27,.45 .04,.56 .04,.9 .27,1 .5,.9 .5,.56 .26,.46",
                ".3,0 .1,.12 .12,.38 .3,.46 .46,.34 .46,.12 .32,.02"
                " | .26,.5 .02,.62 .02,.9 .27,1 .56,.9 .54,.62 .3,.52",
            ),
        },
        9: {
            "straight 9": _parse(
                f"{_NINE_HEAD} / .54,.5 .5,1", f"{_WIDE_NINE_HEAD} / .6,.6 .48,1.05"
            ),
            "curled 9": _parse(
                f"{_NINE_HEAD} / .57,.5 .5,.85 .3,1 .05,.93",
                f"{_WIDE_NINE_HEAD} / .66,.6 .55,.95 .25,1.05 -.02,.88",
            ),
            "g-like 9": _parse(
                f"{_NINE_HEAD} / .58,.65 .5,1 .25,1.12 .04,1 .18,.9 .35,.85",
                f"{_WIDE_NINE_HEAD} / .66,.8 .5,1.2 .2,1.25 0,1.08 .25,.9 .6,.78",
            ),
        },
    }
)
"""What is written, by label and by what its style is called."""


def synthesize(label: int, rng: np.random.Generator, style: str | None = None) -> LabelledDrawing:
    """Write a digit in one of the world's styles.

    Parameters
    ----------
    label : int
        0 to 9.
    rng : numpy.random.Generator
        Where the chance comes from.
    style : str or None
        One of the label's `STYLES`; None to draw one.

    Returns
    -------
    LabelledDrawing
        With its style.
    """
    styles = STYLES[label]
    chosen = style if style is not None else str(rng.choice(list(styles)))
    return LabelledDrawing(label, "", write_template(styles[chosen], rng), chosen)


def list_styles() -> Sequence[tuple[int, str]]:
    """Return every label and style."""
    return tuple((label, style) for label, styles in STYLES.items() for style in styles)
