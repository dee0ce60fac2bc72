"""What makes pages hard to read, each by name."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from digitpad.training.composition import camera, lighting, paper, pens, ruling
from digitpad.training.composition.camera import View
from digitpad.training.composition.layout import Grid
from digitpad.training.composition.page import Sheet
from digitpad.training.composition.pens import Pen
from digitpad.training.composition.planning import Plan

Surface = Callable[[tuple[int, int], np.random.Generator], Sheet]
Printing = Callable[[Sheet, Grid, np.random.Generator], Sheet]
Light = Callable[[Sheet, np.random.Generator], Sheet]

_PHOTOGRAPHS = (
    (900, 1200),
    (1200, 1600),
    (1600, 1200),
    (1280, 960),
    (1080, 1920),
    (1440, 1920),
    (1920, 1440),
    (1000, 1414),
    (1240, 1754),
    (1024, 768),
    (1500, 2000),
)
"""What phones and scanners give, once sent by message."""

_HIGH_RESOLUTION = ((3024, 4032),)


_DAYLIGHT = ((lighting.fall_off,),)
_EVERYDAY = (*5 * _DAYLIGHT, (lighting.fall_off, lighting.cast_shadow), (lighting.darken_corners,))
"""Most pages lie in good light; one in seven in a shadow, one in seven under a lamp."""

_SOMETIMES_RULED = (*6 * (ruling.leave_blank,), ruling.rule_lines, ruling.rule_squares)


@dataclass(frozen=True)
class Difficulty:
    """How the pages of one difficulty are made.

    Parameters
    ----------
    sizes : tuple of (int, int)
        Width and height of the picture; one is taken.
    plan : Plan
        How the page is divided.
    surface : callable
        Makes the empty sheet.
    printing : tuple of callable
        One of them prints rules on it.
    pens : tuple of Pen
        One of them is written with.
    lights : tuple of tuples of callable
        One tuple is taken, and all its lights applied.
    look : callable
        How the sheet is held.
    quarter_turns : int
        How often the picture is turned by 90° clockwise.
    styled : float
        Part of the pages in one of the world's styles, whose stems may be straight as lines.
    touching, marks : float
        Part of the neighbours that touch; part of the numbers with points, signs and ticks.
    is_worn : bool
        Whether the back shows through, and folds and bindings may be seen.
    is_blurred : bool
        Whether the camera was out of focus or moved, in little light.
    qualities : (int, int)
        Least and greatest of the JPEG's.
    """

    sizes: tuple[tuple[int, int], ...] = _PHOTOGRAPHS
    plan: Plan = field(default_factory=Plan)
    surface: Surface = paper.draw_paper
    printing: tuple[Printing, ...] = (ruling.leave_blank,)
    pens: tuple[Pen, ...] = pens.EVERYDAY
    lights: tuple[tuple[Light, ...], ...] = _EVERYDAY
    look: Callable[[tuple[int, int], np.random.Generator], View] = camera.look_straight
    quarter_turns: int = 0
    styled: float = 0.15
    touching: float = 0.0
    marks: float = 0.0
    is_worn: bool = False
    is_blurred: bool = False
    qualities: tuple[int, int] = (70, 95)


_SHADOWS = (
    (lighting.cast_shadow,),
    (lighting.cast_shadow, lighting.yellow),
    (lighting.cast_shadow, lighting.cast_shadow, lighting.fall_off),
    (lighting.darken_corners,),
    (lighting.darken_corners, lighting.cast_shadow),
    (lighting.glare, lighting.yellow),
    (lighting.yellow, lighting.darken_corners, lighting.dim),
    (lighting.cast_shadow, lighting.glare),
)
# Of a few digits nobody could tell which way up they are.
_TURNED = Plan(
    layouts=("rows", "rows", "groups", "columns", "list"), most_digits=(8, 60), fewest_digits=6
)

DIFFICULTIES: dict[str, Difficulty] = {
    "plain": Difficulty(sizes=(*_PHOTOGRAPHS, *_HIGH_RESOLUTION), lights=_DAYLIGHT),
    "shadow": Difficulty(printing=_SOMETIMES_RULED, lights=_SHADOWS),
    "ruled": Difficulty(plan=Plan(pitches=(1.15, 1.8)), printing=(ruling.rule_lines,)),
    "squared": Difficulty(
        plan=Plan(layouts=("rows", "groups", "list", "squares", "squares"), pitches=(1.1, 2.0)),
        printing=(ruling.rule_squares,),
    ),
    "table": Difficulty(
        plan=Plan(layouts=("cells",), heights=(0.018, 0.05), pitches=(1.5, 2.4)),
        printing=(ruling.rule_table,),
    ),
    "touching": Difficulty(
        plan=Plan(
            layouts=("rows", "groups", "columns", "list"),
            digit_gaps=(0.08, 0.25),
            most_digits=(6, 60),
            fewest_digits=4,
        ),
        printing=_SOMETIMES_RULED,
        touching=0.35,
    ),
    "rotated 90": Difficulty(plan=_TURNED, printing=_SOMETIMES_RULED, quarter_turns=1),
    "rotated 180": Difficulty(plan=_TURNED, printing=_SOMETIMES_RULED, quarter_turns=2),
    "rotated 270": Difficulty(plan=_TURNED, printing=_SOMETIMES_RULED, quarter_turns=3),
    "skew": Difficulty(printing=_SOMETIMES_RULED, look=camera.look_askew),
    "blur": Difficulty(printing=_SOMETIMES_RULED, is_blurred=True, qualities=(15, 45)),
    "faint": Difficulty(
        pens=(pens.FAINT_PENCIL, pens.FAINT_PENCIL, pens.FAINT_INK), lights=_DAYLIGHT
    ),
    "tiny": Difficulty(
        sizes=((640, 480), (480, 640)),
        plan=Plan(heights=(0.0172, 0.033), most_digits=(6, 120)),
        qualities=(75, 95),
    ),
    "dense": Difficulty(
        sizes=((1500, 2000), (1240, 1754), (1440, 1920), (1654, 2339)),
        plan=Plan(
            layouts=("groups", "columns"),
            heights=(0.012, 0.022),
            pitches=(1.2, 1.45),
            digit_gaps=(0.1, 0.3),
            most_digits=(120, 300),
        ),
    ),
    "coloured": Difficulty(surface=paper.draw_coloured_paper),
    "chalk": Difficulty(surface=paper.draw_blackboard, pens=(pens.CHALK,)),
    "marker": Difficulty(
        surface=paper.draw_whiteboard,
        pens=(pens.MARKER,),
        lights=((lighting.glare,), (lighting.glare, lighting.fall_off), (lighting.fall_off,)),
    ),
    "bleed": Difficulty(is_worn=True),
    "marks": Difficulty(
        plan=Plan(
            layouts=("rows", "groups", "columns", "list"), most_digits=(6, 60), fewest_digits=4
        ),
        marks=0.75,
    ),
    "large": Difficulty(
        sizes=((1200, 1600), (960, 1280), (1600, 1200), (768, 1024), (2448, 3264)),
        plan=Plan(layouts=("number",), heights=(0.16, 0.5), most_digits=(1, 4)),
        pens=(*pens.EVERYDAY, pens.MARKER),
    ),
}
"""All of them, in the order in which pages cycle through them."""

LARGE_STEMS = replace(
    DIFFICULTIES["large"],
    sizes=((480, 640), (640, 480), (600, 600)),
    pens=(*pens.EVERYDAY, pens.MARKER, pens.FAINT_PENCIL),
    lights=(*_EVERYDAY, *_SHADOWS),
    styled=1.0,
)
"""A few large digits whose stems are as straight as lines, on paper without any."""

_SURFACE = ("surface", "pens")
_MIXED = ("printing", "lights", "look", "quarter_turns", "touching", "marks", "is_worn")
_PRINTED = (ruling.rule_lines, ruling.rule_squares, ruling.rule_squares, ruling.rule_table)
_BLURRED, _STYLED = 0.15, 0.5


def mix_difficulties(rng: np.random.Generator, hardship: float) -> Difficulty:
    """Return a page's recipe that takes each of its parts from some difficulty.

    A shadow falls on squared paper that lies on a table and is written on with chalk: what a
    network has learned from such pages, it has not learned by their other signs.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    hardship : float
        Part of the pages, 0 to 1, that lie askew on a table, part of them that are worn, and part
        of them that are certain to have lines.
    """
    every = list(DIFFICULTIES.values())

    def choose() -> Difficulty:
        return every[rng.integers(len(every))]

    mixed, written_with, blurred = choose(), choose(), choose()
    parts = {name: getattr(choose(), name) for name in _MIXED}
    parts |= {name: getattr(written_with, name) for name in _SURFACE}
    parts["is_worn"] = rng.random() < hardship
    parts["look"] = camera.look_askew if rng.random() < hardship else camera.look_straight
    if rng.random() < hardship:
        parts["printing"] = _PRINTED
    parts["is_blurred"] = rng.random() < _BLURRED
    parts["qualities"] = blurred.qualities
    parts["styled"] = _STYLED
    return replace(mixed, **parts)
