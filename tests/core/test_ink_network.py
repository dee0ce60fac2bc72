from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from digitpad.core.errors import ModelError
from digitpad.core.ink_network import InkNetwork
from tests.networks import INK_NETWORK, NETWORK_FILES
from tests.written_pages import photograph, write_page


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (40, 30), (511, 513), (600, 1100)])
def test_ink_has_the_picture_s_size(shape: tuple[int, int]) -> None:
    ink = INK_NETWORK.find_ink(np.full((*shape, 3), 200, np.uint8))

    assert ink.shape == shape
    assert ink.dtype == np.float32
    assert 0 <= ink.min() <= ink.max() < 0.5


def test_nothing_shows_where_tiles_meet() -> None:
    page = np.pad(write_page("3802\n5476", 160), 40)
    picture = photograph(page, noise=2)
    row, column = 70, 100

    whole = INK_NETWORK.find_ink(picture)
    moved = INK_NETWORK.find_ink(np.ascontiguousarray(picture[row:, column:]))

    inner = np.s_[64:-64, 64:-64]
    difference = np.abs(whole[row:, column:][inner] - moved[inner])
    assert max(picture.shape) > 512
    assert difference.mean() < 0.01
    assert ((whole[row:, column:][inner] > 0.5) != (moved[inner] > 0.5)).mean() < 0.003


def test_threads_wait_for_each_other() -> None:
    pictures = [photograph(write_page(digit, 120)) for digit in "4071"]
    expected = [INK_NETWORK.find_ink(picture) for picture in pictures]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(INK_NETWORK.find_ink, pictures))

    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("kind", ["missing", "damaged", "of another shape"])
def test_a_network_that_does_not_fit(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "ink.tflite"
    if kind == "damaged":
        file.write_bytes(NETWORK_FILES.ink.read_bytes()[:5000])
    if kind == "of another shape":
        file = NETWORK_FILES.classifier

    with pytest.raises(ModelError):
        InkNetwork(file)
