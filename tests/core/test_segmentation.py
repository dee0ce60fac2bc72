import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.images import fit_working_size
from digitpad.core.joining import suggest_digits
from digitpad.core.layout import Box, arrange_lines
from digitpad.core.marks import find_marks
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.segmentation import Crop, find_digits
from digitpad.core.stroke_width import measure_stroke_ratio, prepare_crop
from tests.benchmarks.reading import compose_page
from tests.networks import extract_ink
from tests.written_digits import PATHS, write_digit
from tests.written_pages import write_page

CLASSIFIER = Classifier(paths.bundled_models() / "default" / "model.tflite")


def find_rows(page: NDArray[np.float32]) -> list[list[Crop]]:
    marks = find_marks(page)
    crops = find_digits(marks, suggest_digits(marks), CLASSIFIER)
    return [[crops[i] for i in row] for row in arrange_lines([crop.box for crop in crops])]


def count(page: NDArray[np.float32]) -> list[int]:
    return [len(row) for row in find_rows(page)]


@pytest.mark.parametrize("digit", PATHS)
@pytest.mark.parametrize("stroke_ratio", [0.03, 0.1, 0.2])
def test_one_digit(digit: str, stroke_ratio: float) -> None:
    assert count(write_page(digit, 100, stroke_ratio)) == [1]


def test_rows_and_boxes() -> None:
    rows = find_rows(write_page("123\n45\n6789", 80))

    assert [len(row) for row in rows] == [3, 2, 4]
    for row_index, row in enumerate(rows):
        for column, crop in enumerate(row):
            assert crop.box.y == pytest.approx(40 + 120 * row_index, abs=3)
            assert crop.box.x == pytest.approx(40 + 80 * column, abs=12)
            assert crop.box.height == pytest.approx(80, abs=4)


def test_crops_hold_one_digit_each() -> None:
    page = write_page("58", 100)
    page[60:150, 139:149] = 1  # Reaches into the 5's box, below its roof.
    page[60:150, 132:139] = 0
    (row,) = find_rows(page)

    alone = find_rows(write_page("5", 100))[0][0]

    similar = np.corrcoef(row[0].image.ravel(), alone.image.ravel())[0, 1]
    assert similar > 0.95


def test_dots_specks_and_lines_are_no_digits() -> None:
    page = write_page("27\n51", 100)
    for x, y in [(20, 20), (120, 170), (230, 20), (30, 280)]:
        cv2.circle(page, (x, y), 5, 1.0, -1)
    rng = np.random.default_rng(1)
    for x, y in rng.integers(5, 245, (30, 2)):
        page[y, x] = 1
    page[-20:-17, 10:240] = 1

    assert count(page) == [2, 2]


def test_large_blot_is_no_digit() -> None:
    page = write_page("2 7".replace(" ", "4"), 100)
    page[:, 150:245] = 0
    cv2.circle(page, (200, 100), 35, 1.0, -1)

    assert count(page) == [2]


def test_shadow_at_the_border_is_no_digit() -> None:
    page = write_page("36\n90", 100)
    page[:, :9] = 0.8
    page[120:260, -14:] = 0.7
    page[-6:, 20:90] = 1

    assert count(page) == [2, 2]


def test_sheet_on_a_table() -> None:
    page = np.pad(write_page("36\n90", 100), 120)
    height, width = page.shape
    cv2.rectangle(page, (110, 112), (width - 112, height - 108), 1.0, 4)
    cv2.ellipse(page, (50, 60), (12, 30), 20, 0, 360, 1.0, 4)

    assert count(page) == [2, 2]


def test_digit_that_touches_the_border() -> None:
    page = write_page("7", 200)
    rows, columns = np.flatnonzero(page.any(1)), np.flatnonzero(page.any(0))

    tight = page[rows[0] + 2 : rows[-1] - 1, columns[0] + 2 : columns[-1] - 1]

    assert count(tight) == [1]


def test_stroke_cut_off_along_the_border_is_left_out() -> None:
    page = write_page("331", 100)
    stroke = np.flatnonzero(page[:, 250:].any(axis=0)) + 250

    assert count(page[:, : (stroke[0] + stroke[-1]) // 2]) == [2]


@pytest.mark.parametrize(
    ("digit", "gap"), [("5", (0.0, 0.12)), ("7", (0.5, 0.54)), ("6", (0.3, 0.33))]
)
def test_broken_digit_stays_one(digit: str, gap: tuple[float, float]) -> None:
    page = write_page(digit, 200, 0.06)
    rows = np.flatnonzero(page.any(1))
    top = rows[0]
    if digit == "5":  # The roof stands apart from the rest.
        page[top + 20 : top + 34] = 0
    else:
        page[top + int(200 * gap[0]) : top + int(200 * gap[1])] = 0

    assert count(page) == [1]


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (40, 3), (300, 400)])
def test_nothing_written(shape: tuple[int, int]) -> None:
    assert count(np.zeros(shape, np.float32)) == []


def test_full_of_ink() -> None:
    assert count(np.ones((100, 100), np.float32)) == []


@pytest.mark.parametrize("stroke_ratio", [0.03, 0.06, 0.12, 0.2])
@pytest.mark.parametrize("digit", ["0", "2", "5", "8"])
def test_strokes_become_as_wide_as_in_mnist(digit: str, stroke_ratio: float) -> None:
    crop = prepare_crop(rasterize(write_digit(digit), stroke_ratio))

    assert 0.08 < measure_stroke_ratio(crop) < 0.21


@pytest.mark.parametrize("stroke_ratio", [0.05, 0.12, 0.2])
def test_stroke_ratio_is_measured(stroke_ratio: float) -> None:
    ink = rasterize(write_digit("2"), stroke_ratio)

    assert measure_stroke_ratio(ink) == pytest.approx(stroke_ratio, rel=0.25)
    assert measure_stroke_ratio(np.zeros((5, 5), np.float32)) == 0


@pytest.mark.parametrize("strength", [0.1, 0.4, 1.0])
def test_faint_ink_becomes_full(strength: float) -> None:
    ink = rasterize(write_digit("3"))
    faint = ink * strength
    faint[: len(faint) // 2] *= 0.5

    crop = prepare_crop(faint)

    assert crop.max() == 1
    similar = np.corrcoef(normalize(crop).ravel(), normalize(ink).ravel())[0, 1]
    assert similar > 0.97


def test_crops_are_at_their_boxes() -> None:
    page = write_page("9", 64)
    ((crop,),) = find_rows(page)

    assert isinstance(crop.box, Box)
    inside = page[int(crop.box.y) : int(crop.box.bottom), int(crop.box.x) : int(crop.box.right)]
    # The faintest edge of the ink, below the threshold of paper, may lie outside.
    assert inside.sum() == pytest.approx(page.sum(), rel=1e-3)


def test_digits_where_the_light_falls_off_to_the_border_are_found() -> None:
    picture, _ = fit_working_size(compose_page())

    assert count(extract_ink(picture)) == [10] * 10


def test_a_large_digit_with_a_broken_piece_is_no_frame() -> None:
    classifier = Classifier(paths.bundled_models() / "default" / "model.tflite")
    page = write_page("2", 600)
    rows, columns = np.nonzero(page > 0.5)
    middle = rows.min() + 60
    page[middle : middle + 8, : int(np.median(columns))] = 0  # Breaks the hook off.

    marks = find_marks(page)
    (crop,) = find_digits(marks, suggest_digits(marks), classifier)

    assert crop.probabilities.argmax() == 2


@pytest.mark.parametrize("seed", [65, 214, 460, 1943, 2581, 2757])
def test_a_speck_is_never_thinned_to_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = rng.integers(3, 120, 2)
    noise = rng.random(size).astype(np.float32)
    grain = cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(0.5, 6)))
    mask = grain > np.quantile(grain, rng.uniform(0.02, 0.7))
    speck = np.where(mask, np.float32(rng.uniform(0.16, 1)), np.float32(0))

    assert normalize(prepare_crop(speck)).max() == 1
