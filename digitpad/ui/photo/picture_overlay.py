"""What is painted over a picture: the boxes of its digits, and the crop box."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform, qGray

from digitpad.core.layout import Box
from digitpad.core.reading import Digit
from digitpad.ui.photo.picture_geometry import CropPart

NOT_SURE = QColor("#f5a300")
_HALO = QColor(0, 0, 0, 80)
_SHADE = QColor(0, 0, 0, 130)
_LIGHT_GRAY = 130
_HANDLE_PX = 9.0
_TAG_FONT_PX = (10.0, 15.0)


@dataclass(frozen=True)
class Emphasis:
    """Which digits stand out, by their index in reading order."""

    selected: int | None = None
    hovered: int | None = None


def describe_digit(digit: Digit) -> str:
    """Return what was read in words: “4, sure, 98 %” or “not sure: 1 or 7?”."""
    if digit.is_sure:
        # Rounded down: nobody is a hundred percent sure.
        return f"{digit.label}, sure, {int(digit.confidence * 100)} %"
    first, second = digit.ranking[:2]
    return f"not sure: {first} or {second}?"


def paint_digits(
    painter: QPainter,
    digits: Iterable[Digit],
    *,
    to_target: QTransform,
    accent: QColor,
    unit_px: float = 1.0,
    emphasis: Emphasis | None = None,
) -> None:
    """Paint a box around each digit, with what was read on a tag.

    Parameters
    ----------
    painter : QPainter
        Without a transform of its own.
    digits : iterable of Digit
        In reading order.
    to_target : QTransform
        From the picture to the target.
    accent : QColor
        Of digits that are sure; the others are amber, dashed, and their tag has a “?”.
    unit_px : float
        Width of a thin line: 1 on screen, more in a large picture.
    emphasis : Emphasis or None
        What to bring out.
    """
    emphasis = emphasis or Emphasis()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index, digit in enumerate(digits):
        rect = _to_rect(digit.box, to_target).adjusted(-2, -2, 2, 2)
        color = accent if digit.is_sure else NOT_SURE
        is_strong = index in (emphasis.selected, emphasis.hovered)
        if is_strong:
            fill = QColor(color)
            fill.setAlpha(64 if index == emphasis.selected else 36)
            painter.fillRect(rect, fill)
        width_px = unit_px * (3.0 if index == emphasis.selected else 2.0 if is_strong else 1.5)
        _paint_outline(painter, rect, color, width_px, unit_px, is_dashed=not digit.is_sure)
        _paint_tag(painter, rect, digit, color, unit_px)


def paint_shade(painter: QPainter, picture: QRectF, clear: QRectF) -> None:
    """Darken the picture outside `clear`, which is what is read."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(_between(picture, picture.left(), clear.left()), _SHADE)
    painter.fillRect(_between(picture, clear.right(), picture.right()), _SHADE)
    middle = _between(picture, clear.left(), clear.right())
    painter.fillRect(QRectF(middle.topLeft(), QPointF(middle.right(), clear.top())), _SHADE)
    painter.fillRect(QRectF(QPointF(middle.left(), clear.bottom()), middle.bottomRight()), _SHADE)


def paint_crop(painter: QPainter, crop: QRectF, accent: QColor) -> None:
    """Paint the crop box with its eight handles."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 120), 3))
    painter.drawRect(crop)
    painter.setPen(QPen(Qt.GlobalColor.white, 1.5))
    painter.drawRect(crop)
    painter.setPen(QPen(accent, 1.5))
    painter.setBrush(Qt.GlobalColor.white)
    box = Box(crop.x(), crop.y(), crop.width(), crop.height())
    for part in CropPart:
        if part is not CropPart.INSIDE:
            x, y = part.place(box)
            half = _HANDLE_PX / 2
            painter.drawRoundedRect(QRectF(x - half, y - half, 2 * half, 2 * half), 2, 2)


def _between(picture: QRectF, left: float, right: float) -> QRectF:
    return QRectF(left, picture.top(), right - left, picture.height())


def _to_rect(box: Box, to_target: QTransform) -> QRectF:
    return to_target.mapRect(QRectF(box.x, box.y, box.width, box.height))


def _paint_outline(
    painter: QPainter, rect: QRectF, color: QColor, width_px: float, unit_px: float, is_dashed: bool
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # The halo keeps the line readable on ink and paper of the same colour.
    painter.setPen(QPen(_HALO, width_px + 1.5 * unit_px))
    painter.drawRoundedRect(rect, 2 * unit_px, 2 * unit_px)
    pen = QPen(color, width_px)
    if is_dashed:
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.drawRoundedRect(rect, 2 * unit_px, 2 * unit_px)


def _paint_tag(
    painter: QPainter, rect: QRectF, digit: Digit, color: QColor, unit_px: float
) -> None:
    low, high = _TAG_FONT_PX
    font = QFont(painter.font())
    font.setPixelSize(round(min(max(rect.height() * 0.3 / unit_px, low), high) * unit_px))
    font.setBold(True)
    text = str(digit.label) if digit.is_sure else f"{digit.label}?"
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text) + 6 * unit_px
    height = metrics.height()
    top = rect.top() - height
    # Without room above, the tag hangs inside.
    tag = QRectF(rect.left(), top if top >= 0 else rect.top(), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(tag, 2 * unit_px, 2 * unit_px)
    painter.setFont(font)
    is_light = qGray(color.rgb()) > _LIGHT_GRAY
    painter.setPen(Qt.GlobalColor.black if is_light else Qt.GlobalColor.white)
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)
