from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from digitpad.services.models.speed import ModelSpeeds
from digitpad.ui.models.models_window import ModelsWindow
from tests.ui.models.visitor import Visitor


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelLibrary:
    monkeypatch.setenv("DIGITPAD_HOME", str(tmp_path / "home"))
    # The default alone, which reads: others may ship, too.
    (tmp_path / "bundled").mkdir()
    (tmp_path / "bundled" / "default").symlink_to(paths.bundled_models() / "default")
    return ModelLibrary(tmp_path / "bundled", tmp_path / "own")


@pytest.fixture
def open_window(
    qtbot: QtBot, library: ModelLibrary, tmp_path: Path
) -> Iterator[Callable[[], Visitor]]:
    windows: list[ModelsWindow] = []
    main = QWidget()
    qtbot.addWidget(main)

    def open_it() -> Visitor:
        window = ModelsWindow(library, ModelSpeeds(tmp_path / "speeds.json"), main)
        windows.append(window)
        window.present()
        qtbot.waitUntil(window.isActiveWindow)
        return Visitor(qtbot, window, library)

    yield open_it
    for window in windows:
        window.close_jobs()


@pytest.fixture
def visitor(library: ModelLibrary, open_window: Callable[[], Visitor]) -> Visitor:
    """In front of a window with two models of one's own; the first reads."""
    for name in ("left", "right"):
        library.duplicate("default", name)
    library.activate("left")
    return open_window()
