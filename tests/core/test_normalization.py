"""The facts about MNIST's digits that REFERENCE.md, section 2, lists."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitpad.core.errors import EmptyInkError
from digitpad.core.normalization import INK_THRESHOLD, normalize
from digitpad.core.rasterization import rasterize
from digitpad.core.strokes import Stroke
from digitpad.training.data.datasets import load_mnist
from tests.written_digits import PATHS, write_digit

coordinates = st.floats(0, 300, allow_subnormal=False)
paths = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=12)
drawings = st.lists(paths, min_size=1, max_size=4).filter(
    lambda drawing: np.ptp(np.concatenate(drawing), axis=0).max() > 5
)


def sides(image: NDArray[np.float32], threshold: float = 0.0) -> tuple[int, int]:
    rows, columns = np.nonzero(image > threshold)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def center_of_mass(image: NDArray[np.float32]) -> NDArray[np.float64]:
    rows, columns = np.indices(image.shape)
    return np.array([(rows * image).sum(), (columns * image).sum()]) / image.sum()


def strokes_of(drawing: list[list[tuple[float, float]]]) -> list[Stroke]:
    return [Stroke(tuple(path)) for path in drawing]


@pytest.fixture(scope="module")
def mnist_images(data_folder: Path) -> NDArray[np.float32]:
    test = load_mnist(data_folder).test
    return test.images.astype(np.float32) / np.float32(255)


def test_mnist_itself_has_the_facts_we_build_on(mnist_images: NDArray[np.float32]) -> None:
    longest = np.array([max(sides(image, INK_THRESHOLD)) for image in mnist_images])
    off = np.array([abs(center_of_mass(image) - 14.0).max() for image in mnist_images])

    assert (longest == 20).mean() > 0.99
    assert (off <= 0.5).mean() > 0.99


def test_a_digit_of_mnist_moves_nowhere_and_hardly_changes(
    mnist_images: NDArray[np.float32],
) -> None:
    again = np.stack([normalize(image) for image in mnist_images])

    differences = abs(again - mnist_images).mean(axis=(1, 2))
    assert (differences < 0.01).mean() > 0.99
    assert np.median(differences) < 1e-3


def test_a_digit_of_mnist_keeps_the_size_and_place_of_mnist(
    mnist_images: NDArray[np.float32],
) -> None:
    differences = []
    for image in mnist_images[:1000]:
        # As a scanner would give it: larger, and somewhere on the page.
        large = cv2.resize(image, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC).clip(0, 1)
        page = np.pad(large, ((40, 11), (3, 90)))

        digit = normalize(page)

        assert max(sides(digit)) == 20
        assert abs(center_of_mass(digit) - 14.0).max() <= 0.5 + 1e-3
        differences.append(abs(digit - image).mean())
    # Cubic enlargement smears edges outwards by a fraction of a pixel.
    assert np.median(differences) < 0.04


@given(drawings)
def test_longest_side_is_20_and_the_darkest_pixel_is_1(
    drawing: list[list[tuple[float, float]]],
) -> None:
    digit = normalize(rasterize(strokes_of(drawing)))

    assert digit.shape == (28, 28)
    assert digit.dtype == np.float32
    assert max(sides(digit)) == 20
    assert digit.max() == 1
    assert digit.min() >= 0


@given(drawings)
def test_center_of_mass_is_within_half_a_pixel_of_14(
    drawing: list[list[tuple[float, float]]],
) -> None:
    digit = normalize(rasterize(strokes_of(drawing)))

    rows, columns = np.nonzero(digit)
    off = center_of_mass(digit) - 14.0
    for distance, used in zip(off, (rows, columns), strict=True):
        # A digit whose mass lies at one end stops at the border: it is never cut off.
        at_border = used.min() == 0 or used.max() == 27
        assert abs(distance) <= 0.5 + 1e-3 or at_border


@given(drawings, st.integers(0, 60), st.integers(0, 60))
def test_ink_is_merely_moved_by_whole_pixels(
    drawing: list[list[tuple[float, float]]], down: int, right: int
) -> None:
    ink = rasterize(strokes_of(drawing))
    moved = np.pad(ink, ((down, 60 - down), (right, 60 - right)))

    np.testing.assert_array_equal(normalize(moved), normalize(ink))


@pytest.mark.parametrize("digit", PATHS)
def test_placing_a_finished_digit_again_changes_nothing(digit: str) -> None:
    image = normalize(rasterize(write_digit(digit)))

    np.testing.assert_array_equal(normalize(np.pad(image, ((2, 0), (0, 3)))), image)


@pytest.mark.parametrize(("height", "width"), [(200, 40), (40, 200), (90, 90), (301, 17), (7, 3)])
def test_aspect_is_kept(height: int, width: int) -> None:
    bar = np.zeros((height + 10, width + 10), np.float32)
    bar[5:-5, 5:-5] = 1

    found_height, found_width = sides(normalize(bar))

    scale = 20 / max(height, width)
    assert (found_height, found_width) == (round(height * scale), max(1, round(width * scale)))


@given(
    drawings,
    st.floats(0.2, 20),
    st.floats(-500, 500),
    st.floats(-500, 500),
    st.sampled_from([1.0, 14.0, 60.0]),
)
def test_any_canvas_size_place_pen_and_screen_scale_gives_the_same_digit(
    drawing: list[list[tuple[float, float]]], scale: float, dx: float, dy: float, pen_px: float
) -> None:
    other = [
        Stroke(tuple((x * scale + dx, y * scale + dy) for x, y in path), pen_px) for path in drawing
    ]

    difference = abs(normalize(rasterize(other)) - normalize(rasterize(strokes_of(drawing))))

    # One pixel of the raster, an eighth of the digit image's, may round the other way.
    assert difference.mean() < 0.02


@pytest.mark.parametrize("factor", [0.25, 0.5, 1.25, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("digit", PATHS)
def test_hidpi_and_canvas_size_do_not_change_a_digit(digit: str, factor: float) -> None:
    plain = normalize(rasterize(write_digit(digit)))
    scaled = normalize(
        rasterize(write_digit(digit, left=31.7, top=-12.3, height=100 * factor, width_px=3.0))
    )

    np.testing.assert_allclose(scaled, plain, atol=0.08)


@pytest.mark.parametrize("level", [0.3, 0.6, 1.0])
def test_faint_ink_becomes_full_ink(level: float) -> None:
    ink = rasterize(write_digit("3"))

    digit = normalize(ink * np.float32(level))

    assert digit.max() == 1


@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (300, 20), (0, 0)])
@pytest.mark.parametrize("level", [0.0, INK_THRESHOLD / 2])
def test_paper_without_ink_is_refused(shape: tuple[int, int], level: float) -> None:
    with pytest.raises(EmptyInkError):
        normalize(np.full(shape, level, np.float32))


def test_a_single_pixel_of_ink_is_a_square_of_20() -> None:
    ink = np.zeros((9, 9), np.float32)
    ink[4, 4] = 0.8

    assert sides(normalize(ink)) == (20, 20)


def test_the_crop_is_left_as_it_was() -> None:
    ink = rasterize(write_digit("8")) * np.float32(0.5)
    before = ink.copy()

    normalize(ink)
    normalize(np.asfortranarray(ink))

    np.testing.assert_array_equal(ink, before)


def test_a_one_two_pixels_wide_is_centred() -> None:
    digit = normalize(rasterize([Stroke(((0.0, 0.0), (0.0, 30.0)))], stroke_ratio=0.08))

    assert digit.any(axis=0).sum() == 2
    assert np.abs(center_of_mass(digit) - 14.0).max() <= 0.5
