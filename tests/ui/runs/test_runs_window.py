"""Comparing runs: a table, their curves, and what is made of those."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QSlider

from digitpad.training.events import EpochEnded
from digitpad.ui.theme import Theme, apply_theme
from tests.run_folders import add_events, make_epoch, make_run
from tests.ui.runs.visitor import LEFT, Visitor


class TestTable:
    def test_no_runs(self, visitor: Visitor) -> None:
        visitor.open()

        assert "No runs yet" in visitor.words
        assert "Ctrl+T" in visitor.words
        assert not visitor.button("Go On").isEnabled()

    @pytest.mark.usefixtures("three")
    def test_what_it_says(self, visitor: Visitor) -> None:
        visitor.open()

        assert visitor.column("Began") == [f"{day} Jan 2026, 10:00" for day in (3, 2, 1)]
        assert visitor.column("Model") == ["third", "second", "first"]
        assert visitor.column("Network") == ["softmax", "lenet5", "softmax"]
        assert visitor.column("Epochs") == ["4 of 5", "3 of 5", "5 of 5"]
        assert visitor.column("Validation") == ["94.67%", "95.20%", "92.00%"]
        assert visitor.column("Test") == ["", "", "95.12%"]
        assert visitor.column("Status") == ["interrupted", "stopped", "finished"]
        assert visitor.column("Time") == ["6 s", "4 s", "8 s"]

    def test_validation_on_what_it_learned_from_is_in_brackets(
        self, visitor: Visitor, runs: Path
    ) -> None:
        make_run(runs, is_final=True)
        visitor.open()

        assert visitor.column("Validation") == ["(88.00%)"]

    @pytest.mark.usefixtures("three")
    @pytest.mark.parametrize(
        ("title", "names"),
        [
            ("Model", ["first", "second", "third"]),
            ("Epochs", ["second", "third", "first"]),
            ("Validation", ["first", "third", "second"]),
            ("Test", ["third", "second", "first"]),
            ("Status", ["first", "third", "second"]),
            ("Time", ["second", "third", "first"]),
        ],
    )
    def test_it_is_sorted_by_what_one_clicks(
        self, visitor: Visitor, title: str, names: list[str]
    ) -> None:
        visitor.open()
        visitor.sort_by(title)
        assert visitor.column(title) == sorted(visitor.column(title))
        assert {tuple(visitor.column("Model"))} <= {tuple(names), ("second", "third", "first")}
        visitor.sort_by(title)
        assert visitor.column("Model")[0] == names[-1]
        visitor.sort_by("Began")
        visitor.sort_by("Began")

        assert visitor.column("Model") == ["third", "second", "first"]

    @pytest.mark.usefixtures("three")
    def test_a_screen_reader_and_the_keyboard_reach_it(self, visitor: Visitor) -> None:
        visitor.open()

        assert QApplication.focusWidget() is visitor.table
        assert visitor.table.accessibleName() == "Runs"
        visitor.press(Qt.Key.Key_Down)
        visitor.press(Qt.Key.Key_Space)
        assert visitor.ticked() == ["third", "first"]


class TestTicks:
    def test_the_newest_that_have_something_to_show_are_ticked(
        self, visitor: Visitor, runs: Path
    ) -> None:
        for number in range(6):
            make_run(runs, f"{number}", model=f"run {number}", done=0 if number == 4 else 3)
        visitor.open()

        assert visitor.ticked() == ["run 5", "run 3", "run 2"]

    @pytest.mark.usefixtures("three")
    def test_by_mouse_by_key_and_alone(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.tick_box(1)
        assert visitor.ticked() == ["third", "first"]
        assert [line.split(":")[0] for line in visitor.values[1:]] == ["third", "first"]
        visitor.click_row(0)
        visitor.click_row(1, ctrl=True)
        visitor.press(Qt.Key.Key_Space)
        assert visitor.ticked() == ["third", "second", "first"]
        visitor.press(Qt.Key.Key_Return)
        assert visitor.ticked() == ["first"]
        visitor.choose("More", "Draw Only These")
        assert visitor.ticked() == ["third", "second"]
        place = visitor.table.visualRect(visitor.table.model().index(2, 1)).center()
        visitor.click_row(2)
        visitor.qtbot.mouseDClick(visitor.table.viewport(), LEFT, pos=place)
        assert visitor.ticked() == ["third", "second", "first"]

    @pytest.mark.usefixtures("three")
    def test_none(self, visitor: Visitor) -> None:
        visitor.open()
        for row in range(3):
            visitor.tick_box(row)

        assert "Tick runs above to see their curves." in visitor.words
        assert not visitor.plot.isVisible()
        assert not visitor.entry("Export", "Plot").isEnabled()
        assert not visitor.entry("Export", "Epochs").isEnabled()


class TestCurves:
    @pytest.mark.usefixtures("three")
    def test_the_last_values_are_listed(self, visitor: Visitor) -> None:
        visitor.open()

        assert visitor.values == [
            "Last epoch, Accuracy, %",
            "third: training 95.56%, validation 94.67%",
            "second: training 96.00%, validation 95.20%",
            "first: training 93.33%, validation 92.00%",
        ]

    @pytest.mark.usefixtures("three")
    def test_those_under_the_pointer_are(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.point_at(3.8)
        assert visitor.values == [
            "Epoch 4, Accuracy, %",
            "third: training 95.56%, validation 94.67%",
            "second: training –, validation –",
            "first: training 92.00%, validation 90.40%",
        ]
        visitor.point_at(5.4)
        assert visitor.values[0].startswith("Epoch 5")
        visitor.point_at(-3)

        assert visitor.values[0].startswith("Last epoch")

    @pytest.mark.usefixtures("three")
    def test_the_arrow_keys_go_from_epoch_to_epoch(self, visitor: Visitor) -> None:
        visitor.open()
        visitor.plot.setFocus()
        seen = []
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, *[Qt.Key.Key_Left] * 3, Qt.Key.Key_Escape):
            visitor.press(key)
            seen.append(visitor.plot.epoch)

        assert seen == [1, 2, 1, 1, 1, None]
        assert visitor.window.isVisible()
        visitor.press(Qt.Key.Key_Left)
        assert visitor.plot.epoch == 5

    @pytest.mark.usefixtures("three")
    def test_other_values_smoothing_and_a_logarithmic_scale(self, visitor: Visitor) -> None:
        visitor.open()
        seen = {visitor.plot.to_png()}
        visitor.pick("Values", "Loss")
        assert visitor.values[1] == "third: training 0.0889, validation 0.0978"
        seen.add(visitor.plot.to_png())
        slider = visitor.part("Smoothing")
        assert isinstance(slider, QSlider)
        slider.setFocus()
        visitor.press(Qt.Key.Key_PageUp)
        seen.add(visitor.plot.to_png())
        visitor.click("Logarithmic")
        seen.add(visitor.plot.to_png())
        visitor.pick("Values", "Error")
        seen.add(visitor.plot.to_png())

        assert visitor.values[1] == "third: training 4.44%, validation 5.33%"
        assert len(seen) == 5

    def test_what_has_no_logarithm_leaves_a_gap(self, visitor: Visitor, runs: Path) -> None:
        folder = make_run(runs, done=0, model="perfect")
        nothing = EpochEnded(2, 5, 0.0, 1.0, float("nan"), 1.0, 1.0, 1.0)
        add_events(folder, [make_epoch(1, 5), nothing, make_epoch(3, 5)])
        visitor.open()
        for values in ("Loss", "Error"):
            visitor.pick("Values", values)
            visitor.click("Logarithmic")
            visitor.point_at(2)
            assert visitor.plot.grab().toImage().size().isValid()

        assert visitor.values[1] == "perfect: training 0.00%, validation 0.00%"

    def test_a_single_epoch_is_a_dot(self, visitor: Visitor, runs: Path) -> None:
        make_run(runs, done=1, model="short")
        visitor.open()

        picture = visitor.plot.grab().toImage()
        ground = picture.pixelColor(picture.width() - 4, picture.height() - 4)
        assert any(
            _differs(picture.pixelColor(x, y), ground)
            for x in range(picture.width() // 4, picture.width() // 2)
            for y in range(0, picture.height() // 2)
        )
        assert visitor.values[1].startswith("short")

    def test_many_runs(self, visitor: Visitor, runs: Path) -> None:
        for number in range(40):
            make_run(runs, f"{number:02}", model=f"run {number}", ease=1 + number)
        visitor.open()
        visitor.table.selectAll()
        visitor.press(Qt.Key.Key_Space)

        assert len(visitor.ticked()) == 40
        assert len(visitor.values) == 14
        assert visitor.values[-1] == "and 28 more"

    @pytest.mark.usefixtures("three", "system_theme")
    def test_light_and_dark(self, visitor: Visitor) -> None:
        visitor.open()
        apply_theme(Theme.LIGHT)
        visitor.qtbot.waitUntil(lambda: _ground(visitor).lightness() > 200)
        light = visitor.plot.to_png()
        apply_theme(Theme.DARK)
        visitor.qtbot.waitUntil(lambda: _ground(visitor).lightness() < 60)

        assert visitor.plot.to_png() != light


def _ground(visitor: Visitor) -> QColor:
    return visitor.plot.grab().toImage().pixelColor(2, 2)


def _differs(one: QColor, other: QColor) -> bool:
    return abs(one.lightness() - other.lightness()) > 40


class TestExport:
    @pytest.mark.usefixtures("three")
    def test_png(self, visitor: Visitor, tmp_path: Path) -> None:
        visitor.open()
        visitor.point_at(2)
        visitor.choose("Export", "Plot")
        visitor.name_file(tmp_path / "curves")
        visitor.qtbot.waitUntil(lambda: visitor.message == "Saved “curves.png”.")

        picture = QImage(str(tmp_path / "curves.png"))
        assert picture.size() == visitor.plot.size() * 2
        assert visitor.plot.epoch == 2  # Though it isn't in the picture.

    @pytest.mark.usefixtures("three")
    def test_svg(self, visitor: Visitor, tmp_path: Path) -> None:
        visitor.open()
        visitor.choose("Export", "Plot")
        visitor.name_file(tmp_path / "curves", "SVG")
        visitor.qtbot.waitUntil(lambda: visitor.message == "Saved “curves.svg”.")

        text = (tmp_path / "curves.svg").read_text(encoding="utf-8")
        for name in ("first", "second", "third", "Epoch", "Accuracy"):
            assert name in text
        drawing = QSvgRenderer(str(tmp_path / "curves.svg"))
        assert drawing.isValid()
        assert drawing.viewBox().size() == visitor.plot.size()
        # Curves are where they are on the screen, in pixels, for programs that know no other pens.
        assert "non-scaling-stroke" not in text.split('stroke="#')[-1]

    @pytest.mark.usefixtures("three")
    def test_csv_of_the_ticked_runs(self, visitor: Visitor, tmp_path: Path) -> None:
        visitor.open()
        visitor.tick_box(1)
        visitor.choose("Export", "Epochs")
        visitor.name_file(tmp_path / "epochs.csv")
        visitor.qtbot.waitUntil(lambda: visitor.message == "Saved “epochs.csv”.")

        with (tmp_path / "epochs.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["model"] for row in rows} == {"first", "third"}
        assert len(rows) == 9

    @pytest.mark.usefixtures("three")
    def test_where_nothing_can_be_written(self, visitor: Visitor, closed_folder: Path) -> None:
        visitor.open()
        visitor.choose("Export", "Epochs")
        # The rights that are taken away here are not those of the keeper's thread, if root runs it.
        visitor.name_file(closed_folder.parent / "missing" / ("long" * 100) / "epochs.csv")

        visitor.qtbot.waitUntil(lambda: "could not be saved" in visitor.message)
