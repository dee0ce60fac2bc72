"""Pictures come in by every way there is, and are read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.core.errors import DigitpadError
from digitpad.core.reading import Reading
from digitpad.ui.photo.drop_mark import DropMark
from digitpad.ui.photo.import_panel import ImportPanel
from tests.ui.photo.picture_reader import READING, PictureReader
from tests.ui.photo.visible_panel import (
    Heard,
    drop,
    mime_of,
    pixels_of,
    press,
    strip_words,
    visible_text,
)


@pytest.fixture
def clipboard() -> Iterator[QMimeData]:
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


# --- Ways in


def test_empty_panel_says_what_to_do(panel: ImportPanel) -> None:
    assert "Drop a photo here, paste, or open one" in visible_text(panel)
    assert panel.current is None
    assert panel.to_image().isNull()


def test_open_button_asks_for_pictures(
    panel: ImportPanel,
    heard: Heard,
    reader: PictureReader,
    photos: list[Path],
    qtbot: QtBot,
) -> None:
    panel.open_requested.connect(lambda: panel.open_files(photos[:2]))

    press(panel, qtbot, "Open…")
    reader.answer()

    assert heard.files == photos[:2]
    assert heard.readings == [READING]


def test_dropped_files_are_all_read_and_stay_where_they_are(
    panel: ImportPanel, reader: PictureReader, photos: list[Path]
) -> None:
    assert drop(panel, mime_of(photos), Qt.DropAction.MoveAction)
    reader.answer()

    assert strip_words(panel) == [f"{file.name}: 47 1" for file in photos]
    assert all(file.exists() for file in photos)


def test_place_to_drop_is_marked_until_the_drag_leaves(
    panel: ImportPanel, photos: list[Path]
) -> None:
    mark = panel.findChild(DropMark)
    mime = mime_of(photos)
    enter = QDragEnterEvent(
        QPoint(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    QApplication.sendEvent(panel, enter)
    assert mark.isVisible()
    QApplication.sendEvent(panel, QDragLeaveEvent())
    assert not mark.isVisible()


def test_image_dragged_from_a_browser_is_read(
    panel: ImportPanel, heard: Heard, reader: PictureReader
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/7.png")])
    mime.setImageData(QImage(40, 30, QImage.Format.Format_RGB32))

    drop(panel, mime)
    reader.answer()

    assert pixels_of(panel).shape == (30, 40, 3)
    assert heard.readings == [READING]
    assert heard.files == []


def test_picture_in_the_address_itself_is_read(panel: ImportPanel, reader: PictureReader) -> None:
    mime = QMimeData()
    mime.setText("data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

    drop(panel, mime)
    reader.answer()

    assert pixels_of(panel) is not None


def test_only_an_address_says_what_to_do(panel: ImportPanel, heard: Heard) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/7.png")])

    drop(panel, mime)

    assert heard.messages == [
        (
            "That is only the address of a picture.",
            "Copy the picture itself, or save it, then paste or open it.",
        )
    ]


@pytest.mark.parametrize("image_format", [QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32])
def test_pasted_image_is_read(
    panel: ImportPanel,
    reader: PictureReader,
    clipboard: QMimeData,
    image_format: QImage.Format,
) -> None:
    image = QImage(50, 20, image_format)
    image.fill(Qt.GlobalColor.red)
    clipboard.setImage(image)

    panel.paste()
    reader.answer()

    assert pixels_of(panel)[10, 10].tolist() == [255, 0, 0]
    assert "Pasted picture 1" in visible_text(panel)


def test_copied_files_and_the_path_of_one_can_be_pasted(
    panel: ImportPanel, reader: PictureReader, clipboard: QMimeData, photos: list[Path]
) -> None:
    clipboard.setMimeData(mime_of(photos[:2]))
    panel.paste()
    clipboard.setText(f'"{photos[2]}"\n')
    panel.paste()
    reader.answer()

    assert [picture.name for picture in panel.pictures] == [file.name for file in photos]
    assert "three.png · 3 digits · 1 not sure" in visible_text(panel)


@pytest.mark.parametrize("text", ["just words " * 1000, "~40 of them"])
def test_pasting_something_else_says_so(
    panel: ImportPanel, heard: Heard, clipboard: QMimeData, text: str
) -> None:
    clipboard.setText(text)

    panel.paste()

    assert heard.messages[0][0] == "The clipboard holds no picture."


# --- Errors


def test_unreadable_files_are_told_and_marked_and_the_others_read(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path], tmp_path: Path
) -> None:
    empty, folder = tmp_path / "empty.png", tmp_path / "folder"
    empty.touch()
    folder.mkdir()
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 and nothing more")

    drop(panel, mime_of([empty, photos[0], folder, broken, tmp_path / "gone.png"]))
    reader.answer()

    words = strip_words(panel)
    assert [line.split(": ")[1] for line in words] == [
        "can’t be read",
        "47 1",
        "can’t be read",
        "can’t be read",
        "can’t be read",
    ]
    # The one that is shown says so itself.
    assert len(heard.messages) == 3
    assert ("“folder” is a folder.", "") in heard.messages
    assert "“empty.png” is empty." in visible_text(panel)
    assert heard.files == [photos[0]]


def test_file_that_was_mended_opens_at_the_second_try(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path], tmp_path: Path
) -> None:
    late = tmp_path / "late.png"
    panel.open_files([late])
    reader.answer()
    late.write_bytes(photos[0].read_bytes())

    panel.open_files([late])
    reader.answer()

    assert heard.readings == [READING]
    assert len(panel.pictures) == 1


def test_picture_that_cannot_be_read_is_shown_all_the_same(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path]
) -> None:
    panel.open_files(photos[:1])
    reader.answer_once()

    request, _ = reader.reads.pop()
    reader.failed.emit(request, DigitpadError("No model.", "Choose one."))

    assert pixels_of(panel) is not None
    assert "one.png · not read" in visible_text(panel)
    assert heard.messages == [("No model.", "Choose one.")]


def test_page_without_digits_says_so(
    panel: ImportPanel, heard: Heard, reader: PictureReader, photos: list[Path]
) -> None:
    reader.reading = Reading()
    panel.open_files(photos[:1])
    reader.answer()

    assert "Nothing to read in this picture" in visible_text(panel)
    assert heard.readings == [reader.reading]
