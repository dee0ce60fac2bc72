"""A window that shows how a picture was read, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitpad.ui.photo.open_picture import OpenPicture
from digitpad.ui.photo.step_panels import StepDigits, StepImage, StepPanel
from digitpad.ui.theme import GRID_PX

if TYPE_CHECKING:
    from digitpad.core.pipeline import Trace

_FIRST_SIZE = QSize(900, 600)
_TITLE = "How it was read"


class StepsWindow(QWidget):
    """Shows the picture under even light, its ink, its boxes and its digit images.

    Parameters
    ----------
    parent : QWidget
        Above whose window it stays; that one remains usable.

    Signals
    -------
    visibility_changed(bool)
        It was shown or closed: steps are needed only as long as somebody looks.
    """

    visibility_changed = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self._trace: Trace | None = None
        self._enlarged: StepPanel | None = None
        self._flattened, self._ink, self._boxes = StepImage(), StepImage(), StepImage()
        self._digits = StepDigits()
        self._panels = [
            StepPanel("1  Flattened", "Light evened out, ink dark.", self._flattened),
            StepPanel("2  Ink", "Told from paper, lines and shadows.", self._ink),
            StepPanel("3  Boxes", "Each digit found, in reading order.", self._boxes),
            StepPanel("4  28 × 28", "What the network sees, and what it says.", self._digits),
        ]
        self._words = QLabel()
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedSize(160, 3)
        self._busy.setAccessibleName("Reading the picture")
        self.setWindowTitle(_TITLE)
        self.setMinimumSize(480, 360)
        self.resize(_FIRST_SIZE)
        self._lay_out()

    @property
    def words(self) -> str:
        """What it says in place of the steps; empty while they are shown."""
        return "" if self._stack.currentIndex() else self._words.text()

    def present(self) -> None:
        """Appear, or come to the front."""
        self.show()
        self.activateWindow()

    def show_picture(self, picture: OpenPicture | None) -> None:
        """Show the steps of a picture, or say why there are none."""
        self.setWindowTitle(f"{_TITLE}: {picture.name}" if picture else _TITLE)
        trace = picture.trace if picture else None
        if trace is not None:
            self._show_trace(trace)
            self._stack.setCurrentIndex(1)
            return
        self._trace = None
        is_waiting = picture is not None and picture.error is None
        self._busy.setVisible(is_waiting)
        if picture is None:
            self._words.setText("Open a photo, and its steps are shown here.")
        elif picture.error is not None:
            self._words.setText(str(picture.error))
        else:
            self._words.setText(f"Reading {picture.name}…")
        self._stack.setCurrentIndex(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.visibility_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.visibility_changed.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._enlarged is not None:
                self._enlarge(self._enlarged)
            else:
                self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch()
        column.addWidget(self._words)
        column.addWidget(self._busy, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        steps = QWidget()
        self._grid = QGridLayout(steps)
        self._grid.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        self._grid.setSpacing(GRID_PX)
        for index, panel in enumerate(self._panels):
            self._grid.addWidget(panel, index // 2, index % 2)
            panel.enlarging_asked.connect(lambda panel=panel: self._enlarge(panel))
        self._share_room()
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(steps)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _enlarge(self, panel: StepPanel) -> None:
        """Give a panel all the room, or share it again."""
        self._enlarged = None if self._enlarged is panel else panel
        for other in self._panels:
            other.setVisible(self._enlarged in (None, other))
        self._share_room()
        panel.setFocus()

    def _share_room(self) -> None:
        """Give rows and columns without a panel no room, and the others as much as each other."""
        seen = [i for i, panel in enumerate(self._panels) if self._enlarged in (None, panel)]
        for index in (0, 1):
            self._grid.setRowStretch(index, int(any(i // 2 == index for i in seen)))
            self._grid.setColumnStretch(index, int(any(i % 2 == index for i in seen)))

    def _show_trace(self, trace: Trace) -> None:
        if trace is self._trace:
            return
        self._trace = trace
        flattened = _to_gray(trace.flattened)
        self._flattened.show_image(flattened)
        self._ink.show_image(_to_gray(np.round(trace.ink * 255).astype(np.uint8)))
        self._boxes.show_image(flattened, trace.reading.digits, trace.scale)
        self._digits.show_digits(trace.reading.digits)


def _to_gray(pixels: NDArray[np.uint8]) -> QImage:
    """Return a picture, (H, W) uint8, as an image of its own."""
    whole = np.ascontiguousarray(pixels)
    height, width = whole.shape
    return QImage(whole.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
