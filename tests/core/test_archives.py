import os
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from digitpad.core.archives import ArchiveError, open_archive


def pack(file: Path, compression: int = zipfile.ZIP_DEFLATED, **members: bytes) -> Path:
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def read(file: Path, name: str = "one", limit: int = 1_000_000) -> bytes:
    with open_archive(file) as archive:
        return archive.read(name, limit)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_come_out_as_they_went_in(tmp_path: Path, compression: int) -> None:
    content = os.urandom(200_000)
    file = pack(tmp_path / "zip", compression, one=content, two=b"")

    with open_archive(file) as archive:
        assert archive.names == {"one", "two"}
        assert archive.read("one", 200_000) == content
        archive.copy("one", tmp_path / "out", 200_000)
        assert archive.read("two", 0) == b""
        with pytest.raises(KeyError):
            archive.read("three", 1)
    assert (tmp_path / "out").read_bytes() == content


def test_what_is_larger_than_it_may_be_is_not_unpacked(tmp_path: Path) -> None:
    file = pack(tmp_path / "zip", one=b"\0" * 100_000_000)
    assert file.stat().st_size < 200_000

    tracemalloc.start()
    with pytest.raises(ArchiveError, match="too large"):
        read(file)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_member_that_lies_about_its_size_ends_where_it_says(tmp_path: Path) -> None:
    file = pack(tmp_path / "zip", one=b"\0" * 10_000_000)
    true, told = (10_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    file.write_bytes(file.read_bytes().replace(true, told))

    with pytest.raises(ArchiveError, match="damaged"):
        read(file)


def test_thousands_of_members_are_too_many(tmp_path: Path) -> None:
    file = tmp_path / "zip"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}", b"")

    tracemalloc.start()
    with pytest.raises(ArchiveError, match="too much"):
        read(file)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        archive.writestr("one", b"a")
        archive.writestr("one", b"b")

    with pytest.raises(ArchiveError, match="same name"):
        read(tmp_path / "zip")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing(tmp_path: Path, compression: int) -> None:
    with pytest.raises(ArchiveError, match="unusual"):
        read(pack(tmp_path / "zip", compression, one=b"a"))


def test_an_encrypted_member(tmp_path: Path) -> None:
    content = bytearray(pack(tmp_path / "zip", one=b"abc").read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "zip").write_bytes(content)

    with pytest.raises(ArchiveError, match="encrypted"):
        read(tmp_path / "zip")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\5\6", os.urandom(5_000)], ids=len)
def test_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "zip").write_bytes(content)

    with pytest.raises(ArchiveError):
        read(tmp_path / "zip")


def test_a_missing_file_or_a_folder(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(OSError, match="directory"):
            read(place)


def test_any_damage_is_an_archive_error(tmp_path: Path) -> None:
    whole = pack(tmp_path / "zip", one=random.Random(1).randbytes(2_000), two=b"b" * 500)
    content = whole.read_bytes()
    chance = random.Random(2)
    refused = 0
    for _ in range(300):
        damaged = bytearray(
            content[: chance.choice([len(content), chance.randrange(len(content))])]
        )
        for _ in range(chance.randrange(1, 4)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "damaged").write_bytes(damaged)
        try:
            with open_archive(tmp_path / "damaged") as archive:
                for name in archive.names:
                    archive.read(name, 5_000)
        except (ArchiveError, OSError):
            refused += 1
    assert refused > 200
