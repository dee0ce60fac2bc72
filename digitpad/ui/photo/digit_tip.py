"""A small tip beside a digit's box: what it may be, and how probably."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from digitpad.core.reading import Digit
from digitpad.ui.digit_words import Standing, guess, judge, list_guesses
from digitpad.ui.theme import GRID_PX

_BAR_PX = 72
_GAP_PX = 6
_RADIUS_PX = 6


class DigitTip(QWidget):
    """Shows the three most probable digits, with bars and percentages.

    Parameters
    ----------
    parent : QWidget
        Inside which it stays.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._digit: Digit | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Most probable digits")
        self.hide()

    def point_at(self, digit: Digit, around: QRect) -> None:
        """Appear beside a box.

        Parameters
        ----------
        digit : Digit
            What to tell about.
        around : QRect
            Its box, in the parent.
        """
        self._digit = digit
        title = _title(digit)
        joint = " " if title.endswith(":") else ". "
        self.setAccessibleDescription(f"{title}{joint}{list_guesses(digit)}")
        self.resize(self.sizeHint())
        self.move(place_beside(self.size(), around, self._room.rect()))
        self.show()
        self.update()

    def sizeHint(self) -> QSize:
        if self._digit is None:
            return QSize()
        metrics = self.fontMetrics()
        bold = QFontMetrics(self._bold())
        row = (
            bold.horizontalAdvance("0") + _BAR_PX + metrics.horizontalAdvance("99 %") + 2 * GRID_PX
        )
        width = max(row, bold.horizontalAdvance(_title(self._digit)))
        rows = 1 + len(guess(self._digit))
        return QSize(width + 2 * GRID_PX, rows * self._row_px() + GRID_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._digit is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.setPen(QPen(palette.mid(), 1))
        painter.setBrush(palette.base())
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, _RADIUS_PX, _RADIUS_PX)
        row = QRect(GRID_PX, GRID_PX // 2, self.width() - 2 * GRID_PX, self._row_px())
        painter.setPen(palette.text().color())
        painter.setFont(self._bold())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, _title(self._digit))
        for each in guess(self._digit):
            row.translate(0, self._row_px())
            self._paint_guess(painter, row, each.label, each.probability, each.percent)
        painter.end()

    def _paint_guess(
        self, painter: QPainter, row: QRect, label: int, probability: float, percent: str
    ) -> None:
        palette = self.palette()
        painter.setPen(palette.text().color())
        painter.setFont(self._bold())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, str(label))
        painter.setFont(self.font())
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(row, right, percent)
        bar = QRectF(row.left() + 2 * GRID_PX + 2, row.center().y() - 2.5, _BAR_PX, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.midlight())
        painter.drawRoundedRect(bar, 3, 3)
        bar.setWidth(max(bar.width() * probability, 3))
        painter.setBrush(QColor(palette.accent().color()))
        painter.drawRoundedRect(bar, min(3, bar.width() / 2), 3)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _row_px(self) -> int:
        return self.fontMetrics().height() + 3


def place_beside(size: QSize, around: QRect, room: QRect) -> QPoint:
    """Return where a tip goes: below what it is about, or above, or wherever there is room."""
    x = min(max(around.left(), room.left() + 2), room.right() - size.width() - 2)
    below, above = around.bottom() + _GAP_PX, around.top() - _GAP_PX - size.height()
    if below + size.height() <= room.bottom():
        return QPoint(x, below)
    if above >= room.top():
        return QPoint(x, above)
    # A box as high as the view: beside it, or else in a corner of it.
    right, left = around.right() + _GAP_PX, around.left() - _GAP_PX - size.width()
    y = room.bottom() - size.height() - 2
    if right + size.width() <= room.right():
        return QPoint(right, y)
    return QPoint(max(left, room.left() + 2), y)


def _title(digit: Digit) -> str:
    if digit.correction is not None:
        return f"{digit.correction}, corrected"
    standing = judge(digit)
    if standing is Standing.NO_DIGIT:
        return "Not a digit; nearest:"
    return f"{digit.label}, sure" if standing is Standing.SURE else "Not sure"
