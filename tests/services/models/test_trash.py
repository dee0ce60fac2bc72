import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitpad.core.errors import ModelError, StorageError
from digitpad.services.folder_trash import KEPT_DAYS
from digitpad.services.models.library import ModelLibrary
from digitpad.training.model_card import CARD_FILE, LITERT_FILE


def names(library: ModelLibrary) -> list[str]:
    return [model.name for model in library.models()]


def age(trashed: Path, days: float) -> Path:
    """Let a model have come into the trash so many days ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    name = trashed.name.partition(" ")[2]
    return trashed.rename(trashed.with_name(f"{then:%Y%m%dT%H%M%S.%fZ} {name}"))


@pytest.fixture(autouse=True)
def mine(library: ModelLibrary, candidate: Path) -> None:
    library.add(candidate, "mine")


def test_a_deleted_model_can_be_restored(library: ModelLibrary) -> None:
    before = library.find("mine")
    library.write_note("mine", "keep this")

    deletion = library.delete("mine")

    assert deletion.fallback is None
    assert deletion.sentence == "“mine” is in the trash."
    assert names(library) == ["default", "another"]
    (trashed,) = library.trash()
    assert trashed == deletion.trashed
    assert trashed.name == "mine"
    assert datetime.now(UTC) - trashed.deleted < timedelta(minutes=1)
    assert library.restore(trashed.key) == before == library.find("mine")
    assert library.find("mine").read_note() == "keep this"
    assert library.trash() == ()


def test_the_default_reads_when_the_active_model_is_deleted(library: ModelLibrary) -> None:
    library.activate("another")
    library.activate("mine")

    deletion = library.delete("mine")

    assert deletion.fallback == library.default() == library.active()
    assert deletion.sentence == "“mine” is in the trash; “default” reads now."
    library.restore(deletion.trashed.key)
    assert library.roll_back().name == "mine"


def test_bundled_and_unknown_models_cant_be_deleted(library: ModelLibrary) -> None:
    with pytest.raises(ModelError, match="can't be deleted"):
        library.delete("another")
    with pytest.raises(ModelError, match="nobody"):
        library.delete("nobody")

    assert library.trash() == ()


def test_a_damaged_model_can_be_deleted(library: ModelLibrary) -> None:
    library.activate("mine")
    library.find("mine").litert_file.unlink()

    assert library.delete("mine").fallback == library.default()


def test_where_the_default_is_damaged_the_active_model_stays(library: ModelLibrary) -> None:
    library.activate("mine")
    library.default().litert_file.write_bytes(b"damaged")

    with pytest.raises(ModelError, match="default"):
        library.delete("mine")
    assert library.active().name == "mine"


def test_a_name_that_was_taken_meanwhile(library: ModelLibrary, candidate: Path) -> None:
    first = library.delete("mine").trashed
    library.add(candidate, "mine")
    second = library.delete("mine").trashed
    library.add(candidate, "mine")

    assert [trashed.key for trashed in library.trash()] == [second.key, first.key]
    assert library.restore(first.key).name == "mine 2"
    assert library.restore(second.key).name == "mine 3"
    assert len({model.folder for model in library.models()}) == 5


def test_what_is_gone_cant_be_restored(library: ModelLibrary) -> None:
    key = library.delete("mine").trashed.key

    assert library.empty_trash() == 1
    for wrong in (key, "", "../mine", "nothing"):
        with pytest.raises(ModelError, match="isn't in the trash"):
            library.restore(wrong)
    assert library.trash() == ()
    assert library.empty_trash() == 0


def test_after_thirty_days_it_is_gone(library: ModelLibrary, candidate: Path, own: Path) -> None:
    for name in ("old", "young"):
        library.add(candidate, name)
    age(library.delete("old").trashed.folder, KEPT_DAYS + 0.1)
    age(library.delete("young").trashed.folder, KEPT_DAYS - 0.1)
    old = library.delete("mine").trashed.folder

    assert [trashed.name for trashed in library.trash()] == ["mine", "young"]

    age(old, KEPT_DAYS + 0.1)
    library.duplicate("default")
    assert len(list((own / ".trash").iterdir())) == 1


def test_what_a_kill_left_half_destroyed_is_not_offered(
    library: ModelLibrary, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.delete("mine")

    def kill(*arguments: object, **options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", kill)
        with pytest.raises(SystemExit):
            library.empty_trash()

    assert library.trash() == ()
    assert list((own / ".trash").iterdir()) == []


def test_strange_things_in_the_trash(library: ModelLibrary, own: Path) -> None:
    trashed = library.delete("mine").trashed
    (own / ".trash" / "file").write_text("hello")
    (own / ".trash" / "folder").mkdir()
    broken = own / ".trash" / trashed.key.replace("mine", "broken")
    shutil.copytree(trashed.folder, broken)
    (broken / CARD_FILE).write_text("no card")

    assert library.trash() == (trashed,)
    assert library.empty_trash() == 2
    assert {entry.name for entry in (own / ".trash").iterdir()} == {"file", "folder"}


@pytest.mark.parametrize("call", ["delete", "restore", "empty_trash"])
def test_a_disk_that_fails_moves_nothing(
    library: ModelLibrary, candidate: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    library.add(candidate, "trashed")
    key = library.delete("trashed").trashed.key

    def fail(path: Path, target: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", fail)
        with pytest.raises(StorageError, match="Read-only"):
            {
                "delete": lambda: library.delete("mine"),
                "restore": lambda: library.restore(key),
                "empty_trash": library.empty_trash,
            }[call]()

    assert names(library)[2:] == ["mine"]
    (trashed,) = library.trash()
    assert (trashed.folder / LITERT_FILE).read_bytes() == b"weights"
