"""The smallest PySide6 window, to compare with.

Modes: none (first paint), ``tensorflow`` (it imports TensorFlow, loads the Keras model and reads
one digit, all in the window's process), ``thread`` (it imports TensorFlow in a thread, and gaps of
the event loop are looked for).
"""

import itertools
import sys
import threading
import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from tests.benchmarks.figures import middle
from tests.benchmarks.process import report, resident_mb, seconds_since_start

_TICK_MS = 5


class _PaintWatcher(QObject):
    """Notes when the window was first painted."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: float | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.shown is None:
            self.shown = seconds_since_start()
            QTimer.singleShot(0, QApplication.quit)
        return False


def show_window() -> tuple[QMainWindow, QLabel, float | None]:
    """Show the window and return once it was painted, and when that was."""
    window = QMainWindow()
    label = QLabel("7", alignment=Qt.AlignmentFlag.AlignCenter)
    window.setCentralWidget(label)
    watcher = _PaintWatcher()
    label.installEventFilter(watcher)
    window.show()
    QApplication.exec()
    label.removeEventFilter(watcher)
    return window, label, watcher.shown


def read_with_tensorflow() -> None:
    """Show the window as such programs are written: all imports, then the model, then it."""
    import keras
    import numpy as np

    from digitpad import paths

    network = keras.models.load_model(paths.bundled_models() / "default" / "model.keras")
    window, label, shown = show_window()
    digit = np.zeros((1, 28, 28, 1), np.float32)
    label.setText(str(network.predict(digit, verbose=0).argmax()))
    label.repaint()
    read = seconds_since_start()
    memory = resident_mb()
    durations = []
    for _ in range(50):
        start = time.perf_counter()
        network(digit)
        durations.append((time.perf_counter() - start) * 1000)
    report(shown=shown, read=read, resident_mb=memory, call_ms=middle(durations))
    window.close()


def import_in_thread() -> None:
    """Look for the longest gap between two ticks of a timer while TensorFlow is imported."""
    window, _, _ = show_window()
    ticks: list[float] = []
    timer = QTimer(window, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    importer = threading.Thread(target=lambda: __import__("tensorflow"))
    importer.start()
    watch = QTimer(window, interval=100)
    watch.timeout.connect(lambda: importer.is_alive() or QApplication.quit())
    watch.start()
    QApplication.exec()
    gaps = [(after - before) * 1000 for before, after in itertools.pairwise(ticks)]
    report(worst_ms=max(gaps))


def main() -> None:
    """Do what the mode asks for, and report."""
    application = QApplication(sys.argv[:1])
    if "tensorflow" in sys.argv:
        read_with_tensorflow()
    elif "thread" in sys.argv:
        import_in_thread()
    else:
        window, _, shown = show_window()
        report(shown=shown, read=None, resident_mb=resident_mb())
        window.close()
    del application


if __name__ == "__main__":
    main()
