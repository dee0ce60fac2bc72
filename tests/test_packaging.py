"""A wheel is complete: installed away from the checkout, it starts and reads."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import digitpad

PROJECT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a folder; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps"]
    subprocess.run(
        [*uv, "--python", sys.executable, "--target", str(folder), str(wheel)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder


def run_installed(
    installed: Path, elsewhere: Path, *command: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=elsewhere,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def example() -> Path:
    return min((PROJECT / "assets" / "examples").glob("*.png"))


def test_wheel_carries_assets_and_the_bundled_model(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    bundled = {
        f"digitpad/{path.relative_to(PROJECT).as_posix()}"
        for folder in ("assets", "model_store")
        for path in (PROJECT / folder).rglob("*")
        if path.is_file()
    }
    assert bundled <= names
    assert {
        f"digitpad/model_store/default/{name}"
        for name in ("card.json", "model.keras", "model.tflite")
    } <= names
    assert any(name.startswith("digitpad/assets/examples/") for name in names)


def test_wheel_carries_no_tests_and_no_second_copy(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top = {name.split("/")[0] for name in archive.namelist()}

    assert top == {"digitpad", f"digitpad-{digitpad.__version__}.dist-info"}


def test_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    program = (
        "import digitpad.paths as p; print(p.__file__, p.assets(), p.bundled_models(), sep='\\n')"
    )

    finished = run_installed(installed, tmp_path, sys.executable, "-c", program)

    assert finished.stdout.splitlines() == [
        str(installed / "digitpad" / name) for name in ("paths.py", "assets", "model_store")
    ]


def test_installed_package_tells_its_version(installed: Path, tmp_path: Path) -> None:
    finished = run_installed(installed, tmp_path, sys.executable, "-m", "digitpad", "--version")

    assert (finished.returncode, finished.stderr) == (0, "")
    assert digitpad.__version__ in finished.stdout


def test_installed_command_reads_an_example(installed: Path, tmp_path: Path) -> None:
    finished = run_installed(
        installed, tmp_path, str(installed / "bin" / "digitpad"), "read", str(example())
    )

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip().endswith(example().name[0])
