"""digitpad's window, started as users start it, with a hand on the mouse and an eye on the clock.

Modes: ``start`` (first paint, first reading, memory), ``strokes`` (from a mouse move to painted
bars), ``training`` (gaps of the event loop during a whole retraining), ``throughput`` (how many
digits a second it learns from), ``samples`` (opening the window of samples, and gaps of the event
loop while it is scrolled).
"""

import sys
import time
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitpad.core.reading import Reading
from digitpad.training.events import EpochEnded, Event, RunFinished
from digitpad.ui import app
from digitpad.ui.main_window import MainWindow
from digitpad.ui.probability_bars import ProbabilityBars
from digitpad.ui.training.training_dock import TrainingDock
from tests.benchmarks.bare_fit import THROUGHPUT
from tests.benchmarks.figures import percentile
from tests.benchmarks.process import report, resident_mb, seconds_since_start

_MODE = sys.argv[2]
_STROKES = 12
_MOVES = 40
_INTERVAL_MS = 8  # Between two moves of a mouse.
_FRAMES = 500
_FRAME_MS = 16
_TICK_MS = 5  # Of the timer that looks for gaps.


class _Window(MainWindow):
    """The app's window, watched."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._watch = _WATCHES[_MODE](self)


class _Start(QObject):
    """Writes as soon as there is a canvas, and waits for the first bars."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bars = window.findChild(ProbabilityBars)
        self._shown: float | None = None
        self._is_read = False
        window.canvas.installEventFilter(self)
        self._bars.installEventFilter(self)
        window._reader.drawing_read.connect(self._on_read)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            if watched is self._window.canvas and self._shown is None:
                self._shown = seconds_since_start()
                QTimer.singleShot(0, self._write)
            elif watched is self._bars and self._is_read:
                # After the paint that this event is for.
                QTimer.singleShot(0, self._finish)
        return False

    def _write(self) -> None:
        canvas = self._window.canvas
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
        for y in range(80, 300, 20):
            QTest.mouseMove(canvas, QPoint(200, y))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 300))

    def _on_read(self, revision: int, reading: Reading) -> None:
        self._is_read = bool(reading.digits)

    def _finish(self) -> None:
        report(shown=self._shown, read=seconds_since_start(), resident_mb=resident_mb())
        self._window.close()


class _Strokes(QObject):
    """Draws zigzags, and times each move until the bars show it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._moved_at: dict[int, float] = {}
        self._newest_read = -1
        self._delays_ms: list[float] = []
        self._step = 0
        self._timer = QTimer(self, interval=_INTERVAL_MS, singleShot=True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._move)
        self._bars = window.findChild(ProbabilityBars)
        self._bars.installEventFilter(self)
        window._reader.model_loaded.connect(lambda: QTimer.singleShot(300, self._move))
        window._reader.drawing_read.connect(self._on_read)

    def _move(self) -> None:
        stroke, move = divmod(self._step, _MOVES)
        self._step += 1
        canvas = self._window.canvas
        if stroke == _STROKES:
            self._finish()
            return
        if move == 0:
            canvas.clear()
        kind = {0: QEvent.Type.MouseButtonPress, _MOVES - 1: QEvent.Type.MouseButtonRelease}.get(
            move, QEvent.Type.MouseMove
        )
        place = QPointF(150 + 60 * (move % 8 > 3) + 8 * (move % 4), 60 + 7 * move)
        start = time.perf_counter()
        button = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if move == _MOVES - 1 else button
        event = QMouseEvent(
            kind, place, canvas.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(canvas, event)
        if move > 1:
            self._moved_at[canvas.drawing.revision] = start
        self._timer.start()

    def _on_read(self, revision: int, reading: Reading) -> None:
        self._newest_read = revision

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._moved_at:
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        now = time.perf_counter()
        # A move whose own reading was skipped for a newer one is answered by that one.
        for revision in [r for r in self._moved_at if r <= self._newest_read]:
            self._delays_ms.append((now - self._moved_at.pop(revision)) * 1000)

    def _finish(self) -> None:
        report(
            moves=len(self._delays_ms),
            median_ms=percentile(self._delays_ms, 50),
            p99_ms=percentile(self._delays_ms, 99),
        )
        self._window.close()


class _Training(QObject):
    """Retrains through the pane and looks for the longest gap between two ticks of a timer."""

    settings: ClassVar[dict[str, object]] = {"architecture": "lenet5", "epochs": 2, "limit": 5000}

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._gaps_ms: list[float] = []
        self._last: float | None = None
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        window._reader.model_loaded.connect(self._open_pane)
        window._watcher.run_ended.connect(self._on_run_ended)

    def _open_pane(self) -> None:
        self._dock = self._window.findChild(TrainingDock)
        self._dock.show()
        self._dock.pane.from_settings(self.settings | {"data": sys.argv[3], "pen": "no"})
        # Half a second for the pane to be painted; the run alone is measured.
        QTimer.singleShot(500, self._start)

    def _start(self) -> None:
        self._timer.start()
        self._dock.start()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self._gaps_ms.append((now - self._last) * 1000)
        self._last = now

    def _on_run_ended(self, event: Event) -> None:
        # The result has to be shown, too.
        QTimer.singleShot(500, lambda: self._finish(event))

    def _finish(self, event: Event) -> None:
        report(
            finished=isinstance(event, RunFinished),
            worst_ms=max(self._gaps_ms),
            p99_ms=percentile(self._gaps_ms, 99),
            over_50=sum(gap > 50 for gap in self._gaps_ms),
            seconds=sum(self._gaps_ms) / 1000,
        )
        self._window.close()


class _Throughput(_Training):
    """Trains on all of MNIST, with events and plots; times the quickest epoch after the first."""

    settings: ClassVar[dict[str, object]] = THROUGHPUT

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._seconds: list[float] = []
        window._watcher.event_arrived.connect(self._on_event)

    def _start(self) -> None:
        # Without the timer: two hundred ticks a second would be time that the run has not.
        self._dock.start()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, EpochEnded):
            self._seconds.append(event.seconds)

    def _finish(self, event: Event) -> None:
        report(epoch_s=min(self._seconds[1:]), finished=isinstance(event, RunFinished))
        self._window.close()


class _Samples(QObject):
    """Opens the window of samples, scrolls it a little at a time, then by whole pages."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._opened_s: float | None = None
        self._frames_ms: list[float] = []
        self._timer = QTimer(self, interval=_FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._scroll)
        window._reader.model_loaded.connect(lambda: QTimer.singleShot(500, self._open))

    def _open(self) -> None:
        self._start = time.perf_counter()
        self._window._actions.samples.trigger()
        # With it, not before: the start of the window is measured as well.
        from digitpad.ui.samples.browser_window import BrowserWindow
        from digitpad.ui.samples.sample_grid import SampleGrid

        self._browser = self._window.findChild(BrowserWindow)
        self._grid = self._browser.findChild(SampleGrid)
        self._grid.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._opened_s is None and self._has_tiles():
            # After the paint that this event is for.
            QTimer.singleShot(0, self._on_opened)
        return False

    def _has_tiles(self) -> bool:
        model = self._grid.model()
        return bool(self._browser.shown_ids) and model.tile(0) is not None

    def _on_opened(self) -> None:
        if self._opened_s is None:
            self._opened_s = time.perf_counter() - self._start
            self._last = time.perf_counter()
            self._timer.start()

    def _scroll(self) -> None:
        now = time.perf_counter()
        self._frames_ms.append((now - self._last) * 1000)
        self._last = now
        bar, count = self._grid.verticalScrollBar(), len(self._frames_ms)
        if count == _FRAMES:
            self._timer.stop()
            report(
                opened=self._opened_s,
                worst_ms=max(self._frames_ms),
                p99_ms=percentile(self._frames_ms, 99),
                shown=len(self._browser.shown_ids),
            )
            self._window.close()
            return
        bar.setValue(bar.value() + (40 if count < _FRAMES // 2 else bar.pageStep()))


_WATCHES = {
    "start": _Start,
    "strokes": _Strokes,
    "training": _Training,
    "throughput": _Throughput,
    "samples": _Samples,
}

if __name__ == "__main__":
    app.MainWindow = _Window
    sys.exit(app.run([Path(name) for name in sys.argv[4:]]))
