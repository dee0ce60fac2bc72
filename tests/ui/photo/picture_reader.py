"""A stand-in for the reader: it answers when a test says so."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from digitpad.core.errors import DigitpadError, EmptyInkError
from digitpad.core.images import load_image
from digitpad.core.layout import Box
from digitpad.core.pipeline import Trace
from digitpad.core.reading import Digit, Reading
from digitpad.ui.photo.prepared_picture import prepare_picture

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
    picture_traced = Signal(int, object)
    box_read = Signal(int, object)
    failed = Signal(int, object)
    crashed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[tuple[int, Path | bytes | Pixels, int]] = []
        self.reads: list[tuple[int, Pixels]] = []
        self.traces: list[tuple[int, Pixels]] = []
        self.boxes: list[tuple[int, Box]] = []
        self.reading = READING
        self.label_in_box: int | None = 5

    def load_picture(self, request: int, source: Path | bytes, quarter_turns: int = 0) -> None:
        self.loads.append((request, source, quarter_turns))

    def turn_picture(self, request: int, picture: Pixels, quarter_turns: int) -> None:
        self.loads.append((request, picture, quarter_turns))

    def read_picture(self, request: int, picture: Pixels) -> None:
        self.reads.append((request, picture))

    def trace_picture(self, request: int, picture: Pixels) -> None:
        self.traces.append((request, picture))

    def read_box(
        self, request: int, picture: Pixels, box: Box, neighbor: Digit | None = None
    ) -> None:
        self.boxes.append((request, box))

    def answer(self) -> None:
        """Answer what was asked, and what is asked because of that, until nothing is left."""
        while self.loads or self.reads or self.traces or self.boxes:
            self.answer_once()

    def answer_once(self) -> None:
        if self.loads:
            request, source, turns = self.loads.pop(0)
            try:
                pixels = source if isinstance(source, np.ndarray) else load_image(source)
            except DigitpadError as error:
                self.failed.emit(request, error)
            else:
                self.picture_loaded.emit(request, prepare_picture(pixels, turns))
        elif self.reads:
            request, _ = self.reads.pop(0)
            self.picture_read.emit(request, self.reading)
        elif self.traces:
            self._trace(*self.traces.pop(0))
        else:
            self._read_box(*self.boxes.pop(0))

    def _trace(self, request: int, picture: Pixels) -> None:
        gray = picture[..., 0]
        ink = (1 - gray / 255).astype(np.float32)
        self.picture_traced.emit(request, Trace(gray, ink, 1.0, self.reading))

    def _read_box(self, request: int, box: Box) -> None:
        if self.label_in_box is None:
            self.failed.emit(request, EmptyInkError("There is nothing to read."))
        else:
            inner = Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
            self.box_read.emit(request, make_digit(self.label_in_box, inner))


def texts(readings: Sequence[Reading | None]) -> list[str | None]:
    return [reading.text if reading else None for reading in readings]
