"""The smallest PySide6 window; with `tensorflow`, one that reads through TensorFlow in-process."""

import sys

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from tests.benchmarks.process import report, resident_mb, seconds_since_start


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


def main() -> None:
    """Show the window, read one digit if asked to, and report."""
    reads = "tensorflow" in sys.argv
    if reads:
        # As such programs are written: all imports first, then the model, then the window.
        import keras
        import numpy as np
        import tensorflow  # noqa: F401

        from digitpad import paths

        network = keras.models.load_model(paths.bundled_models() / "default" / "model.keras")
    application = QApplication(sys.argv)
    window = QMainWindow()
    label = QLabel("7", alignment=Qt.AlignmentFlag.AlignCenter)
    window.setCentralWidget(label)
    watcher = _PaintWatcher()
    label.installEventFilter(watcher)
    window.show()
    application.exec()
    read = None
    if reads:
        digit = np.zeros((1, 28, 28, 1), np.float32)
        label.setText(str(network.predict(digit, verbose=0).argmax()))
        label.repaint()
        read = seconds_since_start()
    report(shown=watcher.shown, read=read, resident_mb=resident_mb())


if __name__ == "__main__":
    main()
