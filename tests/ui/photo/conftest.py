from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from digitpad.ui.photo.import_panel import ImportPanel
from digitpad.ui.photo.photo_view import PhotoView
from digitpad.ui.photo.prepared_picture import prepare_picture
from tests.ui.photo.picture_reader import READING, PictureReader
from tests.ui.photo.visible_panel import Heard


@pytest.fixture
def reader() -> PictureReader:
    return PictureReader()


@pytest.fixture
def panel(qtbot: QtBot, reader: PictureReader) -> ImportPanel:
    panel = ImportPanel(reader)
    qtbot.addWidget(panel)
    panel.resize(700, 560)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    return panel


@pytest.fixture
def heard(panel: ImportPanel) -> Heard:
    return Heard(panel)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{name}.png" for name in ("one", "two", "three")]
    for shade, file in zip((200, 210, 220), files, strict=True):
        Image.new("RGB", (200, 160), (shade,) * 3).save(file)
    return files


@pytest.fixture
def view(qtbot: QtBot) -> PhotoView:
    view = PhotoView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    view.show_picture(prepare_picture(np.full((160, 200, 3), 235, np.uint8)))
    view.show_reading(READING)
    return view
