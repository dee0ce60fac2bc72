"""digitpad's window while somebody looks inside a model.

Modes: ``judging`` (from pressing Start to all figures, and gaps of the event loop meanwhile),
``maps`` (what the feature maps cost the GUI thread while they follow the pen).
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTabWidget, QWidget

from digitpad.ui import app
from digitpad.ui.inspection.feature_maps_page import FeatureMapsPage
from digitpad.ui.main_window import MainWindow
from tests.benchmarks.figures import percentile
from tests.benchmarks.process import report

_MODE = sys.argv[2]
_TICK_MS = 5
_SETTLE_MS = 1_000
_STROKES = 10
_MOVES = 60
_LEFT = Qt.MouseButton.LeftButton


class _Window(MainWindow):
    """The app's window, watched."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._watch = {"judging": _Judging, "maps": _Maps}[_MODE](self)


class _Watch(QObject):
    """Opens the window to look inside, and looks for gaps between two ticks of a timer."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.gaps_ms: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        window._reader.model_loaded.connect(self._open)

    @property
    def inside(self) -> QWidget:
        return next(
            w for w in self.window.findChildren(QWidget) if w.windowTitle() == "Look Inside"
        )

    def begin(self) -> None:
        raise NotImplementedError

    def _open(self) -> None:
        self.window._actions.look_inside.trigger()
        # It is made when it is first opened; what follows is measured.
        QTimer.singleShot(_SETTLE_MS, self._begin)

    def _begin(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()
        self.begin()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append((now - self._last) * 1000)
        self._last = now

    def finish(self, **values: object) -> None:
        self._timer.stop()
        report(
            worst_ms=max(self.gaps_ms),
            p99_ms=percentile(self.gaps_ms, 99),
            **values,
        )
        self.window.close()


class _Judging(_Watch):
    """Presses Start."""

    def begin(self) -> None:
        self._start = time.perf_counter()
        self.window._inspection._inspector.inspected.connect(self._on_inspected)
        buttons = self.inside.findChildren(QPushButton)
        next(button for button in buttons if button.text() == "&Start").click()

    def _on_inspected(self) -> None:
        # After everything was painted.
        QTimer.singleShot(0, self._on_shown)

    def _on_shown(self) -> None:
        seconds = time.perf_counter() - self._start
        labels = {label.accessibleName(): label for label in self.inside.findChildren(QLabel)}
        accuracy = labels["Accuracy"].text()
        QTimer.singleShot(100, lambda: self.finish(seconds=seconds, accuracy=accuracy))


class _Maps(_Watch):
    """Draws while the feature maps are seen."""

    def begin(self) -> None:
        tabs = self.inside.findChild(QTabWidget)
        self._page = self.inside.findChild(FeatureMapsPage)
        self._painting_ms: list[float] = []
        # After the window itself has taken the answer.
        self.window._inspection._looker.looked.connect(self._on_looked)
        titles = [tabs.tabText(index).replace("&", "") for index in range(tabs.count())]
        tabs.setCurrentIndex(titles.index("Feature Maps"))
        self._step = 0
        self._pen = QTimer(self, interval=8, timerType=Qt.TimerType.PreciseTimer)
        self._pen.timeout.connect(self._move)
        self._pen.start()

    def _on_looked(self) -> None:
        start = time.perf_counter()
        self._page.repaint()
        self._painting_ms.append((time.perf_counter() - start) * 1000)

    def _move(self) -> None:
        stroke, move = divmod(self._step, _MOVES)
        self._step += 1
        canvas = self.window.canvas
        place = QPoint(100 + 60 * (stroke % 5), 60 + 4 * move)
        if stroke == _STROKES:
            self._pen.stop()
            self.finish(painting_p99_ms=percentile(self._painting_ms, 99))
        elif move == 0:
            QTest.mousePress(canvas, _LEFT, pos=place)
        elif move == _MOVES - 1:
            QTest.mouseRelease(canvas, _LEFT, pos=place)
        else:
            QTest.mouseMove(canvas, place)


if __name__ == "__main__":
    app.MainWindow = _Window
    sys.exit(app.run([Path(name) for name in sys.argv[3:]]))
