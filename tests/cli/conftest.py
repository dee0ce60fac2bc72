import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad.core.rasterization import rasterize
from tests.written_digits import write, write_digit

Digitpad = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def digitpad(tmp_path: Path) -> Digitpad:
    """Run `digitpad` as a person would in a terminal, in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        finished = subprocess.run(
            # -P: as the installed command, which imports nothing from the folder it is called in.
            [sys.executable, "-P", "-m", "digitpad", *map(str, arguments)],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert "Traceback" not in finished.stderr
        assert "Warning" not in finished.stderr
        return finished

    return run


@pytest.fixture
def drawing_file(tmp_path: Path) -> Path:
    file = tmp_path / "Zeichnung 4.json"
    file.write_text(write("31\n85").to_json(), encoding="utf-8")
    return file


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    ink = np.pad(rasterize(write_digit("6")), 60)
    file = tmp_path / "six.png"
    assert cv2.imwrite(str(file), 250 - 220 * ink)
    return file


@pytest.fixture
def blank_file(tmp_path: Path) -> Path:
    file = tmp_path / "blank.png"
    assert cv2.imwrite(str(file), np.full((200, 300), 240, np.uint8))
    return file
