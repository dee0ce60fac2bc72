"""A sample on the canvas, or as a picture that can be read like any other."""

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from digitpad.services.samples.records import Sample
from digitpad.ui.samples.sample_tiles import SIDE_PX, to_picture

_ENLARGEMENT = 8
_MARGIN_PX = 6 * _ENLARGEMENT


def to_mime(sample: Sample) -> QMimeData:
    """Return what a sample was cut from, or a picture that is made of its image."""
    mime = QMimeData()
    crop = QImage.fromData(sample.crop) if sample.crop else QImage()
    mime.setImageData(_enlarge(sample) if crop.isNull() else crop)
    return mime


def _enlarge(sample: Sample) -> QImage:
    """Return a sample's image as dark ink on white paper."""
    ink = to_picture(sample)
    ink.invertPixels()
    side = SIDE_PX * _ENLARGEMENT
    smooth = ink.scaled(
        QSize(side, side),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    whole = side + 2 * _MARGIN_PX
    picture = QImage(whole, whole, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.drawImage(QPoint(_MARGIN_PX, _MARGIN_PX), smooth)
    painter.end()
    return picture
