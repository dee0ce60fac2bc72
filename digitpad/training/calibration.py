"""Whether a network is as often right as it says, and how to make it so. Free of TensorFlow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES

_BINS = 15
_TEMPERATURES = (0.2, 5.0)


@dataclass(frozen=True)
class Calibration:
    """What is done to a network's logits so that its probabilities hold.

    Parameters
    ----------
    temperature : float
        Logits are divided by it.
    no_digit_bias : float
        Added to the logit of what is no digit, afterwards.
    """

    temperature: float = 1.0
    no_digit_bias: float = 0.0


@dataclass(frozen=True)
class ReliabilityBin:
    """Readings of about the same confidence.

    Parameters
    ----------
    confidence : float
        Their mean confidence, 0 to 1.
    accuracy : float
        How many of them are right, 0 to 1.
    count : int
        How many there are.
    """

    confidence: float
    accuracy: float
    count: int


def measure_reliability(
    confidences: NDArray[np.floating], is_right: NDArray[np.bool_], bins: int = _BINS
) -> tuple[ReliabilityBin, ...]:
    """Compare confidence with accuracy, bin by bin.

    Parameters
    ----------
    confidences : (n,) float in [0, 1]
        Of each reading.
    is_right : (n,) bool
        Whether it is right.
    bins : int
        Bins of equal width.

    Returns
    -------
    tuple of ReliabilityBin
        Bins that hold anything, the least confident first.
    """
    numbers = np.clip((np.asarray(confidences) * bins).astype(int), 0, bins - 1)
    chosen = [numbers == number for number in range(bins)]
    return tuple(
        ReliabilityBin(
            float(confidences[part].mean()), float(is_right[part].mean()), int(part.sum())
        )
        for part in chosen
        if part.any()
    )


def expected_calibration_error(
    confidences: NDArray[np.floating], is_right: NDArray[np.bool_], bins: int = _BINS
) -> float:
    """Return how far confidence and accuracy lie apart on average; 0 is best.

    Parameters
    ----------
    confidences, is_right, bins
        As in `measure_reliability`; at least one reading.

    References
    ----------
    Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    found = measure_reliability(confidences, is_right, bins)
    gaps = sum(part.count * abs(part.confidence - part.accuracy) for part in found)
    return gaps / len(confidences)


def fit_calibration(
    logits: NDArray[np.floating], labels: NDArray[np.integer], digits_flagged: float
) -> Calibration:
    """Find the temperature and the bias for a network.

    Parameters
    ----------
    logits : (n, 11) float
        What the network says of a validation set, up to a constant a row.
    labels : (n,) int
        0 to 9, or 10 for what is no digit.
    digits_flagged : float
        Part of the digits that may be taken for none, 0 to 1.

    Returns
    -------
    Calibration
        The temperature of least cross-entropy, and the largest bias that flags no more digits.

    References
    ----------
    Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    low, high = np.log(_TEMPERATURES)
    for _ in range(60):  # Cross-entropy has one minimum; a ternary search closes in on it.
        third = (high - low) / 3
        if _cross_entropy(logits, labels, low + third) < _cross_entropy(
            logits, labels, high - third
        ):
            high -= third
        else:
            low += third
    temperature = float(np.exp((low + high) / 2))
    scaled = logits[labels < CLASSES] / temperature
    # A digit is flagged where the eleventh logit exceeds the others together.
    margins = _log_sum(scaled[:, :CLASSES]) - scaled[:, CLASSES]
    return Calibration(temperature, float(np.quantile(margins, digits_flagged)))


def _cross_entropy(
    logits: NDArray[np.floating], labels: NDArray[np.integer], log_temperature: float
) -> float:
    scaled = logits / np.exp(log_temperature)
    chosen = np.take_along_axis(scaled, labels[:, np.newaxis].astype(int), axis=1)[:, 0]
    return float((_log_sum(scaled) - chosen).mean())


def _log_sum(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    most = logits.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(logits - most).sum(axis=1)) + most[:, 0], np.float64)
