"""The examples that ship with the app are read right."""

from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.images import load_image
from digitpad.core.strokes import Drawing
from digitpad.services.models.library import ModelLibrary
from digitpad.services.recognition import Recognizer

EXAMPLES = paths.assets() / "examples"


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    own = tmp_path_factory.mktemp("models")
    return Recognizer(ModelLibrary(paths.bundled_models(), own).active())


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("[0-9]-*")), ids=lambda file: file.name)
def test_single_digit_is_the_one_its_name_begins_with(recognizer: Recognizer, file: Path) -> None:
    assert recognizer.read_image(load_image(file)).text == file.name[0]


def test_page_is_read_row_by_row(recognizer: Recognizer) -> None:
    reading = recognizer.read_image(load_image(EXAMPLES / "page-two-rows.jpg"))

    assert reading.text == "19053\n86247"


def test_drawing_is_read(recognizer: Recognizer) -> None:
    drawing = Drawing.from_json((EXAMPLES / "drawing-47.json").read_text(encoding="utf-8"))

    assert recognizer.read_drawing(drawing).text == "47"
