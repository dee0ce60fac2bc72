import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.opened_window import open_and_end


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("stale", [{}, {"DISPLAY": ":4077"}])
def test_without_a_display_it_says_what_to_do(stale: dict[str, str]) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | stale

    finished = subprocess.run(
        [sys.executable, "-c", "import sys; from digitpad.ui.app import run; sys.exit(run())"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert finished.returncode == 2
    assert "digitpad read" in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_the_window_opens_and_closes_without_a_word(home: Path) -> None:
    finished = open_and_end("QApplication.quit()")

    assert finished.returncode == 0
    assert (finished.stdout, finished.stderr) == ("", "")
    assert (home / "logs" / "digitpad.log").read_text() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_what_is_remembered_is_saved(
    home: Path, number: signal.Signals
) -> None:
    finished = open_and_end(f"os.kill(os.getpid(), {int(number)})")

    assert (finished.returncode, finished.stderr) == (0, "")
    assert "geometry=" in (home / "settings.ini").read_text()
