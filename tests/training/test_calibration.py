import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.training.calibration import (
    expected_calibration_error,
    fit_calibration,
    measure_reliability,
)

RNG = np.random.default_rng(4)


def draw_network(sharpness: float, count: int = 6000) -> tuple[np.ndarray, np.ndarray]:
    """Return logits, and labels as probable as the logits were before they were sharpened."""
    logits = RNG.normal(0, 2, (count, 11))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([RNG.choice(11, p=row) for row in probabilities])
    return logits * sharpness, labels


class TestExpectedCalibrationError:
    def test_it_is_zero_where_confidence_is_accuracy(self) -> None:
        confidences = np.repeat([0.25, 0.75], 100)
        is_right = np.concatenate([np.arange(100) < 25, np.arange(100) < 75])

        assert expected_calibration_error(confidences, is_right) == pytest.approx(0)

    def test_it_is_the_mean_gap(self) -> None:
        confidences = np.array([1.0] * 8 + [0.5] * 2)
        is_right = np.array([True] * 4 + [False] * 4 + [True] * 2)

        # Eight are half as often right as they say, two are right and say half.
        assert expected_calibration_error(confidences, is_right) == pytest.approx(0.5)

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
    def test_bins_hold_every_reading_once(self, readings: list[tuple[float, bool]]) -> None:
        confidences = np.array([confidence for confidence, _ in readings])
        is_right = np.array([right for _, right in readings])

        bins = measure_reliability(confidences, is_right)

        assert sum(part.count for part in bins) == len(readings)
        assert 0 <= expected_calibration_error(confidences, is_right) <= 1
        assert sum(part.count * part.accuracy for part in bins) == pytest.approx(is_right.sum())


class TestFittedCalibration:
    @pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
    def test_the_temperature_undoes_false_confidence(self, sharpness: float) -> None:
        found = fit_calibration(*draw_network(sharpness), digits_flagged=0.01)

        assert found.temperature == pytest.approx(sharpness, rel=0.1)

    @pytest.mark.parametrize("flagged", [0.002, 0.05])
    def test_the_bias_flags_as_many_digits_as_asked(self, flagged: float) -> None:
        logits, labels = draw_network(1.0)

        found = fit_calibration(logits, labels, flagged)

        shifted = logits / found.temperature
        shifted[:, 10] += found.no_digit_bias
        probabilities = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
        is_flagged = probabilities[labels < 10, 10] > 0.5
        assert is_flagged.mean() == pytest.approx(flagged, abs=0.0015)
