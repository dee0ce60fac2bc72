"""A reading as JSON has it, wherever one is written."""

from dataclasses import astuple
from typing import Any

from digitpad.core.reading import Digit, Reading


def describe_reading(reading: Reading) -> dict[str, Any]:
    """Return the text, and every digit of every row, as values that JSON can hold."""
    return {
        "text": reading.text,
        "lines": [[describe_digit(digit) for digit in line] for line in reading.lines],
        "elapsed_ms": round(reading.elapsed_ms, 3),
    }


def describe_digit(digit: Digit) -> dict[str, Any]:
    """Return all that is known of a digit, but for its image, as values that JSON can hold."""
    return {
        "label": digit.label,
        "symbol": digit.symbol,
        "is_digit": digit.is_digit,
        "digit_probability": round(digit.digit_probability, 6),
        "confidence": round(digit.confidence, 6),
        "corrected": digit.correction is not None,
        "probabilities": [round(float(probability), 6) for probability in digit.probabilities],
        "box": [round(value, 2) for value in astuple(digit.box)],
        "corners": [[round(x, 2), round(y, 2)] for x, y in digit.outline],
        "follows_gap": digit.follows_gap,
    }
