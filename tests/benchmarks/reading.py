"""How long a 12-megapixel page and a thousand digits take."""

import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.images import load_image
from digitpad.core.pipeline import read_image
from digitpad.core.rasterization import rasterize
from digitpad.core.strokes import Stroke
from digitpad.services.models.library import ModelLibrary
from digitpad.training.data.datasets import load_mnist
from tests.benchmarks.figures import Figure, middle
from tests.networks import INK_NETWORK

PAGE_SHAPE = (3000, 4000)

# A seven, as a pen writes it; the page is full of them.
_SEVEN = (Stroke(((0, 4), (55, 0), (30, 52), (18, 100))), Stroke(((14, 50), (52, 46))))


def measure(folder: Path) -> list[Figure]:
    """Time reading a page from its file, and a batch of digits.

    Parameters
    ----------
    folder : Path
        Where the page may be written.
    """
    classifier = Classifier(
        ModelLibrary(paths.bundled_models(), paths.user_models()).default().litert_file
    )
    page = folder / "page.jpg"
    Image.fromarray(compose_page()).save(page, quality=90)
    reading = read_image(load_image(page), classifier, INK_NETWORK)
    print(f"page: {len(reading.digits)} digits in {len(reading.lines)} rows")
    digits = np.repeat(reading.digits[0].image[np.newaxis], 1000, axis=0)
    classifier.classify(digits)
    return [
        Figure(
            "12-megapixel page, file to text",
            _time(lambda: read_image(load_image(page), classifier, INK_NETWORK)),
            "s",
            1.0,
            _time(lambda: _open_plainly(page)),
            None,
            "only opened and scaled down",
        ),
        Figure(
            "1,000 digits in one call",
            _time(lambda: classifier.classify(digits)),
            "s",
            0.5,
            _time(lambda: [classifier.classify(digits[:1]) for _ in range(1000)], times=3),
            None,
            "one by one",
        ),
    ]


def time_classifying(data: Path) -> float:
    """Return how long MNIST's test digits take on one core, in seconds."""
    classifier = Classifier(
        ModelLibrary(paths.bundled_models(), paths.user_models()).default().litert_file
    )
    images = load_mnist(data).test.images.astype(np.float32) / np.float32(255)
    return _time(lambda: classifier.classify(images), times=1)


def compose_page() -> NDArray[np.uint8]:
    """Return a page of 100 digits in ten rows, lit from one side; RGB."""
    height, width = PAGE_SHAPE
    paper = np.linspace(235, 120, width, dtype=np.float32)[np.newaxis].repeat(height, axis=0)
    paper += np.random.default_rng(1).normal(0, 3, PAGE_SHAPE).astype(np.float32)
    digit = cv2.resize(rasterize(_SEVEN, stroke_ratio=0.09), None, fx=0.9, fy=0.9)
    for row in range(10):
        for column in range(10):
            top, left = 150 + row * 280, 250 + column * 360
            part = paper[top : top + digit.shape[0], left : left + digit.shape[1]]
            part *= 1 - 0.75 * digit
    grey = np.clip(paper, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., np.newaxis], 3, axis=2)


def _open_plainly(page: Path) -> NDArray[np.uint8]:
    with Image.open(page) as picture:
        return np.asarray(picture.convert("L").resize((1024, 768)))


def _time(work: object, times: int = 5) -> float:
    assert callable(work)
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return middle(durations)
