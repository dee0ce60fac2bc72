"""The file that a run learns one's own digits from."""

from pathlib import Path

import numpy as np
import pytest

from digitpad.core.errors import DatasetError
from digitpad.training.learning.own_digits import OwnDigits


def make_digits(count: int = 10, held_out: int = 3) -> OwnDigits:
    images = np.arange(count * 784, dtype=np.uint32).astype(np.uint8).reshape(count, 28, 28)
    mask = np.zeros(count, bool)
    mask[1 : 1 + held_out] = True
    return OwnDigits.split(images, np.arange(count, dtype=np.uint8) % 10, mask)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    digits = make_digits()
    file = tmp_path / "samples.npz"
    file.write_bytes(digits.to_bytes())

    found = OwnDigits.load(file)

    assert found.train.fingerprint() == digits.train.fingerprint()
    assert found.held_out.fingerprint() == digits.held_out.fingerprint()
    assert found.train.labels.tolist() == [0, 4, 5, 6, 7, 8, 9]
    assert found.held_out.labels.tolist() == [1, 2, 3]


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "samples.npz"
    file.write_bytes(make_digits().to_bytes()[:-200])

    with pytest.raises(DatasetError, match=r"can't be read from “samples\.npz”"):
        OwnDigits.load(file)
    with pytest.raises(DatasetError, match="can't be read"):
        OwnDigits.load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("images", "labels", "is_held_out"),
    [
        (np.zeros((2, 28, 28), np.uint8), np.array([0, 10], np.uint8), np.zeros(2, bool)),
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, np.uint8), np.zeros(2, bool)),
        (np.zeros((2, 20, 28), np.uint8), np.zeros(2, np.uint8), np.zeros(2, bool)),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8), np.zeros(3, bool)),
        (np.array([None, {}]), np.zeros(2, np.uint8), np.zeros(2, bool)),
    ],
    ids=["label", "type", "size", "lengths", "pickle"],
)
def test_what_are_no_digits_is_refused(
    tmp_path: Path, images: np.ndarray, labels: np.ndarray, is_held_out: np.ndarray
) -> None:
    file = tmp_path / "samples.npz"
    np.savez(file, images=images, labels=labels, is_held_out=is_held_out)

    with pytest.raises(DatasetError, match="can't be read"):
        OwnDigits.load(file)


def test_nothing_to_learn_is_told(tmp_path: Path) -> None:
    file = tmp_path / "samples.npz"
    file.write_bytes(make_digits(3, held_out=0).to_bytes())
    assert len(OwnDigits.load(file).held_out) == 0

    empty = OwnDigits.split(
        np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.uint8), np.ones(2, bool)
    )
    file.write_bytes(empty.to_bytes())
    with pytest.raises(DatasetError, match="no digits to learn"):
        OwnDigits.load(file)
