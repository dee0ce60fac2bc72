from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.core.strokes import Drawing
from digitpad.services.batch_reading import name_model
from digitpad.services.models.library import Model
from digitpad.services.samples.crops import encode_png
from digitpad.services.samples.records import Prediction, Source
from digitpad.services.samples.store import SampleStore
from digitpad.ui.samples.browser_window import BrowserWindow
from digitpad.ui.samples.set_window import SetWindow
from tests.samples import make_drawn, make_sample
from tests.ui.samples.keepers import keep
from tests.ui.samples.looking_through import Looker
from tests.ui.window import Person

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class TestLooking:
    def test_those_kept_last_come_first(self, look: Callable[..., Looker], six: list[int]) -> None:
        looker = look()

        assert looker.labels == "543210"
        assert looker.sees("6 samples")
        assert "from a photo, page 2.png, 2026-03-03" in looker.words[3]

    def test_only_some_digits(self, look: Callable[..., Looker], six: list[int]) -> None:
        looker = look()
        looker.push("2")
        looker.push("5")
        assert looker.labels == "52"
        assert looker.sees("2 of 6 samples")

        looker.push("5")
        assert looker.labels == "2"
        looker.choose("Edit", "Show All")
        assert looker.labels == "543210"

    def test_by_source_and_date(self, look: Callable[..., Looker], six: list[int]) -> None:
        keep(replace(make_sample(7), created=datetime.now(UTC) - timedelta(days=3)))
        looker = look()
        looker.pick("Where they come from", "Drawn")
        assert looker.labels == "710"
        looker.pick("When they were kept", "Last 7 days")
        assert looker.labels == "7"

        looker.pick("When they were kept", "Today")
        assert looker.labels == ""
        assert looker.sees("No such samples")
        looker.push("Show All")
        assert looker.labels == "7543210"

    def test_what_the_model_reads_otherwise(
        self, look: Callable[..., Looker], model: Model, six: list[int], tmp_path: Path
    ) -> None:
        with SampleStore(paths.samples_file()) as store:
            name = name_model(model)
            store.put_predictions({each: Prediction(3, 0.75, name) for each in six[:5]})
            store.put_predictions({six[5]: Prediction(None, 0.75, name)})
        looker = look(model)
        looker.push("Read Otherwise")

        assert looker.labels == "54210"
        assert "read as no digit (75 %)" in looker.words[0]
        assert "read as 3 (75 %)" in looker.words[1]

    def test_the_model_reads_what_it_has_not_read(
        self, look: Callable[..., Looker], model: Model, six: list[int]
    ) -> None:
        looker = look(model)

        assert all("read as" in words for words in looker.words)
        with SampleStore(paths.samples_file()) as store:
            assert store.find_unjudged(name_model(model)) == []

    def test_details_of_the_one_that_is_picked(
        self, look: Callable[..., Looker], six: list[int]
    ) -> None:
        crop = encode_png(np.full((40, 30), 90, np.uint8))
        keep(replace(make_sample(8, source=Source.PHOTO), crop=crop))
        looker = look()
        looker.click(0)
        assert looker.sees("From a photo, page 8.png")
        assert looker.sees("Open as a Picture")

        looker.press(Key.Key_Right)
        assert looker.sees("Written in a set, page 5.png")

    def test_without_samples_it_says_what_to_do(
        self, qtbot: QtBot, look: Callable[..., Looker]
    ) -> None:
        looker = look()
        assert looker.sees("No samples yet")
        with qtbot.waitSignal(looker.window.set_wanted):
            looker.push("Write a Set…")
        assert not looker.entry("Samples", "Export…").isEnabled()

        keep(make_sample(4))
        looker.window.present(None)
        assert looker.labels == "4"

    def test_escape_closes(self, look: Callable[..., Looker], six: list[int]) -> None:
        looker = look()
        looker.press(Key.Key_Escape)
        assert not looker.window.isVisible()


class TestSettingRight:
    def test_keys_label_what_is_selected_and_undo_takes_it_back(
        self, look: Callable[..., Looker], six: list[int]
    ) -> None:
        looker = look()
        looker.click(1)
        looker.click(3, SHIFT)
        assert looker.sees("6 samples, 3 selected")

        looker.press(Key.Key_9)
        assert looker.labels == "599910"
        looker.press(Key.Key_8)
        assert looker.kept == "588810"
        assert looker.entry("Edit", "Undo Label 8 for 3 samples").isEnabled()
        looker.press(Key.Key_Z, CTRL)
        assert looker.kept == "599910"
        looker.press(Key.Key_Z, CTRL)
        assert looker.labels == looker.kept == "543210"
        looker.choose("Edit", "Redo Label 9 for 3 samples")
        assert looker.kept == "599910"

    def test_a_label_that_is_right_is_no_change(
        self, look: Callable[..., Looker], six: list[int]
    ) -> None:
        looker = look()
        looker.click(1)
        looker.press(Key.Key_4)

        assert not looker.entry("Edit", "Undo").isEnabled()

    def test_what_no_longer_fits_the_choice_goes(
        self, look: Callable[..., Looker], six: list[int]
    ) -> None:
        looker = look()
        looker.push("3")
        looker.click(0)
        looker.press(Key.Key_5)

        assert looker.labels == ""
        looker.choose("Edit", "Show All")
        assert looker.labels == "545210"

    def test_delete_and_undo(self, look: Callable[..., Looker], six: list[int]) -> None:
        looker = look()
        looker.click(0)
        looker.click(2, CTRL)
        looker.press(Key.Key_Delete)
        assert looker.labels == looker.kept == "4210"
        assert looker.grid.currentIndex().row() == 2

        looker.press(Key.Key_Z, CTRL)
        assert looker.labels == "543210"
        looker.choose("Edit", "Redo Deletion of 2 samples")
        assert looker.kept == "4210"

    def test_all_at_once(self, look: Callable[..., Looker], six: list[int]) -> None:
        looker = look()
        looker.click(0)
        looker.press(Key.Key_A, CTRL)
        looker.choose("Edit", "Label", "7")
        assert looker.kept == "777777"
        looker.choose("Edit", "Delete")
        assert looker.sees("No samples yet")
        looker.choose("Edit", "Undo Deletion of 6 samples")
        assert looker.labels == "777777"

    def test_nothing_selected_nothing_to_do(
        self, look: Callable[..., Looker], six: list[int]
    ) -> None:
        looker = look()
        looker.press(Key.Key_9)
        looker.press(Key.Key_Delete)

        assert looker.kept == "543210"
        assert not looker.entry("Edit", "Delete").isEnabled()

    def test_what_was_changed_elsewhere_is_seen(
        self, look: Callable[..., Looker], six: list[int]
    ) -> None:
        looker = look()
        looker.click(2)
        keep(make_sample(8))
        looker.window.present(None)

        assert looker.labels == "8543210"
        # What was picked still is.
        assert looker.grid.currentIndex().row() == 3

    def test_what_cannot_be_done_is_told(
        self, look: Callable[..., Looker], six: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looker = look()
        looker.click(0)

        def fail(store: SampleStore, ids: object) -> None:
            store._connection.execute("PRAGMA query_only = ON")
            with store._writing() as connection:
                connection.execute("DELETE FROM samples")

        monkeypatch.setattr(SampleStore, "delete", fail)
        looker.press(Key.Key_Delete)

        assert looker.sees("can't be opened, or not be written to")
        assert looker.labels == "543210"


class TestOpening:
    def test_strokes_go_to_the_canvas(
        self, qtbot: QtBot, look: Callable[..., Looker], six: list[int]
    ) -> None:
        drawn = make_drawn(6)
        keep(drawn)
        looker = look()
        looker.click(0)
        assert looker.sees("Open on the Canvas")

        with qtbot.waitSignal(looker.window.drawing_opened) as opened:
            looker.press(Key.Key_Return)
        (drawing,) = opened.args
        assert isinstance(drawing, Drawing)
        assert drawing.strokes == drawn.strokes

    def test_others_are_opened_as_pictures(
        self, qtbot: QtBot, look: Callable[..., Looker], six: list[int]
    ) -> None:
        crop = encode_png(np.full((40, 30), 90, np.uint8))
        keep(replace(make_sample(8, source=Source.PHOTO), crop=crop))
        looker = look()
        sizes = []
        for row in (0, 1):
            looker.click(row)
            with qtbot.waitSignal(looker.window.picture_opened) as opened:
                looker.push("Open as a Picture")
            mime = opened.args[0]
            assert isinstance(mime, QMimeData)
            image = QImage(mime.imageData())
            sizes.append((image.width(), image.height()))

        assert sizes == [(30, 40), (320, 320)]


class TestInTheWindow:
    def test_it_is_in_the_menu_and_shows_what_is_corrected(
        self, person: Person, qtbot: QtBot
    ) -> None:
        person.choose("Training", "Samples…")
        (browser,) = person.window.findChildren(BrowserWindow)
        qtbot.waitUntil(browser.isActiveWindow)
        person.window.activateWindow()
        qtbot.waitUntil(person.window.isActiveWindow)
        person.window.canvas.setFocus()
        person.draw((120, 60), (124, 160))
        person.press(Key.Key_9)

        person.wait(lambda: [*browser.shown_ids] == [1])
        person.press(Key.Key_B, ctrl=True)
        qtbot.waitUntil(browser.isActiveWindow)
        browser.set_wanted.emit()
        assert len(person.window.findChildren(SetWindow)) == 1

    def test_a_sample_is_opened_on_the_canvas(self, person: Person) -> None:
        person.choose("Training", "Samples…")
        (browser,) = person.window.findChildren(BrowserWindow)

        browser.drawing_opened.emit(Drawing(make_drawn(3).strokes))

        assert person.window.canvas.drawing.strokes == make_drawn(3).strokes
