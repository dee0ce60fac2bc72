"""Pictures read from end to end: pages made here, and the photographs of the data folder."""

import csv
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitpad.core.classifier import Classifier
from digitpad.core.errors import EmptyInkError
from digitpad.core.images import load_image
from digitpad.core.layout import Box
from digitpad.core.pipeline import read_box, read_image, trace_image
from tests.networks import INK_NETWORK
from tests.written_pages import BLACK, WHITE, Color, photograph, shadow, vignette, write_page

SHAPE = (700, 900)


@pytest.mark.parametrize(
    ("text", "digit_px"), [("7", 300), ("0123456789", 60), ("31\n85", 120), ("58\n40\n67", 25)]
)
@pytest.mark.parametrize(("color", "paper"), [(BLACK, WHITE), ((230, 230, 225), (40, 60, 50))])
def test_page_is_read(
    classifier: Classifier, text: str, digit_px: int, color: Color, paper: Color
) -> None:
    page = write_page(text, digit_px)

    reading = read_image(
        photograph(page, color, paper, vignette(page.shape, 0.3)), classifier, INK_NETWORK
    )

    assert reading.text == text
    assert reading.elapsed_ms > 0


def test_large_page_has_boxes_in_its_own_pixels(classifier: Classifier, tmp_path: Path) -> None:
    page = np.pad(write_page("38\n52", 400, margin_px=300), ((200, 600), (300, 1500)))
    file = tmp_path / "page.jpg"
    Image.fromarray(photograph(page, light=shadow(page.shape))).save(file, quality=85)

    picture = load_image(file)
    reading = read_image(picture, classifier, INK_NETWORK)

    assert picture.shape[:2] == page.shape
    assert reading.text == "38\n52"
    box = reading.lines[0][0].box
    assert box.y == pytest.approx(500, abs=8)
    assert box.height == pytest.approx(400, abs=16)


def test_page_photographed_sideways(classifier: Classifier, tmp_path: Path) -> None:
    file = tmp_path / "page.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = Image.fromarray(photograph(write_page("472\n38", 100)))
    upright.transpose(Image.Transpose.ROTATE_90).save(file, exif=exif)

    assert read_image(load_image(file), classifier, INK_NETWORK).text == "472\n38"


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255)])
def test_drawing_on_transparent_paper(classifier: Classifier, tmp_path: Path, color: Color) -> None:
    ink = write_page("25", 150)
    pixels = np.dstack([np.broadcast_to(np.uint8(color), (*ink.shape, 3)), np.uint8(255 * ink)])
    file = tmp_path / "drawing.png"
    Image.fromarray(np.ascontiguousarray(pixels)).save(file)

    assert read_image(load_image(file), classifier, INK_NETWORK).text == "25"


@pytest.mark.parametrize("is_inverted", [False, True])
def test_digit_image_of_mnist(classifier: Classifier, is_inverted: bool) -> None:
    image = cv2.copyMakeBorder(
        cv2.resize(write_page("3", 200, margin_px=0), (20, 20), interpolation=cv2.INTER_AREA),
        *(4, 4, 4, 4),
        cv2.BORDER_CONSTANT,
        value=0,
    )
    pixels = np.uint8(255 * (1 - image if is_inverted else image))

    assert read_image(np.dstack([pixels] * 3), classifier, INK_NETWORK).text == "3"


def test_numbers_are_grouped_by_gaps(classifier: Classifier) -> None:
    page = np.hstack([write_page("25\n40", 90), write_page("138\n67", 90)])

    assert read_image(photograph(page), classifier, INK_NETWORK).text == "25 138\n40 67"


def test_a_box_is_read(classifier: Classifier) -> None:
    page = write_page("38\n52", 200)
    picture = photograph(page, light=shadow(page.shape))
    expected = read_image(picture, classifier, INK_NETWORK).lines[1][0].box

    digit = read_box(picture, Box(60, 380, 210, 260), classifier, INK_NETWORK)

    assert digit.symbol == "5"
    assert digit.box.center == pytest.approx(expected.center, abs=6)
    assert digit.box.width == pytest.approx(expected.width, abs=12)


def test_a_box_that_reaches_into_neighbours_and_beyond_the_picture(classifier: Classifier) -> None:
    picture = photograph(write_page("724", 150, margin_px=20))

    assert read_box(picture, Box(-30, -50, 195, 270), classifier, INK_NETWORK).symbol == "7"
    assert read_box(picture, Box(150, -50, 180, 300), classifier, INK_NETWORK).symbol == "2"


@pytest.mark.parametrize(
    "box", [Box(5, 5, 40, 40), Box(0, 0, 0, 0), Box(-90, 4, 50, 50), Box(5000, 5000, 20, 20)]
)
def test_nothing_in_a_box(classifier: Classifier, box: Box) -> None:
    picture = photograph(write_page("7", 150, margin_px=100))

    with pytest.raises(EmptyInkError):
        read_box(picture, box, classifier, INK_NETWORK)


def test_steps_are_traced(classifier: Classifier) -> None:
    page = write_page("61", 700, margin_px=700)
    picture = photograph(page, color=(230, 230, 225), paper=(40, 60, 50))

    trace = trace_image(picture, classifier, INK_NETWORK)

    assert trace.flattened.shape == trace.ink.shape
    assert trace.ink.shape[1] == pytest.approx(page.shape[1] * trace.scale, abs=1)
    assert trace.reading.text == "61"
    box = trace.reading.digits[0].box.scaled(trace.scale)
    window = np.s_[int(box.y) : int(box.bottom), int(box.x) : int(box.right)]
    assert trace.ink[window].mean() > 0.1
    assert trace.flattened[window].mean() < trace.flattened.mean()


@cache
def blank_pages() -> dict[str, NDArray[np.uint8]]:
    paper = np.zeros(SHAPE, np.float32)
    rng = np.random.default_rng(5)
    creased = cv2.resize(rng.normal(1, 0.04, (12, 16)).astype(np.float32), SHAPE[::-1])
    ramp = np.linspace(20, 240, SHAPE[1]).astype(np.uint8)
    specks = paper.copy()
    for x, y in rng.integers(20, 680, (12, 2)):
        cv2.circle(specks, (int(x), int(y)), 2, 1.0, -1)
    # A part of a page: reading what is taken for writing all over takes its time.
    noise = rng.integers(0, 256, (SHAPE[0] // 3, SHAPE[1] // 3, 3), dtype=np.uint8)
    return {
        "white": np.full((*SHAPE, 3), 255, np.uint8),
        "black": np.zeros((*SHAPE, 3), np.uint8),
        "grey": np.full((*SHAPE, 3), 127, np.uint8),
        "one pixel": np.full((1, 1, 3), 200, np.uint8),
        "one row": np.full((1, 900, 3), 200, np.uint8),
        "noise": noise,
        "paper": photograph(paper),
        "grainy": photograph(paper, noise=15),
        "vignette": photograph(paper, light=vignette(SHAPE, 0.8)),
        "shadow": photograph(paper, light=shadow(SHAPE)),
        "soft shadow": photograph(paper, light=shadow(SHAPE, 0.4, 0.2)),
        "creased": photograph(paper, light=creased),
        "gradient": np.broadcast_to(ramp[np.newaxis, :, np.newaxis], (*SHAPE, 3)).copy(),
        "specks": photograph(specks),
        "blackboard": photograph(paper, paper=(45, 60, 50), light=vignette(SHAPE)),
    }


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            kind, marks=pytest.mark.xfail(strict=True, reason="noise alone is taken for writing")
        )
        if kind == "noise"
        else kind
        for kind in blank_pages()
    ],
)
def test_blank_page_is_nothing_to_read(classifier: Classifier, kind: str) -> None:
    reading = read_image(blank_pages()[kind], classifier, INK_NETWORK)

    assert reading.lines == ()
    assert reading.text == ""


def test_photographs_of_one_digit(classifier: Classifier, data_folder: Path) -> None:
    files = sorted((data_folder / "photos" / "single").glob("*/*"))

    wrong = [
        f for f in files if read_image(load_image(f), classifier, INK_NETWORK).text != f.name[0]
    ]

    assert len(files) == 79
    assert len(wrong) <= 0.05 * len(files), wrong


def test_photographs_of_pages(classifier: Classifier, data_folder: Path) -> None:
    folder = data_folder / "photos" / "pages"
    with (folder / "labels.csv").open(newline="") as file:
        labels = {row["file"]: row["text"] for row in csv.DictReader(file)}

    texts = {
        name: read_image(load_image(folder / name), classifier, INK_NETWORK).text for name in labels
    }

    errors = {
        name: edit_distance("".join(texts[name].split()), label) for name, label in labels.items()
    }
    assert sum(errors.values()) <= 0.08 * sum(map(len, labels.values())), errors


def edit_distance(first: str, second: str) -> int:
    previous = list(range(len(second) + 1))
    for i, one in enumerate(first, 1):
        current = [i]
        for j, two in enumerate(second, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (one != two)))
        previous = current
    return previous[-1]
