import errno
import multiprocessing
import os
import signal
import stat
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from digitpad.core.errors import StorageError
from digitpad.core.files import advise, write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", ["Grüße, “4 7”", b"\0\xff\r\n", "", "x" * 1_000_000])
def test_a_file_holds_what_was_written_and_nothing_lies_beside_it(
    tmp_path: Path, content: str | bytes
) -> None:
    file = tmp_path / "new" / "folder" / "file.txt"

    write_atomically(file, "old")
    write_atomically(file, content)

    expected = content.encode() if isinstance(content, str) else content
    assert file.read_bytes() == expected
    assert names(file.parent) == ["file.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "file.txt"
    write_atomically(file, "old")

    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), fail)
    with pytest.raises(StorageError, match="No space left") as caught:
        write_atomically(file, "new")

    assert caught.value.hint
    assert file.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_a_folder_that_cant_be_synced_is_an_error_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def fail(path: Path, *arguments: int, **options: int) -> int:
        if Path(path) == tmp_path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return really_open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", fail)

    with pytest.raises(StorageError):
        write_atomically(tmp_path / "file.txt", "new")


def test_a_drive_that_cant_sync_folders_takes_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_sync = os.fsync

    def sync_files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        really_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync_files_only)

    write_atomically(tmp_path / "file.txt", "new")

    assert (tmp_path / "file.txt").read_text() == "new"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("I am a file")

    with pytest.raises(StorageError, match="folder"):
        write_atomically(tmp_path / "folder" / "file.txt", "new")


def test_a_folder_in_place_of_the_file_is_refused_and_left(tmp_path: Path) -> None:
    (tmp_path / "file.txt" / "kept").mkdir(parents=True)

    with pytest.raises(StorageError):
        write_atomically(tmp_path / "file.txt", "new")

    assert names(tmp_path) == ["file.txt"]
    assert names(tmp_path / "file.txt") == ["kept"]


@pytest.mark.skipif(os.name == "nt", reason="files have no mode there")
def test_others_may_read_the_file_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("as the system makes it")

    write_atomically(tmp_path / "ours", "new")

    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def _write_for_ever(file: Path, begun: Event) -> None:
    for letter in "abcdefgh" * 10_000_000:
        write_atomically(file, letter * 100_000)
        begun.set()


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_killed_writer_leaves_one_whole_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    file = tmp_path / "file.txt"
    for _ in range(3):
        begun = context.Event()
        writer = context.Process(target=_write_for_ever, args=(file, begun))
        writer.start()
        assert begun.wait(120)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()

        content = file.read_text()
        assert content == content[0] * 100_000


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space, then try again"),
        (errno.EROFS, "Check that you may write there, or choose another folder"),
        (errno.ENOTDIR, "Choose another folder, then try again"),
    ],
)
def test_advice_fits_what_happened(number: int, advice: str) -> None:
    assert advise(OSError(number, "as the system says it")) == advice
