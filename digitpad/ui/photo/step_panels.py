"""The panels of the window that shows how a picture was read."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from digitpad.core.reading import Digit
from digitpad.ui.digit_strip import to_picture
from digitpad.ui.digit_words import judge
from digitpad.ui.photo.digit_overlay import LOOKS, paint_digits
from digitpad.ui.theme import GRID_PX

_CELL_PX = 56
"""Twice the 28 pixels of a digit image, so that none blurs."""

_TITLE_RATIO = 1.1


class StepPanel(QWidget):
    """One step: a title, what happens there, and what came of it.

    Parameters
    ----------
    title, words : str
        What the step is called, and what it does.
    content : QWidget
        What came of it.

    Signals
    -------
    enlarging_asked()
        It was double-clicked, or Enter was pressed on it.
    """

    enlarging_asked = Signal()

    def __init__(self, title: str, words: str, content: QWidget) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.setToolTip("Double-click, or press Enter, to enlarge it, and again to go back")
        heading = QLabel(title)
        font = heading.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * _TITLE_RATIO)
        heading.setFont(font)
        what = QLabel(words, wordWrap=True)
        what.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.setSpacing(GRID_PX // 2)
        column.addWidget(heading)
        column.addWidget(what)
        column.addWidget(content, stretch=1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.enlarging_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enlarging_asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.setPen(QPen(palette.accent() if self.hasFocus() else palette.mid(), 1))
        painter.setBrush(palette.base())
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, GRID_PX, GRID_PX)
        painter.end()


class StepImage(QWidget):
    """An image that fits, with or without boxes of digits on it."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._digits: tuple[Digit, ...] = ()
        self._scale = 1.0
        self.setMinimumSize(120, 90)

    def show_image(self, image: QImage, digits: Sequence[Digit] = (), scale: float = 1.0) -> None:
        """Show an image.

        Parameters
        ----------
        image : QImage
            What to show.
        digits : sequence of Digit
            Whose boxes to paint on it.
        scale : float
            Pixels of the image for one of the digits' picture.
        """
        self._image, self._digits, self._scale = image, tuple(digits), scale
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(0, 0, *self._image.size().toTuple())
        # Room for the line around it.
        room = self.size() - QSize(2, 2)
        ratio = min(room.width() / place.width(), room.height() / place.height())
        place = QRectF(0, 0, place.width() * ratio, place.height() * ratio)
        place.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(place, self._image)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(place)
        to_target = QTransform.fromTranslate(place.x(), place.y())
        to_target.scale(ratio * self._scale, ratio * self._scale)
        paint_digits(painter, self._digits, to_target=to_target)
        painter.end()


class StepDigits(QScrollArea):
    """The digit images of a reading, in reading order, each with what was read."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = _Sheet()
        self.setWidget(self._sheet)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_digits(self, digits: Sequence[Digit]) -> None:
        """Show these digits."""
        self._sheet.show_digits(digits)
        self.verticalScrollBar().setValue(0)


class _Sheet(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._digits: tuple[Digit, ...] = ()
        self._images: list[QImage] = []
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def show_digits(self, digits: Sequence[Digit]) -> None:
        self._digits = tuple(digits)
        self._images = [to_picture(digit) for digit in digits]
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index, (digit, image) in enumerate(zip(self._digits, self._images, strict=True)):
            cell = self._cell(index)
            if not cell.intersects(event.rect()):
                continue
            square = QRect(cell.topLeft(), QSize(_CELL_PX, _CELL_PX))
            painter.drawImage(square, image)
            look = LOOKS[judge(digit)]
            painter.fillRect(QRect(square.bottomLeft(), QSize(_CELL_PX, 3)), look.color)
            painter.setPen(self.palette().text().color())
            words = cell.adjusted(0, _CELL_PX + 3, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, digit.symbol)
        painter.end()

    def _cell(self, index: int) -> QRect:
        row, column = divmod(index, self._columns())
        height = self._cell_height_px()
        return QRect(column * (_CELL_PX + GRID_PX), row * (height + GRID_PX // 2), _CELL_PX, height)

    def _columns(self) -> int:
        return max((self.width() + GRID_PX) // (_CELL_PX + GRID_PX), 1)

    def _cell_height_px(self) -> int:
        return _CELL_PX + 3 + QFontMetrics(self.font()).height()

    def _fit(self) -> None:
        rows = -(-len(self._digits) // self._columns())
        self.setMinimumHeight(rows * (self._cell_height_px() + GRID_PX // 2))
