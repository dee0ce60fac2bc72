import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from digitpad.services.models.library import ModelLibrary
from digitpad.training.config import TrainingConfig
from tests.saved_models import save_model


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a program in place of the training process; `report(event)` is what it can say."""

    def install(program: str) -> None:
        script = tmp_path / "worker.py"
        script.write_text(
            "import os, sys\n"
            "from digitpad.training.events import *\n"
            "from pathlib import Path\n"
            "def report(event): print(to_line(event), flush=True)\n"
            f"{program}\n"
        )
        interpreter = tmp_path / "python"
        interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n')
        interpreter.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(interpreter))

    return install


@pytest.fixture
def config(mnist_file: Path) -> TrainingConfig:
    """A run that goes on for hours if nobody stops it."""
    return TrainingConfig(
        architecture="softmax", epochs=1000, batch_size=20, augmentation="none", data=mnist_file
    )


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    for name in ("another", "default"):
        save_model(tmp_path / "bundled" / name, name)
    return tmp_path / "bundled"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def library(bundled: Path, own: Path) -> ModelLibrary:
    return ModelLibrary(bundled, own)


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    return save_model(tmp_path / "run" / "candidate", "whatever")
