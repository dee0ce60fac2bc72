import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digitpad.core.errors import ModelError
from digitpad.services.models import history as model_history
from digitpad.services.models.library import ModelLibrary


@pytest.fixture(autouse=True)
def own_models(library: ModelLibrary, candidate: Path) -> None:
    for name in ("first", "second", "third"):
        library.add(candidate, name)


def choose(library: ModelLibrary, *names: str) -> None:
    for name in names:
        library.activate(name)


def roll_back_to_the_end(library: ModelLibrary) -> list[str]:
    names = []
    while True:
        try:
            names.append(library.roll_back().name)
        except ModelError:
            return names


class TestRollBack:
    def test_each_goes_one_further_back(self, library: ModelLibrary) -> None:
        choose(library, "first", "second", "second", "third", "first")

        assert roll_back_to_the_end(library) == ["third", "second", "first", "default"]
        assert library.active() == library.default()

    def test_the_first_start_has_nothing_before(self, library: ModelLibrary) -> None:
        with pytest.raises(ModelError, match="no other was active before"):
            library.roll_back()

        assert library.history() == ()

    def test_a_choice_after_rolling_back_forgets_what_was_rolled_back(
        self, library: ModelLibrary
    ) -> None:
        choose(library, "first", "second", "third")
        library.roll_back()
        library.roll_back()
        choose(library, "another")

        assert roll_back_to_the_end(library) == ["first", "default"]

    def test_deleted_and_damaged_models_are_passed_over(self, library: ModelLibrary) -> None:
        choose(library, "first", "another", "second", "third")
        library.delete("second")
        library.find("first").litert_file.write_bytes(b"damaged")

        assert roll_back_to_the_end(library) == ["another", "default"]

    def test_a_renamed_model_is_still_the_one_before(self, library: ModelLibrary) -> None:
        choose(library, "first", "second")
        library.rename("first", "other")

        assert library.roll_back().name == "other"

    def test_it_helps_when_the_active_model_is_gone(self, library: ModelLibrary, own: Path) -> None:
        choose(library, "first", "second")
        (own / "second").rename(own.parent / "elsewhere")

        with pytest.raises(ModelError, match="“second” that was chosen is gone"):
            library.active()
        assert library.roll_back().name == "first"

    def test_what_an_earlier_digitpad_chose_is_the_one_before(
        self, library: ModelLibrary, own: Path
    ) -> None:
        (own / "active.json").write_text(json.dumps({"name": "first"}))
        assert library.active_name() == "first"

        choose(library, "second")

        assert roll_back_to_the_end(library) == ["first", "default"]


class TestHistory:
    def test_it_tells_what_became_active_when(
        self, library: ModelLibrary, bundled: Path, own: Path
    ) -> None:
        choose(library, "first", "second")
        library.roll_back()

        history = ModelLibrary(bundled, own).history()
        assert [(entry.name, entry.is_return) for entry in history] == [
            ("first", False),
            ("second", False),
            ("first", True),
        ]
        assert all(entry.time.endswith("+00:00") for entry in history)
        # An earlier digitpad finds its name.
        assert json.loads((own / "active.json").read_text())["name"] == "first"

    def test_it_is_bounded(self, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(model_history, "_KEPT", 5)
        choose(library, *["first", "second"] * 3)

        assert len(library.history()) == 5
        assert library.active_name() == "second"

    def test_what_a_later_digitpad_adds_is_left_out(self, library: ModelLibrary, own: Path) -> None:
        choose(library, "first")
        content = json.loads((own / "active.json").read_text())
        content["history"][0]["mood"] = "good"
        (own / "active.json").write_text(json.dumps(content))

        assert library.active_name() == "first"

    def test_several_at_once_lose_none(self, library: ModelLibrary) -> None:
        names = ["first", "second", "third", "another"] * 3
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(library.activate, names))

        told = [entry.name for entry in library.history()]
        assert set(told) == {"first", "second", "third", "another"}
        assert library.active_name() == told[-1]

    @pytest.mark.parametrize(
        "history",
        [5, [5], [{}], [{"place": 5, "name": "first"}]],
        ids=str,
    )
    def test_a_broken_one_is_none(self, library: ModelLibrary, own: Path, history: object) -> None:
        (own / "active.json").write_text(json.dumps({"name": "first", "history": history}))

        assert library.active_name() == "default"
        choose(library, "second")
        assert roll_back_to_the_end(library) == ["default"]


class TestReset:
    def test_the_default_reads_and_own_models_stay(self, library: ModelLibrary) -> None:
        choose(library, "first")

        assert library.reset() == ()
        assert library.active() == library.default()
        assert len(library.models()) == 5
        assert library.roll_back().name == "first"

    def test_own_models_go_into_the_trash_if_asked_to(self, library: ModelLibrary) -> None:
        choose(library, "first")

        trashed = library.reset(trash_own=True)

        assert [model.name for model in trashed] == ["first", "second", "third"]
        assert library.active() == library.default()
        assert {model.name for model in library.models()} == {"default", "another"}
        for model in trashed:
            library.restore(model.key)
        assert library.roll_back().name == "first"
