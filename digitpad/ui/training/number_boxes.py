"""Boxes for numbers that are stepped as they are tried."""

import math

from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget


class LearningRateSpinBox(QDoubleSpinBox):
    """A learning rate, stepped 1, 2, 5, 10, and so on, as rates are tried."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(6)
        self.setRange(0.00001, 1.0)

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = _step_up(value) if steps > 0 else _step_down(value)
        self.setValue(value)

    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").rstrip(point) if point in text else text


class DoublingSpinBox(QSpinBox):
    """A batch size, stepped in powers of two, as batch sizes are."""

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            below = 1 << max(0, (value - 1).bit_length() - 1)
            value = 1 << value.bit_length() if steps > 0 else below
        self.setValue(value)


def _step_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    digit = next(digit for digit in (2, 5, 10) if digit * power > value * 1.000001)
    return digit * power


def _step_down(value: float) -> float:
    power = 10.0 ** (math.ceil(math.log10(value) - 1e-9) - 1)
    digit = next(digit for digit in (5, 2, 1) if digit * power < value * 0.999999)
    return digit * power
