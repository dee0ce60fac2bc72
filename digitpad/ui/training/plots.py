"""Live curves of a run. Imports pyqtgraph, which is slow: import this module when it's needed."""

from bisect import bisect_left, bisect_right

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from digitpad.training.events import BatchEnded, EpochEnded
from digitpad.ui.theme import is_dark

Floats = NDArray[np.float64]

CAPACITY = 512
"""Points a trace keeps at most: more than the plot has pixels across."""

_REDRAW_MS = 200
_HEIGHT_PX = 216
_MARKED_EPOCHS = 60
"""With more epochs than this their markers would hide the line."""

# Okabe and Ito's blue and vermilion, told apart by everyone; by lightness too.
_LOSS_COLOURS = {"light": "#0072b2", "dark": "#56b4e9"}
_ACCURACY_COLOURS = {"light": "#bf5000", "dark": "#f0a050"}
_LOSS_MARKER, _ACCURACY_MARKER = "o", "s"
_THIN_STRENGTH = 0.67
"""How much of its colour a thin line has, 0 to 1; the rest is the background's."""

_LOOK_CHANGES = (
    QEvent.Type.PaletteChange,
    QEvent.Type.FontChange,
    QEvent.Type.DevicePixelRatioChange,
)

_LOSS_TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 100.0)
_ACCURACY_FLOORS = (0.0, 50.0, 70.0, 80.0, 90.0, 95.0, 98.0, 99.0)


class Trace:
    """Points of a line that grows without end.

    Once there are `CAPACITY` points neighbours merge into their mean, and so do those that come.
    """

    def __init__(self) -> None:
        self._points: Floats = np.empty((CAPACITY, 2))
        self.clear()

    def __len__(self) -> int:
        """Return the number of points kept."""
        return self._count

    def clear(self) -> None:
        """Forget all points."""
        self._count = 0
        self._merged = 1
        self._waiting: list[tuple[float, float]] = []

    def append(self, x: float, y: float) -> None:
        """Add a point at the end."""
        self._waiting.append((x, y))
        if len(self._waiting) < self._merged:
            return
        self._points[self._count] = np.mean(self._waiting, axis=0)
        self._waiting.clear()
        self._count += 1
        if self._count == CAPACITY:
            self._count //= 2
            self._points[: self._count] = self._points.reshape(-1, 2, 2).mean(axis=1)
            self._merged *= 2

    @property
    def x(self) -> Floats:
        """Return the points' positions."""
        return self._points[: self._count, 0]

    @property
    def y(self) -> Floats:
        """Return the points' values."""
        return self._points[: self._count, 1]


class TrainingPlot(QWidget):
    """Loss and accuracy of a run as it happens, on two axes.

    Thin lines are training data, batch by batch; lines with markers are validation data, epoch by
    epoch. Points may come as fast as they like: the plot is drawn anew five times a second at most,
    and not at all while it can't be seen. The run would miss the time.

    Parameters
    ----------
    parent : QWidget, optional
        Where it sits.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training_loss, self.training_accuracy = Trace(), Trace()
        self.validation_loss, self.validation_accuracy = Trace(), Trace()
        self._plot = pg.PlotWidget(self)
        # The pane that holds the plot scrolls with the wheel; the plot itself has no gestures.
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self._loss_box, self._accuracy_box = self._set_up_axes()
        self._lines = self._add_lines()
        self._legend = _Legend(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._plot)
        layout.addWidget(self._legend)
        self._plot.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Loss and accuracy")
        self._timer = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._timer.timeout.connect(self._redraw)
        self._apply_palette()
        self.begin(1)

    def begin(self, epochs: int) -> None:
        """Forget the last run's points and make room for `epochs` epochs."""
        for trace in self._lines:
            trace.clear()
        is_marked = epochs <= _MARKED_EPOCHS
        self._lines[self.validation_loss].setSymbol(_LOSS_MARKER if is_marked else None)
        self._lines[self.validation_accuracy].setSymbol(_ACCURACY_MARKER if is_marked else None)
        self._loss_box.setXRange(0, epochs, padding=0.02)
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if epochs <= 6 * step)
        self._plot.getAxis("bottom").setTickSpacing(levels=[(step, 0)])
        self.setAccessibleDescription("No epoch has ended yet")
        self._redraw()

    def add_batch(self, event: BatchEnded) -> None:
        """Take in one batch."""
        x = event.epoch - 1 + event.batch / event.batches
        self.training_loss.append(x, event.loss)
        self.training_accuracy.append(x, event.accuracy * 100)
        self._redraw_soon()

    def add_epoch(self, event: EpochEnded) -> None:
        """Take in one epoch."""
        self.validation_loss.append(event.epoch, event.validation_loss)
        self.validation_accuracy.append(event.epoch, event.validation_accuracy * 100)
        self.setAccessibleDescription(
            f"After epoch {event.epoch} of {event.epochs}: "
            f"training loss {event.loss:.3f}, accuracy {event.accuracy:.1%}; "
            f"validation loss {event.validation_loss:.3f}, "
            f"accuracy {event.validation_accuracy:.1%}"
        )
        self._redraw_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOK_CHANGES:
            self._apply_palette()

    def _set_up_axes(self) -> tuple[pg.ViewBox, pg.ViewBox]:
        plot = self._plot.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.showAxis("right")
        accuracy_box = pg.ViewBox(enableMenu=False, enableMouse=False)
        loss_box = plot.getViewBox()
        loss_box.setMouseEnabled(False, False)
        plot.scene().addItem(accuracy_box)
        plot.getAxis("right").linkToView(accuracy_box)
        accuracy_box.setXLink(loss_box)
        # The second box isn't in the plot's layout: it has to be told where the first one lies.
        loss_box.sigResized.connect(lambda: accuracy_box.setGeometry(loss_box.sceneBoundingRect()))
        for name in ("left", "right", "bottom"):
            axis = plot.getAxis(name)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=-4, tickTextOffset=4, maxTickLevel=0)
        plot.getAxis("bottom").setLabel("Epoch")
        plot.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        return loss_box, accuracy_box

    def _add_lines(self) -> dict[Trace, pg.PlotDataItem]:
        boxes = {
            self.training_loss: self._loss_box,
            self.training_accuracy: self._accuracy_box,
            self.validation_loss: self._loss_box,
            self.validation_accuracy: self._accuracy_box,
        }
        lines = {}
        for trace, box in boxes.items():
            lines[trace] = pg.PlotDataItem(antialias=True)
            box.addItem(lines[trace])
        return lines

    def _redraw_soon(self) -> None:
        if not self._timer.isActive() and self.isVisible():
            self._timer.start()

    def _redraw(self) -> None:
        for trace, line in self._lines.items():
            line.setData(trace.x, trace.y)
        self._fit_axes()

    def _fit_axes(self) -> None:
        # A few bad batches, the first ones above all, may leave the plot: the rest matters more.
        top = max([*_quantile(self.training_loss, 0.96), *self.validation_loss.y, 0.0])
        top = _LOSS_TOPS[min(bisect_left(_LOSS_TOPS, top), len(_LOSS_TOPS) - 1)]
        low = min([*_quantile(self.training_accuracy, 0.04), *self.validation_accuracy.y, 100.0])
        low = _ACCURACY_FLOORS[bisect_right(_ACCURACY_FLOORS, low) - 1] if self._has_points else 0.0
        self._loss_box.setYRange(0, top if self._has_points else 3.0, padding=0.04)
        self._accuracy_box.setYRange(low, 100, padding=0.04)

    @property
    def _has_points(self) -> bool:
        return len(self.training_loss) + len(self.validation_loss) > 0

    def _apply_palette(self) -> None:
        palette = self.palette()
        shade = "dark" if is_dark(palette) else "light"
        loss, accuracy = QColor(_LOSS_COLOURS[shade]), QColor(_ACCURACY_COLOURS[shade])
        text = palette.color(QPalette.ColorRole.WindowText)
        line = QColor(text)
        line.setAlpha(90)
        self._plot.setBackground(palette.color(QPalette.ColorRole.Window))
        plot = self._plot.getPlotItem()
        for name, colour in (("left", loss), ("right", accuracy), ("bottom", text)):
            axis = plot.getAxis(name)
            axis.setPen(line)
            axis.setTextPen(colour)
            axis.setTickFont(self.font())
        plot.getAxis("left").setLabel("Loss", color=loss.name())
        plot.getAxis("right").setLabel("Accuracy, %", color=accuracy.name())
        for trace, colour in (
            (self.training_loss, loss),
            (self.training_accuracy, accuracy),
        ):
            self._lines[trace].setPen(_thin(colour, palette))
        for trace, colour in (
            (self.validation_loss, loss),
            (self.validation_accuracy, accuracy),
        ):
            self._lines[trace].setPen(pg.mkPen(colour, width=2))
            self._lines[trace].setSymbolSize(6)
            self._lines[trace].setSymbolPen(colour)
            self._lines[trace].setSymbolBrush(colour)
        self._legend.show_colours(loss, accuracy)


class _Legend(QWidget):
    """One row: what thin lines are, and what lines with markers are; axes say which is which."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._training, self._validation = QLabel(self), QLabel(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(6)
        layout.addStretch()
        layout.addWidget(self._training)
        layout.addWidget(QLabel("training", self))
        layout.addSpacing(12)
        layout.addWidget(self._validation)
        layout.addWidget(QLabel("validation", self))
        layout.addStretch()

    def show_colours(self, loss: QColor, accuracy: QColor) -> None:
        """Draw the samples anew."""
        ratio = self.devicePixelRatioF()
        thin = _thin(loss, self.palette()), _thin(accuracy, self.palette())
        self._training.setPixmap(_draw_sample(*thin, ("", ""), ratio))
        self._validation.setPixmap(
            _draw_sample(QPen(loss, 2), QPen(accuracy, 2), (_LOSS_MARKER, _ACCURACY_MARKER), ratio)
        )


def _draw_sample(loss: QPen, accuracy: QPen, markers: tuple[str, str], ratio: float) -> QPixmap:
    size = QSize(20, 14)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for y, pen, marker in ((3.5, loss, markers[0]), (10.5, accuracy, markers[1])):
        painter.setPen(pen)
        painter.drawLine(QPointF(0, y), QPointF(size.width(), y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        if marker == _LOSS_MARKER:
            painter.drawEllipse(QPointF(size.width() / 2, y), 3, 3)
        elif marker == _ACCURACY_MARKER:
            painter.drawRect(size.width() // 2 - 3, int(y) - 3, 6, 6)
    painter.end()
    return pixmap


def _thin(colour: QColor, palette: QPalette) -> QPen:
    # Opaque: one that can be seen through takes Qt three times as long to draw, and the run misses
    # the time.
    behind = palette.color(QPalette.ColorRole.Window)
    mixed = [
        round(_THIN_STRENGTH * line + (1 - _THIN_STRENGTH) * below)
        for line, below in (
            (colour.red(), behind.red()),
            (colour.green(), behind.green()),
            (colour.blue(), behind.blue()),
        )
    ]
    return pg.mkPen(QColor(*mixed))


def _quantile(trace: Trace, q: float) -> list[float]:
    # NumPy's own would import its masked arrays first, in the middle of a run.
    return [float(np.sort(trace.y)[round(q * (len(trace) - 1))])] if len(trace) else []
