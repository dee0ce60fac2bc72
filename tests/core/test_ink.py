import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad.core.ink import clean_page
from digitpad.core.looking import look_at
from digitpad.core.marks import find_marks, select_digits
from tests.networks import CLASSIFIER, INK_NETWORK, extract_ink
from tests.written_pages import BLACK, WHITE, Color, photograph, shadow, vignette, write_page

PAGE = write_page("4716\n2038")
LOSES_EDGES = pytest.mark.xfail(strict=True, reason="2 to 7 % of the strokes' cores are lost")


def assert_shows(ink: NDArray[np.float32], written: NDArray[np.float32]) -> None:
    """Assert that `ink` is where something was written, and nowhere else."""
    assert ink.shape == written.shape
    assert ink.dtype == np.float32
    assert ink.min() >= 0
    assert ink.max() <= 1
    kernel = np.ones((9, 9), np.uint8)
    assert (ink[cv2.dilate(written, kernel) == 0] == 0).mean() > 0.999
    core = cv2.erode(written, np.ones((5, 5), np.uint8)) > 0.99
    assert (ink[core] > 0.3).mean() > 0.98


@pytest.mark.parametrize(
    ("color", "paper"),
    [
        pytest.param(BLACK, WHITE, id="pen"),
        pytest.param((150, 150, 150), (205, 205, 205), id="faint pencil"),
        pytest.param((30, 40, 160), (215, 215, 210), id="blue pen"),
        pytest.param((200, 40, 40), (215, 215, 210), id="red pen"),
        pytest.param((30, 110, 70), (190, 200, 90), id="green on yellow"),
        pytest.param(
            (215, 110, 110), (110, 150, 215), id="red on blue, as bright", marks=LOSES_EDGES
        ),
        pytest.param((60, 40, 20), (220, 170, 90), id="yellow light"),
        pytest.param((225, 225, 220), (45, 60, 50), id="chalk", marks=LOSES_EDGES),
        pytest.param((255, 255, 255), (0, 0, 0), id="white on black", marks=LOSES_EDGES),
        pytest.param((255, 220, 60), (20, 20, 90), id="yellow on blue"),
    ],
)
def test_any_ink_on_any_paper(color: Color, paper: Color) -> None:
    assert_shows(extract_ink(photograph(PAGE, color, paper)), PAGE)


@pytest.mark.parametrize("color", [BLACK, (120, 120, 120), (40, 60, 170)])
@pytest.mark.parametrize(
    "light",
    [
        pytest.param(vignette(PAGE.shape, 0.8), id="vignette"),
        pytest.param(shadow(PAGE.shape, 0.5, 0.3), id="soft shadow"),
        pytest.param(shadow(PAGE.shape, 0.5, 0.03), id="shadow"),
        pytest.param(0.35, id="dim"),
    ],
)
def test_any_light(light: NDArray[np.float32] | float, color: Color) -> None:
    ink = extract_ink(photograph(PAGE, color, light=light, noise=2))

    # Where the light falls off towards the border, it may not be told from a dark table.
    inner = np.s_[24:-24, 24:-24]
    assert_shows(ink[inner], PAGE[inner])
    assert len(select_digits(find_marks(ink).every)) == 8


@pytest.mark.parametrize("stroke_ratio", [0.03, 0.06, 0.12, 0.2])
@pytest.mark.parametrize(("text", "digit_px"), [("5", 400), ("38\n50", 120), ("1234\n5678", 30)])
def test_any_pen_and_size(text: str, digit_px: int, stroke_ratio: float) -> None:
    page = write_page(text, digit_px, stroke_ratio)

    look = look_at(photograph(page), INK_NETWORK, CLASSIFIER)

    ink = look.page.ink
    written = cv2.resize(page, ink.shape[::-1], interpolation=cv2.INTER_LINEAR)
    near = cv2.dilate(written, np.ones((round(5 + 6 * look.scale),) * 2)) > 0
    assert (ink[written > 0.9] > 0.2).mean() > 0.95
    assert (ink[~near] == 0).mean() > 0.999


def test_bold_and_faint_on_one_page() -> None:
    faint = 0.35 * PAGE
    page = np.vstack([PAGE, faint])

    ink = (extract_ink(photograph(page)) > 0).astype(np.float32)

    assert_shows(ink, np.vstack([PAGE, PAGE]))


def test_strokes_stay_soft_at_their_edges() -> None:
    ink = extract_ink(photograph(write_page("3", 300), noise=0))

    assert ((ink > 0.1) & (ink < 0.9)).sum() > 200


@pytest.mark.parametrize("strength", [0.08, 0.15, 0.25])
def test_what_shows_through_from_the_back_is_no_ink(strength: float) -> None:
    back = cv2.GaussianBlur(np.roll(PAGE[:, ::-1], 60, axis=1), (0, 0), 2)

    assert_shows(extract_ink(photograph(np.maximum(PAGE, strength * back))), PAGE)


def test_digits_of_1000_px_and_of_10_px() -> None:
    huge = write_page("4", 1000)
    tiny = write_page("31\n74", 12, margin_px=100)

    look = look_at(photograph(huge), INK_NETWORK, CLASSIFIER)

    assert_shows(look.page.ink, cv2.resize(huge, look.page.ink.shape[::-1]))
    look = look_at(photograph(tiny), INK_NETWORK, CLASSIFIER)
    assert len(select_digits(look.marks.every)) == 4


def test_flattened_page_is_even_and_undecided() -> None:
    page = clean_page(photograph(PAGE, light=shadow(PAGE.shape, 0.5, 0.3)), INK_NETWORK)

    paper = page.flattened[cv2.dilate(PAGE, np.ones((9, 9), np.uint8)) == 0]
    assert page.flattened.dtype == np.uint8
    assert np.percentile(paper, 5) > 225
    assert page.flattened[PAGE > 0.99].mean() < 90


@pytest.mark.xfail(strict=True, reason="some of what is noise alone is taken for ink")
def test_noise_is_no_ink() -> None:
    noise = np.random.default_rng(4).normal(150, 30, (500, 700, 3))

    page = clean_page(np.clip(noise, 0, 255).astype(np.uint8), INK_NETWORK)

    assert page.ink.max() == 0
    assert page.flattened.shape == page.ink.shape == (500, 700)
