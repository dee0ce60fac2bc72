"""Where a network looks: what it loses of a digit when a part of it is covered."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.normalization import INK_THRESHOLD, SIDE_PX, DigitImage

PATCH_PX = 5
"""Side of what is covered at a time: twice as wide as a stroke, so that it parts one."""


@dataclass(frozen=True, eq=False)
class Saliency:
    """What each part of a digit does for its reading.

    Parameters
    ----------
    label : int
        What is read, 0 to 9.
    probability : float
        How probable it is, 0 to 1.
    drops : (28, 28) float32 in [-1, 1]
        How much of that probability is lost where paper covers the ink, on average over all
        patches that cover a pixel; negative where it is won.
    """

    label: int
    probability: float
    drops: NDArray[np.float32]


def measure_saliency(image: DigitImage, classifier: Classifier) -> Saliency:
    """Cover a digit with a small patch of paper, at one place after another, and read it each time.

    Parameters
    ----------
    image : (28, 28) float32 in [0, 1]
        A normalized digit.
    classifier : Classifier
        The network to ask, once for all places.

    Returns
    -------
    Saliency
        For the most probable digit.

    References
    ----------
    Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", 2014.
    """
    windows = sliding_window_view(image, (PATCH_PX, PATCH_PX))
    # Where there is nothing to cover nothing changes.
    tops, lefts = np.nonzero((windows > INK_THRESHOLD).any(axis=(2, 3)))
    covered = np.repeat(image[np.newaxis], 1 + len(tops), axis=0)
    patches = [
        np.s_[top : top + PATCH_PX, left : left + PATCH_PX]
        for top, left in zip(tops, lefts, strict=True)
    ]
    for other, patch in zip(covered[1:], patches, strict=True):
        other[patch] = 0
    probabilities = classifier.classify(covered)
    label = int(probabilities[0].argmax())
    before, *after = probabilities[:, label].tolist()
    drops = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for probability, patch in zip(after, patches, strict=True):
        drops[patch] += before - probability
    return Saliency(label, before, drops / _count_patches())


def _count_patches() -> NDArray[np.float32]:
    """Return how many patches cover each pixel."""
    places = np.arange(SIDE_PX)
    last = SIDE_PX - PATCH_PX
    along = np.minimum(places, last) - np.maximum(places - PATCH_PX + 1, 0) + 1
    return np.outer(along, along).astype(np.float32)
