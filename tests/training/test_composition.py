import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.errors import DatasetError
from digitpad.core.images import load_image
from digitpad.core.pipeline import read_image
from digitpad.training.composition.compose import compose_page
from digitpad.training.composition.difficulties import DIFFICULTIES
from digitpad.training.composition.digit_source import DigitSource, choose_hand, load_digits
from digitpad.training.composition.folder import Order, compose_numbered
from digitpad.training.composition.page import ComposedPage
from digitpad.training.data.alignment import align
from tests.networks import INK_NETWORK
from tests.training.digit_source import make_source
from tests.written_digits import save_mnist


@pytest.fixture(scope="module")
def source() -> DigitSource:
    return make_source()


@pytest.fixture(scope="module")
def pages(source: DigitSource) -> dict[str, ComposedPage]:
    """Return a page of each difficulty."""
    return {name: compose(source, name, seed=5) for name in DIFFICULTIES}


def compose(source: DigitSource, difficulty: str, seed: int) -> ComposedPage:
    return compose_page(source, difficulty, np.random.default_rng(seed))


def test_what_people_photograph_is_there() -> None:
    named = {
        *("plain", "shadow", "ruled", "squared", "table", "touching", "skew", "blur", "faint"),
        *("rotated 90", "rotated 180", "rotated 270", "tiny", "dense"),
        *("coloured", "chalk", "marker", "bleed", "marks", "large"),
    }

    assert set(DIFFICULTIES) == named


@pytest.mark.parametrize("difficulty", ["tiny", "table", "skew"])
def test_the_same_seed_gives_the_same_bytes(source: DigitSource, difficulty: str) -> None:
    first, second = (compose(source, difficulty, seed=3) for _ in range(2))
    other = compose(source, difficulty, seed=4)

    assert first.encoded == second.encoded
    assert (first.text, first.digits) == (second.text, second.digits)
    assert first.encoded != other.encoded


def test_a_page_depends_on_its_number_alone(source: DigitSource) -> None:
    order = Order(Path(), Path(), "validation", ("tiny",), 1)
    training = Order(Path(), Path(), "training", ("tiny",), 1)

    third = compose_numbered(source, order, 3)

    assert compose_numbered(source, order, 3).encoded == third.encoded
    assert compose_numbered(source, order, 2).encoded != third.encoded
    assert compose_numbered(source, training, 3).encoded != third.encoded


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_the_truth_is_where_the_ink_is(pages: dict[str, ComposedPage], difficulty: str) -> None:
    page = pages[difficulty]
    height, width = page.picture.shape[:2]

    assert page.difficulty == difficulty
    assert "".join(page.text.split()) == "".join(str(digit.label) for digit in page.digits)
    assert all(part for row in page.text.split("\n") for part in row.split(" "))
    assert page.ink.shape == (height, width)
    covered = np.zeros((height, width), np.uint8)
    for digit in page.digits:
        corners = np.round(digit.corners).astype(np.int32)
        assert (corners.min(axis=0) >= -2).all()
        assert (corners.max(axis=0) <= (width + 2, height + 2)).all()
        cv2.fillConvexPoly(covered, corners, 255)
        box = digit.box
        rows = slice(max(0, int(box.y)), int(box.bottom) + 1)
        columns = slice(max(0, int(box.x)), int(box.right) + 1)
        assert page.ink[rows, columns].max() > 100
    covered = cv2.dilate(covered, np.ones((5, 5), np.uint8))
    outside = page.ink.astype(float)[covered == 0].sum() / page.ink.astype(float).sum()
    # What ties touching digits lies between their boxes, and so do signs and ticks.
    assert outside < {"touching": 0.1, "marks": 0.35}.get(difficulty, 0.01)


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_the_file_opens_and_shows_the_picture(
    pages: dict[str, ComposedPage], difficulty: str
) -> None:
    page = pages[difficulty]

    opened = load_image(page.encoded)

    assert page.suffix in (".jpg", ".png")
    assert opened.shape == page.picture.shape
    assert np.abs(opened.astype(int) - page.picture).mean() < 1


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_the_ink_can_be_told_from_the_paper(
    pages: dict[str, ComposedPage], difficulty: str
) -> None:
    page = pages[difficulty]
    ink = page.ink
    around = cv2.dilate(ink, np.ones((25, 25), np.uint8)) - cv2.dilate(
        ink, np.ones((9, 9), np.uint8)
    )
    picture = page.picture.astype(float)

    contrast = np.abs(picture[ink > 250].mean(axis=0) - picture[around > 200].mean(axis=0)).max()

    assert contrast > 15


@pytest.mark.parametrize(
    ("difficulty", "turns"), [("rotated 90", 1), ("rotated 180", 2), ("rotated 270", 3)]
)
def test_rotated_pages_lie_on_their_side_or_head(
    pages: dict[str, ComposedPage], difficulty: str, turns: int
) -> None:
    # Of a few digits nobody could tell.
    assert len(pages[difficulty].digits) >= 6
    # From the upper left to the upper right of a digit, y down: a turn clockwise leads down.
    ways = {1: (0, 1), 2: (-1, 0), 3: (0, -1)}

    for digit in pages[difficulty].digits:
        (left, top), (right, bottom) = digit.corners[:2]
        along = np.array([right - left, bottom - top]) / np.hypot(right - left, bottom - top)
        assert along @ ways[turns] > 0.99


def test_a_skewed_sheet_is_turned_and_has_its_edges_in_view(source: DigitSource) -> None:
    angles = []
    for seed in range(6):
        page = compose(source, "skew", seed)
        (left, top), (right, bottom) = page.digits[0].corners[:2]
        angles.append(np.rad2deg(np.arctan2(bottom - top, right - left)))
        edge = np.concatenate([page.picture[:20].ravel(), page.picture[-20:].ravel()])
        assert edge.std() > 5

    assert 3 < max(np.abs(angles)) < 25


def test_heights_go_from_ten_to_hundreds_of_pixels(
    source: DigitSource, pages: dict[str, ComposedPage]
) -> None:
    tiny = [d.box.height for s in range(12) for d in compose(source, "tiny", s).digits]
    large = [digit.box.height for digit in pages["large"].digits]

    assert 7 <= min(tiny) <= 13
    assert np.median(tiny) < 22
    assert np.median(large) > 200
    assert len(large) <= 4


def test_dense_pages_hold_hundreds_of_digits(source: DigitSource) -> None:
    counts = [len(compose(source, "dense", seed).digits) for seed in (1, 2)]

    assert 100 < max(counts) <= 300


def test_numbers_stand_farther_apart_than_their_digits(source: DigitSource) -> None:
    page = next(
        page for seed in itertools.count() if " " in (page := compose(source, "tiny", seed)).text
    )
    height = np.median([digit.box.height for digit in page.digits])
    digits = iter(page.digits)
    within, between = [], []
    for row in page.text.split("\n"):
        last = None
        for number in row.split(" "):
            for position, _ in enumerate(number):
                digit = next(digits)
                if last is not None:
                    (within if position else between).append(digit.box.x - last.box.right)
                last = digit

    assert min(between) > 0.6 * height
    assert np.median(between) > 2 * np.median(within)


def test_plain_pages_are_read(source: DigitSource) -> None:
    classifier = Classifier(paths.bundled_models() / "default" / "model.tflite")
    edits = digits = 0
    for seed in range(4):
        page = compose(source, "plain", 100 + seed)
        expected = "".join(page.text.split())
        read = "".join(read_image(page.picture, classifier, INK_NETWORK).text.split())
        edits += sum(one != other for one, other in align(expected, read))
        digits += len(expected)

    assert edits / digits < 0.2


def test_splits_share_no_digit(data_folder: Path) -> None:
    pen = data_folder / "pen" / "pendigits-train.jsonl.gz"
    training, validation = (
        load_digits(data_folder, pen, split) for split in ("training", "validation")
    )

    assert sum(map(len, validation.images)) == 5_000
    assert sum(map(len, training.images)) == 55_000
    assert set(validation.writers) == {"23", "24"}
    assert set(training.writers) == {str(writer) for writer in range(1, 23)}


def test_data_without_every_digit(tmp_path: Path, data_folder: Path) -> None:
    mnist = save_mnist(tmp_path / "mnist.npz", train=20, test=10)

    with pytest.raises(DatasetError) as caught:
        load_digits(mnist, data_folder / "pen" / "pendigits-train.jsonl.gz", "validation")

    assert caught.value.hint


def test_each_hand_keeps_to_the_height(source: DigitSource) -> None:
    rng = np.random.default_rng(1)
    kinds = set()
    for _ in range(30):
        hand = choose_hand(source, rng)
        kinds.add(type(hand).__name__)
        heights = [hand.write(label, 60.0, 5.0, rng).shape[0] for label in (0, 2, 3, 5, 8)]
        assert 35 < np.median(heights) < 75

    assert kinds == {"ImageHand", "PenHand", "StyledHand"}
