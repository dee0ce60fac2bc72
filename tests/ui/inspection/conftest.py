import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from digitpad import paths
from tests.ui.inspection.visitor import Visitor


@pytest.fixture
def visitor(qtbot: QtBot, settings_file: Path) -> Iterator[Visitor]:
    visitor = Visitor(qtbot, settings_file)
    yield visitor
    visitor.window.finish()


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    """A picture of a 7 that is called a 1, in a folder of its own."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    file = folder / "1.png"
    shutil.copy(paths.assets() / "examples" / "7-drawn.png", file)
    return file
