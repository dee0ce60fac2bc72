"""What was read, shown on the canvas beside the ink."""

from digitpad.core.reading import Reading
from digitpad.core.strokes import Drawing
from digitpad.ui.drawing.canvas import Canvas
from tests.ui.drawing.visible_canvas import drag, shown
from tests.ui.readings import make_digit, make_reading, make_scribble


def test_labels_stay_where_they_are_when_the_pen_becomes_wider(canvas: Canvas) -> None:
    canvas.show_reading(make_reading("12"))
    before = shown(canvas)

    canvas.set_pen_width(36)

    assert (shown(canvas) == before).all()


def test_labels_go_along_when_the_window_is_resized(canvas: Canvas) -> None:
    drag(canvas, (100, 60), (100, 150))
    canvas.show_reading(make_reading("12"))

    canvas.resize(800, 600)

    canvas.set_drawing(Drawing())
    assert shown(canvas)[:60, 40:200].min() < 200


def test_a_digit_that_is_pointed_out_is_framed_until_there_is_another_reading(
    canvas: Canvas,
) -> None:
    reading = make_reading("123")
    canvas.show_reading(reading)
    plain = shown(canvas)
    columns = []
    for digit in reading.digits:
        canvas.point_out(digit)
        changed = (shown(canvas) != plain).any(axis=0).nonzero()[0]
        columns.append((changed.min(), changed.max()))
        assert changed.min() < digit.box.x
        assert changed.max() > digit.box.right

    assert columns == sorted(columns)
    canvas.show_reading(make_reading("123"))
    assert (shown(canvas) == plain).all()


def test_what_is_no_digit_is_labelled_with_a_question_mark_alone(canvas: Canvas) -> None:
    canvas.show_reading(Reading(((make_digit(1), make_scribble(3, 8)),)))
    no_digit = shown(canvas)

    canvas.show_reading(Reading(((make_digit(1), make_digit(3, 0.66)),)))
    doubtful = shown(canvas)

    left, right = no_digit[:, :120] < 200, no_digit[:, 120:] < 200
    assert left.any()
    assert 0 < right.sum() < (doubtful[:, 120:] < 200).sum()
