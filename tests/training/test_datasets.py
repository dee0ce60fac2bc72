import gzip
import io
import json
import pickle
import struct
import threading
import types
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitpad.core.errors import DatasetError
from digitpad.core.strokes import Stroke
from digitpad.training import datasets
from digitpad.training.datasets import (
    LabelledImages,
    Mnist,
    download_mnist,
    find_mnist,
    load_drawings,
    load_mnist,
)
from tests.written_digits import save_mnist

IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@pytest.fixture(scope="module")
def npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_mnist(tmp_path_factory.mktemp("npz") / "mnist.npz", train=40, test=10)


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


class _Handler(BaseHTTPRequestHandler):
    content = b""

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        server.requests.append(self.path)
        if self.path == "/missing":
            self.send_error(404)
            return
        body = server.content
        drops = self.path == "/drop" or (self.path == "/flaky" and len(server.requests) == 1)
        self.send_response(200)
        if self.path != "/unsized":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = b"something else".ljust(len(body)) if self.path == "/changed" else body
        self.wfile.write(sent[: len(sent) // 2] if drops else sent)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    content = b""
    requests: list[str]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A client that hangs up is what some tests are about.


@pytest.fixture
def server(npz: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as running:
        running.requests = []
        running.content = npz.read_bytes() + bytes(300_000)
        monkeypatch.setattr(datasets, "MNIST_SHA256", sha256(running.content).hexdigest())
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        # pooch waits before it tries again.
        monkeypatch.setattr("pooch.core.time", types.SimpleNamespace(sleep=lambda seconds: None))
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


# requests leaves the socket of a response that nobody read to the end for the collector.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
class TestDownload:
    def test_it_is_checked_kept_and_not_fetched_again(
        self, server: _Server, tmp_path: Path
    ) -> None:
        progress: list[tuple[int, int]] = []

        def note(received: int, total: int) -> None:
            progress.append((received, total))

        file = download_mnist(tmp_path / "data", note, server.url("mnist.npz"))
        again = download_mnist(tmp_path / "data", note, server.url("mnist.npz"))

        size = len(server.content)
        assert file == again == tmp_path / "data" / "mnist.npz"
        assert file.read_bytes() == server.content
        assert server.requests == ["/mnist.npz"]
        assert progress == sorted(progress)
        assert progress[-1] == (size, size)
        assert len(progress) < 20
        assert find_mnist([tmp_path / "data"])

    def test_a_damaged_file_is_fetched_anew(self, server: _Server, tmp_path: Path) -> None:
        (tmp_path / "mnist.npz").write_bytes(b"damaged")

        file = download_mnist(tmp_path, lambda *_: None, server.url("mnist.npz"))

        assert file.read_bytes() == server.content

    def test_a_size_that_is_not_known(self, server: _Server, tmp_path: Path) -> None:
        totals: set[int] = set()

        download_mnist(tmp_path, lambda _, total: totals.add(total), server.url("unsized"))

        assert totals == {0}

    def test_a_broken_connection_is_tried_again(self, server: _Server, tmp_path: Path) -> None:
        progress: list[tuple[int, int]] = []

        download_mnist(tmp_path, lambda *now: progress.append(now), server.url("flaky"))

        assert len(server.requests) == 2
        assert all(received <= total for received, total in progress)
        assert progress[-1][0] == len(server.content)

    @pytest.mark.parametrize("path", ["changed", "missing", "drop"])
    def test_three_failures_leave_nothing(self, server: _Server, tmp_path: Path, path: str) -> None:
        with pytest.raises(DatasetError, match="could not be downloaded") as caught:
            download_mnist(tmp_path / "data", lambda *_: None, server.url(path))

        assert "connection" in caught.value.hint
        assert len(server.requests) == 3
        assert list((tmp_path / "data").iterdir()) == []

    def test_nobody_answers(self, server: _Server, tmp_path: Path) -> None:
        url = server.url("mnist.npz")
        server.server_close()

        with pytest.raises(DatasetError):
            download_mnist(tmp_path / "data", lambda *_: None, url)

    def test_cancelling_leaves_nothing(self, server: _Server, tmp_path: Path) -> None:
        class CancelledError(Exception):
            pass

        def cancel(received: int, total: int) -> None:
            if received > total / 2:
                raise CancelledError

        with pytest.raises(CancelledError):
            download_mnist(tmp_path / "data", cancel, server.url("mnist.npz"))

        assert list((tmp_path / "data").iterdir()) == []
        assert len(server.requests) == 1

    def test_a_file_in_place_of_the_folder(self, server: _Server, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("I am a file")

        with pytest.raises(DatasetError):
            download_mnist(tmp_path / "data", lambda *_: None, server.url("mnist.npz"))


class TestLoadDrawings:
    GOOD = json.dumps({"label": 3, "writer": "12", "strokes": [[[1, 2], [3, 4.5]], [[5, 6]]]})

    @pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
    def test_a_line_is_a_drawing(self, tmp_path: Path, suffix: str) -> None:
        file = tmp_path / f"pen{suffix}"
        text = f"{self.GOOD}\n\n{self.GOOD}".encode()
        file.write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)

        first, second = load_drawings(file)

        assert first == second
        assert (first.label, first.writer) == (3, "12")
        assert first.strokes == (Stroke(((1.0, 2.0), (3.0, 4.5))), Stroke(((5.0, 6.0),)))

    @pytest.mark.parametrize(
        "line",
        [
            "{",
            "7",
            "[]",
            "null",
            "{}",
            '{"label": 10, "strokes": [[[1, 2]]]}',
            '{"label": "3", "strokes": [[[1, 2]]]}',
            '{"label": true, "strokes": [[[1, 2]]]}',
            '{"strokes": [[[1, 2]]]}',
            '{"label": 3}',
            '{"label": 3, "strokes": []}',
            '{"label": 3, "strokes": [[]]}',
            '{"label": 3, "strokes": "12"}',
            '{"label": 3, "strokes": [[[1]]]}',
            '{"label": 3, "strokes": [[[1, 2, 3]]]}',
            '{"label": 3, "strokes": [[["a", 2]]]}',
            '{"label": 3, "strokes": [[[NaN, 2]]]}',
            '{"label": 3, "strokes": [[[Infinity, 2]]]}',
            f'{{"label": 3, "strokes": [[[1{"0" * 400}, 2]]]}}',
            "[" * 100_000,
        ],
        ids=lambda line: line[:45],
    )
    def test_the_message_names_the_line(self, tmp_path: Path, line: str) -> None:
        file = tmp_path / "pen.jsonl"
        file.write_text(f"{self.GOOD}\n{line}\n{self.GOOD}\n")

        with pytest.raises(DatasetError, match="line 2") as caught:
            load_drawings(file)

        assert "pen.jsonl" in caught.value.message

    @pytest.mark.parametrize("kept", [0.3, 0.99])
    def test_a_cut_off_gzip(self, tmp_path: Path, kept: float) -> None:
        content = gzip.compress("\n".join([self.GOOD] * 500).encode())
        file = tmp_path / "pen.jsonl.gz"
        file.write_bytes(content[: int(len(content) * kept)])

        with pytest.raises(DatasetError):
            load_drawings(file)

    @pytest.mark.parametrize("content", [b"no gzip", b"\x1f\x8b\x08\0" + bytes(50), b"\xff\xfe"])
    def test_other_bytes(self, tmp_path: Path, content: bytes) -> None:
        for name in ("pen.jsonl", "pen.jsonl.gz"):
            (tmp_path / name).write_bytes(content)

            with pytest.raises(DatasetError):
                load_drawings(tmp_path / name)

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError):
            load_drawings(tmp_path / "nowhere.jsonl")
        with pytest.raises(DatasetError):
            load_drawings(tmp_path)

    def test_what_is_no_digit_and_how_it_is_written(self, tmp_path: Path) -> None:
        file = tmp_path / "strokes.jsonl"
        file.write_text(
            '{"label": null, "strokes": [[[1, 2], [3, 4]]], "style": "scribble"}\n'
            '{"label": 7, "strokes": [[[1, 2], [3, 4]]]}\n'
        )

        scribble, seven = load_drawings(file)

        assert (scribble.label, scribble.style) == (None, "scribble")
        assert (seven.label, seven.style) == (7, "")

    def test_the_pen_digits(self, data_folder: Path) -> None:
        drawings = load_drawings(data_folder / datasets.PEN_FILE)

        assert len(drawings) == 7_494
        assert {drawing.label for drawing in drawings} == set(range(10))
        assert len({drawing.writer for drawing in drawings}) == 30


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
