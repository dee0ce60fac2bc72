"""The strip of open pictures below the one that is shown."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from digitpad.ui.photo.open_picture import OpenPicture
from digitpad.ui.theme import GRID_PX

_CELL = QSize(128, 96)
_THUMBNAIL = QSize(104, 46)
_KEY_ROLE = Qt.ItemDataRole.UserRole
_WORDS_ROLE = Qt.ItemDataRole.UserRole + 1


class PictureStrip(QListWidget):
    """Thumbnails with what was read in each.

    Signals
    -------
    picture_chosen(int)
        The key of the picture to show.
    """

    picture_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Open pictures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_Cell(self))
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        scroll_bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.setFixedHeight(_CELL.height() + scroll_bar)
        # Drops go to the panel.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.currentItemChanged.connect(self._on_current_item_changed)

    def show_pictures(self, pictures: Sequence[OpenPicture]) -> None:
        """Show these pictures instead of those before."""
        self.blockSignals(True)
        self.clear()
        for picture in pictures:
            item = QListWidgetItem()
            item.setData(_KEY_ROLE, picture.key)
            self.addItem(item)
            self._fill(item, picture)
        self.blockSignals(False)

    def show_picture(self, picture: OpenPicture) -> None:
        """Show what has changed about one of them."""
        item = self._find(picture.key)
        if item is not None:
            self._fill(item, picture)

    def select(self, key: int) -> None:
        """Mark the picture that is shown."""
        item = self._find(key)
        if item is not None:
            self.setCurrentItem(item)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The strip has one direction, so any wheel moves along it.
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.y() or delta.x()))
        event.accept()

    def _find(self, key: int) -> QListWidgetItem | None:
        items = (self.item(row) for row in range(self.count()))
        return next((item for item in items if item.data(_KEY_ROLE) == key), None)

    def _fill(self, item: QListWidgetItem, picture: OpenPicture) -> None:
        words = _describe(picture)
        item.setText(picture.name)
        item.setData(_WORDS_ROLE, words)
        item.setToolTip(f"{picture.name}\n{picture.error or words}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{picture.name}: {words}")
        item.setIcon(self._icon(picture))

    def _icon(self, picture: OpenPicture) -> QIcon:
        if picture.error is not None:
            return self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        if picture.thumbnail is None:
            return QIcon()
        return QIcon(QPixmap.fromImage(picture.thumbnail))

    def _on_current_item_changed(self, current: QListWidgetItem | None) -> None:
        if current is not None:
            self.picture_chosen.emit(current.data(_KEY_ROLE))


class _Cell(QStyledItemDelegate):
    """A thumbnail above a name and what was read."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return _CELL

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option)
        inner = option.rect.adjusted(GRID_PX, GRID_PX, -GRID_PX, -GRID_PX)
        place = QRect(inner.topLeft(), QSize(inner.width(), _THUMBNAIL.height()))
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, place)
        metrics = option.fontMetrics
        line = QRect(place.bottomLeft(), QSize(inner.width(), metrics.height() + 1))
        line.moveTop(place.bottom() + GRID_PX // 2)
        palette = option.palette
        for text, color, mode in (
            (index.data(), palette.windowText().color(), Qt.TextElideMode.ElideMiddle),
            (
                index.data(_WORDS_ROLE),
                palette.placeholderText().color(),
                Qt.TextElideMode.ElideRight,
            ),
        ):
            painter.setPen(color)
            fitting = metrics.elidedText(text, mode, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, fitting)
            line.translate(0, metrics.height())
        painter.restore()


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    accent = QColor(option.palette.accent().color())
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
        accent.setAlphaF(0.2 if is_selected else 0.08)
        painter.setBrush(accent)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(option.palette.accent().color() if has_focus else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(option.rect.adjusted(2, 2, -2, -2), 6, 6)


def _describe(picture: OpenPicture) -> str:
    if picture.error is not None:
        return "can’t be read"
    if picture.reading is None:
        return "…"
    return picture.reading.text.replace("\n", " ") or "nothing to read"
