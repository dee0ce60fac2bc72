import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad.core.errors import DatasetError, DigitpadError
from digitpad.core.rasterization import rasterize
from digitpad.training.data.allographs import list_styles
from digitpad.training.evaluation import evaluate, evaluate_validation
from digitpad.training.figures import Answer, summarize
from tests.networks import NETWORK_FILES
from tests.written_digits import PATHS, save_mnist, write_digit


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

    def test_precision_and_recall_of_each_class(self) -> None:
        answers = [
            Answer("a", "44", "47"),
            Answer("b", "7", "?", flagged=1),
            Answer("c", "", "7"),
            Answer("d", "77", "7"),
            Answer("e", "1", "2"),
        ]

        classes = summarize(answers).classes

        assert [figures.label for figures in classes] == list(range(10))
        four, seven = classes[4], classes[7]
        assert (four.n, four.read, four.right) == (2, 1, 1)
        assert (four.precision, four.recall, four.f1) == (1, 0.5, pytest.approx(2 / 3))
        assert (seven.n, seven.read, seven.right) == (3, 3, 1)
        assert seven.f1 == seven.precision == seven.recall == pytest.approx(1 / 3)
        assert (classes[1].precision, classes[1].recall, classes[1].f1) == (None, 0, None)
        assert (classes[2].precision, classes[2].recall, classes[2].f1) == (0, None, None)
        assert (classes[0].precision, classes[0].recall) == (None, None)

    def test_all_right(self) -> None:
        figures = summarize([Answer(str(d), str(d), str(d), confidence=1.0) for d in range(10)])

        assert (figures.accuracy, figures.character_error_rate, figures.mistakes) == (1, 0, ())
        assert figures.confusion == tuple(tuple(int(i == j) for j in range(10)) for i in range(10))
        assert figures.calibration_error == 0
        assert figures.worst_kind == ""

    def test_what_is_flagged_is_wrong_if_it_is_a_digit_and_right_if_not(self) -> None:
        answers = [
            Answer("a", "47", "4?", flagged=1),
            Answer("b", "", "?", flagged=1),
            Answer("c", "", "??", flagged=2),
            Answer("d", "", "3"),
            Answer("e", "", ""),
        ]

        figures = summarize(answers)

        assert [mistake.source for mistake in figures.mistakes] == ["a", "d"]
        assert figures.character_error_rate == pytest.approx(1 / 2)
        assert np.array(figures.confusion).sum() == 1
        assert figures.digits_flagged == 1
        assert (figures.no_digits, figures.no_digits_flagged) == (4, 3)

    def test_nothing_but_what_is_no_digit(self) -> None:
        figures = summarize([Answer("a", "", "?", flagged=1)])

        assert (figures.accuracy, figures.digits, figures.character_error_rate) == (1, 0, 0)
        assert figures.calibration_error is None

    def test_confidence_that_does_not_hold(self) -> None:
        answers = [Answer(str(n), "3", "3" if n < 6 else "8", confidence=0.9) for n in range(10)]

        assert summarize(answers).calibration_error == pytest.approx(0.3)


class TestEvaluate:
    def test_mnist_is_judged_on_its_test_split(self, tmp_path: Path) -> None:
        file = save_mnist(tmp_path / "mnist.npz", train=20, test=50)

        for place in (file, tmp_path):
            figures = evaluate(place, NETWORK_FILES)
            assert (figures.n, figures.digits) == (50, 50)
            assert figures.accuracy > 0.9

    @pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
    def test_a_strokes_file_and_some_writers(self, tmp_path: Path, suffix: str) -> None:
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

        assert (evaluate(file, NETWORK_FILES).n, evaluate(file, NETWORK_FILES).accuracy) == (10, 1)
        assert evaluate(file, NETWORK_FILES, frozenset({"1"})).n == 4
        with pytest.raises(DatasetError):
            evaluate(file, NETWORK_FILES, frozenset({"3"}))

    def test_images_named_after_their_digit(self, tmp_path: Path) -> None:
        save_page(tmp_path / "A" / "3 first.png", "3")
        save_page(tmp_path / "B" / "8.JPG", "8")
        save_page(tmp_path / "B" / "4wrong.png", "6")
        (tmp_path / "notes.txt").write_text("no picture")
        save_page(tmp_path / "unnamed.png", "1")

        figures = evaluate(tmp_path, NETWORK_FILES)

        assert figures.n == 3
        assert figures.accuracy == pytest.approx(2 / 3)
        assert [(m.source, m.expected, m.read) for m in figures.mistakes] == [
            ("4wrong.png", "4", "6")
        ]
        assert figures.calibration_error is not None

    def test_a_table_of_labels(self, tmp_path: Path) -> None:
        save_page(tmp_path / "one.png", "38")
        save_page(tmp_path / "deep" / "two.png", "50")
        with (tmp_path / "labels.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(
                [("file", "text"), ("one.png", "3 8"), ("deep/two.png", "51")]
            )

        figures = evaluate(tmp_path, NETWORK_FILES)

        assert (figures.n, figures.digits) == (2, 4)
        assert figures.accuracy == pytest.approx(1 / 2)
        assert figures.character_error_rate == pytest.approx(1 / 4)
        assert [(m.source, m.expected, m.read) for m in figures.mistakes] == [
            ("two.png", "51", "50")
        ]
        assert figures.calibration_error is None
        assert figures.kinds == ()

    def test_pages_by_difficulty(self, tmp_path: Path) -> None:
        for name, text in (("a.png", "38"), ("b.png", "50"), ("c.png", "50")):
            save_page(tmp_path / name, text)
        with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [
                    ("file", "text", "difficulty"),
                    ("a.png", "38", "ruled"),
                    ("b.png", "5\n0", "shadow"),
                    ("c.png", "51", "ruled"),
                ]
            )

        figures = evaluate(tmp_path, NETWORK_FILES)
        ruled, shadow = figures.kinds

        assert figures.worst_kind == "ruled"
        assert (ruled.kind, ruled.n, ruled.right, ruled.layouts_right) == ("ruled", 2, 1, 1)
        assert (ruled.digits, ruled.character_error_rate) == (4, pytest.approx(1 / 4))
        assert (shadow.right, shadow.layouts_right, shadow.character_error_rate) == (1, 0, 0)

    def test_processes_change_nothing(self, tmp_path: Path) -> None:
        # So many that it is worth two.
        for number in range(30):
            save_page(tmp_path / f"{number % 10} {number}.png", str((number + number // 20) % 10))
        followed = []

        def follow(answers: Iterator[Answer], count: int) -> Iterator[Answer]:
            assert count == 30
            for answer in answers:
                followed.append(answer.source)
                yield answer

        one, two = (evaluate(tmp_path, NETWORK_FILES, jobs=jobs, follow=follow) for jobs in (1, 2))

        assert one == two
        assert one.n == 30
        assert len(one.mistakes) == 10
        assert followed[:30] == followed[30:]

    def test_drawings_by_style_and_what_is_no_digit(self, tmp_path: Path) -> None:
        records = [
            {"label": int(digit), "writer": "1", "style": f"plain {digit}"} for digit in PATHS
        ]
        lines = [
            record | {"strokes": [stroke.points for stroke in write_digit(str(record["label"]))]}
            for record in records
        ]
        lines.append(lines[3] | {"label": None, "style": "scribble"})
        file = tmp_path / "styles.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))

        figures = evaluate(file, NETWORK_FILES)

        assert [kind.kind for kind in figures.kinds][-2:] == ["plain 9", "scribble"]
        assert [kind.accuracy for kind in figures.kinds] == [1] * 10 + [0]
        assert figures.worst_kind == "scribble"
        assert (figures.n, figures.digits) == (11, 10)
        assert (figures.no_digits, figures.no_digits_flagged) == (1, 0)
        assert figures.digits_flagged == 0
        assert figures.character_error_rate == 0
        assert figures.mistakes[0].expected == ""

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
    def test_a_broken_table(self, tmp_path: Path, table: str) -> None:
        (tmp_path / "labels.csv").write_text(table, encoding="utf-8")

        with pytest.raises(DatasetError) as caught:
            evaluate(tmp_path, NETWORK_FILES)

        assert caught.value.hint

    def test_a_table_in_another_encoding(self, tmp_path: Path) -> None:
        (tmp_path / "labels.csv").write_bytes("file,text\nGrün.png,3\n".encode("latin-1"))

        with pytest.raises(DatasetError):
            evaluate(tmp_path, NETWORK_FILES)

    def test_a_picture_of_the_table_that_is_gone(self, tmp_path: Path) -> None:
        (tmp_path / "labels.csv").write_text("file,text\ngone.png,3\n")

        with pytest.raises(DigitpadError, match=r"gone\.png"):
            evaluate(tmp_path, NETWORK_FILES)

    @pytest.mark.parametrize(
        "name", ["", "nowhere", "picture.png", "pen.jsonl", "too long a name" * 20]
    )
    def test_no_data(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(DatasetError):
            evaluate(tmp_path / name, NETWORK_FILES)

    def test_writers_only_of_strokes(self, tmp_path: Path) -> None:
        save_mnist(tmp_path / "mnist.npz", train=10, test=10)

        with pytest.raises(DatasetError):
            evaluate(tmp_path, NETWORK_FILES, frozenset({"1"}))


def test_the_validation_set_by_style(data_folder: Path) -> None:
    figures = evaluate_validation(data_folder, NETWORK_FILES.classifier)

    by_kind = {kind.kind: kind for kind in figures.kinds}
    assert by_kind["MNIST"].n == 5_000
    assert {"crossed 7", "slashed 0", "1 with a long upstroke", "scribble"} <= by_kind.keys()
    assert min(by_kind[style].accuracy for _, style in list_styles()) >= 0.95
    assert figures.no_digits == 3_000
    assert figures.no_digits_flagged / figures.no_digits >= 0.95
    assert figures.digits_flagged / figures.digits <= 0.005
    assert figures.calibration_error is not None
    assert figures.calibration_error <= 0.01
