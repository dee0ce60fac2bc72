import errno
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from digitpad.core.errors import DigitpadError, ModelError, StorageError
from digitpad.services.models.archive import export_model, unpack_model
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.training.model_card import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    digest_file,
    find_damage,
)
from tests.saved_models import save_model

Members = dict[str, bytes]


@pytest.fixture
def model(library: ModelLibrary, candidate: Path) -> Model:
    library.add(candidate, "Grüße / 4")
    library.write_note("Grüße / 4", "wie “immer”")
    return library.find("Grüße / 4")


@pytest.fixture
def archive(model: Model, tmp_path: Path) -> Path:
    export_model(model, tmp_path / "model.digitpad")
    return tmp_path / "model.digitpad"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "place").mkdir(parents=True)
    return tmp_path / "deep" / "place"


def change(archive: Path, how: Callable[[Members], object]) -> None:
    """Write the archive anew, with other members."""
    with zipfile.ZipFile(archive) as old:
        members = {name: old.read(name) for name in old.namelist()}
    how(members)
    with zipfile.ZipFile(archive, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)


def edit_manifest(**values: object) -> Callable[[Members], object]:
    def edit(members: Members) -> None:
        manifest = json.loads(members["manifest.json"]) | values
        members["manifest.json"] = json.dumps(manifest).encode()

    return edit


class TestExport:
    def test_what_was_exported_is_unpacked_again(
        self, model: Model, archive: Path, place: Path
    ) -> None:
        card = unpack_model(archive, place)

        assert card == model.card
        assert find_damage(place, card) is None
        assert {file.name for file in place.iterdir()} == {
            CARD_FILE,
            KERAS_FILE,
            LITERT_FILE,
            "note.txt",
        }
        assert (place / "note.txt").read_text(encoding="utf-8") == "wie “immer”"
        assert digest_file(place / LITERT_FILE) == digest_file(model.litert_file)

    def test_a_model_that_only_reads_has_no_more(
        self, library: ModelLibrary, tmp_path: Path, place: Path
    ) -> None:
        library.add(save_model(tmp_path / "lean", "lean", files=(LITERT_FILE,)), "lean")

        export_model(library.find("lean"), tmp_path / "lean.digitpad")

        unpack_model(tmp_path / "lean.digitpad", place)
        assert {file.name for file in place.iterdir()} == {CARD_FILE, LITERT_FILE}
        with pytest.raises(ModelError, match="came without"):
            export_model(library.find("lean"), tmp_path / "lean.keras")
        assert not (tmp_path / "lean.keras").exists()

    def test_the_same_model_gives_the_same_file(
        self, model: Model, archive: Path, tmp_path: Path
    ) -> None:
        export_model(model, tmp_path / "again.digitpad")

        assert (tmp_path / "again.digitpad").read_bytes() == archive.read_bytes()

    @pytest.mark.parametrize(("suffix", "name"), [(".keras", KERAS_FILE), (".TFLITE", LITERT_FILE)])
    def test_single_files(self, model: Model, tmp_path: Path, suffix: str, name: str) -> None:
        export_model(model, tmp_path / f"out{suffix}")

        assert digest_file(tmp_path / f"out{suffix}") == model.card.sha256[name]

    def test_an_unknown_format_or_a_damaged_model(self, model: Model, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="no format"):
            export_model(model, tmp_path / "model.h5")
        model.litert_file.write_bytes(b"damaged")
        with pytest.raises(ModelError, match="damaged"):
            export_model(model, tmp_path / "model.digitpad")
        assert not list(tmp_path.glob("model.*"))

    def test_a_full_disk_leaves_the_old_file(
        self, model: Model, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        archive.write_text("old")

        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError, match="No space left"):
            export_model(model, archive)

        assert archive.read_text() == "old"
        with pytest.raises(StorageError, match="No such file"):
            export_model(model, archive.parent / "missing" / "model.digitpad")


class TestUnpack:
    @pytest.mark.parametrize(
        ("how", "reason"),
        [
            (lambda m: m.pop("manifest.json"), "no manifest"),
            (lambda m: m.update({"manifest.json": b"{"}), "manifest can't be read"),
            (lambda m: m.update({"manifest.json": b"[" * 60_000}), "manifest can't be read"),
            (lambda m: m.update({"manifest.json": b" " * 70_000}), "too large"),
            (edit_manifest(format="holiday"), "something else"),
            (edit_manifest(version=2), "version 2, which a later digitpad"),
            (edit_manifest(sha256=5), "can't be read"),
            (edit_manifest(sha256=[LITERT_FILE]), "something else"),
            (edit_manifest(sha256={}), "not those of its manifest"),
            (edit_manifest(sha256={"/etc/passwd": "0"}), "“/etc/passwd” in it is no part"),
            (lambda m: m.update({"../../escape": b""}), "“../../escape” in it is no part"),
            (lambda m: m.update({"run.py": b"evil"}), "“run.py” in it is no part"),
            (lambda m: m.update({"folder/": b""}), "“folder/” in it is no part"),
            (lambda m: m.pop(LITERT_FILE), f"manifest \\({LITERT_FILE}\\)"),
            (lambda m: m.update({LITERT_FILE: b"other"}), f"{LITERT_FILE} in it has changed"),
            (lambda m: m.update({"note.txt": b"other"}), "note.txt in it has changed"),
            (lambda m: m.update({CARD_FILE: b"\0" * 9_000_000}), "too large"),
        ],
    )
    def test_what_is_no_model_is_refused(
        self, archive: Path, place: Path, how: Callable[[Members], object], reason: str
    ) -> None:
        change(archive, how)
        before = {path for path in archive.parent.rglob("*") if place not in path.parents}

        with pytest.raises(ModelError, match=reason) as caught:
            unpack_model(archive, place)

        assert "“model.digitpad” can't be imported" in caught.value.message
        assert caught.value.hint
        after = {path for path in archive.parent.rglob("*") if place not in path.parents}
        assert after == before

    def test_a_card_that_does_not_vouch_for_what_is_there(
        self, model: Model, tmp_path: Path, place: Path
    ) -> None:
        export_model(model, tmp_path / "a.digitpad")

        def replace_card(members: Members) -> None:
            card = json.loads(members[CARD_FILE]) | {"sha256": {LITERT_FILE: "0" * 64}}
            members[CARD_FILE] = json.dumps(card).encode()
            manifest = json.loads(members["manifest.json"])
            (tmp_path / "card").write_bytes(members[CARD_FILE])
            manifest["sha256"][CARD_FILE] = digest_file(tmp_path / "card")
            members["manifest.json"] = json.dumps(manifest).encode()

        change(tmp_path / "a.digitpad", replace_card)

        with pytest.raises(ModelError, match="has changed since it was made"):
            unpack_model(tmp_path / "a.digitpad", place)

    def test_any_damage_is_told(self, archive: Path, tmp_path: Path) -> None:
        content = archive.read_bytes()
        chance = random.Random(3)
        whole = 0
        for number in range(100):
            damaged = bytearray(content)
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            if number % 2:
                damaged = damaged[: chance.randrange(len(damaged))]
            archive.write_bytes(damaged)
            place = tmp_path / f"{number}"
            place.mkdir()
            try:
                card = unpack_model(archive, place)
            except DigitpadError:
                continue
            # Only what means nothing, a date say, was hit.
            assert find_damage(place, card) is None
            whole += 1
        assert whole < 25

    def test_a_full_disk(self, archive: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(path: Path, *arguments: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(Path, "open", fail)
        with pytest.raises(StorageError, match="No space left"):
            unpack_model(archive, place)

    def test_a_missing_file(self, place: Path) -> None:
        with pytest.raises(StorageError, match="No such file"):
            unpack_model(place / "missing.digitpad", place)
