import gzip
import json
from pathlib import Path

import pytest

from digitpad.core.errors import DatasetError
from digitpad.core.strokes import Stroke
from digitpad.training.data import datasets
from digitpad.training.data.datasets import load_drawings


class TestLoadDrawings:
    GOOD = json.dumps({"label": 3, "writer": "12", "strokes": [[[1, 2], [3, 4.5]], [[5, 6]]]})

    @pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
    def test_a_line_is_a_drawing(self, tmp_path: Path, suffix: str) -> None:
        file = tmp_path / f"pen{suffix}"
        text = f"{self.GOOD}\n\n{self.GOOD}".encode()
        file.write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)

        first, second = load_drawings(file)

        assert first == second
        assert (first.label, first.writer) == (3, "12")
        assert first.strokes == (Stroke(((1.0, 2.0), (3.0, 4.5))), Stroke(((5.0, 6.0),)))

    @pytest.mark.parametrize(
        "line",
        [
            "{",
            "7",
            "[]",
            "null",
            "{}",
            '{"label": 10, "strokes": [[[1, 2]]]}',
            '{"label": "3", "strokes": [[[1, 2]]]}',
            '{"label": true, "strokes": [[[1, 2]]]}',
            '{"strokes": [[[1, 2]]]}',
            '{"label": 3}',
            '{"label": 3, "strokes": []}',
            '{"label": 3, "strokes": [[]]}',
            '{"label": 3, "strokes": "12"}',
            '{"label": 3, "strokes": [[[1]]]}',
            '{"label": 3, "strokes": [[[1, 2, 3]]]}',
            '{"label": 3, "strokes": [[["a", 2]]]}',
            '{"label": 3, "strokes": [[[NaN, 2]]]}',
            '{"label": 3, "strokes": [[[Infinity, 2]]]}',
            f'{{"label": 3, "strokes": [[[1{"0" * 400}, 2]]]}}',
            "[" * 100_000,
        ],
        ids=lambda line: line[:45],
    )
    def test_the_message_names_the_line(self, tmp_path: Path, line: str) -> None:
        file = tmp_path / "pen.jsonl"
        file.write_text(f"{self.GOOD}\n{line}\n{self.GOOD}\n")

        with pytest.raises(DatasetError, match="line 2") as caught:
            load_drawings(file)

        assert "pen.jsonl" in caught.value.message

    @pytest.mark.parametrize("kept", [0.3, 0.99])
    def test_a_cut_off_gzip(self, tmp_path: Path, kept: float) -> None:
        content = gzip.compress("\n".join([self.GOOD] * 500).encode())
        file = tmp_path / "pen.jsonl.gz"
        file.write_bytes(content[: int(len(content) * kept)])

        with pytest.raises(DatasetError):
            load_drawings(file)

    @pytest.mark.parametrize("content", [b"no gzip", b"\x1f\x8b\x08\0" + bytes(50), b"\xff\xfe"])
    def test_other_bytes(self, tmp_path: Path, content: bytes) -> None:
        for name in ("pen.jsonl", "pen.jsonl.gz"):
            (tmp_path / name).write_bytes(content)

            with pytest.raises(DatasetError):
                load_drawings(tmp_path / name)

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError):
            load_drawings(tmp_path / "nowhere.jsonl")
        with pytest.raises(DatasetError):
            load_drawings(tmp_path)

    def test_what_is_no_digit_and_how_it_is_written(self, tmp_path: Path) -> None:
        file = tmp_path / "strokes.jsonl"
        file.write_text(
            '{"label": null, "strokes": [[[1, 2], [3, 4]]], "style": "scribble"}\n'
            '{"label": 7, "strokes": [[[1, 2], [3, 4]]]}\n'
        )

        scribble, seven = load_drawings(file)

        assert (scribble.label, scribble.style) == (None, "scribble")
        assert (seven.label, seven.style) == (7, "")

    def test_the_pen_digits(self, data_folder: Path) -> None:
        drawings = load_drawings(data_folder / datasets.PEN_FILE)

        assert len(drawings) == 7_494
        assert {drawing.label for drawing in drawings} == set(range(10))
        assert len({drawing.writer for drawing in drawings}) == 30
