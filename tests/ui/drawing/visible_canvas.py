"""What a person sees on the canvas, and does there with the mouse."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from digitpad.ui.drawing.canvas import Canvas
from tests.ui.window import LEFT


def drag(canvas: Canvas, *places: tuple[int, int]) -> None:
    press(canvas, *places)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(*places[-1]))


def press(canvas: Canvas, *places: tuple[int, int]) -> None:
    """Draw without lifting the pen."""
    QTest.mousePress(canvas, LEFT, pos=QPoint(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(canvas, QPoint(*place))


def pixels(image: QImage) -> NDArray[np.int16]:
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(gray.constBits(), np.uint8).reshape(gray.height(), -1)
    return rows[:, : gray.width()].astype(np.int16)


def shown(canvas: Canvas) -> NDArray[np.int16]:
    return pixels(canvas.grab().toImage())
