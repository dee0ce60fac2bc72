import pytest
from PySide6.QtCore import QPoint, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitpad.ui.samples.grid_view import GridView

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class Grid(GridView):
    """Ten columns of 50 by 40 pixels, and five lines in view."""

    def __init__(self, count: int) -> None:
        super().__init__(QSize(50, 40))
        self.painted: set[int] = set()
        self.setModel(QStringListModel([str(number) for number in range(count)], self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.resize(500, 200)

    def paint_cell(self, painter: QPainter, place: QRect, row: int, is_selected: bool) -> None:
        self.painted.add(row)

    def click(self, row: int, modifier: Qt.KeyboardModifier = NONE) -> None:
        place = self.visualRect(self.model().index(row, 0)).center()
        QTest.mouseClick(self.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    def press(self, key: Key, modifier: Qt.KeyboardModifier = NONE) -> int:
        QTest.keyClick(self, key, modifier)
        return self.currentIndex().row()


@pytest.fixture
def grid(qtbot: QtBot) -> Grid:
    grid = Grid(1000)
    qtbot.addWidget(grid)
    grid.show()
    qtbot.waitExposed(grid)
    return grid


def test_only_what_is_seen_is_painted(grid: Grid) -> None:
    grid.grab()
    assert grid.painted == set(range(50))

    grid.painted.clear()
    grid.verticalScrollBar().setValue(20 * 40 + 10)
    grid.grab()
    assert grid.painted == set(range(200, 260))
    assert grid.verticalScrollBar().maximum() == 100 * 40 - 200


def test_where_things_are(grid: Grid) -> None:
    grid.verticalScrollBar().setValue(60)

    assert grid.indexAt(QPoint(0, 0)).row() == 10
    assert grid.indexAt(QPoint(499, 25)).row() == 29
    assert grid.visualRect(grid.model().index(23, 0)) == QRect(150, 20, 50, 40)
    grid.resize(549, 200)
    assert grid.columns == 10
    assert grid.visualRect(grid.model().index(1, 0)).left() == 54


def test_beside_the_last_there_is_nothing(qtbot: QtBot) -> None:
    grid = Grid(13)
    qtbot.addWidget(grid)
    grid.show()

    assert grid.indexAt(QPoint(130, 60)).row() == 12
    assert not grid.indexAt(QPoint(180, 60)).isValid()
    assert not grid.indexAt(QPoint(20, 150)).isValid()
    assert not grid.indexAt(QPoint(-5, 20)).isValid()


def test_keys_lead_from_cell_to_cell(grid: Grid) -> None:
    assert grid.press(Key.Key_Home) == 0
    assert grid.press(Key.Key_Right) == 1
    assert grid.press(Key.Key_Down) == 11
    assert grid.press(Key.Key_Left) == 10
    assert grid.press(Key.Key_Left) == 9
    assert grid.press(Key.Key_Up) == 9
    assert grid.press(Key.Key_PageDown) == 59
    assert grid.press(Key.Key_PageUp) == 9
    assert grid.press(Key.Key_End) == 999
    assert grid.visualRect(grid.currentIndex()).bottom() < 200
    assert grid.press(Key.Key_Down) == 999
    assert grid.press(Key.Key_Right) == 999
    assert grid.press(Key.Key_Home) == 0
    assert grid.verticalScrollBar().value() == 0


def test_the_mouse_selects_one_some_or_all_between(grid: Grid) -> None:
    grid.click(12)
    assert grid.selected_rows == [12]
    grid.click(25, SHIFT)
    assert grid.selected_rows == list(range(12, 26))
    grid.click(8, SHIFT)
    assert grid.selected_rows == list(range(8, 13))
    grid.click(40, CTRL)
    grid.click(10, CTRL)
    assert grid.selected_rows == [8, 9, 11, 12, 40]
    grid.click(3)
    assert grid.selected_rows == [3]


def test_keys_select_too(grid: Grid) -> None:
    grid.click(12)
    grid.press(Key.Key_Down, SHIFT)
    assert grid.selected_rows == list(range(12, 23))
    grid.press(Key.Key_Left, SHIFT)
    assert grid.selected_rows == list(range(12, 22))

    grid.selectAll()
    assert len(grid.selected_rows) == 1000


def test_dragging_selects_as_in_a_text(grid: Grid) -> None:
    places = [grid.visualRect(grid.model().index(row, 0)).center() for row in (12, 14, 31)]
    button = Qt.MouseButton.LeftButton
    QTest.mousePress(grid.viewport(), button, NONE, places[0])
    for place in places[1:]:
        QTest.mouseMove(grid.viewport(), place)
    QTest.mouseRelease(grid.viewport(), button, NONE, places[-1])

    assert grid.selected_rows == list(range(12, 32))


def test_what_is_at_the_top_stays_there_when_the_view_gets_narrower(grid: Grid) -> None:
    grid.verticalScrollBar().setValue(30 * 40)
    assert grid.indexAt(QPoint(5, 5)).row() == 300

    grid.resize(250, 200)
    assert grid.columns == 5
    assert grid.indexAt(QPoint(5, 5)).row() == 300
    grid.resize(500, 200)
    assert grid.indexAt(QPoint(5, 5)).row() == 300


def test_letters_look_for_nothing(grid: Grid) -> None:
    grid.click(3)
    assert grid.press(Key.Key_X) == 3


def test_nothing_to_show(qtbot: QtBot) -> None:
    grid = Grid(0)
    qtbot.addWidget(grid)
    grid.show()

    assert grid.press(Key.Key_Down) == -1
    grid.selectAll()
    assert grid.selected_rows == []
    assert not grid.indexAt(QPoint(5, 5)).isValid()
    grid.grab()
    assert grid.painted == set()
