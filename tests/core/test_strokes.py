import itertools
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.core.errors import DrawingError, EmptyInkError
from digitpad.core.grouping import group_strokes
from digitpad.core.rasterization import rasterize
from digitpad.core.strokes import Drawing, Stroke, load_drawing
from digitpad.training.datasets import load_drawings
from tests.written_digits import PATHS, write, write_digit

coordinates = st.floats(-1e6, 1e6)
strokes = st.builds(
    Stroke,
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20).map(tuple),
    st.floats(0.01, 9_999),
)


def rows_of(drawing: Drawing) -> list[int]:
    return [len(row) for row in group_strokes(drawing)]


class TestRasterize:
    def test_edges_are_smooth(self) -> None:
        ink = rasterize([Stroke(((0, 0), (70, 100)))])

        assert ((ink > 0.1) & (ink < 0.9)).mean() > 0.01
        assert ink.max() == 1
        assert ink.min() == 0

    @pytest.mark.parametrize("height", [12, 100, 900])
    @pytest.mark.parametrize("pen_px", [2.0, 14.0, 80.0])
    def test_strokes_are_as_wide_as_mnists(self, height: float, pen_px: float) -> None:
        corner = Stroke(((0, 0), (0, height), (height, height)), pen_px)

        ink = rasterize([corner])

        stem = ink[60:100].sum(axis=1)
        # OpenCV's anti-aliased lines are up to a tenth wider than asked for.
        assert np.median(stem) / max(ink.shape) * 20 == pytest.approx(2.5, abs=0.2)

    @pytest.mark.parametrize("digit", PATHS)
    def test_no_ink_is_cut_off_at_the_border(self, digit: str) -> None:
        ink = rasterize(write_digit(digit))

        border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
        assert border.max() < 0.75

    def test_ends_are_round(self) -> None:
        ink = rasterize([Stroke(((0, 0), (100, 0)))])

        assert ink[:4, :4].max() == 0
        assert ink[-4:, -4:].max() == 0

    def test_a_dot_is_round(self) -> None:
        for points in (((40.0, 40.0),), ((40.0, 40.0), (40.0, 40.0))):
            ink = rasterize([Stroke(points)])

            assert ink.shape[0] == ink.shape[1]
            assert ink.sum() == pytest.approx(np.pi / 4 * 19.2**2, rel=0.15)

    def test_nothing_is_refused(self) -> None:
        with pytest.raises(EmptyInkError):
            rasterize([])

    @given(st.lists(strokes, min_size=1, max_size=4))
    def test_any_strokes_become_ink_of_bounded_size(self, drawn: list[Stroke]) -> None:
        ink = rasterize(drawn)

        assert ink.dtype == np.float32
        assert ink.max() == 1
        assert max(ink.shape) <= 170


class TestDrawingFile:
    @given(st.lists(strokes, max_size=5))
    def test_a_saved_drawing_opens_as_it_was(self, drawn: list[Stroke]) -> None:
        drawing = Drawing(tuple(drawn))

        assert Drawing.from_json(drawing.to_json()) == drawing

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "[]",
            "null",
            "5",
            '"digitpad-drawing"',
            "{}",
            '{"format": "digitpad-drawing", "version": 2, "strokes": []}',
            '{"format": "other", "version": 1, "strokes": []}',
            '{"format": "digitpad-drawing", "version": 1}',
            '{"format": "digitpad-drawing", "version": 1, "strokes": 7}',
            '{"format": "digitpad-drawing", "version": 1, "strokes": [7]}',
            "[" * 100_000,
            '{"format": ' * 50_000,
        ],
    )
    def test_what_is_no_drawing_is_refused(self, text: str) -> None:
        with pytest.raises(DrawingError) as caught:
            Drawing.from_json(text)

        assert caught.value.hint

    @pytest.mark.parametrize(
        "stroke",
        [
            {"points": [], "width_px": 3},
            {"points": [[1, 2]], "width_px": 0},
            {"points": [[1, 2]], "width_px": -3},
            {"points": [[1, 2]], "width_px": "wide"},
            {"points": [[1, 2]], "width_px": None},
            {"points": [[1, 2]], "width_px": float("nan")},
            {"points": [[1, 2]], "width_px": float("inf")},
            {"points": [[1, 2]], "width_px": 10**400},
            {"points": [[1, 2]]},
            {"width_px": 3},
            {"points": [[1, 2, 3]], "width_px": 3},
            {"points": [[1, 2], [3]], "width_px": 3},
            {"points": [1, 2], "width_px": 3},
            {"points": [[1, None]], "width_px": 3},
            {"points": [["a", "b"]], "width_px": 3},
            {"points": [[float("nan"), 2]], "width_px": 3},
            {"points": [[float("inf"), 2]], "width_px": 3},
            {"points": [[1e9, 2]], "width_px": 3},
            {"points": [[10**400, 2]], "width_px": 3},
            {"points": {"x": 1}, "width_px": 3},
        ],
    )
    def test_a_broken_stroke_is_refused(self, stroke: dict[str, object]) -> None:
        text = json.dumps({"format": "digitpad-drawing", "version": 1, "strokes": [stroke]})

        with pytest.raises(DrawingError):
            Drawing.from_json(text)

    @given(st.data())
    def test_a_cut_off_file_is_refused(self, data: st.DataObject) -> None:
        text = write("47").to_json()
        length = data.draw(st.integers(0, len(text) - 1))

        with pytest.raises(DrawingError):
            Drawing.from_json(text[:length])


class TestLoadDrawing:
    def test_it_comes_back_as_it_was_saved(self, tmp_path: Path) -> None:
        (tmp_path / "47.json").write_text(write("47").to_json(), encoding="utf-8")

        assert load_drawing(tmp_path / "47.json") == write("47")

    @pytest.mark.parametrize("name", ["gone", "folder", "\0", "too long a name" * 20])
    def test_what_is_no_file_is_refused(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "folder").mkdir()

        with pytest.raises(DrawingError) as caught:
            load_drawing(tmp_path / name)

        assert caught.value.hint

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
    def test_nobody_waits_for_a_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.json")

        with pytest.raises(DrawingError, match="not a file"):
            load_drawing(tmp_path / "pipe.json")

    def test_a_huge_file_is_refused_unread(self, tmp_path: Path) -> None:
        with (tmp_path / "huge.json").open("wb") as file:
            file.truncate(10**9)

        with pytest.raises(DrawingError, match="too large"):
            load_drawing(tmp_path / "huge.json")


class TestGroupStrokes:
    def test_pen_digits_stay_whole(self, data_folder: Path) -> None:
        drawings = load_drawings(data_folder / "pen" / "pendigits-train.jsonl.gz")
        whole = [rows_of(Drawing(drawing.strokes)) == [1] for drawing in drawings]

        assert np.mean(whole) >= 0.997

    @pytest.mark.parametrize(
        "pair", ["".join(p) for p in itertools.product("0123456789", repeat=2)]
    )
    def test_two_digits_side_by_side_are_two(self, pair: str) -> None:
        drawing = Drawing((*write_digit(pair[0]), *write_digit(pair[1], left=80)))

        assert rows_of(drawing) == [2]

    @pytest.mark.parametrize("text", ["111", "123", "404", "585", "790"])
    def test_three_digits_side_by_side_are_three(self, text: str) -> None:
        assert rows_of(write(text, height=60)) == [3]

    @pytest.mark.parametrize("text", ["12\n34", "555\n88", "1\n1", "0\n44\n7"])
    def test_rows_are_told_apart(self, text: str) -> None:
        assert rows_of(write(text)) == [len(line) for line in text.split("\n")]

    def test_digits_come_in_reading_order_however_they_were_written(self) -> None:
        rows = [write_digit(d, left=100 * i, top=150 * (i // 2)) for i, d in enumerate("7104")]
        written = Drawing(tuple(s for digit in (3, 0, 2, 1) for s in rows[digit]))

        found = group_strokes(written)

        assert [[set(digit) for digit in row] for row in found] == [
            [set(rows[0]), set(rows[1])],
            [set(rows[2]), set(rows[3])],
        ]

    @pytest.mark.parametrize("digit", PATHS)
    @pytest.mark.parametrize("height", [20, 100, 600])
    def test_a_digit_of_any_size_is_one(self, digit: str, height: float) -> None:
        assert rows_of(Drawing(write_digit(digit, height=height))) == [1]

    def test_the_roof_of_a_5_may_hover(self) -> None:
        body = Stroke(((12, 12), (10, 45), (40, 50), (50, 75), (30, 98), (5, 90)))

        for height in (0, 4, 9):
            roof = Stroke(((14, height), (55, height - 2)))
            assert rows_of(Drawing((body, roof))) == [1]
            assert rows_of(Drawing((roof, body))) == [1]

    def test_an_8_may_be_two_circles(self) -> None:
        upper, lower = write_digit("8")
        for gap in (-5, 0, 4, 8):
            raised = Stroke(tuple((x, y - gap) for x, y in upper.points))
            assert rows_of(Drawing((raised, lower))) == [1]

    def test_the_stem_of_an_open_4_may_stand_apart(self) -> None:
        hook = Stroke(((10, 0), (2, 55), (40, 57)))

        for gap in (-10, 0, 5, 9):
            stem = Stroke(((40 + gap, 25), (38 + gap, 100)))
            assert rows_of(Drawing((hook, stem))) == [1]

    def test_the_slash_of_a_0_and_the_bar_of_a_7_belong_to_it(self) -> None:
        slash = Stroke(((55, 10), (5, 95)))
        bar = Stroke(((20, 50), (58, 48)))

        assert rows_of(Drawing((*write_digit("0"), slash))) == [1]
        assert rows_of(Drawing((*write_digit("7"), bar))) == [1]

    @pytest.mark.parametrize("pen_px", [4.0, 14.0, 40.0])
    def test_a_lone_dot_is_nothing_to_read(self, pen_px: float) -> None:
        dot = Stroke(((100, 100),), pen_px)
        wobble = Stroke(((100, 100), (100 + pen_px / 8, 100), (100, 100 + pen_px / 8)), pen_px)

        assert rows_of(Drawing((dot,))) == []
        assert rows_of(Drawing((wobble,))) == []

    def test_a_dot_beside_a_digit_is_left_out(self) -> None:
        dot = Stroke(((150, 100),))

        assert group_strokes(Drawing((*write_digit("6"), dot))) == ((write_digit("6"),),)

    def test_an_empty_drawing_is_nothing_to_read(self) -> None:
        assert group_strokes(Drawing()) == ()

    @given(st.lists(strokes, max_size=6))
    def test_no_stroke_is_lost_or_doubled(self, drawn: list[Stroke]) -> None:
        found = [s for row in group_strokes(Drawing(tuple(drawn))) for digit in row for s in digit]

        assert all(found.count(stroke) <= drawn.count(stroke) for stroke in found)
