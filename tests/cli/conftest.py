import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.rasterization import rasterize
from digitpad.training.events import Event, RunFinished, to_line
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
            timeout=240,
        )
        assert "Traceback" not in finished.stderr
        assert "Warning" not in finished.stderr
        return finished

    return run


def train_at_once(tmp_path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `digitpad train` with a process that trains nothing: the candidate is there already."""
    return run_at_once(tmp_path, "train", *arguments)


def run_at_once(
    tmp_path: Path, *arguments: object, events: Sequence[Event] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a command that trains with a process that only says so, after some other events."""
    candidate = tmp_path / "candidate"
    shutil.copytree(paths.bundled_models() / "default", candidate)
    interpreter = tmp_path / "python"
    lines = [to_line(event) for event in (*events, RunFinished(candidate, 0.5, 0.75))]
    interpreter.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines))
    interpreter.chmod(0o755)
    program = (
        f"import sys; sys.executable = {str(interpreter)!r}; "
        "from digitpad.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )


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
