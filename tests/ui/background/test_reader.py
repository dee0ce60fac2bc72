"""Reading off the GUI thread: what is asked, what is answered, and how it ends."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.core.errors import EmptyInkError, ImageError, ModelError
from digitpad.core.images import load_image
from digitpad.core.layout import Box
from digitpad.core.rasterization import rasterize
from digitpad.core.reading import Reading
from digitpad.core.strokes import Drawing
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.ui.background.reader import MODEL_REQUEST, Reader
from tests.written_digits import write, write_digit
from tests.written_pages import photograph, write_page


@pytest.fixture(scope="module")
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), Path("nowhere")).default()


@pytest.fixture
def empty_reader(qtbot: QtBot) -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def reader(qtbot: QtBot, empty_reader: Reader, model: Model) -> Reader:
    with qtbot.waitSignal(empty_reader.model_loaded):
        empty_reader.use_model(model)
    return empty_reader


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    ink = np.pad(rasterize(write_digit("6")), 60)
    file = tmp_path / "six.png"
    assert cv2.imwrite(str(file), 250 - 220 * ink)
    return file


class TestReadingDrawings:
    def test_a_drawing_is_read_and_answered_with_its_revision(
        self, qtbot: QtBot, reader: Reader
    ) -> None:
        drawing = Drawing(write("47").strokes, revision=9)

        with qtbot.waitSignal(reader.drawing_read) as read:
            reader.read_drawing(drawing)

        revision, reading = read.args
        assert (revision, reading.text) == (9, "47")

    def test_a_drawing_that_comes_with_the_model_waits_for_it(
        self, qtbot: QtBot, empty_reader: Reader, model: Model
    ) -> None:
        with qtbot.waitSignals(
            [empty_reader.model_loaded, empty_reader.drawing_read], order="strict"
        ):
            empty_reader.use_model(model)
            empty_reader.read_drawing(write("1"))

    def test_the_newest_of_many_is_read_and_most_are_not(
        self, qtbot: QtBot, reader: Reader
    ) -> None:
        revisions: list[int] = []
        texts: list[str] = []

        def note(revision: int, reading: Reading) -> None:
            revisions.append(revision)
            texts.append(reading.text)

        reader.drawing_read.connect(note)
        for revision in range(500):
            reader.read_drawing(Drawing(write("0123").strokes, revision))
        reader.read_drawing(Drawing(write("8").strokes, 500))

        qtbot.waitUntil(lambda: 500 in revisions)
        assert texts[-1] == "8"
        assert revisions == sorted(set(revisions))
        assert len(revisions) < 250

    def test_an_empty_drawing_is_answered(self, qtbot: QtBot, reader: Reader) -> None:
        with qtbot.waitSignal(reader.drawing_read) as read:
            reader.read_drawing(Drawing((), 3))

        assert read.args[0] == 3
        assert read.args[1].lines == ()

    def test_answers_come_on_the_gui_thread(self, qtbot: QtBot, reader: Reader) -> None:
        threads: list[QThread] = []
        reader.drawing_read.connect(lambda *_: threads.append(QThread.currentThread()))

        reader.read_drawing(write("2"))

        qtbot.waitUntil(lambda: bool(threads))
        assert threads == [reader.thread()]


class TestReadingPictures:
    def test_a_file_or_its_bytes_are_opened_and_read(
        self, qtbot: QtBot, reader: Reader, picture_file: Path
    ) -> None:
        for request, source in enumerate((picture_file, picture_file.read_bytes())):
            with qtbot.waitSignal(reader.picture_loaded) as loaded:
                reader.load_picture(request, source)
            assert loaded.args[0] == request
            pixels = loaded.args[1].pixels
            assert pixels.shape[2] == 3

            with qtbot.waitSignal(reader.picture_read) as read:
                reader.read_picture(request, pixels)
            assert read.args[0] == request
            assert read.args[1].text == "6"

    def test_one_box_and_the_steps_can_be_read(
        self, qtbot: QtBot, reader: Reader, picture_file: Path
    ) -> None:
        pixels = load_image(picture_file)
        height, width = pixels.shape[:2]

        with qtbot.waitSignal(reader.box_read) as box_read:
            reader.read_box(1, pixels, Box(0, 0, width, height))
        with qtbot.waitSignal(reader.picture_traced) as traced:
            reader.trace_picture(2, pixels)

        assert (box_read.args[0], box_read.args[1].label) == (1, 6)
        assert (traced.args[0], traced.args[1].reading.text) == (2, "6")

    def test_a_box_on_a_sideways_page_is_read_as_its_neighbor_stands(
        self, qtbot: QtBot, reader: Reader
    ) -> None:
        pixels = np.ascontiguousarray(np.rot90(photograph(write_page("3472\n5738\n2749", 90))))
        with qtbot.waitSignal(reader.picture_read) as read:
            reader.read_picture(1, pixels)
        neighbor, missed = read.args[1].lines[0][0], read.args[1].lines[1][0]

        with qtbot.waitSignal(reader.box_read) as box_read:
            reader.read_box(2, pixels, missed.box, neighbor)

        assert missed.corners
        assert box_read.args[1].symbol == missed.symbol == "5"

    def test_an_empty_box_is_told(self, qtbot: QtBot, reader: Reader) -> None:
        with qtbot.waitSignal(reader.failed) as failed:
            reader.read_box(5, np.full((60, 80, 3), 230, np.uint8), Box(10, 10, 30, 30))

        assert failed.args[0] == 5
        assert isinstance(failed.args[1], EmptyInkError)

    def test_pictures_are_turned_and_made_small_on_the_way(
        self, qtbot: QtBot, reader: Reader
    ) -> None:
        pixels = np.full((2000, 3000, 3), 255, np.uint8)

        with qtbot.waitSignal(reader.picture_loaded) as loaded:
            reader.turn_picture(3, pixels, -1)

        turned = loaded.args[1]
        assert turned.pixels.shape == (3000, 2000, 3)
        assert turned.overview.width() * turned.overview.height() <= 4_000_000
        assert max(turned.thumbnail.size().toTuple()) <= 200

    def test_every_picture_is_answered_in_order(
        self, qtbot: QtBot, reader: Reader, picture_file: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "text.png").write_text("hello")
        answers: list[int] = []
        reader.picture_loaded.connect(lambda request, _: answers.append(request))
        reader.failed.connect(lambda request, _: answers.append(request))

        for request in range(10):
            reader.load_picture(request, tmp_path / "text.png" if request % 3 else picture_file)

        qtbot.waitUntil(lambda: len(answers) == 10)
        assert answers == list(range(10))

    def test_what_cant_be_opened_is_told(
        self, qtbot: QtBot, reader: Reader, tmp_path: Path
    ) -> None:
        for request, source in enumerate((tmp_path / "gone.png", tmp_path, b"no picture"), start=4):
            with qtbot.waitSignal(reader.failed) as failed:
                reader.load_picture(request, source)

            assert failed.args[0] == request
            assert isinstance(failed.args[1], ImageError)

    def test_without_a_model(self, qtbot: QtBot, empty_reader: Reader) -> None:
        with qtbot.waitSignal(empty_reader.failed) as failed:
            empty_reader.read_picture(7, np.zeros((9, 9, 3), np.uint8))

        assert failed.args[0] == 7
        assert isinstance(failed.args[1], ModelError)

    def test_a_bug_is_told_and_the_next_picture_is_read(
        self, qtbot: QtBot, reader: Reader, picture_file: Path
    ) -> None:
        with qtbot.waitSignals([reader.crashed, reader.failed]):
            reader.read_picture(1, "not an array")

        with qtbot.waitSignal(reader.picture_loaded):
            reader.load_picture(2, picture_file)


class TestModels:
    def test_a_model_that_is_gone_is_told_and_the_old_one_reads_on(
        self, qtbot: QtBot, reader: Reader, model: Model, tmp_path: Path
    ) -> None:
        gone = Model("gone", tmp_path, model.card, is_bundled=False)

        with qtbot.waitSignal(reader.failed) as failed:
            reader.use_model(gone)

        assert failed.args[0] == MODEL_REQUEST
        assert isinstance(failed.args[1], ModelError)
        with qtbot.waitSignal(reader.drawing_read) as read:
            reader.read_drawing(write("5"))
        assert read.args[1].text == "5"

    def test_another_model_can_be_chosen(self, qtbot: QtBot, reader: Reader, model: Model) -> None:
        other = Model("other", model.folder, model.card, is_bundled=False)

        with qtbot.waitSignal(reader.model_loaded) as loaded:
            reader.use_model(other)

        assert loaded.args == [other]


def test_closing_ends_both_threads_whatever_waits(qtbot: QtBot, model: Model) -> None:
    reader = Reader()
    reader.use_model(model)
    for revision in range(50):
        reader.read_drawing(Drawing(write("0123").strokes, revision))

    reader.close()
    reader.close()

    threads = reader.findChildren(QThread)
    assert len(threads) == 2
    assert all(thread.isFinished() for thread in threads)
    reader.read_drawing(write("1"))
    reader.load_picture(1, b"")
