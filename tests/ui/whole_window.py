"""All of digitpad in a process of its own; who is in front of it is told what to do by lines.

Started as `python -m tests.ui.whole_window FILE…`. Every line on standard input names a method of
`Guest` and its arguments, in JSON, and what it returns is a line on standard output.
"""

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QSocketNotifier, QTimer

from digitpad.training.events import EpochEnded
from digitpad.ui import app
from tests.ui.window import Person


class Guest(Person):
    """Somebody in front of a window that is not theirs to make."""

    def __init__(self, window: Any, reader: Any, watcher: Any) -> None:
        self.window = window
        self.reader = reader
        self.watcher = watcher

    def read_photo(self, name: str) -> None:
        loop = QEventLoop()
        self.reader.picture_read.connect(loop.quit)
        self.drop(Path(name))
        loop.exec()

    def close(self, answer: str = "") -> bool:
        if answer:
            self.will_answer(answer)
        return self.window.close()

    def close_while_reading(self, name: str) -> None:
        read = self.reader.read_picture

        def read_and_close(request: int, picture: Any) -> None:
            read(request, picture)
            QTimer.singleShot(0, self.window.close)

        self.reader.read_picture = read_and_close
        self.drop(Path(name))

    def train_an_epoch(self) -> None:
        loop = QEventLoop()
        self.watcher.event_arrived.connect(
            lambda event: loop.quit() if isinstance(event, EpochEnded) else None
        )
        self.watcher.run_ended.connect(loop.quit)
        if not self.watcher.is_running:
            self.choose("Training", "Start")
        loop.exec()
        assert self.watcher.is_running


class Window(app.MainWindow):
    """Listens once it is open."""

    def __init__(self, library: Any, reader: Any, watcher: Any, settings: Any) -> None:
        super().__init__(library, reader, watcher, settings)
        self._guest = Guest(self, reader, watcher)

    def start(self, files: Any = ()) -> None:
        super().start(files)
        self._listener = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._listener.activated.connect(self._obey)
        tell("open")

    def _obey(self) -> None:
        line = sys.stdin.readline()
        if not line:
            self._listener.setEnabled(False)
            return
        name, *arguments = json.loads(line)
        tell(getattr(self._guest, name)(*arguments))


def tell(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    app.MainWindow = Window
    sys.exit(app.run([Path(name) for name in sys.argv[1:]]))
