"""Pictures come in by every way there is, and are read."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QListWidget,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.core.errors import DigitpadError
from digitpad.core.layout import Box
from digitpad.core.reading import Reading
from digitpad.services.model_library import ModelLibrary
from digitpad.ui.background.reader import Reader
from digitpad.ui.photo.drop_mark import DropMark
from digitpad.ui.photo.import_panel import ImportPanel
from tests.ui.photo.picture_reader import READING, PictureReader


class Heard:
    """What a panel said so far."""

    def __init__(self, panel: ImportPanel) -> None:
        self.readings: list[Reading | None] = []
        self.messages: list[tuple[str, str]] = []
        self.files: list[Path] = []
        panel.reading_changed.connect(self.readings.append)
        panel.message_raised.connect(lambda text, hint: self.messages.append((text, hint)))
        panel.files_opened.connect(self.files.extend)


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
def clipboard() -> Iterator[QMimeData]:
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


def drop(
    panel: ImportPanel, mime: QMimeData, action: Qt.DropAction = Qt.DropAction.CopyAction
) -> bool:
    """Drag over the picture's place and let go; return whether it was taken."""
    target = panel.childAt(panel.rect().center()) or panel
    place = QPoint(10, 10)
    modifiers, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, action, mime, buttons, modifiers)
    _send_up(target, enter)
    if enter.isAccepted():
        _send_up(target, QDropEvent(QPointF(place), action, mime, buttons, modifiers))
    return enter.isAccepted()


def _send_up(target: object, event: QDropEvent) -> None:
    # As Qt does: to the nearest ancestor that takes drops.
    while not target.acceptDrops():
        target = target.parentWidget()
    QApplication.sendEvent(target, event)


def mime_of(files: list[Path]) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return mime


def pixels_of(panel: ImportPanel) -> NDArray[np.uint8]:
    assert panel.current is not None
    assert panel.current.pixels is not None
    return panel.current.pixels


def press(panel: ImportPanel, qtbot: QtBot, text: str) -> None:
    found = [b for b in panel.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def visible_text(panel: ImportPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def strip(panel: ImportPanel) -> QListWidget:
    return panel.findChild(QListWidget)


def strip_words(panel: ImportPanel) -> list[str]:
    items = [strip(panel).item(row) for row in range(strip(panel).count())]
    return [item.data(Qt.ItemDataRole.AccessibleTextRole) for item in items]


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


# --- Several pictures


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
        panel.reading_changed, timeout=10_000, check_params_cb=lambda reading: reading is not None
    ) as read:
        panel.open_files([paths.assets() / "examples" / "page-two-rows.jpg"])

    assert read.args[0].text == "19053\n86247"


def test_without_a_model_the_picture_is_shown_and_the_reason_told(
    qtbot: QtBot, real_reader: Reader
) -> None:
    panel = ImportPanel(real_reader)
    qtbot.addWidget(panel)

    with qtbot.waitSignal(panel.message_raised, timeout=10_000) as raised:
        panel.open_files([paths.assets() / "examples" / "7-drawn.png"])

    assert raised.args[0] == "There is no model to read with."
    assert pixels_of(panel) is not None
