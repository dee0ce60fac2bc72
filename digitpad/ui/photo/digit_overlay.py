"""What is painted over a picture for what was read in it: boxes and tags."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPolygonF,
    QTransform,
)

from digitpad.core.reading import Digit
from digitpad.ui.digit_words import Standing, judge

_MARGIN_PX = 2.0
_TAG_FONT_PX = (10.0, 15.0)
_LEAST_TAGGED_PX = 20.0
"""Lower boxes have thin lines and no tag unless they are pointed at: it would hide the others."""


@dataclass(frozen=True)
class Look:
    """How boxes of one standing are painted, on photos of any colour.

    Parameters
    ----------
    color : QColor
        Of the line and the tag. Blue, amber and grey differ for the colour-blind, too.
    halo : QColor
        Beside the line, so that it is seen on a ground of its own colour.
    text : QColor
        On the tag.
    dashes : tuple of float
        In widths of the line; empty for an unbroken one.
    """

    color: QColor
    halo: QColor
    text: QColor
    dashes: tuple[float, ...] = ()


_WHITE, _BLACK = QColor("#ffffff"), QColor("#000000")
_LIGHT_HALO, _DARK_HALO = QColor(255, 255, 255, 190), QColor(0, 0, 0, 150)

LOOKS = {
    Standing.SURE: Look(QColor("#1f62e0"), _LIGHT_HALO, _WHITE),
    Standing.NOT_SURE: Look(QColor("#ffab00"), _DARK_HALO, _BLACK, (4, 2)),
    Standing.NO_DIGIT: Look(QColor("#6f7682"), _LIGHT_HALO, _WHITE, (1, 1.5)),
}


def paint_digits(
    painter: QPainter, digits: Iterable[Digit], *, to_target: QTransform, unit_px: float = 1.0
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
    unit_px : float
        Width of a thin line: 1 on screen, more in a large picture.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    seen = QRectF(painter.viewport())
    for digit in digits:
        outline = place_outline(digit, to_target, _MARGIN_PX * unit_px)
        around = outline.boundingRect()
        if not around.intersects(seen):
            continue
        is_low = around.height() < _LEAST_TAGGED_PX * unit_px
        width_px = (1.25 if is_low else 1.75) * unit_px
        _paint_outline(painter, outline, LOOKS[judge(digit)], width_px, unit_px)
        if not is_low:
            _paint_tag(painter, around, digit, unit_px)
    painter.restore()


def paint_emphasis(
    painter: QPainter, digit: Digit, *, to_target: QTransform, is_selected: bool
) -> None:
    """Bring out a digit over its box: it is selected, or only pointed at."""
    look = LOOKS[judge(digit)]
    outline = place_outline(digit, to_target, _MARGIN_PX)
    fill = QColor(look.color)
    fill.setAlpha(70 if is_selected else 40)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(outline)
    if is_selected:
        # Black in white around everything: a box that is selected is found on any ground.
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((_WHITE, 7.5), (_BLACK, 5.5)):
            painter.setPen(_pen(color, width))
            painter.drawPolygon(outline)
    _paint_outline(painter, outline, look, 3 if is_selected else 2.5, 1.0)
    _paint_tag(painter, outline.boundingRect(), digit, 1.0)
    painter.restore()


def place_outline(digit: Digit, to_target: QTransform, margin_px: float) -> QPolygonF:
    """Return a digit's outline on the target, a little wider than its ink."""
    corners = [to_target.map(QPointF(x, y)) for x, y in digit.outline]
    middle = QPointF(sum(c.x() for c in corners) / 4, sum(c.y() for c in corners) / 4)
    return QPolygonF([_push_out(corner, middle, margin_px) for corner in corners])


def _push_out(corner: QPointF, middle: QPointF, by_px: float) -> QPointF:
    away = corner - middle
    length = (away.x() ** 2 + away.y() ** 2) ** 0.5
    return corner + away * (by_px * 2**0.5 / length) if length else corner


def _paint_outline(
    painter: QPainter, outline: QPolygonF, look: Look, width_px: float, unit_px: float
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(look.halo, width_px + 1.5 * unit_px))
    painter.drawPolygon(outline)
    pen = _pen(look.color, width_px)
    if look.dashes:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(look.dashes)
    painter.setPen(pen)
    painter.drawPolygon(outline)


def _pen(color: QColor, width_px: float) -> QPen:
    pen = QPen(color, width_px)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _paint_tag(painter: QPainter, around: QRectF, digit: Digit, unit_px: float) -> None:
    look = LOOKS[judge(digit)]
    low, high = _TAG_FONT_PX
    size_px = round(min(max(around.height() * 0.3 / unit_px, low), high) * unit_px)
    text = _write_tag(digit)
    font, width, height = _measure_tag(text, painter.font().family(), size_px)
    width = max(width + 6 * unit_px, height * 0.8)
    top = around.top() - height
    # Without room above, the tag hangs inside.
    tag = QRectF(around.left() - unit_px, top if top >= 0 else around.top(), width, height)
    painter.setPen(QPen(look.halo, unit_px))
    painter.setBrush(look.color)
    painter.drawRoundedRect(tag, 2 * unit_px, 2 * unit_px)
    painter.setFont(font)
    painter.setPen(look.text)
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)


@lru_cache(maxsize=256)
def _measure_tag(text: str, family: str, size_px: int) -> tuple[QFont, float, float]:
    """Return the font of a tag, and the width and height of its text."""
    font = QFont(family)
    font.setPixelSize(size_px)
    font.setBold(True)
    metrics = QFontMetricsF(font)
    return font, metrics.horizontalAdvance(text), metrics.height()


def _write_tag(digit: Digit) -> str:
    if digit.correction is not None:
        return f"{digit.correction} ✓"
    # A mark of its own for the doubtful: “?” alone stands for no digit.
    return f"{digit.symbol}?" if judge(digit) is Standing.NOT_SURE else digit.symbol
