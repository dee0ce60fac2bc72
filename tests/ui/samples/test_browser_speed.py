"""With a hundred thousand samples. Times are of the processor: what else the machine does is no
fault of the window; `make bench` has them by the clock."""

import time
from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.background.sample_keeper import SampleKeeper
from digitpad.ui.samples.browser_window import BrowserWindow
from digitpad.ui.samples.sample_grid import SampleGrid
from tests.pace import slowness
from tests.samples import fill_store

_MANY = 100_000


def test_it_opens_at_once_and_no_frame_takes_long(qtbot: QtBot) -> None:
    fill_store(paths.samples_file(), _MANY)
    model = ModelLibrary(paths.bundled_models(), Path("none")).default()
    host = QWidget()
    qtbot.addWidget(host)
    keepers = [SampleKeeper(paths.samples_file(), host) for _ in range(2)]

    slow = slowness()
    start = time.process_time()
    browser = BrowserWindow(*keepers, host)
    browser.present(None)
    grid = browser.findChild(SampleGrid)
    samples = grid.model()
    qtbot.waitUntil(lambda: len(browser.shown_ids) == _MANY and samples.tile(0) is not None)
    grid.grab()
    assert time.process_time() - start < 1 * slow

    # While the model reads in the background, and the tiles are loaded.
    browser.use_model(model)
    bar = grid.verticalScrollBar()
    frames = [_scroll(qtbot, grid, step) for step in [60] * 60 + [bar.pageStep()] * 60]
    assert bar.value() > 60 * bar.pageStep()
    assert max(frames) < 0.05 * slow

    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: samples.tile(_MANY - 1) is not None)
    for change in (grid.selectAll, grid.clearSelection, lambda: browser.resize(800, 500)):
        assert _time(qtbot, change) < 0.1 * slow
    for keeper in keepers:
        keeper.stop()
        keeper.close()


def _scroll(qtbot: QtBot, grid: SampleGrid, step: int) -> float:
    bar = grid.verticalScrollBar()
    return _time(qtbot, lambda: bar.setValue(bar.value() + step))


def _time(qtbot: QtBot, act: object) -> float:
    """Return what this thread takes for something, its painting and all answers to it."""
    start = time.thread_time()
    act()  # type: ignore[operator]
    qtbot.wait(5)
    return time.thread_time() - start
