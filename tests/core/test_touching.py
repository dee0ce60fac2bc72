"""Digits that touch are cut where they do."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitpad.core.classifier import Classifier
from digitpad.core.joining import suggest_digits
from digitpad.core.marks import find_marks
from digitpad.core.pipeline import read_image
from digitpad.core.segmentation import find_digits
from digitpad.core.touching import cut_parts, find_cuts
from tests.networks import INK_NETWORK
from tests.written_pages import photograph, write_page


def write_touching(text: str, digit_px: int = 100, gap_px: int = -8) -> NDArray[np.float32]:
    """Return a row of digits, each as close to the one before it as `gap_px` says."""
    columns = [write_page(digit, digit_px, margin_px=0) for digit in text]
    columns = [glyph[:, np.flatnonzero((glyph > 0.5).any(axis=0))] for glyph in columns]
    page = np.zeros((2 * digit_px, (len(text) + 1) * digit_px), np.float32)
    right = digit_px // 2 - gap_px
    for glyph in columns:
        left, top = right + gap_px, digit_px // 2
        height, width = glyph.shape
        window = page[top : top + height, left : left + width]
        np.maximum(window, glyph, out=window)
        right = left + width
    return page


@pytest.mark.parametrize("text", ["3470", "65", "838"])
def test_touching_digits_are_read(classifier: Classifier, text: str) -> None:
    page = write_touching(text)
    assert len(find_marks(page).every) < len(text)

    apart = write_page("47", 100)
    width = max(page.shape[1], apart.shape[1])
    page = np.vstack([np.pad(row, ((0, 0), (0, width - row.shape[1]))) for row in (page, apart)])

    assert (
        read_image(photograph(page), classifier, INK_NETWORK).text.replace(" ", "") == f"{text}\n47"
    )


@pytest.mark.parametrize("pair", ["92", "84", "53", "10", "66"])
def test_digits_of_rows_that_touch_are_read(classifier: Classifier, pair: str) -> None:
    upper = write_touching(pair[0], 60)[30:-30]
    lower = write_touching(f"{pair[1]}38", 60, gap_px=14)[30:-30]
    overlap_px, height = 5, len(upper)
    page = np.zeros((2 * height - overlap_px, max(upper.shape[1], lower.shape[1])), np.float32)
    page[:height, : upper.shape[1]] = upper
    below = page[height - overlap_px :, : lower.shape[1]]
    np.maximum(below, lower, out=below)
    others = write_page("274\n519", 60)
    width = max(page.shape[1], others.shape[1])
    page = np.vstack(
        [np.pad(part, ((20, 20), (20, width - part.shape[1] + 20))) for part in (page, others)]
    )

    text = read_image(photograph(page), classifier, INK_NETWORK).text

    assert text.replace(" ", "").split()[:2] == [pair[0], f"{pair[1]}38"]


@pytest.mark.parametrize("digit", "0123456789")
def test_a_digit_twice_as_high_as_others_stays_one(classifier: Classifier, digit: str) -> None:
    page = np.zeros((400, 700), np.float32)
    for (row, column), text in {(20, 150): "4731", (250, 150): "2956"}.items():
        line = write_page(text, 60, margin_px=0)
        page[row : row + line.shape[0], column : column + line.shape[1]] = line
    tall = write_page(digit, 120, margin_px=0)
    page[110 : 110 + tall.shape[0], 300 : 300 + tall.shape[1]] = tall

    marks = find_marks(page)
    crops = find_digits(marks, suggest_digits(marks), classifier)

    assert len(crops) == 9
    assert max(crops, key=lambda crop: crop.box.height).probabilities.argmax() == int(digit)


@pytest.mark.parametrize("digit", "0123456789")
def test_a_digit_is_not_cut(classifier: Classifier, digit: str) -> None:
    page = write_page(f"{digit}3\n58", 100)
    wide = cv2.resize(page, None, fx=1.5, fy=1.0)

    assert [len(line) for line in read_image(photograph(page), classifier, INK_NETWORK).lines] == [
        2,
        2,
    ]
    assert len(read_image(photograph(wide), classifier, INK_NETWORK).digits) == 4


def test_cuts_run_through_little_ink() -> None:
    page = write_touching("08")
    (mark,) = find_marks(page).every

    cuts = find_cuts(page, mark.thickness_px, most=6)

    assert 1 <= len(cuts) <= 6
    deepest = min(cuts, key=lambda cut: cut.depth_px)
    assert deepest.depth_px < 2 * mark.thickness_px
    assert all(len(cut.columns) == len(page) for cut in cuts)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1_000_000))
def test_parts_lose_no_ink_but_crumbs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    text = "".join(rng.choice(list("0123456789"), 2))
    page = write_touching(text, 40, int(rng.integers(-4, 3)))
    cuts = find_cuts(page, 6.0, most=3)

    parts = cut_parts(page, cuts, widest_px=1000)

    strips = [part for part in parts if part.last - part.first == 1]
    total = sum(float(part.ink.sum()) for part in strips)
    assert total <= page.sum() + 1e-3
    if cuts:
        assert total > 0.8 * page.sum()
    for part in parts:
        assert part.ink.shape == (part.box.height, part.box.width)
        assert part.ink.any()
