from pathlib import Path

import numpy as np
import pytest

from digitpad.core.looking import look_at
from digitpad.core.marks import select_digits, typical_height_px
from digitpad.training.composition.difficulties import DIFFICULTIES
from digitpad.training.composition.digit_source import DigitSource, load_digits
from digitpad.training.composition.folder import Order, compose_numbered
from tests.networks import CLASSIFIER, INK_NETWORK
from tests.printed_paper import photograph_printed, rule
from tests.written_pages import photograph, write_page


@pytest.mark.parametrize("digit_px", [300, 900, 1800])
def test_large_digits_are_looked_at_from_afar(digit_px: int) -> None:
    look = look_at(photograph(write_page("40", digit_px, 0.1)), INK_NETWORK, CLASSIFIER)

    seen_px = typical_height_px(select_digits(look.marks.every))
    assert 30 < seen_px < 160
    assert seen_px == pytest.approx(digit_px * look.scale, rel=0.1)
    assert look.page.ink.shape == look.page.flattened.shape


def test_smaller_digits_beside_a_large_one_decide() -> None:
    page = np.pad(write_page("5", 500), ((0, 0), (0, 1100)))
    small = write_page("4638", 200)
    page[-small.shape[0] :, -small.shape[1] :] = small

    look = look_at(photograph(page), INK_NETWORK, CLASSIFIER)

    assert look.scale * 200 > 40


@pytest.fixture(scope="module")
def digits(data_folder: Path) -> DigitSource:
    return load_digits(
        data_folder / "mnist", data_folder / "pen" / "pendigits-train.jsonl.gz", "validation"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("difficulties", "seed", "number"),
    [
        (tuple(DIFFICULTIES), 502, 53),
        (tuple(DIFFICULTIES), 502, 93),
        (tuple(DIFFICULTIES), 502, 153),
        # From afar these rows, written one close below the other, look like a few large 1s.
        (("bleed", "dense"), 503, 15),
        (("bleed", "dense"), 503, 33),
        (("bleed", "dense"), 503, 79),
    ],
)
def test_a_page_full_of_small_digits_is_no_large_one(
    data_folder: Path, digits: DigitSource, difficulties: tuple[str, ...], seed: int, number: int
) -> None:
    mnist, pen = data_folder / "mnist", data_folder / "pen" / "pendigits-train.jsonl.gz"
    order = Order(mnist, pen, "validation", difficulties, seed)
    page = compose_numbered(digits, order, number)

    look = look_at(page.picture, INK_NETWORK, CLASSIFIER)

    assert page.difficulty == "dense"
    assert look.scale >= 0.6
    assert len(select_digits(look.marks.every)) > 0.7 * len(page.digits)


def test_dark_squares_do_not_become_strokes_of_large_digits() -> None:
    page = np.pad(write_page("61\n48", 220, 0.12), 60)
    lines = rule(page.shape, 150, 4, is_squared=True)

    look = look_at(photograph_printed(page, lines, (90, 60, 60)), INK_NETWORK, CLASSIFIER)

    heights = [mark.box.height for mark in look.marks.every]
    assert max(heights) < 2 * 220 * look.scale


def test_tiny_digits_are_looked_at_closely() -> None:
    look = look_at(photograph(np.pad(write_page("31\n74", 12), 300)), INK_NETWORK, CLASSIFIER)

    assert look.scale > 1.5
    assert len(select_digits(look.marks.every)) == 4


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 5), (28, 28), (40, 40), (700, 500)])
def test_pictures_of_nothing(shape: tuple[int, int]) -> None:
    look = look_at(np.full((*shape, 3), 190, np.uint8), INK_NETWORK, CLASSIFIER)

    assert look.marks.every == ()
    assert look.page.ink.max() == 0
