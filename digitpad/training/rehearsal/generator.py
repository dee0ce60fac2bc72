"""A small network that writes digits as MNIST's writers did. Free of TensorFlow."""

import io
import itertools
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES
from digitpad.core.errors import ModelError
from digitpad.core.normalization import SIDE_PX, DigitImage, normalize

Floats = NDArray[np.float32]

LEAK = 0.1
"""Slope of the layers between, where they are negative."""

_AT_ONCE = 1000
_FAINTEST = 0.5
_DAMAGE = (OSError, ValueError, LookupError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, eq=False)
class DigitGenerator:
    """Digits out of nothing: codes are drawn for a label, and a network writes what they say.

    A code says how a digit is written: how wide, how slanted, with which pen. For each label it
    is drawn from a mixture of normal distributions, every one of them fitted to hundreds of digits.

    Parameters
    ----------
    weights : (10, k) float32
        How probable each part of a label's mixture is.
    means : (10, k, d) float32
        Of the codes.
    spreads : (10, k, d, d) float32
        Lower triangular; times its own transpose, the covariance of the codes.
    kernels, biases : sequences of float32 arrays
        Of dense layers, the first of which takes a code and, one-hot, its label. The last gives
        28×28 logits.
    """

    weights: Floats
    means: Floats
    spreads: Floats
    kernels: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    def __post_init__(self) -> None:
        """Refuse what does not fit together.

        Raises
        ------
        ValueError
            If shapes differ from what is said above.
        """
        parts, code = self.means.shape[1:]
        sizes = [kernel.shape for kernel in self.kernels]
        ends = [code + CLASSES, *(len(bias) for bias in self.biases)]
        is_fitting = (
            self.weights.shape == (CLASSES, parts)
            and self.means.shape == (CLASSES, parts, code)
            and self.spreads.shape == (CLASSES, parts, code, code)
            and sizes == list(itertools.pairwise(ends))
            and ends[-1] == SIDE_PX**2
        )
        if not is_fitting:
            raise ValueError("its parts don't fit together")

    @property
    def parameters(self) -> int:
        """How many numbers it consists of."""
        arrays = (self.weights, self.means, self.spreads, *self.kernels, *self.biases)
        return sum(array.size for array in arrays)

    @classmethod
    def load(cls, file: Path) -> "DigitGenerator":
        """Read what `to_bytes` gave.

        Raises
        ------
        ModelError
            If the file is missing or damaged.
        """
        try:
            # Pickles run code when loaded.
            with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
                found = {name: np.asarray(arrays[name], np.float32) for name in arrays.files}
            layers = range(sum(name.startswith("kernel") for name in found))
            return cls(
                found["weights"],
                found["means"],
                found["spreads"],
                tuple(found[f"kernel_{layer}"] for layer in layers),
                tuple(found[f"bias_{layer}"] for layer in layers),
            )
        except _DAMAGE as error:
            raise ModelError(
                f"The generator of digits can't be loaded: {file.name} is missing or damaged.",
                "Reinstall digitpad, or train with MNIST at hand.",
            ) from error

    def to_bytes(self) -> bytes:
        """Return the generator as an npz archive, at half precision."""
        arrays = {"weights": self.weights, "means": self.means, "spreads": self.spreads}
        for layer, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            arrays |= {f"kernel_{layer}": kernel, f"bias_{layer}": bias}
        content = io.BytesIO()
        halves = {name: array.astype(np.float16) for name, array in arrays.items()}
        np.savez_compressed(content, allow_pickle=False, **halves)
        return content.getvalue()

    def write(
        self,
        labels: NDArray[np.integer],
        rng: np.random.Generator,
        contrast: tuple[float, float] = (1.0, 1.0),
    ) -> NDArray[np.float32]:
        """Write digits.

        Parameters
        ----------
        labels : (n,) int
            0 to 9.
        rng : numpy.random.Generator
            Where the chance comes from.
        contrast : (float, float)
            Least and most that edges are steepened by: the network's are a little soft.

        Returns
        -------
        (n, 28, 28) float32 in [0, 1]
            Normalized. A few may be no good digits.
        """
        written = np.empty((len(labels), SIDE_PX, SIDE_PX), np.float32)
        for start in range(0, len(labels), _AT_ONCE):
            part = np.asarray(labels[start : start + _AT_ONCE])
            codes = self._draw_codes(part, rng)
            drawn = self._decode(np.concatenate([codes, np.eye(CLASSES)[part]], axis=1))
            slopes = rng.uniform(*contrast, (len(part), 1, 1)).astype(np.float32)
            ink = np.clip((drawn - 0.5) * slopes + 0.5, 0, 1, dtype=np.float32)
            written[start : start + _AT_ONCE] = [_place(digit) for digit in ink]
        return written

    def _draw_codes(self, labels: NDArray[np.integer], rng: np.random.Generator) -> Floats:
        codes = np.empty((len(labels), self.means.shape[-1]), np.float32)
        for label in np.unique(labels):
            of_label = np.flatnonzero(labels == label)
            shares = self.weights[label].astype(np.float64)
            parts = rng.choice(len(shares), len(of_label), p=shares / shares.sum())
            noise = rng.standard_normal((len(of_label), codes.shape[1])).astype(np.float32)
            spread = np.einsum("nij,nj->ni", self.spreads[label, parts], noise)
            codes[of_label] = self.means[label, parts] + spread
        return codes

    def _decode(self, codes: NDArray[np.floating]) -> Floats:
        values = codes.astype(np.float32)
        for kernel, bias in zip(self.kernels[:-1], self.biases[:-1], strict=True):
            values = values @ kernel + bias
            values = np.maximum(values, LEAK * values)
        logits = values @ self.kernels[-1] + self.biases[-1]
        ink = np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)
        return ink.reshape(-1, SIDE_PX, SIDE_PX)


def _place(ink: Floats) -> DigitImage:
    return normalize(ink) if ink.max() > _FAINTEST else ink
