"""Where a model looks to read a digit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from digitpad.core.reading import Digit
from digitpad.core.saliency import Saliency
from digitpad.services.models.library import Model
from digitpad.ui.background.looker import Question
from digitpad.ui.digit_strip import to_picture
from digitpad.ui.inspection.digit_words import percent
from digitpad.ui.inspection.live_page import LivePage
from digitpad.ui.inspection.subject_panel import Subject
from digitpad.ui.theme import GRID_PX

_FOR, _AGAINST = QColor("#ff9a1f"), QColor("#4aa3ff")
_LEAST = 0.05
"""Drops are shown in relation to the largest, but not to less than this: those are noise."""

_DIMMED = 0.5
_OPAQUE = 235


class SaliencyPage(LivePage):
    """Shows on the digit image which parts the reading hangs on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Where does it look?", parent)
        self._picture = _Picture()
        self._toggle = QCheckBox("&Show where it looks")
        self._toggle.setChecked(True)
        self._toggle.toggled.connect(self._picture.show_overlay)
        self._words = QLabel(wordWrap=True)
        self._words.setAccessibleName("Where it looks, in words")
        how = QLabel(
            "A small patch of paper covers one place after another, and the model reads the digit "
            "each time.",
            wordWrap=True,
        )
        how.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        side = QVBoxLayout()
        side.setSpacing(GRID_PX)
        side.addWidget(self._words)
        side.addSpacing(GRID_PX)
        side.addLayout(_key(_FOR, "speaks for this reading"))
        side.addLayout(_key(_AGAINST, "speaks against it"))
        side.addSpacing(GRID_PX)
        side.addWidget(self._toggle)
        side.addWidget(how)
        side.addStretch()
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        row.setSpacing(3 * GRID_PX)
        row.addWidget(self._picture, stretch=3)
        row.addLayout(side, stretch=1)
        self.set_content(content)

    def ask(self, model: Model, subject: Subject) -> Question:
        digit = subject.digit
        return lambda lens: (digit, lens.measure_saliency(model, digit))

    def show_answer(self, answer: object) -> None:
        assert isinstance(answer, tuple)
        digit, saliency = answer
        self._picture.show_saliency(digit, saliency)
        self._words.setText(describe(saliency))

    def show_error(self, error: Exception) -> None:
        self._picture.clear()
        self._words.setText(str(error))


def describe(saliency: Saliency) -> str:
    """Say in words how much the reading hangs on one place."""
    said = f"{saliency.label}, {percent(saliency.probability)}."
    drop = float(saliency.drops.max())
    if drop < _LEAST:
        return (
            f"{said} It hangs on no single place: whichever is covered, it stays {saliency.label}."
        )
    left = percent(max(saliency.probability - drop, 0.0))
    return f"{said} With the brightest place covered it is {left} on average."


class _Picture(QWidget):
    """The digit image as large as fits, with the overlay on it."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._overlay = QImage()
        self._is_overlay_shown = True
        self.setMinimumSize(28 * GRID_PX, 28 * GRID_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Where it looks")

    def sizeHint(self) -> QSize:
        return QSize(448, 448)

    def show_saliency(self, digit: Digit, saliency: Saliency) -> None:
        self._image, self._overlay = to_picture(digit), _to_overlay(saliency)
        self.update()

    def show_overlay(self, is_shown: bool) -> None:
        self._is_overlay_shown = is_shown
        self.update()

    def clear(self) -> None:
        self._image, self._overlay = QImage(), QImage()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = min(self.width(), self.height()) // 28 * 28
        place = QRect(0, 0, side, side)
        painter.fillRect(place, Qt.GlobalColor.black)
        painter.setOpacity(_DIMMED if self._is_overlay_shown else 1.0)
        painter.drawImage(place, self._image)
        painter.setOpacity(1.0)
        if self._is_overlay_shown:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._overlay)
        painter.end()


def _to_overlay(saliency: Saliency) -> QImage:
    drops = saliency.drops
    share = drops / max(float(np.abs(drops).max()), _LEAST)
    pixels = np.empty((*drops.shape, 4), np.uint8)
    for color, part in ((_AGAINST, drops <= 0), (_FOR, drops > 0)):
        pixels[part, :3] = color.red(), color.green(), color.blue()
    pixels[..., 3] = np.round(np.abs(share) * _OPAQUE)
    height, width = drops.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.copy()


def _key(color: QColor, words: str) -> QHBoxLayout:
    swatch = QLabel()
    swatch.setFixedSize(2 * GRID_PX, 2 * GRID_PX)
    swatch.setAutoFillBackground(True)
    palette = swatch.palette()
    palette.setColor(QPalette.ColorRole.Window, color)
    swatch.setPalette(palette)
    row = QHBoxLayout()
    row.setSpacing(GRID_PX)
    row.addWidget(swatch)
    row.addWidget(QLabel(words), stretch=1)
    return row
