"""Many pictures are open at once."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitpad.core.reading import Reading
from digitpad.ui.photo.import_panel import ImportPanel
from tests.ui.photo.picture_reader import READING, PictureReader
from tests.ui.photo.visible_panel import Heard, pixels_of, strip, strip_words, visible_text


def test_one_picture_needs_no_strip(
    panel: ImportPanel, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos[:1])
    reader.answer()
    assert not strip(panel).isVisible()

    panel.open_files(photos)
    reader.answer()
    assert strip(panel).isVisible()


def test_a_picture_that_is_open_is_shown_not_opened_twice(
    panel: ImportPanel, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos)
    reader.answer()

    panel.open_files([photos[1]])

    assert len(panel.pictures) == 3
    assert "two.png" in visible_text(panel)


def test_steps_go_through_the_pictures(
    panel: ImportPanel, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos)
    reader.answer()
    shown = []

    for by in (1, 1, 1, -1):
        panel.step(by)
        shown.append(int(pixels_of(panel)[0, 0, 0]))

    assert shown == [210, 220, 220, 210]


def test_click_on_a_thumbnail_shows_its_picture(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos)
    reader.answer()

    place = strip(panel).visualItemRect(strip(panel).item(2)).center()
    qtbot.mouseClick(strip(panel).viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert int(pixels_of(panel)[0, 0, 0]) == 220


def test_closing_shows_the_neighbour_and_at_last_the_empty_panel(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos)
    reader.answer()

    panel.close_picture()
    assert "two.png" in visible_text(panel)
    panel.close_picture()
    panel.close_picture()

    assert "Drop a photo here" in visible_text(panel)
    assert heard.readings[-1] is None


def test_all_pictures_close_at_once(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos)
    reader.answer_once()

    panel.close_all()
    reader.answer()

    assert panel.pictures == ()
    assert panel.current is None


def test_pictures_out_of_sight_let_go_of_their_pixels_and_come_back(
    panel: ImportPanel, reader: PictureReader, tmp_path: Path
) -> None:
    files = [tmp_path / f"{name}.png" for name in "abc"]
    for file in files:
        Image.new("L", (4000, 3500), 200).save(file, compress_level=1)
    panel.open_files(files)
    reader.answer()
    assert sum(picture.pixels is not None for picture in panel.pictures) == 1

    panel.open_files([files[2]])
    reader.answer()

    assert pixels_of(panel) is not None
    assert [picture.pixels is not None for picture in panel.pictures] == [False, False, True]
    assert all(picture.reading for picture in panel.pictures)


def test_current_picture_is_read_before_the_others(
    panel: ImportPanel, reader: PictureReader, photos: list[Path], qtbot: QtBot
) -> None:
    panel.open_files(photos)
    for _ in range(2):
        reader.answer_once()

    panel.open_files([photos[2]])
    reader.answer_once()  # What was under way.
    reader.answer_once()
    reader.answer_once()

    assert strip_words(panel)[2] == "three.png: 47 1"


def test_all_are_read_again_with_another_model(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos)
    reader.answer()
    reader.reading = Reading((READING.lines[1],))

    panel.read_again()
    assert heard.readings[-1] is None
    reader.answer()

    assert heard.readings[-1] is reader.reading
    assert strip_words(panel) == [f"{file.name}: 1" for file in photos]
