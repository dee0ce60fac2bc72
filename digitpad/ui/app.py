"""The window's start and end."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import digitpad
from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.background.reader import Reader
from digitpad.ui.background.run_watcher import RunWatcher
from digitpad.ui.crash_report import CrashReporter
from digitpad.ui.main_window import MainWindow
from digitpad.ui.settings import Settings
from digitpad.ui.termination import close_on_signals
from digitpad.ui.theme import app_icon

_LOG_BYTES = 1_000_000
_LOG_FILES = 2
_AFTER_PAINT_MS = 20

_NO_DISPLAY = (
    "digitpad needs a display for its window, and there is none; "
    "`digitpad read FILE…` reads digits without one."
)


def run(files: Sequence[Path] = ()) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    files : sequence of Path
        Pictures and drawings to open.

    Returns
    -------
    int
        The exit status: 0, or 2 if there is no display.
    """
    if not has_display():
        print(_NO_DISPLAY, file=sys.stderr)
        return 2
    start_log(paths.logs())
    # Every place the pen passes counts: Qt would leave some out when the app is busy.
    QGuiApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("digitpad")
    app.setApplicationVersion(digitpad.__version__)
    app.setDesktopFileName("digitpad")
    app.setWindowIcon(app_icon())
    reporter = CrashReporter(app)
    reporter.install()
    reader, watcher = Reader(), RunWatcher()
    reader.crashed.connect(reporter.report)
    # Most of what is there by now stays: looking through all of it for garbage now and then, as
    # Python would, holds the window up for two frames.
    reader.model_loaded.connect(lambda _: gc.freeze(), Qt.ConnectionType.SingleShotConnection)
    watcher.crashed.connect(reporter.report)
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    window = MainWindow(library, reader, watcher, Settings(paths.settings_file()))
    window.show()
    close_on_signals(window)
    # Once the window is painted: what the threads import from then on would hold painting up.
    QTimer.singleShot(_AFTER_PAINT_MS, window, lambda: window.start(files))
    status = app.exec()
    window.finish()
    watcher.close()
    reader.close()
    return status


def has_display() -> bool:
    """Return whether a window can be shown; where there is none, Qt would abort the process."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("WAYLAND_DISPLAY")) or _answers_on_x()


def _answers_on_x() -> bool:
    """Return whether the X server that DISPLAY names is there: a terminal may outlive it."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt lacks it too, and says so.
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    has_error = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not has_error


def start_log(folder: Path) -> None:
    """Write what happens to a file in `folder`, or to stderr if that can't be written."""
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "digitpad.log", maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
