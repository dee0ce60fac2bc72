"""What import-linter cannot see: which modules are really loaded."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    ["digitpad.__main__", "digitpad.cli", "digitpad.services.runs.retraining", "digitpad.ui.app"],
)
def test_importing_a_front_end_loads_no_network_library(module: str) -> None:
    program = (
        f"import sys, {module}; print(*sorted({{'tensorflow', 'keras'}} & sys.modules.keys()))"
    )

    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )

    assert finished.stdout.strip() == ""


def test_the_window_shows_before_numpy_and_opencv_are_loaded() -> None:
    program = "import sys, digitpad.ui.app; print(*sorted({'numpy', 'cv2'} & sys.modules.keys()))"

    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )

    assert finished.stdout.strip() == ""


@pytest.mark.parametrize("module", ["digitpad.cli", "digitpad.services.runs.retraining"])
def test_the_command_line_loads_no_qt(module: str) -> None:
    program = f"import sys, {module}; print('PySide6' in sys.modules)"

    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )

    assert finished.stdout.strip() == "False"
