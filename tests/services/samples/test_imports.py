import gzip
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import SampleError
from digitpad.core.normalization import normalize
from digitpad.core.rasterization import rasterize
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.samples.imports import ImportResult, import_samples
from digitpad.services.samples.records import Source
from digitpad.services.samples.store import SampleStore
from tests.written_digits import save_mnist, write_digit


@pytest.fixture
def store() -> Iterator[SampleStore]:
    with SampleStore(paths.samples_file()) as opened:
        yield opened


@pytest.fixture(scope="module")
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), Path("none")).default()


@pytest.fixture
def images() -> np.ndarray:
    digits = [normalize(rasterize(write_digit(str(label)))) for label in range(6)]
    return np.round(np.stack(digits) * 255).astype(np.uint8)


def ignore(done: int, total: int) -> None:
    assert 0 <= done <= total


def kept(store: SampleStore) -> np.ndarray:
    samples = store.load(store.find()[::-1])
    return np.stack([sample.image for sample in samples])


def labels(store: SampleStore) -> list[int]:
    return [sample.label for sample in store.load(store.find()[::-1])]


def draw(file: Path, digit: str) -> Path:
    """Draw a digit black on white, with paper around it."""
    ink = np.pad(rasterize(write_digit(digit)), 60)
    file.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(file), 250 - 220 * ink)
    return file


class TestPictures:
    def test_names_and_folders_say_what_they_show(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        folder = tmp_path / "mine"
        draw(folder / "7 from a letter.png", "7")
        draw(folder / "3" / "9876.png", "3")
        draw(folder / "3" / "deeper" / "scan.png", "3")
        draw(folder / "unknown.png", "1")
        (folder / "7.txt").write_text("no picture")

        assert import_samples(store, folder, model, ignore) == ImportResult(ids=(1, 2, 3))

        samples = {sample.origin: sample for sample in store.load(store.find())}
        assert samples.keys() == {"7 from a letter.png", "3/9876.png", "3/deeper/scan.png"}
        seven = samples["7 from a letter.png"]
        assert (seven.label, seven.source) == (7, Source.IMPORT)
        assert seven.predicted is not None
        assert seven.predicted.label == 7
        assert seven.predicted.model.startswith("default@")
        assert samples["3/9876.png"].label == 3

    def test_a_picture_goes_the_way_it_goes_in_the_window(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        file = draw(tmp_path / "mine" / "6.png", "6")

        import_samples(store, file, model, ignore)

        (sample,) = store.load(store.find())
        clean = normalize(rasterize(write_digit("6")))
        assert np.abs(sample.image / 255.0 - clean).mean() < 0.06
        assert sample.crop is not None
        crop = cv2.imdecode(np.frombuffer(sample.crop, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert 60 < max(crop.shape) <= 128
        assert crop.min() < 80 < 200 < crop.max()

    def test_two_digits_in_one_picture_are_taken_as_one(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        ink = np.hstack([np.pad(rasterize(write_digit(digit)), 50) for digit in "14"])
        assert cv2.imwrite(str(tmp_path / "4.png"), 250 - 220 * ink)

        assert import_samples(store, tmp_path, model, ignore).added == 1

    def test_digit_images_are_taken_as_they_are(
        self, store: SampleStore, model: Model, images: np.ndarray, tmp_path: Path
    ) -> None:
        for label, image in enumerate(images):
            assert cv2.imwrite(str(tmp_path / f"{label}.png"), image)

        import_samples(store, tmp_path, model, ignore)

        assert (kept(store) == images).all()

    def test_the_same_again_adds_nothing_and_what_was_deleted_comes_back(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        draw(tmp_path / "5.png", "5")
        draw(tmp_path / "2.png", "2")
        import_samples(store, tmp_path, model, ignore)
        assert import_samples(store, tmp_path, model, ignore) == ImportResult(known=2)

        store.delete(store.find()[:1])
        assert import_samples(store, tmp_path, model, ignore) == ImportResult((2,), known=1)

    def test_what_cannot_be_read_is_told_and_the_others_are_kept(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        draw(tmp_path / "4.png", "4")
        (tmp_path / "1").mkdir()
        (tmp_path / "1" / "damaged.png").write_bytes(b"damaged")
        assert cv2.imwrite(str(tmp_path / "0.png"), np.full((90, 90), 240, np.uint8))

        result = import_samples(store, tmp_path, model, ignore)

        assert result.added == 1
        assert sorted(str(error).split(":")[0] for error in result.failures) == [
            "0.png",
            "1/damaged.png",
        ]

    def test_a_folder_without_any(self, store: SampleStore, model: Model, tmp_path: Path) -> None:
        (tmp_path / "scan.png").write_bytes(b"")
        with pytest.raises(SampleError, match="no pictures whose digits are known") as told:
            import_samples(store, tmp_path, model, ignore)

        assert "folders 0 to 9" in told.value.hint

    def test_stopped_in_the_middle_what_was_kept_stays(
        self, store: SampleStore, model: Model, images: np.ndarray, tmp_path: Path
    ) -> None:
        for number in range(25):
            assert cv2.imwrite(str(tmp_path / f"1-{number:02}.png"), images[1])

        def stop(done: int, total: int) -> None:
            assert total == 25
            if done:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_samples(store, tmp_path, model, stop)

        assert 0 < len(store.find()) < 25
        rest = import_samples(store, tmp_path, model, ignore)
        assert rest.added + rest.known == 25
        assert len(store.find()) == 25


class TestArrays:
    @pytest.mark.parametrize(
        ("image_name", "label_name"),
        [("images", "labels"), ("x", "y"), ("x_train", "y_train")],
    )
    def test_npz(
        self,
        store: SampleStore,
        model: Model,
        images: np.ndarray,
        tmp_path: Path,
        image_name: str,
        label_name: str,
    ) -> None:
        file = tmp_path / "own.npz"
        np.savez(file, **{image_name: images, label_name: np.arange(6)})

        assert import_samples(store, file, model, ignore) == ImportResult(ids=(1, 2, 3, 4, 5, 6))

        assert (kept(store) == images).all()
        assert labels(store) == list(range(6))
        assert {sample.origin for sample in store.load(store.find())} == {"own.npz"}
        assert import_samples(store, file, model, ignore) == ImportResult(known=6)

    @pytest.mark.parametrize(
        "change",
        [
            lambda images: images[..., None],
            lambda images: images.reshape(6, 784),
            lambda images: images.astype(np.int64),
            lambda images: images.astype(np.float32) / 255,
            lambda images: images.astype(np.float64),
        ],
    )
    def test_other_forms_of_images(
        self, store: SampleStore, model: Model, images: np.ndarray, tmp_path: Path, change: object
    ) -> None:
        np.savez(tmp_path / "own.npz", x=change(images), y=np.arange(6.0))  # type: ignore[operator]

        import_samples(store, tmp_path / "own.npz", model, ignore)

        assert (kept(store) == images).all()

    def test_only_the_training_digits_of_mnist(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        file = save_mnist(tmp_path / "mnist.npz", train=30, test=10)

        assert import_samples(store, file, model, ignore).added == 30

    @pytest.mark.parametrize("is_packed", [False, True])
    @pytest.mark.parametrize("given", [0, 1])
    def test_idx(
        self,
        store: SampleStore,
        model: Model,
        images: np.ndarray,
        tmp_path: Path,
        is_packed: bool,
        given: int,
    ) -> None:
        header = bytes([0, 0, 8, 3]) + np.array(images.shape, ">u4").tobytes()
        contents = {
            "train-images-idx3-ubyte": header + images.tobytes(),
            "train-labels-idx1-ubyte": bytes([0, 0, 8, 1, 0, 0, 0, 6]) + bytes(range(6)),
        }
        files = []
        for name, content in contents.items():
            files.append(tmp_path / (f"{name}.gz" if is_packed else name))
            files[-1].write_bytes(gzip.compress(content) if is_packed else content)

        import_samples(store, files[given], model, ignore)

        assert (kept(store) == images).all()
        assert labels(store) == list(range(6))

    @pytest.mark.parametrize(
        "arrays",
        [
            {"x": np.zeros((2, 28, 28), np.uint8)},
            {"x": np.zeros((2, 28, 28), np.uint8), "y": np.array([1])},
            {"x": np.zeros((2, 28, 28), np.uint8), "y": np.array([1, 12])},
            {"x": np.zeros((2, 28, 28), np.uint8), "y": np.array(["1", "2"])},
            {"x": np.zeros((2, 32, 32), np.uint8), "y": np.array([1, 2])},
            {"x": np.full((2, 28, 28), 256), "y": np.array([1, 2])},
            {"x": np.full((2, 28, 28), -1), "y": np.array([1, 2])},
            {"x": np.full((2, 28, 28), np.nan), "y": np.array([1, 2])},
        ],
    )
    def test_arrays_that_do_not_fit(
        self, store: SampleStore, model: Model, tmp_path: Path, arrays: dict[str, np.ndarray]
    ) -> None:
        np.savez(tmp_path / "own.npz", **arrays)

        with pytest.raises(SampleError, match=r"own\.npz.* can't be imported") as told:
            import_samples(store, tmp_path / "own.npz", model, ignore)

        assert "x_train and y_train" in told.value.hint
        assert store.find() == []

    @pytest.mark.parametrize("name", ["own.npz", "train-images-idx3-ubyte", "digits.dat"])
    @pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no archive", bytes(100)])
    def test_files_that_are_something_else(
        self, store: SampleStore, model: Model, tmp_path: Path, name: str, content: bytes | None
    ) -> None:
        for place in (name, "train-labels-idx1-ubyte"):
            if content is not None:
                (tmp_path / place).write_bytes(content)

        with pytest.raises(SampleError):
            import_samples(store, tmp_path / name, model, ignore)

    def test_one_half_of_a_pair(self, store: SampleStore, model: Model, tmp_path: Path) -> None:
        (tmp_path / "t10k-images.idx3-ubyte").write_bytes(b"")
        with pytest.raises(SampleError, match=r"t10k-labels\.idx1-ubyte.* is missing"):
            import_samples(store, tmp_path / "t10k-images.idx3-ubyte", model, ignore)

    def test_no_samples_are_no_fault(
        self, store: SampleStore, model: Model, tmp_path: Path
    ) -> None:
        np.savez(tmp_path / "own.npz", x=np.zeros((0, 28, 28), np.uint8), y=np.zeros(0, np.uint8))

        assert import_samples(store, tmp_path / "own.npz", model, ignore) == ImportResult()
