import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.drawing_reader import DrawingReader
from digitpad.core.grouping import Group, group_strokes
from digitpad.core.layout import bounding_box
from digitpad.core.strokes import Drawing, Stroke
from digitpad.training.data.datasets import LabelledDrawing, load_drawings
from tests.written_digits import PATHS, write, write_digit

coordinates = st.floats(-1e6, 1e6)
strokes = st.builds(
    Stroke,
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20).map(tuple),
    st.floats(0.01, 9_999),
)


@pytest.fixture(scope="module")
def reader() -> DrawingReader:
    return DrawingReader(Classifier(paths.bundled_models() / "default" / "model.tflite"))


@pytest.fixture(scope="module")
def pen_digits(data_folder: Path) -> tuple[LabelledDrawing, ...]:
    """Return digits of the writers that nothing is measured on at the end."""
    drawings = load_drawings(data_folder / "pen" / "pendigits-train.jsonl.gz")
    return tuple(drawing for drawing in drawings if int(drawing.writer) < 25)


def rows_of(reader: DrawingReader, *written: Stroke) -> list[int]:
    return [len(line) for line in reader.read(Drawing(written)).lines]


def set_side_by_side(digits: Sequence[LabelledDrawing], gap: float) -> Drawing:
    """Set digits into a row, `gap` of the usual height apart."""
    boxes = [bounding_box(stroke.box for stroke in digit.strokes) for digit in digits]
    height, right, moved = float(np.median([box.height for box in boxes])), 0.0, []
    for digit, box in zip(digits, boxes, strict=True):
        dx, dy = right - box.x, -box.bottom
        moved += [Stroke(tuple((x + dx, y + dy) for x, y in s.points)) for s in digit.strokes]
        right += box.width + gap * height
    return Drawing(tuple(moved))


def refuse_all(groups: Sequence[Group]) -> list[NDArray[np.float32]]:
    return [np.zeros(10, np.float32) for _ in groups]


def test_pen_digits_stay_whole(
    reader: DrawingReader, pen_digits: tuple[LabelledDrawing, ...]
) -> None:
    several = [digit for digit in pen_digits if len(digit.strokes) > 1][::9]

    whole = [rows_of(reader, *digit.strokes) == [1] for digit in several]

    assert np.mean(whole) >= 0.97


@pytest.mark.parametrize(("gap", "least"), [(0.3, 0.9), (0.15, 0.9), (0.0, 0.8), (-0.08, 0.75)])
def test_pen_digits_side_by_side_come_apart(
    reader: DrawingReader,
    pen_digits: tuple[LabelledDrawing, ...],
    gap: float,
    least: float,
) -> None:
    rng = np.random.default_rng(5)
    right = 0
    for _ in range(40):
        writer = str(rng.integers(1, 25))
        own = [digit for digit in pen_digits if digit.writer == writer]
        digits = [own[i] for i in rng.integers(len(own), size=4)]
        text = "".join(str(digit.label) for digit in digits)
        right += reader.read(set_side_by_side(digits, gap)).text == text

    assert right / 40 >= least


@pytest.mark.parametrize("left", [64, 80, 150])
def test_two_digits_side_by_side_are_two(reader: DrawingReader, left: float) -> None:
    joined = [
        one + two
        for one, two in itertools.product("0123456789", repeat=2)
        if rows_of(reader, *write_digit(one), *write_digit(two, left=left)) != [2]
    ]

    assert joined == []


@pytest.mark.parametrize("pair", ["00", "30", "68", "88", "53", "47", "70"])
@pytest.mark.parametrize("left", [50, 56])
def test_digits_that_overlap_come_apart(reader: DrawingReader, pair: str, left: float) -> None:
    drawing = Drawing((*write_digit(pair[0]), *write_digit(pair[1], left=left)))

    assert reader.read(drawing).text == pair


@pytest.mark.parametrize("text", ["111", "123", "404", "585", "790"])
def test_three_digits_side_by_side_are_three(reader: DrawingReader, text: str) -> None:
    assert rows_of(reader, *write(text, height=60).strokes) == [3]


@pytest.mark.parametrize("text", ["12\n34", "555\n88", "1\n1", "0\n44\n7"])
def test_rows_are_told_apart(reader: DrawingReader, text: str) -> None:
    assert rows_of(reader, *write(text).strokes) == [len(line) for line in text.split("\n")]


@pytest.mark.parametrize("pitch", [1.0, 1.1, 1.3])
def test_rows_may_be_close_together(reader: DrawingReader, pitch: float) -> None:
    upper, lower = (
        [s for i, d in enumerate(text) for s in write_digit(d, 90 * i, top)]
        for text, top in (("3075", 0), ("8261", 100 * pitch))
    )

    assert reader.read(Drawing((*upper, *lower))).text == "3075\n8261"


@pytest.mark.parametrize("digit", PATHS)
@pytest.mark.parametrize("height", [20, 100, 600])
def test_a_digit_of_any_size_is_one(reader: DrawingReader, digit: str, height: float) -> None:
    assert rows_of(reader, *write_digit(digit, height=height)) == [1]


def test_the_roof_of_a_5_may_hover(reader: DrawingReader) -> None:
    body = Stroke(((12, 12), (10, 45), (40, 50), (50, 75), (30, 98), (5, 90)))

    for height in (0, 4, 9):
        roof = Stroke(((14, height), (55, height - 2)))
        assert rows_of(reader, body, roof) == [1]
        assert rows_of(reader, roof, body) == [1]


def test_an_8_may_be_two_circles(reader: DrawingReader) -> None:
    upper, lower = write_digit("8")
    for gap in (-5, 0, 4, 8):
        raised = Stroke(tuple((x, y - gap) for x, y in upper.points))
        assert rows_of(reader, raised, lower) == [1]


@pytest.mark.parametrize("shift", [-10, -5, 5, 10])
def test_the_circles_of_an_8_may_be_askew(reader: DrawingReader, shift: float) -> None:
    upper, lower = write_digit("8")
    moved = Stroke(tuple((x + shift, y - 3) for x, y in upper.points))

    assert reader.read(Drawing((moved, lower))).text == "8"
    assert reader.read(Drawing((lower, moved))).text == "8"


def test_a_0_below_a_0_is_no_8(reader: DrawingReader) -> None:
    below = [Stroke(tuple((x, y + 110) for x, y in s.points)) for s in write_digit("0")]

    assert reader.read(Drawing((*write_digit("0"), *below))).text == "0\n0"


@pytest.mark.parametrize("width", [60, 100, 130])
def test_the_dot_of_a_0_belongs_to_it_however_wide(reader: DrawingReader, width: float) -> None:
    turns = np.linspace(-np.pi / 2, 1.5 * np.pi, 40)
    ring = Stroke(
        tuple((float(width * np.cos(t) / 2), float(50 * np.sin(t))) for t in turns),
    )
    dot = Stroke(((-4, 1), (4, -1)))

    assert rows_of(reader, ring, dot) == [1]
    assert rows_of(reader, dot, ring) == [1]


def test_what_a_ring_is_drawn_around_is_no_part_of_it(reader: DrawingReader) -> None:
    turns = np.linspace(-np.pi / 2, 1.5 * np.pi, 60)
    written = write("47").strokes
    box = bounding_box(stroke.box for stroke in written)
    (x, y), a, b = box.center, box.width / 2 + 40, box.height / 2 + 40
    ring = Stroke(tuple((float(x + a * np.cos(t)), float(y + b * np.sin(t))) for t in turns))

    read = reader.read(Drawing((*written, ring))).text
    assert sorted(read.replace(" ", "")) == ["0", "4", "7"]


def test_the_stem_of_an_open_4_may_stand_apart(reader: DrawingReader) -> None:
    hook = Stroke(((10, 0), (2, 55), (40, 57)))

    for gap in (-10, 0, 5, 9):
        stem = Stroke(((40 + gap, 25), (38 + gap, 100)))
        assert rows_of(reader, hook, stem) == [1]


def test_the_slash_of_a_0_and_the_bar_of_a_7_belong_to_it(reader: DrawingReader) -> None:
    slash = Stroke(((55, 10), (5, 95)))
    bar = Stroke(((20, 50), (58, 48)))

    assert rows_of(reader, *write_digit("0"), slash) == [1]
    assert rows_of(reader, *write_digit("7"), bar) == [1]


def test_sevens_may_be_crossed_when_all_are_written(reader: DrawingReader) -> None:
    sevens = [stroke for i in range(3) for stroke in write_digit("7", left=90 * i)]
    bars = [Stroke(((90 * i + 20, 50), (90 * i + 58, 48))) for i in range(3)]

    assert rows_of(reader, *sevens, *bars) == [3]


@given(st.lists(strokes, max_size=8))
def test_every_stroke_is_in_one_digit(drawn: list[Stroke]) -> None:
    groups = group_strokes(drawn, refuse_all)

    assert sorted(map(hash, itertools.chain(*groups))) == sorted(map(hash, drawn))


@given(st.permutations(write("3058").strokes))
def test_digits_come_in_the_order_in_which_they_were_begun(drawn: list[Stroke]) -> None:
    groups = group_strokes(drawn, refuse_all)

    firsts = [drawn.index(group[0]) for group in groups]
    assert firsts == sorted(firsts)
    for group in groups:
        assert [drawn.index(stroke) for stroke in group] == sorted(map(drawn.index, group))


def test_a_scribble_of_many_strokes_is_settled_in_time() -> None:
    rng = np.random.default_rng(1)
    asked = []

    def judge(groups: Sequence[Group]) -> list[NDArray[np.float32]]:
        asked.extend(groups)
        return refuse_all(groups)

    drawn = [Stroke(tuple(map(tuple, rng.uniform(0, 300, (20, 2)).tolist()))) for _ in range(80)]
    groups = group_strokes(drawn, judge)

    assert sum(map(len, groups)) == 80
    assert len(asked) <= 4 * 80
