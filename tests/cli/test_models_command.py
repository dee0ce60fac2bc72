import json
from pathlib import Path

from digitpad import paths
from digitpad.services.model_library import ModelLibrary
from tests.cli.conftest import Digitpad


def test_list_show_and_activate(digitpad: Digitpad, drawing_file: Path) -> None:
    library = ModelLibrary(paths.bundled_models(), paths.user_models())
    library.add(paths.bundled_models() / "default", "mine")

    listed = digitpad("models").stdout.splitlines()
    assert [line[:9].split() for line in listed] == [["*", "default"], ["mine"]]

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


def test_a_list_is_of_all(digitpad: Digitpad) -> None:
    refused = digitpad("models", "list", "my own")

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "models show 'my own'" in refused.stderr
