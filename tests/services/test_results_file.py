import os
import sqlite3
from pathlib import Path

import pytest

from digitpad.core.errors import ImageError, ModelError, StorageError
from digitpad.core.reading import Reading
from digitpad.services import results_file
from digitpad.services.picture_files import SourceFile, describe_file
from digitpad.services.reading_records import Csv, JsonLines, Record, ResumableFormat
from digitpad.services.results_file import open_results

BAD = ImageError("It is damaged.", "Copy it again.")
both_formats = pytest.mark.parametrize("lines", [JsonLines(), Csv()], ids=["json", "csv"])


@pytest.fixture
def files(tmp_path: Path) -> list[SourceFile]:
    paths = [tmp_path / "pictures" / f"{number}.png" for number in range(4)]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(path.name)
    return [describe_file(path) for path in paths]


def write(path: Path, lines: ResumableFormat, *records: Record | SourceFile) -> None:
    with open_results(path, lines, "m@1") as results:
        for record in records:
            whole = record if isinstance(record, Record) else Record(record, "m@1", Reading())
            results.append(lines.write(whole))


def held(path: Path, lines: ResumableFormat, files: list[SourceFile]) -> list[bool]:
    with open_results(path, lines, "m@1") as results:
        return [results.has(file) for file in files]


@both_formats
def test_what_was_written_is_known_again(
    lines: ResumableFormat, files: list[SourceFile], tmp_path: Path
) -> None:
    path = tmp_path / "new" / "results"
    write(path, lines, *files[:2])
    before = path.read_bytes()

    assert held(path, lines, files) == [True, True, False, False]
    assert path.read_bytes() == before
    write(path, lines, files[2])
    assert path.read_bytes().startswith(before)
    assert held(path, lines, files) == [True, True, True, False]


@both_formats
def test_half_a_line_is_taken_out(
    lines: ResumableFormat, files: list[SourceFile], tmp_path: Path
) -> None:
    path = tmp_path / "results"
    write(path, lines, files[0])
    whole = path.read_bytes()
    write(path, lines, files[1])
    full = path.read_bytes()

    for length in range(len(whole), len(full)):
        path.write_bytes(full[:length])
        assert held(path, lines, files) == [True, False, False, False]
        assert path.read_bytes() == whole


@both_formats
def test_a_file_cut_anywhere_before_the_first_record_begins_anew(
    lines: ResumableFormat, files: list[SourceFile], tmp_path: Path
) -> None:
    path = tmp_path / "results"
    write(path, lines)
    empty = path.read_bytes()
    write(path, lines, files[0])
    full = path.read_bytes()

    for length in range(len(full)):
        path.write_bytes(full[:length])
        assert held(path, lines, files) == [False] * 4
        assert path.read_bytes() == empty


@both_formats
def test_changed_and_unreadable_files_are_to_be_read_again(
    lines: ResumableFormat, files: list[SourceFile], tmp_path: Path
) -> None:
    path = tmp_path / "results"
    write(path, lines, *files[:2], Record(files[2], "m@1", BAD), files[3])
    Path(files[0].path).write_text("longer than before")
    os.utime(files[3].path, ns=(0, 10**15))
    now = [describe_file(Path(file.path)) for file in files]

    assert held(path, lines, now) == [False, True, False, False]
    assert path.read_text("utf-8").count("\n") == 1 + bool(lines.header)


@both_formats
def test_what_is_gone_is_kept(
    lines: ResumableFormat, files: list[SourceFile], tmp_path: Path
) -> None:
    path = tmp_path / "results"
    write(path, lines, *files)
    before = path.read_bytes()
    Path(files[1].path).unlink()

    assert held(path, lines, files) == [True] * 4
    assert path.read_bytes() == before


@both_formats
def test_zeros_left_by_a_power_cut_are_taken_out(
    lines: ResumableFormat, files: list[SourceFile], tmp_path: Path
) -> None:
    path = tmp_path / "results"
    write(path, lines, *files[:2])
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0" * 5000 + b"\n" + b"\xff\0" * 3)

    assert held(path, lines, files) == [True, True, False, False]
    assert path.read_bytes() == whole


def test_a_file_written_twice_is_kept_once(files: list[SourceFile], tmp_path: Path) -> None:
    path = tmp_path / "results"
    write(path, JsonLines(), files[0], files[1], files[0])

    with open_results(path, JsonLines(), "m@1") as results:
        assert results.files == 2
    assert path.read_text().count("\n") == 2


@both_formats
def test_another_model_is_refused(
    lines: ResumableFormat, files: list[SourceFile], tmp_path: Path
) -> None:
    path = tmp_path / "results"
    write(path, lines, files[0])
    before = path.read_bytes()

    with pytest.raises(ModelError, match="“m@1”, not with “m@2”"), open_results(path, lines, "m@2"):
        pass

    assert path.read_bytes() == before


def test_another_format_is_refused(files: list[SourceFile], tmp_path: Path) -> None:
    write(tmp_path / "json", JsonLines(), files[0])
    write(tmp_path / "csv", Csv())

    with pytest.raises(StorageError, match="begun as JSON lines, not as CSV"):
        write(tmp_path / "json", Csv())
    with pytest.raises(StorageError, match="begun as CSV, not as JSON lines"):
        write(tmp_path / "csv", JsonLines())


@both_formats
@pytest.mark.parametrize(
    "content",
    [b"dear diary\n", b"file,text\na,1\n", b'{"file": "mine"}\n{"file": "2"}\n', b"\xff\xd8\xff"],
)
def test_a_persons_own_file_is_left_alone(
    lines: ResumableFormat, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "mine"
    path.write_bytes(content)

    with pytest.raises(StorageError, match="not written by “digitpad read”"):
        write(path, lines)

    assert path.read_bytes() == content


def test_places_that_cant_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for path in (tmp_path, tmp_path / "file" / "results"):
        with pytest.raises(StorageError, match="could not be written"):
            write(path, JsonLines())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_device(files: list[SourceFile]) -> None:
    with pytest.raises(StorageError, match="No space left on device"):
        write(Path("/dev/full"), JsonLines(), files[0])


def test_a_disk_that_fills_up_leaves_whole_lines(
    files: list[SourceFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "results"
    write(path, JsonLines(), *files[:2])
    whole = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 50, limits[1]))
    try:
        with pytest.raises(StorageError, match="goes on from what was written"):
            write(path, JsonLines(), files[2])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert path.read_bytes() == whole


def test_an_interrupted_line_is_cut_off(files: list[SourceFile], tmp_path: Path) -> None:
    path = tmp_path / "results"
    write(path, JsonLines(), files[0])
    whole = path.read_bytes()

    class Interrupted:
        def __init__(self, file: object) -> None:
            self.file = file

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

        def write(self, content: memoryview) -> int:
            if len(content) < 20:
                raise KeyboardInterrupt
            return self.file.write(content[: len(content) // 2])  # type: ignore[attr-defined]

    with open_results(path, JsonLines(), "m@1") as results:
        results._file = Interrupted(results._file)  # type: ignore[assignment]
        line = JsonLines().write(Record(files[1], "m@1", Reading()))
        with pytest.raises(KeyboardInterrupt):
            results.append(line)

    assert path.read_bytes() == whole


def test_a_crash_while_lines_are_taken_out_loses_nothing(
    files: list[SourceFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "results"
    write(path, JsonLines(), *files[:2])
    path.write_bytes(path.read_bytes() + b"half")
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("crash")))

    with pytest.raises(StorageError):
        write(path, JsonLines())

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["results"]


def test_what_is_known_lies_on_disk_once_it_is_much(
    files: list[SourceFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    connect = sqlite3.connect
    monkeypatch.setattr(
        results_file.sqlite3, "connect", lambda name: opened.append(name) or connect(name)
    )

    write(tmp_path / "results", JsonLines(), *files)

    assert opened == [""]  # SQLite's name for a temporary file, not for memory.
