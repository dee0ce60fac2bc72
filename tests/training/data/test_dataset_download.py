import threading
import types
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from digitpad.core.errors import DatasetError
from digitpad.training.data import datasets
from digitpad.training.data.datasets import download_mnist, find_mnist


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
