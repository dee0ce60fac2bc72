import gzip
import io
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad.core.errors import DatasetError
from digitpad.training.data.datasets import LabelledImages, Mnist, find_mnist, load_mnist

IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@pytest.fixture(scope="module")
def arrays(npz: Path) -> dict[str, NDArray[np.uint8]]:
    with np.load(npz) as content:
        return dict(content)


def encode_idx(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def idx_folder(tmp_path: Path, arrays: dict[str, NDArray[np.uint8]]) -> Path:
    folder = tmp_path / "idx"
    folder.mkdir()
    for name, key in zip(IDX_NAMES, ("x_train", "y_train", "x_test", "y_test"), strict=True):
        (folder / name).write_bytes(encode_idx(arrays[key]))
    return folder


def assert_same(first: Mnist, second: Mnist) -> None:
    assert first.train.fingerprint() == second.train.fingerprint()
    assert first.test.fingerprint() == second.test.fingerprint()


class TestLoadMnist:
    def test_an_npz(self, npz: Path, arrays: dict[str, NDArray[np.uint8]]) -> None:
        for place in (npz, npz.parent):
            mnist = load_mnist(place)

            np.testing.assert_array_equal(mnist.train.images, arrays["x_train"])
            np.testing.assert_array_equal(mnist.test.labels, arrays["y_test"])
            assert len(mnist.train) == 40
            assert find_mnist([place]) == place

    def test_four_idx_files(self, npz: Path, idx_folder: Path) -> None:
        assert_same(load_mnist(idx_folder), load_mnist(npz))

    def test_idx_files_gzipped_and_named_with_dots(self, npz: Path, idx_folder: Path) -> None:
        for file in list(idx_folder.iterdir()):
            content = gzip.compress(file.read_bytes())
            (idx_folder / f"{file.name.replace('-idx', '.idx')}.gz").write_bytes(content)
            file.unlink()

        assert_same(load_mnist(idx_folder), load_mnist(npz))

    def test_a_mnist_folder_inside(self, npz: Path, idx_folder: Path) -> None:
        idx_folder.rename(idx_folder.parent / "mnist")

        assert_same(load_mnist(idx_folder.parent), load_mnist(npz))

    def test_mnist_itself(self, data_folder: Path) -> None:
        mnist = load_mnist(data_folder)

        assert (len(mnist.train), len(mnist.test)) == (60_000, 10_000)
        assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]

    @pytest.mark.parametrize("name", IDX_NAMES)
    def test_a_missing_idx_file(self, idx_folder: Path, name: str) -> None:
        (idx_folder / name).unlink()

        with pytest.raises(DatasetError, match="no MNIST"):
            load_mnist(idx_folder)
        assert find_mnist([idx_folder]) is None

    @pytest.mark.parametrize("place", ["", "nowhere", "text.txt"])
    def test_no_data(self, tmp_path: Path, place: str) -> None:
        (tmp_path / "text.txt").write_text("hello")

        with pytest.raises(DatasetError) as caught:
            load_mnist(tmp_path / place)

        assert "IDX" in caught.value.hint

    @pytest.mark.parametrize("name", IDX_NAMES[:2])
    @pytest.mark.parametrize("suffix", ["", ".gz"])
    @pytest.mark.parametrize("kept", [0, 1, 3, 6, 15, -1])
    def test_a_cut_off_idx_file(self, idx_folder: Path, name: str, suffix: str, kept: int) -> None:
        file = idx_folder / name
        content = file.read_bytes()
        file.unlink()
        whole = gzip.compress(content) if suffix else content
        (idx_folder / f"{name}{suffix}").write_bytes(whole[:kept])

        with pytest.raises(DatasetError, match=r"damaged|not MNIST"):
            load_mnist(idx_folder)

    def test_gzip_damaged_inside(self, idx_folder: Path) -> None:
        file = idx_folder / IDX_NAMES[0]
        content = bytearray(gzip.compress(file.read_bytes()))
        content[200:260] = bytes(60)
        file.unlink()
        file.with_name(file.name + ".gz").write_bytes(content)

        with pytest.raises(DatasetError, match="damaged"):
            load_mnist(idx_folder)

    @pytest.mark.parametrize("header", [b"\0\0\x0d\3", b"\1\0\x08\3", b"\0\0\x08\x09", b"\x89PNG"])
    def test_other_bytes_in_an_idx_file(self, idx_folder: Path, header: bytes) -> None:
        file = idx_folder / IDX_NAMES[0]
        file.write_bytes(header + file.read_bytes()[4:])

        with pytest.raises(DatasetError, match="damaged"):
            load_mnist(idx_folder)

    @pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.98])
    def test_a_cut_off_npz(self, npz: Path, tmp_path: Path, kept: float) -> None:
        content = npz.read_bytes()
        length = int(kept * len(content)) if isinstance(kept, float) else kept
        broken = tmp_path / "mnist.npz"
        broken.write_bytes(content[:length])

        with pytest.raises(DatasetError):
            load_mnist(broken)

    def test_a_compressed_npz_damaged_inside(
        self, arrays: dict[str, NDArray[np.uint8]], tmp_path: Path
    ) -> None:
        broken = tmp_path / "mnist.npz"
        np.savez_compressed(broken, **arrays)
        content = bytearray(broken.read_bytes())
        content[300:400] = bytes(100)
        broken.write_bytes(content)

        with pytest.raises(DatasetError, match="damaged"):
            load_mnist(broken)

    def test_pickles_are_not_opened(self, tmp_path: Path) -> None:
        trap = tmp_path / "trapped"

        class Trap:
            def __reduce__(self) -> tuple[object, tuple[object, ...]]:
                return (Path.touch, (trap,))

        as_object = tmp_path / "object.npz"
        np.savez(as_object, **{k: np.array([Trap()]) for k in ("x_train", "y_train")})
        as_pickle = tmp_path / "pickle.npz"
        as_pickle.write_bytes(pickle.dumps(Trap()))

        for file in (as_object, as_pickle):
            with pytest.raises(DatasetError):
                load_mnist(file)
        assert not trap.exists()

    def test_an_array_that_claims_to_be_gigantic(self, tmp_path: Path) -> None:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header, {"descr": "|u1", "fortran_order": False, "shape": (10**15, 28, 28)}
        )
        with zipfile.ZipFile(tmp_path / "mnist.npz", "w") as file:
            file.writestr("x_train.npy", header.getvalue() + b"few bytes")

        with pytest.raises(DatasetError):
            load_mnist(tmp_path)

    @pytest.mark.parametrize(
        "change",
        [
            {"x_train": np.zeros((40, 32, 32), np.uint8)},
            {"x_train": np.zeros((40, 28, 28), np.float32)},
            {"x_train": np.zeros((39, 28, 28), np.uint8)},
            {"x_train": np.zeros((0, 28, 28), np.uint8), "y_train": np.zeros(0, np.uint8)},
            {"y_train": np.full(40, 10, np.uint8)},
            {"y_train": np.full(40, -1, np.int64)},
            {"y_train": np.full(40, np.nan)},
            {"y_train": np.eye(10, dtype=np.uint8)[np.arange(40) % 10]},
            {"y_test": np.array(3, np.uint8)},
        ],
        ids=lambda change: " ".join(f"{k} {v.shape} {v.dtype}" for k, v in change.items()),
    )
    def test_arrays_that_are_not_mnist(
        self,
        arrays: dict[str, NDArray[np.uint8]],
        tmp_path: Path,
        change: dict[str, NDArray[np.uint8]],
    ) -> None:
        np.savez(tmp_path / "mnist.npz", **(arrays | change))

        with pytest.raises(DatasetError, match="not MNIST"):
            load_mnist(tmp_path)

    def test_other_files_named_npz(
        self, arrays: dict[str, NDArray[np.uint8]], tmp_path: Path
    ) -> None:
        one_array, no_arrays, texts = (tmp_path / f"{n}.npz" for n in ("one", "none", "texts"))
        with one_array.open("wb") as file:
            np.save(file, arrays["x_train"])
        np.savez(no_arrays, other=arrays["x_train"])
        with zipfile.ZipFile(texts, "w") as archive:
            for name in arrays:
                archive.writestr(name, "some text")

        for npz_file in (one_array, no_arrays, texts):
            with pytest.raises(DatasetError):
                load_mnist(npz_file)

    def test_labels_of_wider_integers_are_fine(
        self, arrays: dict[str, NDArray[np.uint8]], tmp_path: Path
    ) -> None:
        wide = arrays | {"y_train": arrays["y_train"].astype(np.int64)}
        np.savez(tmp_path / "mnist.npz", **wide)

        assert load_mnist(tmp_path).train.labels.dtype == np.uint8


def test_the_first_place_that_has_mnist_is_found(npz: Path, idx_folder: Path) -> None:
    nowhere = idx_folder / "nowhere"

    assert find_mnist([nowhere, idx_folder, npz]) == idx_folder
    assert find_mnist([nowhere, npz, idx_folder]) == npz
    assert find_mnist([]) is None


def test_a_part_and_the_rest_make_the_whole(npz: Path) -> None:
    train = load_mnist(npz).train

    first, rest = train.part(None, -5), train.part(-5, None)

    assert (len(first), len(rest)) == (35, 5)
    together = LabelledImages(
        np.concatenate([first.images, rest.images]), np.concatenate([first.labels, rest.labels])
    )
    assert together.fingerprint() == train.fingerprint() != first.fingerprint()


def test_a_folder_without_rights_is_passed_over_when_searching_and_named_when_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    look = Path.is_file

    def is_file(path: Path) -> bool:
        # As Python 3.11 answers where a parent folder may not be entered; root always may.
        if closed in (path, *path.parents):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(Path, "is_file", is_file)

    assert find_mnist([closed, tmp_path]) is None
    with pytest.raises(DatasetError, match="can't be opened: Permission denied"):
        load_mnist(closed)
