"""The window in a process of its own, which ends as soon as it is open."""

import subprocess
import sys

_PROGRAM = """
import os, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from digitpad.ui.app import run
from digitpad.ui.main_window import MainWindow

def start(window, files, start=MainWindow.start):
    start(window, files)
    QTimer.singleShot(0, end)

def end():
    {}

MainWindow.start = start
sys.exit(run())
"""


def open_and_end(end: str) -> subprocess.CompletedProcess[str]:
    """Open the window, let it start, and do what `end` says."""
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(end)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
