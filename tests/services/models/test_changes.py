"""Renaming, notes, duplicates."""

import errno
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digitpad.core.errors import ModelError, StorageError
from digitpad.services.models.library import MAX_NAME, MAX_NOTE, ModelLibrary
from digitpad.training.model_card import CARD_FILE, ModelCard, find_damage
from tests.rights import ordinary_rights
from tests.saved_models import save_model


def names(library: ModelLibrary) -> list[str]:
    return [model.name for model in library.models()]


@pytest.fixture(autouse=True)
def mine(library: ModelLibrary, candidate: Path) -> None:
    library.add(candidate, "mine")


class TestRename:
    def test_a_model_keeps_all_but_its_name(self, library: ModelLibrary) -> None:
        before = library.find("mine")

        after = library.rename("mine", "  Grüße / an: alle ")

        assert after.name == "Grüße / an: alle"
        assert names(library) == ["default", "another", "Grüße / an: alle"]
        assert library.find(after.name) == after
        assert (after.folder, after.place) == (before.folder, before.place)
        assert find_damage(after.folder, ModelCard.load(after.folder)) is None

    def test_the_active_model_stays_active(
        self, library: ModelLibrary, bundled: Path, own: Path
    ) -> None:
        library.activate("mine")
        library.rename("mine", "yours")

        assert ModelLibrary(bundled, own).active_name() == "yours"
        assert library.active().name == "yours"

    def test_the_old_name_is_free_again(self, library: ModelLibrary, candidate: Path) -> None:
        first = library.rename("mine", "yours")
        second = library.add(candidate, "mine")

        assert second.name == "mine"
        assert first.folder != second.folder

    @pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "x" * (MAX_NAME + 1)], ids=ascii)
    def test_what_is_no_name_is_refused(self, library: ModelLibrary, name: str) -> None:
        with pytest.raises(ModelError, match="80 characters"):
            library.rename("mine", name)
        with pytest.raises(ModelError, match="80 characters"):
            library.duplicate("mine", name)

        assert names(library)[2:] == ["mine"]

    def test_a_taken_name_is_refused(self, library: ModelLibrary) -> None:
        with pytest.raises(ModelError, match="“another” already"):
            library.rename("mine", "another")

        assert library.rename("mine", "mine").name == "mine"

    def test_a_bundled_or_unknown_model_is_refused(self, library: ModelLibrary) -> None:
        with pytest.raises(ModelError, match="ships with digitpad") as caught:
            library.rename("another", "new")
        with pytest.raises(ModelError, match="nobody"):
            library.rename("nobody", "new")

        assert "Duplicate" in caught.value.hint
        assert names(library) == ["default", "another", "mine"]

    def test_a_full_disk_keeps_the_old_name(
        self, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError, match="No space left"):
            library.rename("mine", "yours")

        assert library.find("mine").card.name == "mine"

    def test_a_library_that_cant_be_written_to(self, library: ModelLibrary, own: Path) -> None:
        (own / ".lock").unlink()
        own.chmod(0o500)
        try:
            with ordinary_rights(), pytest.raises(StorageError) as caught:
                library.rename("mine", "yours")
        finally:
            own.chmod(0o700)

        assert "may write there" in caught.value.hint
        assert names(library)[2:] == ["mine"]

    def test_several_at_once_never_share_a_name(
        self, library: ModelLibrary, candidate: Path
    ) -> None:
        for number in range(6):
            library.add(candidate, f"{number}")

        def rename(number: int) -> bool:
            try:
                library.rename(f"{number}", "wanted")
            except ModelError:
                return False
            return True

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(rename, range(6))) == 1
        assert names(library).count("wanted") == 1

    def test_an_update_brings_a_model_of_the_same_name(
        self, library: ModelLibrary, bundled: Path
    ) -> None:
        library.activate("mine")

        save_model(bundled / "mine", "mine", b"of the update")

        assert names(library) == ["default", "another", "mine", "mine 2"]
        assert library.active_name() == "mine 2"
        assert library.active().litert_file.read_bytes() == b"weights"
        assert library.rename("mine 2", "my own").card.name == "my own"

    def test_an_update_brings_one_called_as_was_chosen_long_ago(
        self, library: ModelLibrary, bundled: Path, own: Path
    ) -> None:
        # As an earlier digitpad kept the choice.
        (own / "active.json").write_text(json.dumps({"name": "mine"}))

        save_model(bundled / "a", "a")

        assert library.active().name == "mine"
        assert not library.active().is_bundled


class TestNote:
    def test_a_note_stays_with_the_model(
        self, library: ModelLibrary, bundled: Path, own: Path
    ) -> None:
        library.write_note("mine", "Grüße\n“für” alle")
        library.rename("mine", "yours")

        model = ModelLibrary(bundled, own).find("yours")
        assert model.read_note() == "Grüße\n“für” alle"
        assert library.duplicate("yours").read_note() == "Grüße\n“für” alle"
        library.write_note("yours", " \n")
        assert model.read_note() == ""
        assert sorted(file.name for file in model.folder.iterdir()) == [
            CARD_FILE,
            "model.keras",
            "model.tflite",
        ]

    def test_there_is_none_at_first(self, library: ModelLibrary) -> None:
        assert library.find("mine").read_note() == library.default().read_note() == ""
        library.write_note("mine", "")

    def test_a_bundled_model_or_a_book_is_refused(self, library: ModelLibrary) -> None:
        with pytest.raises(ModelError, match="can't be given a note"):
            library.write_note("default", "mine")
        with pytest.raises(ModelError, match="20,001 characters"):
            library.write_note("mine", "x" * (MAX_NOTE + 1))

    @pytest.mark.parametrize("content", [b"\xff\xfe no text", b"x" * 1_000_000], ids=["?", "large"])
    def test_what_others_wrote_there_is_bounded(
        self, library: ModelLibrary, content: bytes
    ) -> None:
        model = library.find("mine")
        (model.folder / "note.txt").write_bytes(content)

        assert 0 < len(model.read_note()) <= MAX_NOTE

    def test_a_full_disk_keeps_the_old_note(
        self, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        library.write_note("mine", "old")

        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError):
            library.write_note("mine", "new")

        assert library.find("mine").read_note() == "old"


class TestDuplicate:
    def test_a_bundled_model_gets_a_copy_of_ones_own(self, library: ModelLibrary) -> None:
        original, copy = library.default(), library.duplicate("default")

        assert (copy.name, copy.is_bundled) == ("default copy", False)
        assert copy.card.sha256 == original.card.sha256
        assert copy.card.created == original.card.created
        assert library.find("default copy") == copy
        assert library.duplicate("default").name == "default copy 2"
        assert library.duplicate("mine", "yours").name == "yours"
        assert library.duplicate("mine", "yours").name == "yours 2"

    def test_a_damaged_model_is_refused(self, library: ModelLibrary) -> None:
        library.find("mine").litert_file.write_bytes(b"damaged")

        with pytest.raises(ModelError, match="is damaged"):
            library.duplicate("mine")

    def test_a_full_disk_leaves_nothing(
        self, library: ModelLibrary, own: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(source: Path, target: Path) -> None:
            Path(target).write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(shutil, "copy2", fail)
        with pytest.raises(StorageError, match="No space left") as caught:
            library.duplicate("default")

        assert "Free some space" in caught.value.hint
        assert names(library)[2:] == ["mine"]
        assert not list(own.glob(".partial-*"))
