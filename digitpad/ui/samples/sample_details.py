"""One sample in detail."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from digitpad.services.samples.records import Sample
from digitpad.ui.samples.sample_tiles import SIDE_PX, Tile, to_picture
from digitpad.ui.samples.sample_words import describe_origin, describe_read
from digitpad.ui.theme import GRID_PX

_ENLARGED_PX = 5 * SIDE_PX
_WIDTH_PX = 22 * GRID_PX


class SampleDetails(QWidget):
    """The digit image enlarged, what it was cut from, what it shows and is read as.

    Signals
    -------
    open_wanted(Sample)
        The person wants it on the canvas, or as a picture.
    """

    open_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample: Sample | None = None
        self._picture, self._crop = _Picture(is_smooth=False), _Picture(is_smooth=True)
        self._title = QLabel()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self._title.setFont(font)
        self._title.setAccessibleName("Label")
        self._read = QLabel(wordWrap=True)
        self._origin = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._origin.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._open = QPushButton()
        self._open.clicked.connect(lambda: self.open_wanted.emit(self._sample))
        self.setFixedWidth(_WIDTH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 0, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        for widget in (self._picture, self._title, self._read, self._origin, self._crop):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._open)
        self.show_sample(None, None)

    def show_sample(self, sample: Sample | None, tile: Tile | None) -> None:
        """Show a whole sample, with what the active model takes it for; or none."""
        self._sample = sample
        self._picture.show_picture(to_picture(sample) if sample else None)
        crop = QImage.fromData(sample.crop) if sample and sample.crop else None
        self._crop.show_picture(crop)
        self._crop.setVisible(crop is not None)
        self._open.setVisible(sample is not None)
        if sample is None:
            self._title.clear()
            self._read.setText("Nothing selected")
            self._origin.clear()
            return
        read = describe_read(tile.read) if tile is not None else ""
        self._title.setText(str(sample.label))
        self._read.setText(read[:1].upper() + read[1:])
        self._read.setVisible(bool(read))
        origin = describe_origin(sample)
        self._origin.setText(origin[0].upper() + origin[1:])
        is_drawn = bool(sample.strokes)
        self._open.setText("&Open on the Canvas" if is_drawn else "&Open as a Picture")


class _Picture(QWidget):
    def __init__(self, is_smooth: bool) -> None:
        super().__init__()
        self._picture: QImage | None = None
        self._is_smooth = is_smooth
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_ENLARGED_PX, _ENLARGED_PX)

    def show_picture(self, picture: QImage | None) -> None:
        self._picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = QRectF(self.rect())
        if self._picture is None:
            painter.fillRect(place, self.palette().midlight())
        else:
            size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=self._is_smooth)
            painter.drawImage(QRect(0, 0, size.width(), size.height()), self._picture)
        painter.end()
