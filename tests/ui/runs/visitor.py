"""Somebody in front of the window of runs."""

from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitpad.services.runs.records import RunRecord
from digitpad.services.runs.retraining import Run
from digitpad.ui.background.run_keeper import RunKeeper
from digitpad.ui.message_bar import MessageBar
from digitpad.ui.runs.curves_plot import CurvesPlot
from digitpad.ui.runs.run_table import RunTable
from digitpad.ui.runs.runs_window import RunsWindow

LEFT = Qt.MouseButton.LeftButton


class Visitor:
    """Uses mouse, keys and menus."""

    def __init__(self, qtbot: QtBot, window: RunsWindow, keeper: RunKeeper) -> None:
        self.qtbot = qtbot
        self.window = window
        self.keeper = keeper
        self.resumed: list[RunRecord] = []
        self.continued: list[tuple[RunRecord, int]] = []
        self.started: list[Run] = []
        window.resume_wanted.connect(self.resumed.append)
        window.continue_wanted.connect(lambda record, epoch: self.continued.append((record, epoch)))
        self.table = window.findChild(RunTable)

    def open(self) -> None:
        self.window.present()
        self.qtbot.waitExposed(self.window)
        self.wait_for_the_keeper()
        if self.table.isVisible():
            self.qtbot.waitUntil(lambda: self.window.findChild(CurvesPlot) is not None)

    def wait_for_the_keeper(self) -> None:
        with self.qtbot.waitCallback() as done:
            self.keeper.ask(lambda catalog: None, done)

    # --- the table -------------------------------------------------------------------------

    def column(self, title: str) -> list[str]:
        model = self.table.model()
        titles = [
            model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())
        ]
        number = titles.index(title)
        return [model.index(row, number).data() for row in range(model.rowCount())]

    def ticked(self) -> list[str]:
        model = self.table.model()
        role = Qt.ItemDataRole.CheckStateRole
        return [
            model.index(row, 1).data()
            for row in range(model.rowCount())
            if Qt.CheckState(model.index(row, 0).data(role)) is Qt.CheckState.Checked
        ]

    def sort_by(self, title: str) -> None:
        header = self.table.horizontalHeader()
        model = self.table.model()
        titles = [
            model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())
        ]
        place = header.sectionViewportPosition(titles.index(title)) + 6
        self.qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(place, header.height() // 2))

    def click_row(self, row: int, *, ctrl: bool = False) -> None:
        place = self.table.visualRect(self.table.model().index(row, 1)).center()
        keys = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        self.qtbot.mouseClick(self.table.viewport(), LEFT, keys, place)

    def tick_box(self, row: int) -> None:
        rect = self.table.visualRect(self.table.model().index(row, 0))
        self.qtbot.mouseClick(
            self.table.viewport(), LEFT, pos=QPoint(rect.left() + 10, rect.center().y())
        )

    # --- buttons, menus, keys --------------------------------------------------------------

    def button(self, text: str) -> QAbstractButton:
        buttons = self.window.findChildren(QAbstractButton)
        return next(b for b in buttons if text in (b.accessibleName(), plain(b.text())))

    def click(self, text: str) -> None:
        button = self.button(text)
        assert button.isVisible(), text
        assert button.isEnabled(), text
        self.qtbot.mouseClick(button, LEFT)

    def entry(self, *names: str) -> QAction:
        menus = {plain(menu.title()): menu for menu in self.window.findChildren(QMenu)}
        for name in names[:-1]:
            menus[name].aboutToShow.emit()
        actions = menus[names[-2]].actions()
        return next(action for action in actions if plain(action.text()) == names[-1])

    def choose(self, *names: str) -> None:
        action = self.entry(*names)
        assert action.isEnabled(), names
        action.trigger()

    def press(self, key: Qt.Key, *, ctrl: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def part(self, name: str) -> QWidget:
        widgets = self.window.findChildren(QWidget)
        return next(widget for widget in widgets if widget.accessibleName() == name)

    def pick(self, name: str, text: str) -> None:
        box = self.part(name)
        assert isinstance(box, QComboBox)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.findText(text)):
            QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentText() == text

    def name_file(self, file: Path, kind: str = "") -> None:
        dialog = self.window.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        if kind:
            dialog.selectNameFilter(next(each for each in dialog.nameFilters() if kind in each))
            dialog.filterSelected.emit(dialog.selectedNameFilter())
        name = dialog.findChild(QLineEdit)
        assert isinstance(name, QLineEdit)
        name.setText(str(file))
        QTest.keyClick(name, Qt.Key.Key_Return)

    # --- what is seen ----------------------------------------------------------------------

    @property
    def plot(self) -> CurvesPlot:
        plot = self.window.findChild(CurvesPlot)
        assert isinstance(plot, CurvesPlot)
        return plot

    @property
    def values(self) -> list[str]:
        """What a screen reader says of the plot."""
        assert self.plot.isVisible()
        return self.plot.accessibleDescription().split("\n")

    @property
    def message(self) -> str:
        bar = self.window.findChild(MessageBar)
        return bar.text if bar.isVisible() else ""

    @property
    def words(self) -> str:
        labels = self.window.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def point_at(self, epoch: float) -> None:
        """Move the mouse over the plot."""
        plot = self.plot
        view = plot.getPlotItem().getViewBox()
        scene = view.mapViewToScene(QPointF(epoch, view.viewRect().center().y()))
        place = QPointF(plot.mapFromScene(scene))
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove,
            place,
            QPointF(plot.viewport().mapToGlobal(place.toPoint())),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(plot.viewport(), event)


def plain(text: str) -> str:
    return text.replace("&", "").rstrip("…")
