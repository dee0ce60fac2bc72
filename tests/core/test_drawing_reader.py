import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.drawing_reader import DrawingReader
from digitpad.core.strokes import Drawing, Stroke
from tests.written_digits import write, write_digit


class CountingClassifier(Classifier):
    """Remembers how many images it was asked about."""

    def __init__(self) -> None:
        super().__init__(paths.bundled_models() / "default" / "model.tflite")
        self.count = 0

    def classify(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        self.count += len(images)
        return super().classify(images)


@pytest.fixture
def classifier() -> CountingClassifier:
    return CountingClassifier()


@pytest.fixture
def reader(classifier: CountingClassifier) -> DrawingReader:
    return DrawingReader(classifier)


def read(reader: DrawingReader, *written: Stroke) -> str:
    return reader.read(Drawing(written)).text


def test_only_what_is_new_is_looked_at(
    reader: DrawingReader, classifier: CountingClassifier
) -> None:
    reader.read(write("306829", height=60))
    classifier.count = 0
    more = (*write("306829", height=60).strokes, *write_digit("6", left=380, height=60))

    assert reader.read(Drawing(more)).text == "3068296"
    assert classifier.count == 1


def test_a_drawing_reads_the_same_whatever_was_read_before(
    reader: DrawingReader, classifier: CountingClassifier
) -> None:
    drawing = write("4758", height=60)
    for count in range(len(drawing.strokes)):
        reader.read(Drawing(drawing.strokes[:count]))

    grown, fresh = reader.read(drawing), DrawingReader(classifier).read(drawing)

    assert grown.text == fresh.text == "4758"
    for one, other in zip(grown.digits, fresh.digits, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-6)


def test_reading_order_holds_while_one_writes(reader: DrawingReader) -> None:
    text = "4096\n1827"
    strokes = write(text).strokes
    for count in range(1, len(strokes) + 1):
        digits = reader.read(Drawing(strokes[:count])).digits
        places = [digit.box.x + 1e6 * (digit.box.y > 120) for digit in digits]
        assert places == sorted(places)

    assert read(reader, *strokes) == text


@pytest.mark.parametrize("pen_px", [4.0, 14.0, 40.0])
def test_a_lone_dot_is_nothing_to_read(reader: DrawingReader, pen_px: float) -> None:
    wobble = ((100, 100), (100 + pen_px / 8, 100), (100, 100 + pen_px / 8))

    assert read(reader, Stroke(((100, 100),), pen_px)) == ""
    assert read(reader, Stroke(wobble, pen_px)) == ""


def test_a_dot_beside_a_digit_is_left_out(reader: DrawingReader) -> None:
    assert read(reader, *write_digit("6"), Stroke(((150, 100),))) == "6"


@pytest.mark.parametrize("gap", [12, 20, 60])
def test_a_minus_is_neither_a_1_nor_a_part_of_what_follows(
    reader: DrawingReader, gap: float
) -> None:
    minus = Stroke(((0, 50), (45, 48)))

    assert read(reader, minus) == "?"
    assert read(reader, minus, *write_digit("5", left=43 + gap)) == "?5"
    assert read(reader, minus, *write_digit("1", left=18 + gap)) == "?1"


def test_a_comma_is_no_1(reader: DrawingReader) -> None:
    comma = Stroke(((95, 92), (97, 102), (91, 114)))
    drawn = (*write_digit("3"), comma, *write_digit("5", left=125))

    assert read(reader, *drawn) == "3?5"


def test_a_wide_gap_parts_two_numbers(reader: DrawingReader) -> None:
    first = [s for i, d in enumerate("305") for s in write_digit(d, left=80 * i)]
    second = [s for i, d in enumerate("28") for s in write_digit(d, left=480 + 80 * i)]

    assert read(reader, *first, *second) == "305 28"


def test_gone_strokes_are_forgotten(reader: DrawingReader, classifier: CountingClassifier) -> None:
    reader.read(write("63"))
    reader.read(Drawing())
    classifier.count = 0

    reader.read(write("63"))

    assert classifier.count == 2
