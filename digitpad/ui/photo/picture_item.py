"""A large picture in a scene: quick to show whole, sharp when enlarged."""

from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

_OVERVIEW_PIXELS = 4_000_000


def to_image(pixels: NDArray[np.uint8]) -> QImage:
    """Return a picture, (H, W, 3) uint8 RGB, as an image that shares its memory.

    The array must be contiguous and outlive the image.
    """
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def shrink(pixels: NDArray[np.uint8], most_pixels: int) -> QImage:
    """Return a picture scaled down, anti-aliased, to at most `most_pixels`, as its own image."""
    height, width = pixels.shape[:2]
    # Whole factors are an order of magnitude faster than others.
    factor = min(ceil((height * width / most_pixels) ** 0.5), height, width)
    if factor == 1:
        return to_image(pixels).copy()
    size = width // factor, height // factor
    whole = pixels[: size[1] * factor, : size[0] * factor]
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return to_image(np.ascontiguousarray(small, np.uint8)).copy()


class PictureItem(QGraphicsItem):
    """A picture whose pixels are the scene's units.

    Parameters
    ----------
    pixels : (H, W, 3) uint8
        RGB, contiguous.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        super().__init__()
        self._pixels = pixels
        self._image = to_image(pixels)
        self._overview = QPixmap.fromImage(shrink(pixels, _OVERVIEW_PIXELS))
        self._rect = QRectF(self._image.rect())
        # So that painting is told which part is seen.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture, as it was given."""
        return self._pixels

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        scale = self._overview.width() / self._rect.width()
        seen = option.exposedRect & self._rect
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        level = option.levelOfDetailFromTransform(painter.worldTransform())
        if level * painter.device().devicePixelRatioF() <= scale:
            source = QRectF(seen.topLeft() * scale, seen.size() * scale)
            painter.drawPixmap(seen, self._overview, source)
        else:
            painter.drawImage(seen, self._image, seen, Qt.ImageConversionFlag.AutoColor)
