"""Boxes are drawn, placed, moved and cropped with, by mouse and keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from digitpad.core.layout import Box
from digitpad.ui.photo.framing import Purpose
from digitpad.ui.photo.photo_view import PhotoView
from digitpad.ui.photo.picture_geometry import FramePart
from tests.ui.photo.visible_picture import drag, frame_of, on_screen, seen


def test_a_drag_draws_a_box_around_what_was_missed(view: PhotoView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.box_drawn) as drawn:
        drag(qtbot, view, on_screen(view, 130, 100), on_screen(view, 160, 140))

    box = drawn.args[0]
    assert (box.x, box.y, box.right, box.bottom) == pytest.approx((130, 100, 160, 140), abs=1)
    assert view.framing is None


def test_a_drag_may_begin_on_a_box(view: PhotoView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.box_drawn):
        drag(qtbot, view, on_screen(view, 25, 35), on_screen(view, 45, 65))


def test_a_trembling_click_draws_nothing(view: PhotoView, qtbot: QtBot) -> None:
    at = on_screen(view, 150, 130)

    with qtbot.assertNotEmitted(view.box_drawn):
        drag(qtbot, view, at, at + QPoint(3, 2))


def test_keys_place_a_box_around_what_was_missed(view: PhotoView, qtbot: QtBot) -> None:
    view.start_box()
    before = frame_of(view).box
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)

    with qtbot.waitSignal(view.box_drawn) as drawn, qtbot.waitSignal(view.framing_ended) as ended:
        qtbot.keyClick(view, Qt.Key.Key_Return)

    box = drawn.args[0]
    assert box.x > before.x
    assert box.y > before.y
    assert ended.args == [Purpose.NEW_BOX, True]


@pytest.mark.parametrize("part", [part for part in FramePart if part is not FramePart.INSIDE])
def test_every_handle_of_the_crop_box_can_be_dragged(
    view: PhotoView, qtbot: QtBot, part: FramePart
) -> None:
    view.start_crop()
    before = frame_of(view).box
    start = on_screen(view, *part.place(before))

    side_x, side_y = part.value
    drag(qtbot, view, start, start - QPoint(20 * (side_x or 1), 20 * (side_y or 1)))

    after = frame_of(view).box
    assert (after.width < before.width - 4) == (side_x != 0)
    assert (after.height < before.height - 4) == (side_y != 0)


def test_crop_box_moves_by_its_inside(view: PhotoView, qtbot: QtBot) -> None:
    view.start_crop()
    before = frame_of(view).box
    start = on_screen(view, *before.center)

    drag(qtbot, view, start, start + QPoint(10, 0))

    after = frame_of(view).box
    assert (after.width, after.height) == (before.width, before.height)
    assert after.x > before.x


def test_cursor_tells_what_a_drag_would_do(view: PhotoView, qtbot: QtBot) -> None:
    view.start_crop()
    box = frame_of(view).box

    qtbot.mouseMove(view.viewport(), on_screen(view, box.x, box.y))
    assert view.viewport().cursor().shape() is Qt.CursorShape.SizeFDiagCursor
    qtbot.mouseMove(view.viewport(), on_screen(view, *box.center))
    assert view.viewport().cursor().shape() is Qt.CursorShape.SizeAllCursor


def test_keys_move_resize_and_apply_the_crop_box(view: PhotoView, qtbot: QtBot) -> None:
    view.start_crop()
    before = frame_of(view).box
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)

    with qtbot.waitSignal(view.framing_ended) as ended:
        qtbot.keyClick(view, Qt.Key.Key_Return)

    assert ended.args == [Purpose.CROP, True]
    assert view.crop is not None
    assert view.crop.x > before.x
    assert view.crop.height < before.height
    assert view.crop == Box(
        *map(round, (view.crop.x, view.crop.y, view.crop.width, view.crop.height))
    )


def test_escape_leaves_what_is_read_as_it_was(view: PhotoView, qtbot: QtBot) -> None:
    view.start_crop()

    with qtbot.waitSignal(view.framing_ended) as ended:
        qtbot.keyClick(view, Qt.Key.Key_Escape)

    assert ended.args == [Purpose.CROP, False]
    assert view.crop is None


def test_outside_the_crop_the_picture_is_dark(view: PhotoView) -> None:
    view.show_picture(view.picture, Box(50, 40, 100, 80))

    image = seen(view)

    assert image.pixelColor(on_screen(view, 100, 100)).lightness() > 200
    assert image.pixelColor(on_screen(view, 30, 80)).lightness() < 150
