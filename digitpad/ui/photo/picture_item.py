"""A large picture in a scene: quick to show whole, sharp when enlarged."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from digitpad.ui.photo.prepared_picture import PreparedPicture, to_image


class PictureItem(QGraphicsItem):
    """A picture whose pixels are the scene's units.

    Parameters
    ----------
    picture : PreparedPicture
        As it is shown.
    """

    def __init__(self, picture: PreparedPicture) -> None:
        super().__init__()
        self._picture = picture
        self._image = to_image(picture.pixels)
        self._overview = QPixmap.fromImage(picture.overview)
        self._rect = QRectF(self._image.rect())
        # So that painting is told which part is seen.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    @property
    def picture(self) -> PreparedPicture:
        """The picture, as it was given."""
        return self._picture

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
