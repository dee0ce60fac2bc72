from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.samples.records import Prediction, Sample, Source
from digitpad.ui.background.sample_keeper import SampleKeeper
from tests.ui.readings import make_digit, make_reading
from tests.ui.samples.keepers import load_kept, wait_for
from tests.ui.window import LEFT, Person, write_picture

Key = Qt.Key
DOT = ((60, 60), (62, 62))
LINE = ((120, 60), (124, 160))


@pytest.fixture
def kept(person: Person, qtbot: QtBot) -> Callable[[], list[Sample]]:
    """Return what is kept, once the window is through with it."""

    def load() -> list[Sample]:
        wait_for(qtbot, person.window.findChildren(SampleKeeper)[0])
        return load_kept()

    return load


def labels(samples: list[Sample]) -> list[int]:
    return [sample.label for sample in samples]


def verdict(person: Person) -> str:
    from digitpad.ui.prediction_view import PredictionView

    (view,) = person.window.findChildren(PredictionView)
    return view.verdict


class TestOnTheCanvas:
    def test_a_digit_typed_corrects_what_was_read_and_is_kept(
        self, person: Person, kept: Callable[[], list[Sample]]
    ) -> None:
        person.draw(*LINE)
        assert person.sees("Reading") == "4"

        person.press(Key.Key_9)

        assert person.sees("Reading") == "9"
        assert verdict(person) == "kept as 9; read as 4"
        (sample,) = kept()
        assert (sample.image == np.round(make_digit(4).image * 255)).all()
        assert sample.label == 9
        assert sample.source is Source.DRAWING
        assert sample.strokes == person.window.canvas.drawing.strokes
        assert sample.predicted == Prediction(4, pytest.approx(0.97), "default@")
        assert sample.crop is None

    def test_the_last_one_is_meant_and_then_the_one_that_is_picked(
        self, person: Person, kept: Callable[[], list[Sample]]
    ) -> None:
        person.draw(*DOT)
        person.draw(*LINE)
        person.press(Key.Key_8)
        assert person.sees("Reading") == "48"

        strip = person.part("What the network sees")
        QTest.mouseClick(strip, LEFT, pos=QPoint(20, 20))
        person.press(Key.Key_1)
        assert person.sees("Reading") == "18"
        assert verdict(person) == "all kept"
        strip.setFocus()
        person.press(Key.Key_Right)
        person.press(Key.Key_2)

        assert person.sees("Reading") == "12"
        assert labels(kept()) == [1, 2]

    def test_the_same_digit_says_that_it_was_read_right(
        self, person: Person, kept: Callable[[], list[Sample]]
    ) -> None:
        person.draw(*LINE)
        person.press(Key.Key_4)
        person.press(Key.Key_4)

        assert person.sees("Reading") == "4"
        assert verdict(person) == "kept as 4"
        assert labels(kept()) == [4]

    def test_undo_takes_the_sample_back_and_redo_keeps_it_again(
        self, person: Person, kept: Callable[[], list[Sample]]
    ) -> None:
        person.draw(*LINE)
        person.press(Key.Key_9)
        person.press(Key.Key_7)
        assert person.entry("Edit", "Undo Correction").isEnabled()

        person.press(Key.Key_Z, ctrl=True)
        assert verdict(person) == "kept as 9; read as 4"
        person.press(Key.Key_Z, ctrl=True)
        assert verdict(person) == "sure, 97 %"
        assert person.sees("Reading") == "4"
        assert kept() == []

        person.press(Key.Key_Z, ctrl=True, shift=True)
        assert labels(kept()) == [9]
        person.press(Key.Key_Z, ctrl=True, shift=True)
        assert labels(kept()) == [7]

    def test_it_stays_corrected_while_one_goes_on_writing(self, person: Person) -> None:
        person.draw(*LINE)
        person.press(Key.Key_9)

        person.draw(*DOT)
        assert person.sees("Reading") == "97"
        person.press(Key.Key_Z, ctrl=True)
        assert person.sees("Reading") == "9"
        person.press(Key.Key_Delete)
        assert person.sees("Reading") == "nothing"
        person.press(Key.Key_Z, ctrl=True)
        assert person.sees("Reading") == "9"

    @pytest.mark.parametrize("modifier", ["ctrl", "shift"])
    def test_other_keys_are_for_others(
        self, person: Person, kept: Callable[[], list[Sample]], modifier: str
    ) -> None:
        person.press(Key.Key_5)
        person.draw(*LINE)
        person.press(Key.Key_3, **{modifier: True})
        person.press(Key.Key_X)

        assert person.sees("Reading") == "4"
        assert kept() == []

    def test_the_number_pad_types_digits(self, person: Person) -> None:
        person.draw(*LINE)
        canvas = person.window.canvas
        QTest.keyClick(canvas, Key.Key_6, Qt.KeyboardModifier.KeypadModifier)

        assert person.sees("Reading") == "6"

    def test_what_cannot_be_kept_is_told_and_not_shown_as_kept(self, person: Person) -> None:
        paths.samples_file().parent.parent.mkdir(parents=True, exist_ok=True)
        paths.samples_file().parent.write_text("I am a file")
        person.draw(*LINE)

        person.press(Key.Key_9)

        message = person.part("Message")
        person.wait(message.isVisible)
        assert "can't be used" in person.sees("Message")
        assert person.sees("Reading") == "4"
        assert verdict(person) == "sure, 97 %"

    def test_samples_that_were_damaged_are_told(self, person: Person) -> None:
        paths.samples_file().parent.mkdir(parents=True)
        paths.samples_file().write_bytes(b"damaged")
        person.draw(*LINE)

        person.press(Key.Key_9)

        person.wait(person.part("Message").isVisible)
        assert "The samples were damaged, and there was no backup" in person.sees("Message")
        assert person.sees("Reading") == "9"

    def test_damaged_samples_are_told_as_the_window_opens(
        self, qtbot: QtBot, settings_file: Path
    ) -> None:
        paths.samples_file().parent.mkdir(parents=True)
        paths.samples_file().write_bytes(b"damaged")

        person = Person(qtbot, settings_file)

        person.wait(person.part("Message").isVisible)
        assert "The samples were damaged, and there was no backup" in person.sees("Message")


class TestInAPhoto:
    @pytest.fixture
    def photo(self, person: Person, tmp_path: Path) -> Path:
        """Open a photo in which 9 and 3 are read, in boxes at (560, 40) and (200, 40)."""
        pixels = np.full((160, 640, 3), 255, np.uint8)
        pixels[50:110, 580:590] = 0
        file = tmp_path / "page.png"
        assert cv2.imwrite(str(file), pixels)
        person.drop(file)
        person.press(Key.Key_Home)
        return file

    def test_a_correction_is_kept_with_what_it_was_cut_from(
        self, person: Person, photo: Path, kept: Callable[[], list[Sample]]
    ) -> None:
        person.press(Key.Key_7)

        assert person.sees("Reading") == "73"
        (sample,) = kept()
        assert (sample.label, sample.source, sample.origin) == (7, Source.PHOTO, "page.png")
        assert sample.predicted == Prediction(9, pytest.approx(0.97), "default@")
        assert (sample.image == np.round(make_digit(9).image * 255)).all()
        assert sample.strokes == ()
        assert sample.crop is not None
        crop = cv2.imdecode(np.frombuffer(sample.crop, np.uint8), cv2.IMREAD_COLOR)
        assert max(crop.shape) == 120
        assert crop.min() == 0

    def test_undo_and_redo(
        self, person: Person, photo: Path, kept: Callable[[], list[Sample]]
    ) -> None:
        person.press(Key.Key_7)
        person.press(Key.Key_Home)
        person.press(Key.Key_1)
        assert labels(kept()) == [1]

        person.press(Key.Key_Z, ctrl=True)
        assert labels(kept()) == [7]
        person.press(Key.Key_Z, ctrl=True)
        assert kept() == []
        person.press(Key.Key_Z, ctrl=True, shift=True)
        assert labels(kept()) == [7]

    def test_a_box_that_is_removed_is_no_sample(
        self, person: Person, photo: Path, kept: Callable[[], list[Sample]]
    ) -> None:
        person.press(Key.Key_7)
        person.press(Key.Key_Home)
        person.press(Key.Key_Delete)
        assert kept() == []

        person.press(Key.Key_Z, ctrl=True)
        assert labels(kept()) == [7]

    def test_it_is_kept_once_however_often_the_photo_is_read(
        self, person: Person, photo: Path, kept: Callable[[], list[Sample]]
    ) -> None:
        person.press(Key.Key_7)
        person.press(Key.Key_R)
        person.choose("Model", "Choose", "mine & yours  99.0 %")
        person.press(Key.Key_W, ctrl=True)
        assert labels(kept()) == [7]

        person.drop(photo)
        assert labels(kept()) == [7]

    def test_a_pasted_picture_has_no_name(
        self, person: Person, tmp_path: Path, kept: Callable[[], list[Sample]]
    ) -> None:
        from PySide6.QtGui import QImage

        QApplication.clipboard().setImage(QImage(str(write_picture(tmp_path / "a.png"))))
        person.reader.page = make_reading("5")
        person.press(Key.Key_V, ctrl=True)
        person.press(Key.Key_Home)
        person.press(Key.Key_3)

        (sample,) = kept()
        assert (sample.label, sample.origin) == (3, "")

    def test_what_the_strip_shows_can_be_corrected_there(
        self, person: Person, photo: Path, kept: Callable[[], list[Sample]]
    ) -> None:
        strip = person.part("What the network sees")
        strip.setFocus()
        person.press(Key.Key_Right)
        person.press(Key.Key_8)

        assert person.sees("Reading") == "98"
        assert labels(kept()) == [8]
