"""What each convolution makes of a digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from digitpad.core.feature_maps import FeatureMaps
from digitpad.services.models.library import Model
from digitpad.ui.background.looker import Question
from digitpad.ui.inspection.live_page import LivePage
from digitpad.ui.inspection.subject_panel import Subject
from digitpad.ui.theme import GRID_PX

_CELL_PX = 56
_GAP_PX = 4
_WORDS = "Each square is one filter's answer: the brighter, the more of what it looks for is there."


@dataclass(frozen=True, eq=False)
class Layer:
    """One convolution, ready to be painted.

    Parameters
    ----------
    words : str
        What it is.
    strip : QImage
        All maps below each other, as large as they are shown; white is the strongest value of all
        of them.
    cell : QSize
        Of one map in it.
    shares : tuple of float
        How strong each map is at most, as a part of the strongest.
    """

    words: str
    strip: QImage
    cell: QSize
    shares: tuple[float, ...]


def prepare_layers(found: Sequence[FeatureMaps]) -> tuple[Layer, ...]:
    """Make pictures of feature maps; on any thread."""
    return tuple(_prepare(number, each) for number, each in enumerate(found, start=1))


def _prepare(number: int, found: FeatureMaps) -> Layer:
    count, height, width = found.maps.shape
    # How strongly a filter answers, whether or not the layer has a ReLU.
    strength = np.abs(found.maps)
    strongest = float(strength.max()) or 1.0
    # The root lets faint answers be seen beside strong ones.
    pixels = np.round(np.sqrt(strength / strongest) * 255).astype(np.uint8).reshape(-1, width)
    # Whole multiples, so that its pixels are equally large. Enlarged here, since painting is to
    # cost the GUI thread as little as can be.
    times = max(round(_CELL_PX / max(width, height)), 1)
    enlarged = np.ascontiguousarray(pixels.repeat(times, axis=0).repeat(times, axis=1))
    cell = QSize(width, height) * times
    gray = QImage.Format.Format_Grayscale8
    strip = QImage(enlarged.data, cell.width(), count * cell.height(), cell.width(), gray)
    kernel = " × ".join(map(str, found.kernel))
    words = f"Convolution {number}: {count} maps of {height} × {width}, filters of {kernel}"
    shares = tuple((strength.max(axis=(1, 2)) / strongest).tolist())
    return Layer(words, strip.convertToFormat(QImage.Format.Format_RGB32), cell, shares)


class FeatureMapsPage(LivePage):
    """Shows the maps of every convolution, the first one at the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What does each layer see?", parent)
        self._layers: list[_LayerSheet] = []
        self._words = QLabel(wordWrap=True)
        self._words.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 0)
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sheets = QWidget()
        self._column = QVBoxLayout(self._sheets)
        self._column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        self._column.setSpacing(2 * GRID_PX)
        self._column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Feature maps")
        area.setWidget(self._sheets)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._words)
        column.addWidget(area, stretch=1)
        self.set_content(content)

    def ask(self, model: Model, subject: Subject) -> Question:
        return lambda lens: prepare_layers(lens.map_features(model, subject.digit))

    def show_answer(self, answer: object) -> None:
        assert isinstance(answer, tuple)
        for sheet in self._layers[len(answer) :]:
            self._column.removeWidget(sheet)
            sheet.deleteLater()
        del self._layers[len(answer) :]
        while len(self._layers) < len(answer):
            self._layers.append(_LayerSheet())
            self._column.insertWidget(len(self._layers) - 1, self._layers[-1])
        for sheet, layer in zip(self._layers, answer, strict=True):
            sheet.show_layer(layer)
        words = _WORDS if answer else "This model has no convolutions. Choose another one."
        if words != self._words.text():
            self._words.setText(words)

    def show_error(self, error: Exception) -> None:
        self.show_answer(())
        self._words.setText(str(error))


class _LayerSheet(QWidget):
    """The maps of one layer, as many in a row as fit."""

    def __init__(self) -> None:
        super().__init__()
        self._title = QLabel()
        self._maps = _Maps()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(self._title)
        column.addWidget(self._maps)

    def show_layer(self, layer: Layer) -> None:
        if layer.words != self._title.text():
            self._title.setText(layer.words)
            self._maps.setAccessibleName(layer.words)
        self._maps.show_layer(layer)


class _Maps(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._layer: Layer | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_CELL_PX, self._height_px())

    def show_layer(self, layer: Layer) -> None:
        was_px = self._height_px()
        self._layer = layer
        if self._height_px() != was_px:
            self.setFixedHeight(self._height_px())
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self._height_px())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layer is None:
            return
        painter = QPainter(self)
        source = QRect(QPoint(0, 0), self._layer.cell)
        for index in range(len(self._layer.shares)):
            cell = self._cell(index)
            if cell.intersects(event.rect()):
                painter.drawImage(cell.topLeft(), self._layer.strip, source)
            source.translate(0, source.height())
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._words_at(event.pos()), self)
            return True
        return super().event(event)

    def _words_at(self, place: QPoint) -> str:
        shares = self._layer.shares if self._layer else ()
        for index, share in enumerate(shares):
            if self._cell(index).contains(place):
                strength = f"{100 * share:.0f} % of the strongest" if share else "silent"
                return f"Map {index + 1} of {len(shares)}: {strength}"
        return ""

    def _cell(self, index: int) -> QRect:
        assert self._layer is not None
        cell = self._layer.cell
        row, column = divmod(index, self._columns(cell))
        left, top = column * (cell.width() + _GAP_PX), row * (cell.height() + _GAP_PX)
        return QRect(QPoint(left, top), cell)

    def _columns(self, cell: QSize) -> int:
        return max((self.width() + _GAP_PX) // (cell.width() + _GAP_PX), 1)

    def _height_px(self) -> int:
        if self._layer is None:
            return 0
        rows = -(-len(self._layer.shares) // self._columns(self._layer.cell))
        return rows * (self._layer.cell.height() + _GAP_PX) - _GAP_PX
