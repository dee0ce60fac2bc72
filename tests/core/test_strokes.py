import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.core.errors import DrawingError, EmptyInkError
from digitpad.core.rasterization import rasterize
from digitpad.core.strokes import Drawing, Stroke, load_drawing
from tests.written_digits import PATHS, write, write_digit

coordinates = st.floats(-1e6, 1e6)
strokes = st.builds(
    Stroke,
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20).map(tuple),
    st.floats(0.01, 9_999),
)


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
