import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.errors import SampleError, StorageError
from digitpad.services.samples.archive import restore_archive, write_archive
from digitpad.services.samples.store import SampleStore
from tests.samples import make_drawn, make_sample, number_of


@pytest.fixture
def store() -> Iterator[SampleStore]:
    with SampleStore(paths.samples_file()) as opened:
        opened.add(make_drawn(number) for number in range(4))
        yield opened


@pytest.fixture
def archive(store: SampleStore, tmp_path: Path) -> Path:
    """Return a backup of four samples, and of one that is deleted."""
    store.delete(store.add([make_sample(99)]))
    file = tmp_path / "backups" / "samples.zip"
    assert write_archive(store, file) == 4
    return file


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[SampleStore]:
    with SampleStore(tmp_path / "elsewhere" / "samples.db") as opened:
        yield opened


def numbers(store: SampleStore) -> list[int]:
    return sorted(number_of(sample) for sample in store.load(store.find()))


def labels(store: SampleStore) -> dict[int, int]:
    return {number_of(sample): sample.label for sample in store.load(store.find())}


def repack(file: Path, **changes: bytes) -> None:
    """Write an archive anew with some of its members changed."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= {name.replace("_", "."): content for name, content in changes.items()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_a_backup_comes_back_on_another_machine(
    store: SampleStore, archive: Path, elsewhere: SampleStore
) -> None:
    assert len(restore_archive(elsewhere, archive)) == 4

    for here, there in zip(
        store.load(sorted(store.find())), elsewhere.load(sorted(elsewhere.find())), strict=True
    ):
        assert (here.image == there.image).all()
        assert vars(replace(here, image=there.image, id=there.id)) == vars(there)
    assert [place.name for place in archive.parent.iterdir()] == ["samples.zip"]


def test_what_is_there_stays_as_it_is(store: SampleStore, archive: Path) -> None:
    relabelled, deleted, *_ = sorted(store.find())
    store.relabel({relabelled: 9})
    store.delete([deleted])
    store.add([make_sample(50)])

    assert restore_archive(store, archive) == [deleted]

    assert labels(store) == {0: 9, 1: 1, 2: 2, 3: 3, 50: 0}
    assert restore_archive(store, archive) == []


def test_replacing_leaves_what_the_backup_has_and_the_rest_can_be_brought_back(
    store: SampleStore, archive: Path
) -> None:
    relabelled, deleted, *_ = sorted(store.find())
    store.relabel({relabelled: 9})
    store.delete([deleted])
    own = store.add([make_sample(50)])

    assert restore_archive(store, archive, is_replacing=True) == [deleted]

    assert labels(store) == {0: 0, 1: 1, 2: 2, 3: 3}
    store.restore(own)
    assert numbers(store) == [0, 1, 2, 3, 50]


def test_a_file_there_is_written_over(store: SampleStore, archive: Path) -> None:
    store.add([make_sample(5)])

    assert write_archive(store, archive) == 5


class TestWrongFiles:
    @pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
    def test_no_archive(self, elsewhere: SampleStore, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "some.zip").write_bytes(content)

        with pytest.raises(SampleError, match=r"some\.zip.* is no backup of samples") as told:
            restore_archive(elsewhere, tmp_path / "some.zip")

        assert "Back Up" in told.value.hint

    def test_no_file(self, elsewhere: SampleStore, tmp_path: Path) -> None:
        for place in (tmp_path / "gone.zip", tmp_path):
            with pytest.raises(SampleError, match="can't be opened"):
                restore_archive(elsewhere, place)

    def test_a_part_is_missing(self, elsewhere: SampleStore, archive: Path) -> None:
        content = archive.read_bytes()
        archive.write_bytes(content[: len(content) // 2])

        with pytest.raises(SampleError):
            restore_archive(elsewhere, archive)

        assert elsewhere.find() == []

    def test_its_content_has_changed(self, elsewhere: SampleStore, archive: Path) -> None:
        with zipfile.ZipFile(archive) as opened:
            content = opened.read("samples.db")
        repack(archive, samples_db=content.replace(b"drawing", b"drawinh"))

        with pytest.raises(SampleError, match="its content has changed"):
            restore_archive(elsewhere, archive)

        assert elsewhere.find() == []

    @pytest.mark.parametrize(
        "manifest",
        [b"", b"[]", b'{"format": "another"}', b'{"format": "digitpad-samples"}', b" " * 200_000],
    )
    def test_another_manifest(self, elsewhere: SampleStore, archive: Path, manifest: bytes) -> None:
        repack(archive, manifest_json=manifest)

        with pytest.raises(SampleError, match="no backup of samples"):
            restore_archive(elsewhere, archive)

    def test_a_newer_backup(self, elsewhere: SampleStore, archive: Path) -> None:
        repack(archive, manifest_json=b'{"format": "digitpad-samples", "version": 2}')

        with pytest.raises(SampleError, match="newer digitpad"):
            restore_archive(elsewhere, archive)

    def test_newer_samples(self, store: SampleStore, elsewhere: SampleStore, archive: Path) -> None:
        with zipfile.ZipFile(archive) as opened:
            manifest, content = json.loads(opened.read("manifest.json")), opened.read("samples.db")
        newer = archive.with_name("newer.db")
        newer.write_bytes(content)
        database = sqlite3.connect(newer)
        database.execute("PRAGMA user_version = 99")
        database.close()
        manifest["sha256"]["samples.db"] = hashlib.sha256(newer.read_bytes()).hexdigest()
        repack(archive, samples_db=newer.read_bytes(), manifest_json=json.dumps(manifest).encode())

        with pytest.raises(SampleError, match=r"samples\.zip.* are of a newer digitpad"):
            restore_archive(elsewhere, archive)

    def test_a_folder_that_may_not_be_written_to(
        self, store: SampleStore, closed_folder: Path
    ) -> None:
        with pytest.raises(StorageError, match="Permission denied"):
            write_archive(store, closed_folder / "samples.zip")

    def test_a_crash_while_it_is_written_leaves_the_old_one(
        self, store: SampleStore, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = archive.read_bytes()
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))

        with pytest.raises(StorageError):
            write_archive(store, archive)

        assert archive.read_bytes() == before
        assert [place.name for place in archive.parent.iterdir()] == ["samples.zip"]
