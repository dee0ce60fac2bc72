"""A picture with boxes, worked by mouse and keyboard."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QInputDevice, QMouseEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from digitpad.core.layout import Box
from digitpad.core.reading import Digit, Reading
from digitpad.ui.digit_words import Standing, describe_digit
from digitpad.ui.photo.digit_overlay import LOOKS
from digitpad.ui.photo.digit_tip import DigitTip
from digitpad.ui.photo.photo_view import PhotoView
from digitpad.ui.photo.prepared_picture import prepare_picture
from tests.ui.photo.picture_reader import READING, make_digit
from tests.ui.photo.visible_picture import click, drag, on_screen, seen
from tests.ui.window import LEFT

NO_BUTTON = Qt.MouseButton.NoButton


def tip_of(view: PhotoView) -> DigitTip:
    return view.findChild(DigitTip)


def test_picture_fits_the_view_and_stays_fitted(view: PhotoView, qtbot: QtBot) -> None:
    view.resize(300, 600)

    qtbot.waitUntil(lambda: on_screen(view, 200, 0).x() <= view.viewport().width())
    assert on_screen(view, 0, 0).x() >= 0
    assert on_screen(view, 0, 160).y() <= view.viewport().height()


def test_click_on_a_box_selects_its_digit(view: PhotoView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.digit_selected) as selected:
        click(qtbot, view, 90, 50)

    assert selected.args == [READING.digits[1]]
    assert view.selected_digit is READING.digits[1]


def test_click_beside_all_boxes_selects_none(view: PhotoView, qtbot: QtBot) -> None:
    click(qtbot, view, 90, 50)

    with qtbot.waitSignal(view.digit_selected) as selected:
        click(qtbot, view, 150, 140)

    assert selected.args == [None]


def test_tab_enters_at_the_first_digit_and_arrows_go_on(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before, view, after = QPushButton(), PhotoView(), QPushButton()
    column = QVBoxLayout(window)
    for widget in (before, view, after):
        column.addWidget(widget)
    window.show()
    window.activateWindow()
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    view.show_picture(prepare_picture(np.full((160, 200, 3), 235, np.uint8)))
    view.show_reading(READING)
    chosen: list[Digit | None] = []
    view.digit_selected.connect(chosen.append)

    qtbot.keyClick(before, Qt.Key.Key_Tab)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.keyClick(view, Qt.Key.Key_Tab)

    assert [digit and digit.label for digit in chosen] == [4, 7, 1, 4, 1, None]
    assert after.hasFocus()


def test_hovering_shows_a_hand_and_words(view: PhotoView, qtbot: QtBot) -> None:
    before = seen(view)

    qtbot.mouseMove(view.viewport(), on_screen(view, 90, 50))

    assert view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert seen(view) != before
    assert tip_of(view).accessibleDescription() == "7, sure. 7: 98 %, 0: <1 %, 1: <1 %"
    qtbot.mouseMove(view.viewport(), on_screen(view, 150, 140))
    assert not tip_of(view).isVisible()
    assert view.viewport().cursor().shape() is Qt.CursorShape.CrossCursor


def test_keys_show_the_guesses_too(view: PhotoView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_End)

    assert tip_of(view).isVisible()
    assert tip_of(view).accessibleDescription().startswith("Not sure. 1: 50 %")
    assert view.viewport().rect().contains(tip_of(view).geometry())
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not tip_of(view).isVisible()


def test_what_is_no_digit_has_its_nearest_guesses(view: PhotoView, qtbot: QtBot) -> None:
    scribble = make_digit(3, Box(80, 30, 30, 40), confidence=0.98)
    scribble.probabilities[:] *= 0.2
    view.show_reading(Reading(((scribble,),)))

    qtbot.mouseMove(view.viewport(), on_screen(view, 90, 50))

    assert tip_of(view).accessibleDescription().startswith("Not a digit; nearest: 3: 19 %")


def test_a_turned_digit_is_hit_by_its_outline(view: PhotoView, qtbot: QtBot) -> None:
    corners = ((100.0, 40.0), (140.0, 80.0), (100.0, 120.0), (60.0, 80.0))
    turned = replace(make_digit(8, Box(60, 40, 80, 80)), corners=corners)
    view.show_reading(Reading(((turned,),)))

    click(qtbot, view, 70, 50)
    assert view.selected_digit is None
    click(qtbot, view, 100, 60)
    assert view.selected_digit is turned


def test_words_say_how_sure_a_digit_is() -> None:
    assert describe_digit(make_digit(4, Box(0, 0, 1, 1), 0.986)) == "4, sure, 98 %"
    unsure = make_digit(1, Box(0, 0, 1, 1), 0.5)
    unsure.probabilities[7] = 0.3
    assert describe_digit(unsure) == "not sure: 1 or 7?"
    assert describe_digit(replace(unsure, correction=7)) == "kept as 7; read as 1"
    unsure.probabilities[:] *= 0.1
    assert describe_digit(unsure) == "not a digit; nearest: 1 or 7"


def test_boxes_tell_by_colour_and_by_line_how_sure_their_digits_are(view: PhotoView) -> None:
    scribble = make_digit(0, Box(150, 100, 30, 40), confidence=0.2)
    scribble.probabilities[:] *= 0.2
    view.show_reading(Reading((*READING.lines, (scribble,))))

    image = seen(view)

    for digit, standing in (
        (READING.digits[0], Standing.SURE),
        (READING.digits[2], Standing.NOT_SURE),
        (scribble, Standing.NO_DIGIT),
    ):
        below = on_screen(view, digit.box.x, digit.box.bottom)
        line = {
            image.pixelColor(below + QPoint(dx, dy)).name() for dx in range(40) for dy in range(6)
        }
        assert LOOKS[standing].color.name() in line, standing
    assert len({look.dashes for look in LOOKS.values()}) == 3


def test_the_reading_order_is_shown_on_demand(view: PhotoView) -> None:
    before = seen(view)

    view.show_order(True)
    assert seen(view) != before
    view.show_order(False)
    assert seen(view) == before


def test_a_finger_taps_digits_and_moves_the_picture(view: PhotoView, qtbot: QtBot) -> None:
    for _ in range(4):
        view.zoom_in()
    start = QPointF(on_screen(view, 95, 50))
    before = view.to_picture(start)
    screen = QPointingDevice(
        "screen",
        1,
        QInputDevice.DeviceType.TouchScreen,
        QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Position,
        10,
        0,
    )

    with qtbot.assertNotEmitted(view.box_drawn):
        for kind, button, held, way in (
            (QEvent.Type.MouseButtonPress, LEFT, LEFT, QPointF(0, 0)),
            (QEvent.Type.MouseMove, NO_BUTTON, LEFT, QPointF(-60, 30)),
            (QEvent.Type.MouseButtonRelease, LEFT, NO_BUTTON, QPointF(-60, 30)),
        ):
            at = start + way
            everywhere = view.viewport().mapToGlobal(at)
            none = Qt.KeyboardModifier.NoModifier
            event = QMouseEvent(kind, at, everywhere, button, held, none, screen)
            QApplication.sendEvent(view.viewport(), event)

    assert view.selected_digit is READING.digits[1]
    after = view.to_picture(start + QPointF(-60, 30))
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1)


def test_typed_digits_correct_the_selected_one_only(view: PhotoView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.label_typed):
        qtbot.keyClick(view, Qt.Key.Key_5)
    click(qtbot, view, 90, 50)

    with qtbot.waitSignal(view.label_typed) as typed:
        qtbot.keyClick(view, Qt.Key.Key_5)

    assert typed.args == [5]


def test_plus_and_minus_zoom(view: PhotoView, qtbot: QtBot) -> None:
    fitted = view.scale_factor

    qtbot.keyClick(view, Qt.Key.Key_Plus)
    larger = view.scale_factor
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    smaller = view.scale_factor
    view.fit()

    assert larger > fitted > smaller
    assert view.scale_factor == pytest.approx(fitted)


def test_ctrl_and_wheel_zoom_where_the_pointer_is(view: PhotoView) -> None:
    fitted = view.scale_factor
    at = QPointF(on_screen(view, 60, 50))
    before = view.to_picture(at)

    for _ in range(4):
        event = QWheelEvent(
            at,
            view.viewport().mapToGlobal(at),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)

    after = view.to_picture(at)
    assert view.scale_factor > 2 * fitted
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1)


def test_a_drag_with_the_space_bar_held_moves_an_enlarged_picture(
    view: PhotoView, qtbot: QtBot
) -> None:
    for _ in range(4):
        view.zoom_in()
    grabbed = on_screen(view, 140, 120)
    before = view.to_picture(QPointF(grabbed))

    qtbot.keyPress(view, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(view.box_drawn):
        drag(qtbot, view, grabbed, grabbed - QPoint(60, 30))
    qtbot.keyRelease(view, Qt.Key.Key_Space)

    after = view.to_picture(QPointF(grabbed - QPoint(60, 30)))
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1)


def test_zoomed_in_the_picture_shows_its_own_pixels(qtbot: QtBot) -> None:
    # More pixels than the overview keeps: fine lines are grey in it, and black when enlarged.
    view = PhotoView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    pixels = np.full((2000, 3000, 3), 255, np.uint8)
    pixels[::4] = 0
    view.show_picture(prepare_picture(pixels))

    for _ in range(20):
        view.zoom_in()
    image = seen(view)

    middle = {image.pixelColor(200, y).lightness() for y in range(100, 200)}
    assert min(middle) < 10
    assert max(middle) > 245


def test_export_shows_what_is_read_at_full_size(view: PhotoView) -> None:
    whole = view.to_image()
    view.show_picture(view.picture, Box(10, 20, 120, 100))
    view.show_reading(READING)
    cropped = view.to_image()

    assert (whole.width(), whole.height()) == (200, 160)
    assert (cropped.width(), cropped.height()) == (120, 100)
    blue = LOOKS[Standing.SURE].color.name()
    found = {
        QColor(cropped.pixel(x, y)).name() for x in range(0, 60) for y in range(cropped.height())
    }
    assert blue in found


def test_nothing_to_read_is_told_to_a_screen_reader(view: PhotoView) -> None:
    assert view.accessibleDescription() == "47\n1"

    view.show_reading(Reading())

    assert view.accessibleDescription() == "Nothing to read in this picture"


def test_without_a_picture_keys_and_clicks_do_nothing(qtbot: QtBot) -> None:
    view = PhotoView()
    qtbot.addWidget(view)

    view.start_crop()
    qtbot.mouseClick(view.viewport(), LEFT)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_Return, Qt.Key.Key_0):
        qtbot.keyClick(view, key)

    assert view.selected_digit is None
    assert view.to_image().isNull()
