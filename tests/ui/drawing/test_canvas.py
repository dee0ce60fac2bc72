import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.core.strokes import Drawing, Stroke
from digitpad.ui.drawing.canvas import Canvas, Tool
from digitpad.ui.drawing.paper import Board
from tests.ui.drawing.visible_canvas import drag, pixels, press, shown
from tests.ui.window import LEFT


def test_a_drag_writes_a_stroke_through_all_its_places(canvas: Canvas) -> None:
    drag(canvas, (50, 50), (120, 60), (150, 200))

    (stroke,) = canvas.drawing.strokes
    assert stroke.points[0] == (50, 50)
    assert (120, 60) in stroke.points
    assert stroke.points[-1] == (150, 200)
    assert stroke.width_px == canvas.pen_width_px


def test_a_click_writes_a_round_dot(canvas: Canvas) -> None:
    canvas.set_pen_width(20)

    QTest.mouseClick(canvas, LEFT, pos=QPoint(100, 100))

    assert canvas.drawing.strokes[0].points == ((100, 100),)
    ink = pixels(canvas.to_image()) < 128
    assert ink.sum() == pytest.approx(np.pi * 10**2, rel=0.05)


def test_every_move_is_told_with_a_growing_revision(canvas: Canvas) -> None:
    told: list[Drawing] = []
    canvas.drawing_changed.connect(told.append)

    drag(canvas, (50, 50), (90, 50), (130, 50))

    assert [drawing.strokes[0].points[-1] for drawing in told[:3]] == [
        (50, 50),
        (90, 50),
        (130, 50),
    ]
    revisions = [drawing.revision for drawing in told]
    assert revisions == sorted(set(revisions))
    assert told[-1] == canvas.drawing


def test_the_ink_is_where_the_pen_was_and_nowhere_else(canvas: Canvas) -> None:
    canvas.set_pen_width(16)

    drag(canvas, (100, 150), (200, 150), (300, 150))

    picture = pixels(canvas.to_image())
    assert (picture[144:156, 100:300] < 60).all()
    rows, columns = np.nonzero(picture < 250)
    assert abs(rows - 150).max() <= 9
    assert columns.min() >= 91
    assert columns.max() <= 309


def test_edges_are_smooth(canvas: Canvas) -> None:
    drag(canvas, (60, 40), (200, 130), (340, 260))

    picture = pixels(canvas.to_image())
    assert ((picture > 60) & (picture < 200)).sum() > 300


def test_the_stroke_in_progress_looks_as_it_will_when_it_is_done(canvas: Canvas) -> None:
    press(canvas, (60, 60), (200, 80), (300, 200))
    before = shown(canvas)

    QTest.mouseRelease(canvas, LEFT, pos=QPoint(300, 200))

    assert abs(shown(canvas) - before).max() <= 3


def test_a_long_stroke_over_itself_looks_right_while_it_grows(canvas: Canvas) -> None:
    turns = [(200 + 120 * math.cos(step / 9), 150 + 90 * math.sin(step / 7)) for step in range(200)]
    QTest.mousePress(canvas, LEFT, pos=QPoint(*map(round, turns[0])))
    for turn in turns[1:]:
        QTest.mouseMove(canvas, QPoint(*map(round, turn)))
        QApplication.processEvents()
    # What was painted bit by bit, and what is painted in one go.
    screen = canvas.screen().grabWindow(canvas.winId()).toImage()
    whole = shown(canvas)

    QTest.mouseRelease(canvas, LEFT, pos=QPoint(round(turns[-1][0]), round(turns[-1][1])))

    assert abs(shown(canvas) - whole).max() <= 3
    # Where it crosses itself, single pixels of the soft edge may differ.
    assert np.quantile(abs(pixels(screen) - whole), 0.997) <= 3


def test_undo_and_redo_bring_back_exactly_what_was_seen(canvas: Canvas) -> None:
    looks = [shown(canvas)]
    for step in range(4):
        drag(canvas, (40 + 30 * step, 40), (220, 150 + 20 * step), (60, 260))
        looks.append(shown(canvas))
    canvas.clear()
    looks.append(shown(canvas))

    for look in reversed(looks[:-1]):
        canvas.undo()
        assert abs(shown(canvas) - look).max() <= 3
    assert not canvas.undo_stack.canUndo()
    for look in looks[1:]:
        canvas.redo()
        assert abs(shown(canvas) - look).max() <= 3


def test_undo_has_no_end(canvas: Canvas) -> None:
    for step in range(150):
        QTest.mouseClick(canvas, LEFT, pos=QPoint(20 + step, 100))

    for _ in range(150):
        canvas.undo()

    assert canvas.drawing.strokes == ()


def test_the_eraser_cuts_and_is_undone_as_one(canvas: Canvas) -> None:
    canvas.set_pen_width(10)
    drag(canvas, (50, 150), (350, 150))
    canvas.set_tool(Tool.ERASER)

    drag(canvas, (150, 50), (150, 150), (150, 160), (250, 160), (250, 250))

    left, right = canvas.drawing.strokes
    assert left.points[-1][0] < 140
    assert right.points[0][0] > 260
    assert (pixels(canvas.to_image())[:, 145:255] > 250).all()
    canvas.undo()
    assert len(canvas.drawing.strokes) == 1
    canvas.redo()
    assert canvas.drawing.strokes == (left, right)


def test_an_eraser_that_touches_nothing_leaves_no_step(canvas: Canvas) -> None:
    canvas.set_tool(Tool.ERASER)

    drag(canvas, (50, 50), (100, 100))

    assert not canvas.undo_stack.canUndo()


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_clears_and_undo_brings_back(canvas: Canvas, key: Qt.Key) -> None:
    drag(canvas, (50, 50), (90, 90))
    before = canvas.drawing.strokes

    QTest.keyClick(canvas, key)

    assert canvas.drawing.strokes == ()
    canvas.undo()
    assert canvas.drawing.strokes == before


def test_escape_drops_the_stroke_in_progress(canvas: Canvas) -> None:
    before = shown(canvas)
    press(canvas, (50, 50), (150, 150))

    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(200, 200))

    assert canvas.drawing.strokes == ()
    assert (shown(canvas) == before).all()


def test_undo_while_the_pen_is_down_takes_that_stroke(canvas: Canvas) -> None:
    drag(canvas, (50, 50), (90, 90))
    first = canvas.drawing.strokes
    press(canvas, (150, 50), (190, 90))

    canvas.undo()

    assert canvas.drawing.strokes == first


def test_a_pen_that_leaves_the_canvas_stays_on_it(canvas: Canvas) -> None:
    drag(canvas, (350, 100), (900, 100), (900, -50))

    xs, ys = zip(*canvas.drawing.strokes[0].points, strict=True)
    assert max(xs) == pytest.approx(400, abs=8)
    assert min(ys) == pytest.approx(0, abs=8)
    # And the canvas doesn't shrink what is on it.
    assert pixels(canvas.to_image())[50, 398] < 60


def test_a_drawing_larger_than_the_canvas_is_shown_whole(canvas: Canvas) -> None:
    canvas.set_drawing(Drawing((Stroke(((-200.0, 100.0), (1400.0, 100.0))),)))

    columns = np.nonzero((pixels(canvas.to_image()) < 128).any(axis=0))[0]
    assert columns.min() <= 2
    assert columns.max() >= 397
    drag(canvas, (200, 200), (210, 220))
    assert canvas.drawing.strokes[1].points[0] == pytest.approx((600, 800), abs=30)


def test_nothing_is_lost_when_the_canvas_shrinks(canvas: Canvas, qtbot: QtBot) -> None:
    drag(canvas, (295, 20), (295, 180))
    strokes = canvas.drawing.strokes

    canvas.resize(300, 200)

    qtbot.waitUntil(lambda: canvas.width() == 300)
    assert canvas.drawing.strokes == strokes
    columns = np.nonzero((pixels(canvas.to_image()) < 128)[20:150].any(axis=0))[0]
    # Not even half the width of the pen is cut off.
    assert 13 <= np.ptp(columns) <= canvas.pen_width_px
    canvas.resize(400, 300)
    assert pixels(canvas.to_image())[100, 295] < 60


def test_a_shrunk_drawing_does_not_jump_while_it_is_written_on(
    canvas: Canvas, qtbot: QtBot
) -> None:
    drag(canvas, (380, 20), (380, 280))
    canvas.resize(300, 200)
    qtbot.waitUntil(lambda: canvas.width() == 300)
    before = shown(canvas)

    drag(canvas, (50, 50), (80, 90))
    canvas.undo()

    assert abs(shown(canvas) - before).max() <= 3


def test_opening_a_drawing_can_be_undone(canvas: Canvas) -> None:
    drag(canvas, (50, 50), (90, 90))
    mine = canvas.drawing

    canvas.set_drawing(Drawing((Stroke(((10.0, 10.0),)),)))

    assert canvas.drawing.revision > mine.revision
    canvas.undo()
    assert canvas.drawing.strokes == mine.strokes


def test_a_black_board_turns_the_colours_round(canvas: Canvas) -> None:
    drag(canvas, (100, 150), (300, 150))

    canvas.set_board(Board.BLACK_BOARD)

    picture = pixels(canvas.to_image())
    assert picture[150, 200] > 200
    assert picture[50, 50] < 50


def test_the_empty_canvas_says_what_to_do_until_there_is_ink(canvas: Canvas) -> None:
    words = (shown(canvas)[100:200, 100:300] < 200).sum()
    assert words > 50
    assert canvas.accessibleDescription() == "Empty. Draw a digit."

    press(canvas, (20, 20), (25, 20))

    assert (shown(canvas)[100:200, 100:300] < 200).sum() == 0


def test_a_drawing_opened_while_the_pen_is_down_loses_nothing(canvas: Canvas) -> None:
    press(canvas, (50, 50), (150, 150))

    canvas.set_drawing(Drawing((Stroke(((10.0, 10.0), (90.0, 90.0))),)))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(150, 150))
    canvas.undo()

    (stroke,) = canvas.drawing.strokes
    assert stroke.points[0] == (50, 50)
