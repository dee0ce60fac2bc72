"""Curves of several runs over each other. Imports pyqtgraph: import this when it's needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QImageWriter,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
)
from PySide6.QtSvg import QSvgGenerator

from digitpad.core.errors import StorageError
from digitpad.services.runs.records import RunRecord
from digitpad.ui.runs.curve_item import CurveItem, CurveLook, Points
from digitpad.ui.runs.curves import CurveChoice, Curves, curves_of
from digitpad.ui.runs.run_marks import RunMark
from digitpad.ui.theme import GRID_PX

_LINE_PX, _THIN_PX, _MARKER_PX = 2.0, 1.4, 3.5
_FAINTNESS = 0.72
_GRID_OPACITY = 0.28
_MARKED_EPOCHS = 60
"""With more epochs than this their markers would hide the line."""

_LISTED_RUNS = 12
_LEAST_TICKS, _MOST_TICKS = 4, 8
_CORNERS = ((1, 0), (1, 1), (0, 1), (0, 0))
"""Right or not, low or not: where the list goes, from the best on."""

_SHARPNESS = 2
"""Pixels of an exported picture for one on the screen."""

_LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.FontChange)


class CurvesPlot(pg.PlotWidget):
    """Validation as solid lines, training as dashed ones, each run in its colour.

    A box lists the runs with their values of the epoch under the pointer, or of their last one.
    The arrow keys move from epoch to epoch, Esc leaves them.

    Signals
    -------
    epoch_changed(int)
        Of which epoch the values are listed; -1 for the last of each run.
    """

    epoch_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[tuple[str, RunMark, Curves]] = []
        self._choice = CurveChoice()
        self._items: list[CurveItem] = []
        self._epoch: int | None = None
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Curves of the chosen runs")
        self._plot = self.getPlotItem()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._view = self._plot.getViewBox()
        self._view.setMouseEnabled(False, False)
        self._line = pg.InfiniteLine(angle=90)
        self._line.hide()
        self._view.addItem(self._line, ignoreBounds=True)
        self._list = pg.TextItem(anchor=(1, 0))
        self._list.setParentItem(self._view)
        self._list.setZValue(1)
        self._view.sigResized.connect(self._choose_corner)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=-4, tickTextOffset=4, maxTickLevel=0)
        self._plot.getAxis("bottom").setLabel("Epoch")
        self._follow_palette()

    @property
    def epoch(self) -> int | None:
        """Of which epoch the values are listed; None for the last of each run."""
        return self._epoch

    def show_runs(self, runs: Sequence[tuple[RunRecord, RunMark]], choice: CurveChoice) -> None:
        """Draw these runs' curves in place of others."""
        self._choice = choice
        self._runs = [
            (record.config.name, mark, curves_of(record, choice.metric)) for record, mark in runs
        ]
        self._draw()

    # --- pointing at an epoch --------------------------------------------------------------

    def point_at(self, epoch: int | None) -> None:
        """List the values of an epoch; None for the last of each run."""
        epochs = self._epochs
        if epoch is not None and epochs:
            epoch = min(max(epoch, epochs[0]), epochs[-1])
        self._epoch = epoch if epochs else None
        self._line.setVisible(self._epoch is not None)
        if self._epoch is not None:
            self._line.setPos(self._epoch)
        self._list_values()
        self.epoch_changed.emit(-1 if self._epoch is None else self._epoch)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = self._view.mapSceneToView(self.mapToScene(event.position().toPoint()))
        inside = self._view.sceneBoundingRect().contains(QPointF(event.position()))
        self.point_at(round(place.x()) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        epochs = self._epochs
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and epochs:
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            begin = epochs[0] - 1 if step > 0 else epochs[-1] + 1
            self.point_at((begin if self._epoch is None else self._epoch) + step)
        elif event.key() == Qt.Key.Key_Escape and self._epoch is not None:
            self.point_at(None)
        else:
            # Not as pyqtgraph has it: others are for the window.
            event.ignore()

    @property
    def _epochs(self) -> list[int]:
        return sorted({epoch for _, _, curves in self._runs for epoch in curves.epochs})

    # --- drawing ---------------------------------------------------------------------------

    def _draw(self) -> None:
        for item in self._items:
            self._view.removeItem(item)
        self._items = []
        for _, mark, curves in self._runs:
            self._add_run(mark, curves)
        axis = self._plot.getAxis("left")
        axis.setLogMode(x=False, y=self._choice.is_logarithmic)
        axis.setLabel(self._choice.metric.title)
        self._fit()
        self.point_at(self._epoch)
        self._choose_corner()

    def _add_run(self, mark: RunMark, curves: Curves) -> None:
        colour = mark.colour(self.palette())
        is_marked = len(self._epochs) <= _MARKED_EPOCHS
        solid = CurveLook(colour, _LINE_PX, marker=mark.outline(_MARKER_PX) if is_marked else None)
        dashed = CurveLook(colour, _THIN_PX, is_dashed=True)
        shown = curves
        if self._choice.smoothing:
            shown = curves.smoothed(self._choice.smoothing)
            faint = _mix(colour, self.palette().color(QPalette.ColorRole.Window), _FAINTNESS)
            for look, values in ((dashed, curves.training), (solid, curves.validation)):
                look = replace(look, colour=faint, width_px=_THIN_PX, marker=None)
                self._add_curve(self._place(curves.epochs, values), look)
        self._add_curve(self._place(shown.epochs, shown.training), dashed)
        self._add_curve(self._place(shown.epochs, shown.validation), solid)

    def _add_curve(self, points: Points, look: CurveLook) -> None:
        item = CurveItem(points, look)
        self._items.append(item)
        self._view.addItem(item, ignoreBounds=True)

    def _place(self, epochs: Sequence[int], values: Sequence[float]) -> Points:
        return [(epoch, self._height(value)) for epoch, value in zip(epochs, values, strict=True)]

    def _height(self, value: float) -> float:
        """Return where a value stands on the axis."""
        if not self._choice.is_logarithmic:
            return value
        return math.log10(value) if value > 0 else math.nan

    def _fit(self) -> None:
        epochs = self._epochs or [1]
        self._view.setXRange(epochs[0] - 0.5, max(epochs[-1], epochs[0] + 1) + 0.5, padding=0.01)
        heights = [
            height
            for _, _, curves in self._runs
            for height in map(self._height, (*curves.training, *curves.validation))
            if math.isfinite(height)
        ] or [0.0, 1.0]
        low, high = min(heights), max(heights)
        spread = (high - low) or abs(high) * 0.1 or 1.0
        self._view.setYRange(low - 0.06 * spread, high + 0.06 * spread, padding=0)
        step = next(step for step in _STEPS if (epochs[-1] - epochs[0]) <= 10 * step)
        self._plot.getAxis("bottom").setTickSpacing(levels=[(step, 0)])
        # pyqtgraph's own are few, and on a logarithmic axis run into each other.
        ticks = _log_ticks(low, high) if self._choice.is_logarithmic else _ticks(low, high)
        self._plot.getAxis("left").setTicks([ticks])

    # --- the list --------------------------------------------------------------------------

    def _list_values(self) -> None:
        title = "Last epoch" if self._epoch is None else f"Epoch {self._epoch}"
        html = [_row(f"<b>{title}</b>", "╌ training", "━ validation")]
        words = []
        for name, mark, curves in self._runs[:_LISTED_RUNS]:
            epoch = self._epoch if self._epoch is not None else max(curves.epochs, default=0)
            training, validation = map(self._choice.metric.describe, curves.at(epoch))
            colour = mark.colour(self.palette()).name()
            sign = f'<span style="color: {colour}">{mark.sign}</span>'
            html.append(_row(f"{sign} {escape(name)}", training, validation))
            words.append(f"{name}: training {training}, validation {validation}")
        if len(self._runs) > _LISTED_RUNS:
            words.append(f"and {len(self._runs) - _LISTED_RUNS} more")
            html.append(_row(words[-1], "", ""))
        colour = self.palette().color(QPalette.ColorRole.WindowText).name()
        self._list.setHtml(
            f'<table cellspacing="2" style="color: {colour}">{"".join(html)}</table>'
        )
        self._list.setVisible(bool(self._runs))
        self._place_list()
        self.setAccessibleDescription("\n".join([f"{title}, {self._choice.metric.title}", *words]))

    def _choose_corner(self) -> None:
        """Put the list where it covers least."""
        self._view.updateMatrix()
        to_pixels, room = self._view.childTransform(), self._view.rect()
        places = [to_pixels.map(point) for item in self._items for point in item.sample()]
        size = self._list.textItem.boundingRect().size()

        def count_covered(corner: tuple[int, int]) -> int:
            right, low = corner
            covered = QRectF(QPointF(0, 0), size)
            covered.moveRight(room.right()) if right else covered.moveLeft(room.left())
            covered.moveBottom(room.bottom()) if low else covered.moveTop(room.top())
            return sum(map(covered.contains, places))

        self._list.setAnchor(min(_CORNERS, key=count_covered))
        self._place_list()

    def _place_list(self) -> None:
        room = self._view.rect().adjusted(GRID_PX, GRID_PX, -GRID_PX, -GRID_PX)
        right, low = self._list.anchor.x(), self._list.anchor.y()
        self._list.setPos(
            room.right() if right else room.left(), room.bottom() if low else room.top()
        )

    # --- writing it ------------------------------------------------------------------------

    def to_png(self) -> bytes:
        """Return the plot as a PNG picture, twice as sharp as on an ordinary screen."""
        image = QImage(self.size() * _SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_SHARPNESS)
        painter = QPainter(image)
        self._render_to(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        if not QImageWriter(buffer, QByteArray(b"png")).write(image):
            raise StorageError("The picture could not be packed.", "Close other programs.")
        return bytes(buffer.data().data())

    def to_svg(self) -> bytes:
        """Return the plot as an SVG drawing."""
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        drawing = QSvgGenerator()
        drawing.setOutputDevice(buffer)
        drawing.setSize(self.size())
        drawing.setViewBox(QRect(0, 0, self.width(), self.height()))
        # Else letters would be smaller than on the screen.
        drawing.setResolution(self.logicalDpiX())
        drawing.setTitle(self._choice.metric.title)
        painter = QPainter(drawing)
        self._render_to(painter)
        painter.end()
        return bytes(buffer.data().data())

    def _render_to(self, painter: QPainter) -> None:
        epoch = self._epoch
        self.point_at(None)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.render(painter, QRectF(0, 0, self.width(), self.height()), self.rect())
        self.point_at(epoch)

    # --- looks -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(640, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 160)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _LOOK_CHANGES and "_list" in self.__dict__:
            self._follow_palette()
            self._draw()

    def _follow_palette(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        quiet = QColor(text)
        quiet.setAlpha(90)
        window = palette.color(QPalette.ColorRole.Window)
        self.setBackground(window)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(quiet)
            axis.setTextPen(text)
            axis.setTickFont(self.font())
        self._plot.showGrid(x=False, y=True, alpha=_GRID_OPACITY)
        self._line.setPen(pg.mkPen(quiet, width=1))
        box = QColor(window)
        box.setAlpha(225)
        self._list.fill = pg.mkBrush(box)
        self._list.border = pg.mkPen(palette.color(QPalette.ColorRole.Mid))
        self._list.setFont(self.font())


_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000)


def _row(name: str, training: str, validation: str) -> str:
    cells = f"<td>{name}</td>" + "".join(
        f'<td align="right">&nbsp;&nbsp;{text}</td>' for text in (training, validation)
    )
    return f"<tr>{cells}</tr>"


def _mix(colour: QColor, other: QColor, amount: float) -> QColor:
    # Many programs show no opacity of an SVG's lines.
    mixed = (
        round(one + (two - one) * amount)
        for one, two in (
            (colour.red(), other.red()),
            (colour.green(), other.green()),
            (colour.blue(), other.blue()),
        )
    )
    return QColor(*mixed)


def _ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Return round numbers from `low` to `high`, as pyqtgraph takes them; `low` if they are one."""
    if high - low <= 1e-9 * abs(high):
        return [(low, f"{low:g}")]
    power = 10.0 ** math.floor(math.log10(high - low))
    factors = (0.1, 0.2, 0.5, 1, 2)
    step = next(f * power for f in factors if (high - low) / (f * power) <= _MOST_TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    values = (number * step for number in range(first, last + 1))
    return [(value, f"{value:.{decimals}f}") for value in values]


def _log_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Return ticks from 10 to the power of `low` to that of `high`, as pyqtgraph takes them."""
    for factors in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)):
        values = [
            factor * 10.0**power
            for power in range(math.floor(low) - 1, math.ceil(high) + 1)
            for factor in factors
        ]
        ticks = [(math.log10(v), f"{v:g}") for v in values if low <= math.log10(v) <= high]
        if len(ticks) >= _LEAST_TICKS:
            return ticks
    # So near to each other that equal steps look equal here too.
    even = _ticks(10.0**low, 10.0**high)
    return [(math.log10(value), text) for value, text in even if value > 0]
