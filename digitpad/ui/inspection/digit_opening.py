"""A judged digit as a drawing or a picture that can be read like any other."""

from PySide6.QtCore import QMimeData, QRect, Qt, QUrl
from PySide6.QtGui import QImage, QPainter

from digitpad.core.layout import bounding_box
from digitpad.core.strokes import Drawing, Stroke
from digitpad.services.inspection import JudgedDigit
from digitpad.ui.inspection.digit_delegate import to_image

_ENLARGEMENT = 8
_MARGIN = 6
"""Paper around it, in pixels of the digit image."""


_DRAWN_PX = 240.0
_CORNER_PX = 96.0


def draw(digit: JudgedDigit) -> Drawing:
    """Return what it was drawn with, as large as a person draws on the canvas.

    Data sets have coordinates of their own, and a reading doesn't depend on them.
    """
    box = bounding_box(stroke.box for stroke in digit.strokes)
    scale = _DRAWN_PX / (max(box.width, box.height) or _DRAWN_PX)
    return Drawing(
        tuple(
            Stroke(
                tuple(
                    (_CORNER_PX + (x - box.x) * scale, _CORNER_PX + (y - box.y) * scale)
                    for x, y in stroke.points
                )
            )
            for stroke in digit.strokes
        )
    )


def enlarge(digit: JudgedDigit) -> QImage:
    """Return its image as dark ink on white paper, eight times as large."""
    ink = to_image(digit)
    ink.invertPixels()
    side = ink.width() * _ENLARGEMENT
    smooth = ink.scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    margin = _MARGIN * _ENLARGEMENT
    picture = QImage(side + 2 * margin, side + 2 * margin, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.drawImage(QRect(margin, margin, side, side), smooth)
    painter.end()
    return picture


def to_mime(digit: JudgedDigit) -> QMimeData:
    """Return the picture that it is in, or one that is made of its image."""
    mime = QMimeData()
    if digit.file is not None:
        mime.setUrls([QUrl.fromLocalFile(str(digit.file))])
    else:
        mime.setImageData(enlarge(digit))
    return mime
