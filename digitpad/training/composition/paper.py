"""Sheets and boards before anything is written or printed on them."""

import cv2
import numpy as np

from digitpad.training.composition.blending import Colour, cover
from digitpad.training.composition.noise import draw_grain, draw_wave
from digitpad.training.composition.page import Sheet

_COLOURS: tuple[Colour, ...] = (
    (0.96, 0.88, 0.45),
    (0.97, 0.72, 0.75),
    (0.68, 0.87, 0.70),
    (0.66, 0.80, 0.94),
    (0.97, 0.76, 0.48),
    (0.78, 0.64, 0.46),
    (0.80, 0.72, 0.90),
    (0.72, 0.74, 0.32),
    (0.72, 0.72, 0.72),
)
_BOARDS: tuple[Colour, ...] = (
    (0.12, 0.22, 0.17),
    (0.16, 0.18, 0.18),
    (0.10, 0.11, 0.12),
    (0.20, 0.30, 0.25),
    (0.18, 0.24, 0.32),
)


def draw_paper(size: tuple[int, int], rng: np.random.Generator) -> Sheet:
    """Return white paper, as white as paper is: greyish, cream or bluish, with some grain."""
    # Scanners, and apps that stand in for them, make paper white.
    tone = rng.uniform(1.0, 1.08) if rng.random() < 0.15 else rng.uniform(0.72, 0.99)
    warmth = rng.normal(0, 0.02)
    colour = (tone + warmth, tone + rng.normal(0, 0.006), tone - warmth * 1.5)
    return _texture(size, colour, rng.uniform(0.002, 0.018), rng)


def draw_coloured_paper(size: tuple[int, int], rng: np.random.Generator) -> Sheet:
    """Return paper of a colour: notes, cards, wrapping paper."""
    colour = np.array(_COLOURS[rng.integers(len(_COLOURS))]) + rng.normal(0, 0.03, 3)
    return _texture(size, _clip(colour), rng.uniform(0.006, 0.03), rng)


def draw_blackboard(size: tuple[int, int], rng: np.random.Generator) -> Sheet:
    """Return a board or slate with the smears of what was wiped off; one in four spotless."""
    colour = np.array(_BOARDS[rng.integers(len(_BOARDS))]) * rng.uniform(0.7, 1.2)
    board = _texture(size, _clip(colour), rng.uniform(0.004, 0.012), rng)
    if rng.random() < 0.25:
        return board
    return _smear(board, (0.75, 0.78, 0.75), rng.uniform(0.06, 0.22), rng)


def draw_whiteboard(size: tuple[int, int], rng: np.random.Generator) -> Sheet:
    """Return a whiteboard with the haze of what was wiped off."""
    tone = rng.uniform(0.84, 0.97)
    board = _texture(size, (tone - 0.01, tone, tone + 0.01), 0.002, rng)
    return _smear(board, (0.45, 0.47, 0.55), rng.uniform(0.02, 0.12), rng)


def _texture(
    size: tuple[int, int], colour: Colour, roughness: float, rng: np.random.Generator
) -> Sheet:
    fine = draw_grain(size, 1.6, rng)
    coarse = draw_grain(size, rng.uniform(8, 40), rng)
    surface = 1 + roughness * (0.8 * fine + 0.5 * coarse)
    return np.asarray(cv2.merge([surface * np.float32(value) for value in colour]), np.float32)


def _smear(board: Sheet, colour: Colour, strength: float, rng: np.random.Generator) -> Sheet:
    """Add the streaks that a sponge leaves: noise drawn out along its way."""
    height, width = board.shape[:2]
    streaks = rng.random((48, 12)).astype(np.float32)
    angle = rng.uniform(-35, 35)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.4)
    wide = cv2.resize(streaks, (width, height), interpolation=cv2.INTER_CUBIC)
    turned = cv2.warpAffine(wide, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    patches = draw_wave((width, height), 4, rng)
    return cover(board, np.clip(turned * patches * strength * 1.5, 0, 1), colour)


def _clip(colour: np.ndarray) -> Colour:
    red, green, blue = (float(value) for value in np.clip(colour, 0.03, 0.99))
    return red, green, blue
