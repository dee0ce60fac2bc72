from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import DrawingError, ImageError, ModelError
from digitpad.core.rasterization import rasterize
from digitpad.core.strokes import load_drawing
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.recognition import Recognizer
from tests.written_digits import write, write_digit


@pytest.fixture(scope="module")
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), Path("nowhere")).default()


@pytest.fixture(scope="module")
def recognizer(model: Model) -> Recognizer:
    return Recognizer(model)


def save_picture(file: Path, digit: str) -> Path:
    ink = np.pad(rasterize(write_digit(digit)), 60)
    assert cv2.imwrite(str(file), 250 - 220 * ink)
    return file


def test_a_saved_drawing_is_read_as_it_was_drawn(recognizer: Recognizer, tmp_path: Path) -> None:
    file = tmp_path / "Zeichnung.JSON"
    file.write_text(write("31\n85").to_json(), encoding="utf-8")

    assert recognizer.read_file(file).text == "31\n85"
    assert recognizer.read_drawing(write("31\n85")).text == "31\n85"
    assert load_drawing(file) == write("31\n85")


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_picture_is_read(recognizer: Recognizer, tmp_path: Path, suffix: str) -> None:
    assert recognizer.read_file(save_picture(tmp_path / f"six{suffix}", "6")).text == "6"


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe\x00", b"\x89PNG\r\n"])
def test_what_is_no_drawing(recognizer: Recognizer, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "drawing.json"
    file.write_bytes(content)

    with pytest.raises(DrawingError):
        recognizer.read_file(file)


def test_files_that_cant_be_opened(recognizer: Recognizer, tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "text.png").write_text("hello")

    for name in ("gone.json", "folder.json"):
        with pytest.raises(DrawingError):
            recognizer.read_file(tmp_path / name)
    for name in ("gone.png", "text.png", ""):
        with pytest.raises(ImageError):
            recognizer.read_file(tmp_path / name)


def test_a_model_that_cant_be_loaded(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        Recognizer(Model("gone", tmp_path, model.card, is_bundled=False))
