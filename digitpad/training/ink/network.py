"""The network that tells ink from what it is written on, and how it learns."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import cv2
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitpad.training.ink.tiles import InkTiles

Floats = NDArray[np.float32]

SIDE_PX = 256
"""Of the part of a tile that a step learns from."""

_WIDTHS = (16, 24, 32, 48, 64)
_LEAK = 0.1
_REINKED, _NOISY, _BARE = 0.15, 0.15, 0.02
"""Parts of the tiles whose ink takes another colour, that get noise, and that are noise alone."""

_LEAST_CONTRAST, _CONTRAST = 30.0, 150.0
"""How far another colour of ink is from that of the paper around it, in levels of 256."""

_AHEAD = 2
"""So many batches are made while one is learned from."""

_RARE = -2.0
"""Ink is rarer than paper: what the network says, as a logit, before it has learned anything."""


def build_ink_network(seed: int, side_px: int | None = None) -> keras.Model:
    """Build an untrained network.

    Its five levels see from 2 to 32 pixels as one; what is fine is added to what is coarse on
    the way back up.

    Parameters
    ----------
    seed : int
        Of the weights.
    side_px : int or None
        Height and width of its pictures; None for any.

    Returns
    -------
    keras.Model
        (n, H, W, 3) float32 in [0, 1], RGB, H and W multiples of 32 -> (n, H, W, 1), how much of
        each pixel is ink.

    References
    ----------
    Ronneberger et al., "U-Net: convolutional networks for biomedical image segmentation", 2015.
    """
    keras.utils.set_random_seed(seed)
    inputs = layers.Input((side_px, side_px, 3), name="picture")
    x = layers.Rescaling(2.0, -1.0)(inputs)
    fine = []
    for width in _WIDTHS:
        x = _convolve(x, width, stride=2)
        x = _convolve(x, width)
        fine.append(x)
    for skipped in fine[-2::-1]:
        width = skipped.shape[-1]
        x = layers.Conv2D(width, 1, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.UpSampling2D(interpolation="bilinear")(x)
        x = _convolve(layers.Add()([x, skipped]), width)
    enlarge = layers.Conv2DTranspose(
        1,
        4,
        strides=2,
        padding="same",
        activation="sigmoid",
        bias_initializer=keras.initializers.Constant(_RARE),
    )
    return keras.Model(inputs, enlarge(x), name="ink")


def _convolve(x: keras.KerasTensor, width: int, stride: int = 1) -> keras.KerasTensor:
    x = layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(x)
    # Leaky: where no feature was active, the network would never learn what it takes for ink.
    return layers.LeakyReLU(_LEAK)(layers.BatchNormalization()(x))


class TileBatches:
    """Tiles, varied anew each epoch: turned, enlarged, in other colours and light, under noise.

    Keras takes twice as long over a step if it fetches such large batches itself.

    Parameters
    ----------
    tiles : InkTiles
        What to learn from.
    batch_size : int
        Tiles a batch.
    seed : int
        Of order and variation.
    ink_weight : float
        How much more ink counts than paper.
    """

    def __init__(
        self, tiles: InkTiles, batch_size: int, seed: int, ink_weight: float = 1.0
    ) -> None:
        self._tiles = tiles
        self._batch_size = batch_size
        self._seed = seed
        self._ink_weight = np.float32(ink_weight)

    def __len__(self) -> int:
        """Return the number of batches an epoch."""
        return len(self._tiles.pictures) // self._batch_size

    def iterate(self, epoch: int) -> Iterator[tuple[Floats, Floats, Floats]]:
        """Yield pictures, their ink, and the weight of each pixel; the next are made meanwhile."""
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._tiles.pictures))
        chosen = order[: len(self) * self._batch_size].reshape(len(self), -1)
        with ThreadPoolExecutor(1) as pool:
            ahead: deque[Future[tuple[Floats, Floats, Floats]]] = deque()
            for number, rows in enumerate(chosen):
                rng = np.random.default_rng([self._seed, epoch, number])
                ahead.append(pool.submit(self._vary_all, rows, rng))
                if len(ahead) > _AHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def _vary_all(
        self, rows: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[Floats, Floats, Floats]:
        varied = [_vary(self._tiles.pictures[i], self._tiles.ink[i], rng) for i in rows]
        pictures, inks = zip(*varied, strict=True)
        ink = np.stack(inks)
        return np.stack(pictures), ink, 1 + (self._ink_weight - 1) * ink[..., 0]


def _vary(
    picture: NDArray[np.uint8], ink: NDArray[np.uint8], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    scale = float(np.exp(rng.uniform(np.log(0.8), np.log(1.6))))
    span = min(round(SIDE_PX / scale), len(ink))
    top, left = rng.integers(0, len(ink) - span + 1, 2)
    part = (slice(top, top + span), slice(left, left + span))
    size = (SIDE_PX, SIDE_PX)
    way = cv2.INTER_AREA if span > SIDE_PX else cv2.INTER_LINEAR
    seen = np.asarray(cv2.resize(picture[part], size, interpolation=way), np.uint8)
    covered = np.asarray(cv2.resize(ink[part], size, interpolation=way), np.uint8)
    if rng.random() < _REINKED:
        seen = _reink(seen, covered, rng)
    if rng.random() < _NOISY:
        seen = _add_noise(seen, rng)
    if rng.random() < _BARE:
        seen = _add_noise(np.full_like(seen, rng.integers(256)), rng)
        covered = np.zeros_like(covered)
    seen = np.asarray(cv2.LUT(seen, _recolour(rng)), np.uint8)
    seen = seen[..., rng.permutation(3)]
    # Never mirrored: that is how what shows through from the back is known.
    turns = int(rng.integers(4))
    seen, covered = np.rot90(seen, turns), np.rot90(covered, turns)
    return _to_unit(seen), _to_unit(covered[..., np.newaxis])


def _to_unit(levels: NDArray[np.uint8]) -> Floats:
    return np.asarray(levels / np.float32(255), np.float32)


def _recolour(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a table of other colours: another exposure, gradation and tint, or a negative."""
    values = np.repeat(np.linspace(0, 1, 256)[:, np.newaxis], 3, axis=1)
    if rng.random() < 0.5:
        values = values ** np.exp(rng.normal(0, 0.25)) * rng.uniform(0.6, 1.1, 3)
    if rng.random() < 0.1:
        values = 1 - values
    return np.round(255 * values.clip(0, 1)).astype(np.uint8)[np.newaxis]


def _reink(
    seen: NDArray[np.uint8], covered: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Write in a colour that may be as light as the paper, such as red on blue."""
    bare = seen[covered == 0]
    if not len(bare):
        return seen
    direction = rng.normal(0, 1, 3)
    direction *= rng.uniform(_LEAST_CONTRAST, _CONTRAST) / np.linalg.norm(direction)
    colour = (np.median(bare, axis=0) + direction).clip(0, 255).astype(np.float32)
    part = covered[..., np.newaxis] / np.float32(255)
    return np.asarray(np.round(seen + part * (colour - seen)), np.uint8)


def _add_noise(seen: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Add noise of a grain of 1 to 8 pixels."""
    side = max(SIDE_PX // int(rng.integers(1, 9)), 2)
    noise = rng.normal(0, rng.uniform(2, 30), (side, side, 3)).astype(np.float32)
    if rng.random() < 0.5:
        noise[:] = noise[..., :1]
    grain = cv2.resize(noise, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.round((seen + grain).clip(0, 255)), np.uint8)
