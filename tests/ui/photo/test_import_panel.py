"""A picture is read, turned, cropped, and its digits picked."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.core.errors import DigitpadError
from digitpad.core.layout import Box
from digitpad.core.reading import Reading
from digitpad.services.models.library import ModelLibrary
from digitpad.ui.background.reader import Reader
from digitpad.ui.photo.import_panel import ImportPanel
from tests.ui.photo.picture_reader import READING, PictureReader
from tests.ui.photo.visible_panel import Heard, pixels_of, press, strip, visible_text

# --- Reading


def test_work_shows_a_quiet_sign_only_when_it_takes_long(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    busy = next(
        w for w in panel.children() if getattr(w, "accessibleName", str)() == "Reading the picture"
    )
    panel.open_files(photos[:1])
    assert not busy.isVisible()
    assert "Opening one.png…" in visible_text(panel)

    qtbot.waitUntil(busy.isVisible)
    reader.answer_once()
    assert "Reading one.png…" in visible_text(panel)
    reader.answer()

    assert not busy.isVisible()


def test_rotating_turns_the_picture_and_reads_it_again(
    panel: ImportPanel, heard: Heard, reader: PictureReader, tmp_path: Path, qtbot: QtBot
) -> None:
    pixels = np.full((100, 200, 3), 255, np.uint8)
    pixels[:10, :10] = 0  # Top left.
    file = tmp_path / "corner.png"
    Image.fromarray(pixels).save(file)
    panel.open_files([file])
    reader.answer()

    panel.rotate_right()
    reader.answer()
    assert pixels_of(panel).shape == (200, 100, 3)
    assert pixels_of(panel)[0, -1, 0] == 0  # Top right.

    panel.rotate_left()
    panel.rotate_left()
    reader.answer()
    assert pixels_of(panel)[-1, 0, 0] == 0  # Bottom left.
    assert heard.readings == [READING, None, READING, None, READING]


def test_reading_of_the_picture_before_it_was_turned_is_dropped(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos[:1])
    reader.answer_once()
    stale, _ = reader.reads.pop()

    panel.rotate_left()
    reader.picture_read.emit(stale, Reading())
    reader.answer()

    assert heard.readings == [READING]


def test_answers_to_others_are_not_ours(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos[:1])

    reader.failed.emit(-1, DigitpadError("The model is damaged."))
    reader.failed.emit(3, DigitpadError("A drawing with three strokes."))
    reader.answer()

    assert heard.messages == []
    assert heard.readings == [READING]


# --- Crop


def test_only_what_is_inside_the_crop_is_read(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos[:1])
    reader.answer()

    panel.set_cropping(True)
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    press(panel, qtbot, "Apply")

    crop = panel.pictures[0].crop
    assert crop is not None
    assert reader.reads[0][1].shape == (crop.height, crop.width, 3)
    reader.answer()
    reading = heard.readings[-1]
    assert reading.digits[0].box == READING.digits[0].box.moved(crop.x, crop.y)
    assert pixels_of(panel).shape == (160, 200, 3)
    assert not panel.is_cropping


def test_crop_can_be_taken_back(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos[:1])
    reader.answer()
    for text in ("Apply", "Whole picture"):
        panel.set_cropping(True)
        press(panel, qtbot, text)
    press(panel, qtbot, "Apply")

    assert panel.pictures[0].crop is None
    reader.answer()
    assert panel.pictures[0].reading is READING


def test_escape_and_the_button_leave_the_crop(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos[:1])
    reader.answer()

    for leave in (
        lambda: qtbot.keyClick(panel.view, Qt.Key.Key_Escape),
        lambda: panel.set_cropping(False),
        lambda: press(panel, qtbot, "Cancel"),
    ):
        panel.set_cropping(True)
        assert panel.is_cropping
        leave()
        assert not panel.is_cropping
        assert panel.pictures[0].reading is READING


def test_crop_turns_with_its_picture(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos[:1])
    reader.answer()
    panel.set_cropping(True)
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    before = panel.pictures[0].crop

    panel.rotate_right()
    reader.answer()

    after = panel.pictures[0].crop
    assert (after.width, after.height) == (before.height, before.width)
    assert Box(0, 0, 160, 200) != after


# --- Digits


def test_clicking_a_box_selects_its_digit(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos[:1])
    reader.answer()
    place = panel.view.viewportTransform().map(QPointF(95, 50)).toPoint()

    with qtbot.waitSignal(panel.digit_selected) as selected:
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert selected.args == [READING.digits[1]]


def test_digit_picked_elsewhere_is_selected(
    panel: ImportPanel, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos[:1])
    reader.answer()

    panel.select_digit(READING.digits[2])

    assert panel.view.selected_digit is READING.digits[2]


def test_everything_has_a_name_for_a_screen_reader(panel: ImportPanel) -> None:
    assert panel.view.accessibleName()
    assert strip(panel).accessibleName()


# --- The real reader


@pytest.fixture
def real_reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_example_page_is_read_by_the_bundled_model(
    qtbot: QtBot, real_reader: Reader, tmp_path: Path
) -> None:
    panel = ImportPanel(real_reader)
    qtbot.addWidget(panel)
    real_reader.use_model(ModelLibrary(paths.bundled_models(), tmp_path).active())

    with qtbot.waitSignal(
        panel.reading_changed, check_params_cb=lambda reading: reading is not None
    ) as read:
        panel.open_files([paths.assets() / "examples" / "page-two-rows.jpg"])

    assert read.args[0].text == "19053\n86247"


def test_without_a_model_the_picture_is_shown_and_the_reason_told(
    qtbot: QtBot, real_reader: Reader
) -> None:
    panel = ImportPanel(real_reader)
    qtbot.addWidget(panel)

    with qtbot.waitSignal(panel.message_raised) as raised:
        panel.open_files([paths.assets() / "examples" / "7-drawn.png"])

    assert raised.args[0] == "There is no model to read with."
    assert pixels_of(panel) is not None
