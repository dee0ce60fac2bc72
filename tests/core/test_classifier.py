import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.errors import ModelError
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from tests.written_digits import PATHS, write_digit


@pytest.fixture(scope="module")
def model_file() -> Path:
    return paths.bundled_models() / "default" / "model.tflite"


@pytest.fixture(scope="module")
def classifier(model_file: Path) -> Classifier:
    return Classifier(model_file)


@pytest.fixture(scope="module")
def digits() -> NDArray[np.float32]:
    """1,000 digit images, no two alike."""
    rng = np.random.default_rng(3)
    plain = np.stack([normalize(rasterize(write_digit(label))) for label in PATHS])
    noise = rng.uniform(0, 0.2, (1000, 28, 28)).astype(np.float32)
    return np.clip(np.tile(plain, (100, 1, 1)) + noise, 0, 1)


def test_rows_are_probabilities(classifier: Classifier, digits: NDArray[np.float32]) -> None:
    probabilities = classifier.classify(digits)

    assert probabilities.shape == (1000, 10)
    assert probabilities.dtype == np.float32
    assert (probabilities >= 0).all()
    assert (probabilities.sum(axis=1) <= 1 + 1e-5).all()


def test_plain_digits_are_read(classifier: Classifier) -> None:
    images = np.stack([normalize(rasterize(write_digit(label))) for label in PATHS])

    probabilities = classifier.classify(images)
    assert probabilities.argmax(axis=1).tolist() == list(range(10))
    assert probabilities.sum(axis=1).min() > 0.9


def test_what_is_no_digit_lacks_of_one(classifier: Classifier) -> None:
    stripes = np.zeros((1, 28, 28), np.float32)
    stripes[0, 4:24, 4:24:3] = 1

    assert classifier.classify(stripes).sum() < 0.1


def test_one_or_a_thousand_in_a_call_give_the_same(
    classifier: Classifier, digits: NDArray[np.float32]
) -> None:
    together = classifier.classify(digits)
    alone = np.concatenate([classifier.classify(digits[i : i + 1]) for i in range(0, 1000, 40)])

    np.testing.assert_allclose(together[::40], alone, atol=1e-5)


@pytest.mark.parametrize("sizes", [(1, 256, 1, 257), (513, 2, 0, 1), (3, 3, 7)])
def test_batches_of_changing_size_give_the_same(
    classifier: Classifier, digits: NDArray[np.float32], sizes: tuple[int, ...]
) -> None:
    expected = classifier.classify(digits)

    for size in sizes:
        np.testing.assert_allclose(classifier.classify(digits[:size]), expected[:size], atol=1e-5)


def test_no_digits_give_no_rows(classifier: Classifier) -> None:
    assert classifier.classify(np.empty((0, 28, 28), np.float32)).shape == (0, 10)


def test_a_result_is_not_changed_by_the_next_call(
    classifier: Classifier, digits: NDArray[np.float32]
) -> None:
    first = classifier.classify(digits[:1])
    kept = first.copy()

    classifier.classify(digits[1:2])

    np.testing.assert_array_equal(first, kept)


def test_pictures_laid_out_otherwise_in_memory_give_the_same(
    classifier: Classifier, digits: NDArray[np.float32]
) -> None:
    every_other = digits[:20:2]

    np.testing.assert_allclose(
        classifier.classify(np.asfortranarray(every_other)),
        classifier.classify(every_other.copy()),
        atol=1e-6,
    )


def test_threads_may_share_a_classifier(
    classifier: Classifier, digits: NDArray[np.float32]
) -> None:
    expected = classifier.classify(digits)
    ready = threading.Barrier(8)

    def classify_often(thread: int) -> bool:
        ready.wait()
        same = []
        for start in range(0, 400, 40):
            size = 1 + (thread * 7 + start) % 30
            part = classifier.classify(digits[start : start + size])
            same.append(np.allclose(part, expected[start : start + size], atol=1e-5))
        return all(same)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(classify_often, range(8)))


def test_the_file_may_be_replaced_while_it_is_in_use(model_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model.tflite"
    copy.write_bytes(model_file.read_bytes())
    classifier = Classifier(copy)

    copy.write_bytes(b"something else")

    assert classifier.classify(np.zeros((2, 28, 28), np.float32)).shape == (2, 10)


class TestDamage:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="mine"):
            Classifier(tmp_path / "mine" / "model.tflite")

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError):
            Classifier(tmp_path)

    @pytest.mark.parametrize("kept", [0, 1, 8, 100, 5_000, 0.5, 0.99])
    def test_a_cut_off_file(self, model_file: Path, tmp_path: Path, kept: float) -> None:
        content = model_file.read_bytes()
        length = int(kept * len(content)) if isinstance(kept, float) else kept
        broken = tmp_path / "model.tflite"
        broken.write_bytes(content[:length])

        with pytest.raises(ModelError) as caught:
            Classifier(broken)

        assert caught.value.hint

    @pytest.mark.parametrize("content", [b"no model at all" * 50, b"\0" * 4096, b"PK\3\4" * 99])
    def test_a_file_of_another_kind(self, tmp_path: Path, content: bytes) -> None:
        broken = tmp_path / "model.tflite"
        broken.write_bytes(content)

        with pytest.raises(ModelError):
            Classifier(broken)
