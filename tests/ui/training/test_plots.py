import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad.training.events import BatchEnded, EpochEnded
from digitpad.ui.theme import Theme, apply_theme
from digitpad.ui.training.plots import CAPACITY, Trace, TrainingPlot


@pytest.fixture
def plot(qtbot: QtBot) -> TrainingPlot:
    plot = TrainingPlot()
    qtbot.addWidget(plot)
    plot.begin(epochs=2)
    plot.resize(344, 250)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def test_a_trace_keeps_every_point_while_there_is_room() -> None:
    trace = Trace()
    for number in range(CAPACITY - 1):
        trace.append(number, number * 2)

    np.testing.assert_array_equal(trace.x, np.arange(CAPACITY - 1))
    np.testing.assert_array_equal(trace.y, trace.x * 2)


@pytest.mark.parametrize("count", [CAPACITY, CAPACITY + 1, 10_000, 100_000])
def test_a_long_trace_stays_short_and_keeps_its_shape(count: int) -> None:
    trace = Trace()
    for number in range(count):
        trace.append(number, 3 * number)

    assert CAPACITY // 4 <= len(trace) < CAPACITY
    assert np.all(np.diff(trace.x) > 0)
    np.testing.assert_allclose(trace.y, 3 * trace.x)
    assert trace.x[0] < count / 100
    assert trace.x[-1] > count * 0.98


def test_a_cleared_trace_starts_anew() -> None:
    trace = Trace()
    for number in range(CAPACITY * 3):
        trace.append(number, number)
    trace.clear()
    trace.append(7, 8)

    assert (trace.x.tolist(), trace.y.tolist()) == ([7], [8])


def test_batches_and_epochs_are_drawn(plot: TrainingPlot, qtbot: QtBot) -> None:
    before = _picture(plot)
    for batch in range(1, 51):
        plot.add_batch(BatchEnded(1, batch, 50, 2 / batch, 1 - 0.9 / batch))
    qtbot.waitUntil(lambda: _picture(plot) != before)
    with_batches = _picture(plot)
    plot.add_epoch(EpochEnded(1, 2, 0.5, 0.8, 0.4, 0.85, 1.0, 1.0))

    qtbot.waitUntil(lambda: _picture(plot) != with_batches)
    assert plot.training_loss.x[-1] == 1
    assert plot.training_accuracy.y[-1] == pytest.approx(98.2)
    assert plot.validation_accuracy.y.tolist() == [85]


def test_a_screen_reader_hears_the_newest_epoch(plot: TrainingPlot) -> None:
    plot.add_epoch(EpochEnded(1, 2, 0.5, 0.8, 0.4, 0.85, 1.0, 1.0))

    assert plot.accessibleDescription() == (
        "After epoch 1 of 2: training loss 0.500, accuracy 80.0%; "
        "validation loss 0.400, accuracy 85.0%"
    )


def test_points_that_came_while_hidden_are_drawn_when_shown(
    plot: TrainingPlot, qtbot: QtBot
) -> None:
    empty = _picture(plot)
    plot.hide()
    for batch in range(1, 51):
        plot.add_batch(BatchEnded(1, batch, 50, 1.0, 0.5))
    plot.show()

    qtbot.waitUntil(lambda: _picture(plot) != empty)


def test_a_new_run_begins_with_an_empty_plot(plot: TrainingPlot) -> None:
    plot.add_batch(BatchEnded(1, 1, 50, 1.0, 0.5))
    plot.add_epoch(EpochEnded(1, 2, 0.5, 0.8, 0.4, 0.85, 1.0, 1.0))
    plot.begin(epochs=3)

    assert len(plot.training_loss) == len(plot.validation_loss) == 0


def test_the_plot_follows_the_theme(plot: TrainingPlot, qtbot: QtBot) -> None:
    before = QApplication.palette()
    try:
        apply_theme(Theme.LIGHT)
        qtbot.waitUntil(lambda: plot.grab().toImage().pixelColor(2, 2).lightness() > 200)
        apply_theme(Theme.DARK)
        qtbot.waitUntil(lambda: plot.grab().toImage().pixelColor(2, 2).lightness() < 60)
    finally:
        QApplication.setPalette(before)


def _picture(plot: TrainingPlot) -> QImage:
    return plot.grab().toImage()
