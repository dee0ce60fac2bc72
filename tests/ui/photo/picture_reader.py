"""A stand-in for the reader: it answers when a test says so."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import DigitpadError
from digitpad.core.images import load_image
from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading

Pixels = NDArray[np.uint8]


def make_digit(label: int, box: Box, confidence: float = 0.98) -> Digit:
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[label] = confidence
    return Digit(box, np.zeros((28, 28), np.float32), probabilities)


READING = Reading(
    (
        (
            make_digit(4, Box(20, 30, 30, 40)),
            make_digit(7, Box(80, 30, 30, 40)),
        ),
        (make_digit(1, Box(24, 100, 20, 40), confidence=0.5),),
    )
)
"""What the stand-in reads, unless told otherwise."""


class PictureReader(QObject):
    model_loaded = Signal(object)
    drawing_read = Signal(int, object)
    picture_loaded = Signal(int, object)
    picture_read = Signal(int, object)
    failed = Signal(int, object)
    crashed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[tuple[int, Path | bytes]] = []
        self.reads: list[tuple[int, Pixels]] = []
        self.reading = READING

    def load_picture(self, request: int, source: Path | bytes) -> None:
        self.loads.append((request, source))

    def read_picture(self, request: int, picture: Pixels) -> None:
        self.reads.append((request, picture))

    def answer(self) -> None:
        """Answer what was asked, and what is asked because of that, until nothing is left."""
        while self.loads or self.reads:
            self.answer_once()

    def answer_once(self) -> None:
        if self.loads:
            request, source = self.loads.pop(0)
            try:
                pixels = load_image(source)
            except DigitpadError as error:
                self.failed.emit(request, error)
            else:
                self.picture_loaded.emit(request, pixels)
        else:
            request, _ = self.reads.pop(0)
            self.picture_read.emit(request, self.reading)


def texts(readings: Sequence[Reading | None]) -> list[str | None]:
    return [reading.text if reading else None for reading in readings]
