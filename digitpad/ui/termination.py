"""Ctrl+C in a terminal and the system's polite request to end."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from digitpad.ui.main_window import MainWindow


def close_on_signals(window: MainWindow) -> None:
    """End the app on SIGINT and SIGTERM, and remember what its window remembers.

    Python runs its signal handlers between two steps of Python code, and while Qt waits for
    events there are none: a socket that Python writes to wakes Qt up.

    Parameters
    ----------
    window : MainWindow
        The app's window, which owns what listens.
    """
    written, read = socket.socketpair()
    written.setblocking(False)
    read.setblocking(False)
    notifier = QSocketNotifier(read.fileno(), QSocketNotifier.Type.Read, window)

    def close() -> None:
        written.close()
        read.close()

    def end() -> None:
        notifier.setEnabled(False)
        # Not closed, which would ask about a run: nobody may be there to answer.
        window.remember()
        QApplication.exit()

    notifier.activated.connect(end)
    # The window holds both ends for as long as it lives.
    notifier.destroyed.connect(close)
    signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
