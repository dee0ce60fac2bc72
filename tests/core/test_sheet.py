import cv2
import numpy as np
import pytest

from digitpad.core.marks import find_marks, select_digits
from tests.networks import extract_ink
from tests.printed_paper import lay_on_table
from tests.written_pages import BLACK, WHITE, Color, photograph, shadow, vignette, write_page

PAGE = np.pad(write_page("4716\n2038", 90), 60)
SHEET = photograph(PAGE)
LYING = [(0.12, 0.1), (0.9, 0.16), (0.86, 0.9), (0.08, 0.84)]


@pytest.mark.parametrize("table", [(70, 50, 35), (150, 110, 70), (20, 20, 25), (60, 80, 110)])
@pytest.mark.parametrize(
    "corners",
    [
        pytest.param(LYING, id="whole sheet"),
        pytest.param(
            [(-0.2, 0.1), (0.9, 0.05), (0.92, 0.9), (-0.2, 1.0)], id="cut off at the left"
        ),
        pytest.param([(0.1, 0.15), (1.3, 0.02), (1.3, 1.4), (0.02, 1.3)], id="one corner"),
    ],
)
def test_table_around_the_sheet_is_no_ink(table: Color, corners: list[tuple[float, float]]) -> None:
    written = lay_on_table(photograph(PAGE, noise=0), corners, WHITE)[..., 0] < 150

    ink = extract_ink(lay_on_table(SHEET, corners, table))

    near = cv2.dilate(written.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert (ink[~near] > 0.3).mean() < 0.002


@pytest.mark.parametrize("color", [BLACK, (40, 60, 170), (150, 150, 150)])
def test_digits_on_a_sheet_are_found(color: Color) -> None:
    picture = lay_on_table(photograph(PAGE, color), LYING)

    assert len(select_digits(find_marks(extract_ink(picture)).every)) == 8


@pytest.mark.parametrize(
    "light",
    [shadow(PAGE.shape), shadow(PAGE.shape, 0.5, 0.2), vignette(PAGE.shape, 0.8)],
    ids=["shadow", "soft shadow", "vignette"],
)
def test_shadows_are_no_tables(light: np.ndarray) -> None:
    ink = extract_ink(photograph(PAGE, light=light))

    # Digits in the shade are not left out with a table.
    assert len(select_digits(find_marks(ink).every)) == 8
