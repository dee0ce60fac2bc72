"""The generator that ships with digitpad, and what stands for one that doesn't."""

import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import ModelError
from digitpad.core.normalization import CENTER_PX, DIGIT_PX, INK_THRESHOLD
from digitpad.training.model_card import digest_file
from digitpad.training.rehearsal.generator import DigitGenerator
from tests.networks import CLASSIFIER

LABELS = np.arange(500) % 10
BUNDLED = DigitGenerator.load(paths.digit_generator())


def test_digits_are_read_as_what_they_were_to_be() -> None:
    written = BUNDLED.write(LABELS, np.random.default_rng(1))

    assert written.shape == (500, 28, 28)
    assert written.dtype == np.float32
    assert (CLASSIFIER.classify(written).argmax(axis=1) == LABELS).mean() > 0.95


def test_digits_are_placed_as_mnist_s() -> None:
    for digit in BUNDLED.write(LABELS[:100], np.random.default_rng(2)):
        moments = cv2.moments(digit)
        center = np.array([moments["m10"], moments["m01"]]) / moments["m00"]
        *_, width, height = cv2.boundingRect((digit > INK_THRESHOLD).view(np.uint8))
        assert max(width, height) == pytest.approx(DIGIT_PX, abs=1)
        np.testing.assert_allclose(center, CENTER_PX, atol=0.6)
        assert digit.max() == pytest.approx(1)


def test_the_same_chance_writes_the_same_and_another_another() -> None:
    first, again, other = (BUNDLED.write(LABELS, np.random.default_rng(n)) for n in (3, 3, 4))

    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 0.02


def test_any_number_of_digits_can_be_written() -> None:
    assert BUNDLED.write(np.arange(0), np.random.default_rng(5)).shape == (0, 28, 28)
    assert len(BUNDLED.write(np.full(2500, 7), np.random.default_rng(6))) == 2500


def test_what_is_saved_writes_the_same(tmp_path: Path) -> None:
    (tmp_path / "again.npz").write_bytes(BUNDLED.to_bytes())
    again = DigitGenerator.load(tmp_path / "again.npz")

    written = [g.write(LABELS[:50], np.random.default_rng(7)) for g in (BUNDLED, again)]

    np.testing.assert_array_equal(*written)


def test_the_card_is_that_of_the_file() -> None:
    file = paths.digit_generator()
    card = json.loads(file.with_suffix(".json").read_text())

    assert file.stat().st_size < 3_000_000
    assert card["sha256"] == {file.name: digest_file(file)}
    assert card["parameters"] == BUNDLED.parameters
    assert card["from_scratch"]["mnist_test"] >= 0.975


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", paths.digit_generator().read_bytes()[:-99]])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rehearsal.npz"
    file.write_bytes(content)

    with pytest.raises(ModelError, match=r"rehearsal\.npz is missing or damaged"):
        DigitGenerator.load(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing or damaged"):
        DigitGenerator.load(tmp_path / "rehearsal.npz")


def test_another_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rehearsal.npz"
    np.savez(file, kernel_0=np.zeros((2, 2)))

    with pytest.raises(ModelError):
        DigitGenerator.load(file)


def test_parts_that_don_t_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="don't fit"):
        dataclasses.replace(BUNDLED, biases=(*BUNDLED.biases[:-1], np.zeros(5, np.float32)))
