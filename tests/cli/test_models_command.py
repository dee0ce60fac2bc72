import json
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.services.models.library import ModelLibrary
from tests.cli.conftest import Digitpad


def test_list_show_and_activate(digitpad: Digitpad, drawing_file: Path) -> None:
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    library.add(paths.bundled_models() / "default", "mine")

    listed = digitpad("models").stdout.splitlines()
    names = [model.name for model in library.models()]
    assert names[0] == "default"
    assert names[-1] == "mine"
    assert [line[2:34].strip() for line in listed] == names
    assert [line[0] for line in listed] == ["*"] + [" "] * (len(names) - 1)

    shown = json.loads(digitpad("models", "show", "mine").stdout)
    assert shown["name"] == "mine"
    assert shown["sha256"].keys() == {"model.keras", "model.tflite"}

    activated = digitpad("models", "activate", "mine")
    assert (activated.returncode, activated.stdout) == (0, "“mine” is active.\n")
    assert "* mine" in digitpad("models", "list").stdout
    assert json.loads(digitpad("models", "show").stdout)["name"] == "mine"
    assert digitpad("read", drawing_file).stdout == "31\n85\n"


def test_a_damaged_active_model_is_told_and_another_can_be_chosen(
    digitpad: Digitpad, drawing_file: Path
) -> None:
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    model = library.add(paths.bundled_models() / "default", "mine")
    library.activate("mine")
    model.litert_file.write_bytes(b"damaged")

    refused = digitpad("read", drawing_file)
    assert refused.returncode == 2
    assert "mine" in refused.stderr

    assert digitpad("models").returncode == 0
    assert digitpad("read", drawing_file, "--model", "default").returncode == 0
    assert digitpad("models", "activate", "default").returncode == 0
    assert digitpad("read", drawing_file).returncode == 0


def test_activate_asks_which(digitpad: Digitpad) -> None:
    asked = digitpad("models", "activate")

    assert asked.returncode == 2
    assert "Which model" in asked.stderr


def test_a_model_from_its_import_to_the_trash_and_back(digitpad: Digitpad, tmp_path: Path) -> None:
    def says(*arguments: object) -> str:
        finished = digitpad("models", *arguments)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    exported = tmp_path / "of mine.digitpad"
    assert says("duplicate", "default", "a") == "“a” is a copy of “default”.\n"
    assert says("note", "a") == ""
    assert says("note", "a", "left hand") == "The note on “a” is kept.\n"
    assert says("rename", "a", "my hand") == "“a” is called “my hand” now.\n"
    assert says("export", "my hand", exported) == f"“my hand” is in “{exported}”.\n"
    imported = says("import", exported, "--name", "again", "--activate")
    assert imported == "“again” is among your models.\n“again” is active.\n"
    assert says("note", "again") == "left hand\n"
    assert says("delete", "again").splitlines() == [
        "“again” is in the trash; “default” reads now.",
        "Get it back with: digitpad models trash restore again",
    ]
    assert says("trash").endswith("UTC  again\n")
    assert says("trash", "restore", "again") == "“again” is among your models again.\n"
    assert says("rollback") == "“again” is active again.\n"
    assert [line.split()[1:] for line in says("history").splitlines()] == [
        ["chosen", "again"],
        ["chosen", "default"],
        ["rolled", "back", "to", "again"],
    ]
    assert set(says("reset", "--trash-own").splitlines()) == {
        "“default” is active.",
        "“again” is in the trash.",
        "“my hand” is in the trash.",
    }
    assert says("trash", "empty") == "2 models are gone for good.\n"
    assert "ms a digit" not in says("list")
    assert "ms a digit" in says("list", "--measure")
    assert "ms a digit" in says()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["rename", "default", "mine"], "ships with digitpad"),
        (["rename", "nobody", "mine"], "There is no model “nobody”"),
        (["delete", "default"], "can't be deleted"),
        (["note", "default", "text"], "can't be given a note"),
        (["duplicate", "default", ""], "80 characters"),
        (["rollback"], "no other was active before"),
        (["trash", "restore", "nobody"], "There is no model “nobody” in the trash"),
        (["trash", "restore"], "Which model"),
        (["trash", "empty", "mine"], "The whole trash is emptied"),
        (["import", "missing.keras"], "There is no file"),
        (["export", "default", "model.h5"], "no format"),
        (["export", "default", "missing/model.keras"], "No such file"),
        (["rename", "default"], "required: NEW"),
        (["sell"], "invalid choice"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cant_be_is_told(digitpad: Digitpad, arguments: list[str], reason: str) -> None:
    finished = digitpad("models", *arguments)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert reason in finished.stderr


def test_a_list_is_of_all(digitpad: Digitpad) -> None:
    refused = digitpad("models", "list", "my own")

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "models show 'my own'" in refused.stderr
