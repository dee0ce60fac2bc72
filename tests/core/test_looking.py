import numpy as np
import pytest

from digitpad.core.looking import look_at
from digitpad.core.marks import select_digits, typical_height_px
from tests.networks import INK_NETWORK
from tests.written_pages import photograph, write_page


@pytest.mark.parametrize("digit_px", [300, 900, 1800])
def test_large_digits_are_looked_at_from_afar(digit_px: int) -> None:
    look = look_at(photograph(write_page("40", digit_px, 0.1)), INK_NETWORK)

    seen_px = typical_height_px(select_digits(look.marks.every))
    assert 30 < seen_px < 160
    assert seen_px == pytest.approx(digit_px * look.scale, rel=0.1)
    assert look.page.ink.shape == look.page.flattened.shape


def test_smaller_digits_beside_a_large_one_decide() -> None:
    page = np.pad(write_page("5", 500), ((0, 0), (0, 1100)))
    small = write_page("4638", 200)
    page[-small.shape[0] :, -small.shape[1] :] = small

    look = look_at(photograph(page), INK_NETWORK)

    assert look.scale * 200 > 40


def test_tiny_digits_are_looked_at_closely() -> None:
    look = look_at(photograph(np.pad(write_page("31\n74", 12), 300)), INK_NETWORK)

    assert look.scale > 1.5
    assert len(select_digits(look.marks.every)) == 4


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (28, 28), (700, 500)])
def test_pictures_of_nothing(shape: tuple[int, int]) -> None:
    look = look_at(np.full((*shape, 3), 190, np.uint8), INK_NETWORK)

    assert look.marks.every == ()
    assert look.page.ink.max() == 0
