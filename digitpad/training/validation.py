"""The set that a run is validated and calibrated on. Free of TensorFlow."""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES
from digitpad.core.normalization import SIDE_PX, Ink, normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.reading import LIKELY_DIGIT
from digitpad.training.calibration import expected_calibration_error, measure_reliability
from digitpad.training.data.allographs import list_styles, synthesize
from digitpad.training.data.datasets import LabelledDrawing, LabelledImages
from digitpad.training.data.non_digits import NonDigits

# No run draws its variations from these.
_ALLOGRAPH_SEED = (2026, 1)
_NON_DIGIT_SEED = (2026, 2)

VALIDATING = 3_000
"""Allographs, and non-digits, that the bundled model is validated on."""

MNIST, PEN, ALLOGRAPHS, NON_DIGITS = "MNIST", "pen digits", "allographs", "non-digits"
"""Where images of a validation set come from."""


@dataclass(frozen=True, eq=False)
class ValidationSet:
    """Images that no run learns from.

    Parameters
    ----------
    images : (n, 28, 28) float32 in [0, 1]
        Normalized.
    labels : (n,) uint8
        0 to 9, or 10 for what is no digit.
    sources : (n,) str
        `MNIST`, `PEN`, `ALLOGRAPHS` or `NON_DIGITS`.
    kinds : (n,) str
        The style of an allograph, what a non-digit is instead, or the source.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.uint8]
    sources: NDArray[np.str_]
    kinds: NDArray[np.str_]

    @property
    def is_digit(self) -> NDArray[np.bool_]:
        """Which of them are digits."""
        return self.labels < CLASSES


def build_validation(
    images: LabelledImages, drawings: tuple[LabelledDrawing, ...], allographs: int, non_digits: int
) -> ValidationSet:
    """Gather a validation set; for the same digits it is always the same.

    Parameters
    ----------
    images, drawings
        MNIST digits and pen digits that are not trained on.
    allographs, non_digits : int
        How many to synthesise of either, from seeds that no run trains with.

    Returns
    -------
    ValidationSet
        All of them.
    """
    written = synthesize_allographs(allographs)
    source = NonDigits(images.images, images.labels, drawings)
    others = [source.kinds[number % len(source.kinds)] for number in range(non_digits)]
    sources = np.repeat(
        [MNIST, PEN, ALLOGRAPHS, NON_DIGITS],
        [len(images), len(drawings), len(written), len(others)],
    )
    digits = [*images.labels, *(drawing.label for drawing in (*drawings, *written))]
    return ValidationSet(
        images=np.concatenate(
            [
                images.images.astype(np.float32) / np.float32(255),
                _stack([rasterize(drawing.strokes) for drawing in (*drawings, *written)]),
                _stack(_synthesize_non_digits(source, others)),
            ]
        ),
        labels=np.array(digits + [CLASSES] * len(others), np.uint8),
        sources=sources,
        kinds=np.concatenate(
            [sources[: len(images) + len(drawings)], [d.style for d in written], others]
        ).astype(np.str_),
    )


def synthesize_allographs(count: int) -> tuple[LabelledDrawing, ...]:
    """Write `count` validation digits, every style as often."""
    rng = np.random.default_rng(_ALLOGRAPH_SEED)
    styles = list_styles()
    chosen = (styles[number % len(styles)] for number in range(count))
    return tuple(synthesize(label, rng, style) for label, style in chosen)


def measure_validation(
    validation: ValidationSet, probabilities: NDArray[np.float32]
) -> dict[str, float]:
    """Return how well a model reads a validation set.

    Parameters
    ----------
    validation : ValidationSet
        What it has not learned from.
    probabilities : (n, 10) float32
        What it says of the images.

    Returns
    -------
    dict
        Accuracies by source, the calibration error, and which parts of the digits and of the
        non-digits are flagged as no digit; figures of what the set has none of are left out.
    """
    is_flagged = probabilities.sum(axis=1) < LIKELY_DIGIT
    is_right = probabilities.argmax(axis=1) == validation.labels
    chosen = {name: validation.sources == name for name in (MNIST, PEN, ALLOGRAPHS, NON_DIGITS)}
    metrics = {
        "mnist_validation": is_right[chosen[MNIST]],
        "pen_validation": is_right[chosen[PEN]],
        "allographs_validation": is_right[chosen[ALLOGRAPHS]],
        "no_digits_flagged_validation": is_flagged[chosen[NON_DIGITS]],
    }
    if chosen[NON_DIGITS].any():
        metrics["digits_flagged_validation"] = is_flagged[validation.is_digit]
    error = expected_calibration_error(*_judge_digits(validation, probabilities))
    return {name: float(part.mean()) for name, part in metrics.items() if len(part)} | {
        "calibration_error_validation": error
    }


def describe_reliability(
    validation: ValidationSet, probabilities: NDArray[np.float32]
) -> list[dict[str, float]]:
    """Return the bins of a reliability diagram over the digits of a validation set.

    Parameters
    ----------
    validation, probabilities
        As in `measure_validation`.
    """
    bins = measure_reliability(*_judge_digits(validation, probabilities))
    return [dataclasses.asdict(part) for part in bins]


def _judge_digits(
    validation: ValidationSet, probabilities: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    digits = probabilities[validation.is_digit]
    is_right = digits.argmax(axis=1) == validation.labels[validation.is_digit]
    return digits.max(axis=1), is_right


def _synthesize_non_digits(source: NonDigits, kinds: list[str]) -> list[Ink]:
    rng = np.random.default_rng(_NON_DIGIT_SEED)
    made = [source.draw(rng, kind) for kind in kinds]
    return [rasterize(found) if isinstance(found, tuple) else found for found in made]


def _stack(ink: list[Ink]) -> NDArray[np.float32]:
    images = [normalize(crop) for crop in ink]
    return np.array(images, np.float32).reshape(-1, SIDE_PX, SIDE_PX)
