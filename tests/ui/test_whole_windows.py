"""Windows as processes: closed at the worst moment, and two of them at once."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.model_menu import describe_model
from digitpad.ui.settings import Settings
from tests.processes import child_processes, has_ended
from tests.ui.window import write_picture

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Qt can't wait for standard input there")

_CHECKOUT = Path(__file__).parents[2]
_PATIENCE_S = 120


class WholeWindow:
    """What goes in and comes out of a window that is a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert self._answer() == "open"

    def do(self, name: str, *arguments: str) -> Any:
        assert self.process.stdin is not None
        print(json.dumps([name, *arguments]), file=self.process.stdin, flush=True)
        return self._answer()

    def assert_ended_in_peace(self) -> None:
        output, complaints = self.process.communicate(timeout=_PATIENCE_S)
        # The offscreen platform says that of every window.
        complaints = complaints.replace("This plugin does not support propagateSizeHints()\n", "")
        assert (self.process.returncode, output, complaints) == (0, "", "")

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


@contextmanager
def open_window() -> Iterator[WholeWindow]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.whole_window"],
        cwd=_CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield WholeWindow(process)
        finally:
            process.kill()


def assert_no_complaint(home: Path) -> None:
    assert (home / "logs" / "digitpad.log").read_text() == ""


def test_closing_while_a_photo_is_read_ends_in_peace(home: Path) -> None:
    photo = paths.assets() / "examples" / "page-two-rows.jpg"

    with open_window() as window:
        window.do("close_while_reading", str(photo))
        window.assert_ended_in_peace()

    assert_no_complaint(home)
    settings = Settings(paths.settings_file())
    assert settings.recent_files() == [photo]
    assert not settings.blob("geometry").isEmpty()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_closing_while_it_trains_asks_stops_the_run_and_keeps_its_epochs(
    home: Path, mnist_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITPAD_DATA", str(mnist_file.parent))
    settings = Settings(paths.settings_file())
    form = {"architecture": "softmax", "augmentation": "none", "epochs": "1000", "pen": "no"}
    settings.set_mapping("training", form)
    settings.save()

    with open_window() as window:
        window.do("train_an_epoch")
        (trainer,) = child_processes(window.process.pid)
        assert not window.do("close", "Keep Training")
        window.do("train_an_epoch")
        assert window.do("close", "Stop the Run and Close")
        window.assert_ended_in_peace()

    assert has_ended(trainer)
    assert_no_complaint(home)
    (run,) = paths.runs().iterdir()
    checkpoints = list((run / "checkpoints").glob("*.keras"))
    assert checkpoints
    assert all(zipfile.ZipFile(file).testzip() is None for file in checkpoints)
    assert ModelLibrary(paths.bundled_models(), paths.user_models()).active().name == "default"
    assert Settings(paths.settings_file()).mapping("training")["epochs"] == "1000"


def test_two_windows_at_once_keep_each_others_choices(home: Path, tmp_path: Path) -> None:
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    mine = library.add(paths.bundled_models() / "default", "mine")
    photos = [write_picture(tmp_path / f"{name}.png") for name in ("first", "second")]

    with open_window() as first, open_window() as second:
        for window, photo in zip((first, second), photos, strict=True):
            window.do("read_photo", str(photo))
        second.do("choose", "Model", "Choose", describe_model(library.default()))
        first.do("choose", "Model", "Choose", describe_model(mine))
        for window in (second, first):
            assert window.do("close")
            window.assert_ended_in_peace()

    assert_no_complaint(home)
    assert [model.name for model in library.models() if not model.is_bundled] == ["mine"]
    assert library.active().name == "mine"
    settings = Settings(paths.settings_file())
    assert settings.recent_files() == [photos[1], photos[0]]
    assert not settings.blob("geometry").isEmpty()
    with open_window() as third:
        assert third.do("close")
        third.assert_ended_in_peace()
