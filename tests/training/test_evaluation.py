import csv
import gzip
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.errors import DatasetError, DigitpadError
from digitpad.core.rasterization import rasterize
from digitpad.training.evaluation import Answer, align, evaluate, summarize
from tests.written_digits import PATHS, save_mnist, write_digit


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(paths.bundled_models() / "default" / "model.tflite")


def save_page(file: Path, text: str) -> Path:
    """Save a photograph of black digits on white paper."""
    page = np.full((260, 60 + 150 * len(text)), 255.0, np.float32)
    for column, digit in enumerate(text):
        ink = rasterize(write_digit(digit))
        left = 50 + 150 * column
        page[40 : 40 + ink.shape[0], left : left + ink.shape[1]] -= 230 * ink
    file.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(file), page)
    return file


def edit_distance(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(second, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (one != other))
    return row[-1]


class TestAlign:
    @given(st.text("0123", max_size=8), st.text("0123", max_size=8))
    def test_as_many_pairs_differ_as_the_edit_distance(self, expected: str, read: str) -> None:
        pairs = align(expected, read)

        assert "".join(one for one, _ in pairs) == expected
        assert "".join(other for _, other in pairs) == read
        assert all(one or other for one, other in pairs)
        assert sum(one != other for one, other in pairs) == edit_distance(expected, read)

    @pytest.mark.parametrize(
        ("expected", "read", "pairs"),
        [
            ("", "", []),
            ("12", "12", [("1", "1"), ("2", "2")]),
            ("123", "13", [("1", "1"), ("2", ""), ("3", "3")]),
            ("13", "123", [("1", "1"), ("", "2"), ("3", "3")]),
            ("47", "41", [("4", "4"), ("7", "1")]),
            ("", "5", [("", "5")]),
            ("5", "", [("5", "")]),
        ],
    )
    def test_known_cases(self, expected: str, read: str, pairs: list[tuple[str, str]]) -> None:
        assert align(expected, read) == pairs


class TestSummarize:
    def test_figures_count_whole_texts_and_single_digits(self) -> None:
        answers = [
            Answer("a", "47", "47"),
            Answer("b", "123", "13"),
            Answer("c", "7", "1"),
            Answer("d", "0", ""),
            Answer("e", "5", "58"),
        ]

        figures = summarize(answers)

        assert figures.n == 5
        assert figures.accuracy == pytest.approx(1 / 5)
        assert figures.digits == 8
        assert figures.character_error_rate == pytest.approx(4 / 8)
        assert [mistake.source for mistake in figures.mistakes] == ["b", "c", "d", "e"]
        confusion = np.array(figures.confusion)
        assert confusion.sum() == 6
        assert confusion[7].tolist() == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0]
        assert confusion[2].sum() == confusion[0].sum() == 0

    def test_all_right(self) -> None:
        figures = summarize([Answer(str(d), str(d), str(d)) for d in range(10)])

        assert (figures.accuracy, figures.character_error_rate, figures.mistakes) == (1, 0, ())
        assert figures.confusion == tuple(tuple(int(i == j) for j in range(10)) for i in range(10))


class TestEvaluate:
    def test_mnist_is_judged_on_its_test_split(
        self, tmp_path: Path, classifier: Classifier
    ) -> None:
        file = save_mnist(tmp_path / "mnist.npz", train=20, test=50)

        for place in (file, tmp_path):
            figures = evaluate(place, classifier)
            assert (figures.n, figures.digits) == (50, 50)
            assert figures.accuracy > 0.9

    @pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
    def test_a_strokes_file_and_some_writers(
        self, tmp_path: Path, classifier: Classifier, suffix: str
    ) -> None:
        lines = "".join(
            json.dumps(
                {
                    "label": int(digit),
                    "writer": "1" if digit < "4" else "2",
                    "strokes": [stroke.points for stroke in write_digit(digit)],
                }
            )
            + "\n"
            for digit in PATHS
        ).encode()
        file = tmp_path / f"pen{suffix}"
        file.write_bytes(gzip.compress(lines) if suffix.endswith("gz") else lines)

        assert (evaluate(file, classifier).n, evaluate(file, classifier).accuracy) == (10, 1)
        assert evaluate(file, classifier, frozenset({"1"})).n == 4
        with pytest.raises(DatasetError):
            evaluate(file, classifier, frozenset({"3"}))

    def test_images_named_after_their_digit(self, tmp_path: Path, classifier: Classifier) -> None:
        save_page(tmp_path / "A" / "3 first.png", "3")
        save_page(tmp_path / "B" / "8.JPG", "8")
        save_page(tmp_path / "B" / "4wrong.png", "6")
        (tmp_path / "notes.txt").write_text("no picture")
        save_page(tmp_path / "unnamed.png", "1")

        figures = evaluate(tmp_path, classifier)

        assert figures.n == 3
        assert figures.accuracy == pytest.approx(2 / 3)
        assert figures.mistakes == (Answer("4wrong.png", "4", "6"),)

    def test_a_table_of_labels(self, tmp_path: Path, classifier: Classifier) -> None:
        save_page(tmp_path / "one.png", "38")
        save_page(tmp_path / "deep" / "two.png", "50")
        with (tmp_path / "labels.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(
                [("file", "text"), ("one.png", "3 8"), ("deep/two.png", "51")]
            )

        figures = evaluate(tmp_path, classifier)

        assert (figures.n, figures.digits) == (2, 4)
        assert figures.accuracy == pytest.approx(1 / 2)
        assert figures.character_error_rate == pytest.approx(1 / 4)
        assert figures.mistakes == (Answer("two.png", "51", "50"),)

    @pytest.mark.parametrize(
        "table",
        [
            "",
            "file,text\n",
            "name,digits\na.png,3\n",
            "file\na.png\n",
            "file,text\na.png\n",
            "file,text\na.png,\n",
            "file,text\na.png,three\n",
            "file,text\na.png,²\n",
        ],
    )
    def test_a_broken_table(self, tmp_path: Path, classifier: Classifier, table: str) -> None:
        (tmp_path / "labels.csv").write_text(table, encoding="utf-8")

        with pytest.raises(DatasetError) as caught:
            evaluate(tmp_path, classifier)

        assert caught.value.hint

    def test_a_table_in_another_encoding(self, tmp_path: Path, classifier: Classifier) -> None:
        (tmp_path / "labels.csv").write_bytes("file,text\nGrün.png,3\n".encode("latin-1"))

        with pytest.raises(DatasetError):
            evaluate(tmp_path, classifier)

    def test_a_picture_of_the_table_that_is_gone(
        self, tmp_path: Path, classifier: Classifier
    ) -> None:
        (tmp_path / "labels.csv").write_text("file,text\ngone.png,3\n")

        with pytest.raises(DigitpadError, match=r"gone\.png"):
            evaluate(tmp_path, classifier)

    @pytest.mark.parametrize(
        "name", ["", "nowhere", "picture.png", "pen.jsonl", "too long a name" * 20]
    )
    def test_no_data(self, tmp_path: Path, classifier: Classifier, name: str) -> None:
        with pytest.raises(DatasetError):
            evaluate(tmp_path / name, classifier)

    def test_writers_only_of_strokes(self, tmp_path: Path, classifier: Classifier) -> None:
        save_mnist(tmp_path / "mnist.npz", train=10, test=10)

        with pytest.raises(DatasetError):
            evaluate(tmp_path, classifier, frozenset({"1"}))
