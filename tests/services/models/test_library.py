import errno
import json
import multiprocessing
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.errors import ModelError, StorageError
from digitpad.services.models.library import ModelLibrary
from digitpad.training.model_card import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    ModelCard,
    find_damage,
)
from tests.saved_models import save_model


def names(library: ModelLibrary) -> list[str]:
    return [model.name for model in library.models()]


class TestFirstStart:
    def test_the_bundled_default_is_active_and_nothing_is_written(
        self, library: ModelLibrary, own: Path
    ) -> None:
        assert names(library) == ["default", "another"]
        assert library.active() == library.default() == library.find("default")
        assert library.active().is_bundled
        assert not own.exists()

    def test_the_bundled_model_reads(self) -> None:
        model = ModelLibrary(paths.bundled_models(), paths.user_models()).active()

        assert model.name == "default"
        assert model.litert_file.is_file()


class TestAdd:
    def test_a_model_is_there_whole_and_not_active(
        self, library: ModelLibrary, candidate: Path, own: Path
    ) -> None:
        model = library.add(candidate, "Grüße")

        assert (model.name, model.is_bundled) == ("Grüße", False)
        assert find_damage(model.folder, ModelCard.load(model.folder)) is None
        assert sorted(file.name for file in model.folder.iterdir()) == [
            CARD_FILE,
            KERAS_FILE,
            LITERT_FILE,
        ]
        assert library.find("Grüße") == model
        assert library.active().name == "default"
        assert {entry.name for entry in own.iterdir()} == {".lock", model.folder.name}
        assert find_damage(candidate, ModelCard.load(candidate)) is None

    def test_a_taken_name_gets_a_number(self, library: ModelLibrary, candidate: Path) -> None:
        given = [library.add(candidate, name).name for name in ("mine", "mine", "default", "mine")]

        assert given == ["mine", "mine 2", "default 2", "mine 3"]
        assert library.unique_name("mine") == "mine 4"
        assert library.unique_name("free") == "free"
        assert names(library)[:2] == ["default", "another"]
        assert sorted(names(library)[2:]) == sorted(given)

    @pytest.mark.parametrize(
        "name",
        ["../../escape", "/etc/passwd", "..", ".", "a/b", "C:\\x", " ", "?*", "x" * 500, ".hidden"],
    )
    def test_no_name_leads_out_of_the_library(
        self, library: ModelLibrary, candidate: Path, own: Path, name: str
    ) -> None:
        model = library.add(candidate, name)

        assert model.folder.parent == own
        assert library.find(model.name) == model

    def test_names_that_differ_only_in_what_folders_cant_hold(
        self, library: ModelLibrary, candidate: Path
    ) -> None:
        first, second = library.add(candidate, "a/b"), library.add(candidate, "a?b")

        assert first.folder != second.folder
        assert first.name != second.name
        assert {library.find(m.name).folder for m in (first, second)} == {
            first.folder,
            second.folder,
        }

    def test_own_models_are_listed_oldest_first(
        self, library: ModelLibrary, tmp_path: Path
    ) -> None:
        for name, created in (("b", "2026-03"), ("c", "2026-01"), ("a", "2026-02")):
            library.add(save_model(tmp_path / name, name, created=created), name)

        assert names(library)[2:] == ["c", "a", "b"]

    def test_a_model_without_keras_reads_and_can_not_be_trained_further(
        self, library: ModelLibrary, bundled: Path
    ) -> None:
        folder = save_model(bundled / "lenet5", "lenet5", files=(LITERT_FILE,))
        (folder / KERAS_FILE).write_bytes(b"of somewhere else")

        for model in (library.find("lenet5"), library.add(folder, "mine")):
            assert library.activate(model.name) == model == library.active()
            with pytest.raises(ModelError, match="came without") as caught:
                assert model.keras_file
            assert "softmax" in caught.value.hint
        assert not (model.folder / KERAS_FILE).exists()
        assert library.default().keras_file.is_file()

    @pytest.mark.parametrize("name", [LITERT_FILE, KERAS_FILE, CARD_FILE])
    def test_a_damaged_candidate_is_refused(
        self, library: ModelLibrary, candidate: Path, own: Path, name: str
    ) -> None:
        (candidate / name).write_bytes(b"damaged")
        with pytest.raises(ModelError):
            library.add(candidate, "mine")

        (candidate / name).unlink()
        with pytest.raises(ModelError):
            library.add(candidate, "mine")
        assert not own.exists() or not list(own.iterdir())

    def test_a_full_disk_leaves_nothing(
        self,
        library: ModelLibrary,
        candidate: Path,
        own: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError, match="No space left"):
            library.add(candidate, "mine")

        assert list(own.iterdir()) == []
        assert candidate.is_dir()

    def test_a_file_in_place_of_the_library(
        self, library: ModelLibrary, candidate: Path, own: Path
    ) -> None:
        own.write_text("I am a file")

        with pytest.raises(StorageError):
            library.add(candidate, "mine")
        with pytest.raises(StorageError):
            library.activate("another")
        assert library.active().name == "default"

    def test_several_threads_at_once(self, library: ModelLibrary, candidate: Path) -> None:
        with ThreadPoolExecutor(4) as pool:
            added = list(pool.map(lambda _: library.add(candidate, "mine"), range(8)))

        assert len({model.folder for model in added}) == 8
        assert len({model.name for model in added}) == 8

    def test_another_is_moved_into_place_meanwhile(
        self, library: ModelLibrary, candidate: Path, own: Path
    ) -> None:
        own.mkdir(parents=True, exist_ok=True)
        # Listed and yet not there: as a folder that another adder renames after it was listed.
        (own / ".partial-renamed").symlink_to(own / "gone")

        assert library.add(candidate, "mine").name == "mine"

    def test_two_processes_at_once(
        self, bundled: Path, own: Path, library: ModelLibrary, candidate: Path
    ) -> None:
        context = multiprocessing.get_context("spawn")
        ready = context.Barrier(2)
        arguments = (bundled, own, candidate, ready)
        adders = [context.Process(target=_add_ten, args=arguments) for _ in range(2)]
        for adder in adders:
            adder.start()
        for adder in adders:
            adder.join(60)

        assert [adder.exitcode for adder in adders] == [0, 0]
        assert sorted(names(library)[2:]) == sorted(["mine", *(f"mine {n}" for n in range(2, 21))])
        assert all(library.find(name) for name in names(library))

    def test_what_a_crash_just_before_the_end_leaves_is_no_model(
        self,
        library: ModelLibrary,
        candidate: Path,
        own: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def crash(path: Path, target: Path) -> None:
            raise SystemExit

        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", crash)
            patched.setattr(shutil, "rmtree", lambda *_, **__: None)  # Nobody tidies up.
            with pytest.raises(SystemExit):
                library.add(candidate, "mine")

        assert len(list(own.glob(".partial-*"))) == 1
        assert names(library) == ["default", "another"]
        assert library.add(candidate, "mine").name == "mine"

    @pytest.mark.skipif(os.name == "nt", reason="kills by signal")
    def test_a_crash_in_the_middle_leaves_whole_models_only(
        self, bundled: Path, own: Path, library: ModelLibrary, tmp_path: Path
    ) -> None:
        large = save_model(tmp_path / "large", "large", content=os.urandom(2_000_000))
        context = multiprocessing.get_context("spawn")
        for _ in range(2):
            begun = context.Event()
            adder = context.Process(target=_add_for_ever, args=(bundled, own, large, begun))
            adder.start()
            assert begun.wait(120)
            os.kill(adder.pid or 0, signal.SIGKILL)
            adder.join()

            for model in library.models():
                assert find_damage(model.folder, model.card) is None
            assert library.add(large, "after").name in names(library)


def _add_ten(bundled: Path, own: Path, candidate: Path, ready: Barrier) -> None:
    ready.wait(120)
    for _ in range(10):
        ModelLibrary(bundled, own).add(candidate, "mine")


def _add_for_ever(bundled: Path, own: Path, candidate: Path, begun: Event) -> None:
    while True:
        ModelLibrary(bundled, own).add(candidate, "crash")
        begun.set()


class TestActivate:
    def test_the_choice_outlives_the_program(
        self, library: ModelLibrary, bundled: Path, own: Path, candidate: Path
    ) -> None:
        library.add(candidate, "mine")

        assert library.activate("mine").name == "mine"
        assert ModelLibrary(bundled, own).active().name == "mine"
        library.activate("default")
        assert ModelLibrary(bundled, own).active().name == "default"

    def test_an_unknown_model(self, library: ModelLibrary) -> None:
        with pytest.raises(ModelError, match="nobody") as caught:
            library.activate("nobody")

        assert "default, another" in caught.value.hint
        assert library.active().name == "default"

    @pytest.mark.parametrize("name", [LITERT_FILE, KERAS_FILE])
    def test_a_damaged_model_is_neither_found_nor_activated(
        self, library: ModelLibrary, candidate: Path, name: str
    ) -> None:
        model = library.add(candidate, "mine")
        content = bytearray((model.folder / name).read_bytes())
        content[0] ^= 1
        (model.folder / name).write_bytes(content)

        with pytest.raises(ModelError, match=name):
            library.find("mine")
        with pytest.raises(ModelError):
            library.activate("mine")
        assert library.active().name == "default"

    def test_the_active_model_is_gone(self, library: ModelLibrary, candidate: Path) -> None:
        model = library.add(candidate, "mine")
        library.activate("mine")
        shutil.rmtree(model.folder)

        with pytest.raises(ModelError, match="mine"):
            library.active()
        assert library.default().name == "default"

    @pytest.mark.parametrize(
        "content",
        ["", "{", "[]", "7", "null", "{}", '{"name": ', "\udcff", "[" * 99_999],
        ids=lambda text: ascii(text)[:12],
    )
    def test_a_broken_choice_is_the_default(
        self, library: ModelLibrary, candidate: Path, own: Path, content: str
    ) -> None:
        library.add(candidate, "mine")
        library.activate("mine")
        (own / "active.json").write_bytes(content.encode(errors="surrogateescape"))

        assert library.active().name == "default"
        assert library.activate("mine") == library.active()

    def test_a_full_disk_keeps_the_old_choice(
        self, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        library.activate("another")

        def fail(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError):
            library.activate("default")

        assert library.active().name == "another"


class TestStrangeContents:
    @pytest.mark.parametrize(
        "content", [None, "", "[]", '{"version": 1, "history": []}', "[" * 99_999]
    )
    def test_a_folder_without_a_whole_card_is_passed_over(
        self, library: ModelLibrary, own: Path, candidate: Path, content: str | None
    ) -> None:
        library.add(candidate, "mine")
        (own / "strange").mkdir()
        if content is not None:
            (own / "strange" / CARD_FILE).write_text(content)
        (own / "file.txt").write_text("hello")

        assert names(library) == ["default", "another", "mine"]
        model = library.add(candidate, "strange")
        assert (model.name, model.folder.name) == ("strange", "strange 2")

    def test_a_card_with_a_number_for_its_date_hides_that_model_alone(
        self, library: ModelLibrary, own: Path, candidate: Path
    ) -> None:
        for name in ("first", "second"):
            library.add(candidate, name)
        card = json.loads((own / "first" / CARD_FILE).read_text())
        (own / "first" / CARD_FILE).write_text(json.dumps(card | {"created": 5}))

        assert names(library)[2:] == ["second"]

    def test_own_models_that_cant_be_looked_into_leave_the_bundled_ones(
        self, tmp_path: Path
    ) -> None:
        library = ModelLibrary(paths.bundled_models(), tmp_path / ("too long a name" * 20))

        assert library.active().name == "default"

    def test_no_models_at_all(self, tmp_path: Path) -> None:
        library = ModelLibrary(tmp_path / "nowhere", tmp_path / "own")

        assert library.models() == ()
        with pytest.raises(ModelError):
            library.active()


def test_what_a_crash_left_long_ago_is_swept_away(
    library: ModelLibrary, candidate: Path, own: Path
) -> None:
    old, young = own / ".partial-old", own / ".partial-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "model.keras").write_bytes(b"half")
    os.utime(old, (0, 0))

    library.add(candidate, "mine")

    assert not old.exists()
    assert young.exists()
