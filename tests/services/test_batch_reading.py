import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitpad import paths
from digitpad.core.errors import DigitpadError, ImageError, ModelError
from digitpad.core.rasterization import rasterize
from digitpad.services.batch_reading import name_model, read_files, read_here
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.picture_files import SourceFile, find_files
from digitpad.services.reading_records import Text
from digitpad.services.recognition import Recognizer
from tests.written_digits import write_digit

NAMED = Text(has_names=True)

# Runs in every process that reads, before anything else.
DEADLY = """
import os, signal, sys
def die(event, arguments):
    if event == "open" and str(arguments[0]).endswith("monster.png"):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
"""


@pytest.fixture(scope="module")
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), Path("nowhere")).default()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of eight pictures, the third of which is damaged."""
    folder = tmp_path_factory.mktemp("pictures")
    for number, digit in enumerate("31472658"):
        ink = np.pad(rasterize(write_digit(digit)), 40)
        assert cv2.imwrite(str(folder / f"{number}.png"), 250 - 220 * ink)
    (folder / "2.png").write_bytes((folder / "2.png").read_bytes()[:200])
    return folder


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def test_results_come_in_order_however_many_read(pictures: Path, model: Model) -> None:
    def read(workers: int) -> list[tuple[str, str, bool, str]]:
        files = find_files([pictures])
        how = (
            read_files(files, model, NAMED, workers) if workers else read_here(files, model, NAMED)
        )
        return [(r.path, r.line, r.has_digits, str(r.error or "")) for r in how]

    here = read(0)

    assert here == read(1) == read(3)
    texts = [line.rpartition(" ")[2].strip() for _, line, _, _ in here]
    assert texts == ["3", "1", "", "7", "2", "6", "5", "8"]
    assert [bool(error) for _, _, _, error in here] == [number == 2 for number in range(8)]


def test_files_are_asked_for_a_little_ahead(pictures: Path, model: Model) -> None:
    asked = 0

    def without_end() -> Iterator[SourceFile]:
        nonlocal asked
        for file in repeat(SourceFile(str(pictures / "0.png"))):
            asked += 1
            yield file

    with closing(read_files(without_end(), model, NAMED, workers=2)) as results:
        for _, result in zip(range(6), results, strict=False):
            assert result.has_digits

    assert asked < 6 + 16 * 2 + 2


def test_no_more_processes_than_files(pictures: Path, model: Model) -> None:
    files = [SourceFile(str(pictures / "0.png")), SourceFile("x", error=ImageError("Bad.", ""))]

    with closing(read_files(files, model, NAMED, workers=20)) as results:
        next(results)
        assert len(multiprocessing.active_children()) <= 2
        assert str(next(results).error) == "Bad."


def test_no_files_and_no_process(model: Model) -> None:
    assert list(read_files([], model, NAMED, workers=2)) == []


def test_a_process_that_is_killed_costs_no_file(pictures: Path, model: Model) -> None:
    files = [SourceFile(str(pictures / f"{number % 2}.png")) for number in range(12)]
    read = []

    with closing(read_files(files, model, NAMED, workers=2)) as results:
        for result in results:
            if len(read) in (0, 5):
                for process in multiprocessing.active_children():
                    process.kill()
            read.append(result)

    assert [result.path for result in read] == [file.path for file in files]
    assert [result.error for result in read] == [None] * 12


@pytest.mark.skipif(os.name == "nt", reason="other systems have signals")
def test_a_file_that_always_ends_its_process_is_listed(
    pictures: Path, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(DEADLY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monster = tmp_path / "monster.png"
    shutil.copy(pictures / "0.png", monster)

    files = [SourceFile(str(file)) for file in (pictures / "0.png", monster, pictures / "1.png")]
    first, second, third = read_files(files, model, NAMED, workers=2)

    assert (first.error, third.error) == (None, None)
    assert "“monster.png” ended the process that read it, twice, with signal 9." in str(
        second.error
    )


@pytest.mark.parametrize("failure", [MemoryError(), RuntimeError("odd")])
def test_what_nobody_foresaw_is_listed(
    pictures: Path, model: Model, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(self: Recognizer, file: Path) -> None:
        raise failure

    monkeypatch.setattr(Recognizer, "read_file", fail)
    (result,) = read_here([SourceFile(str(pictures / "0.png"))], model, NAMED)

    expected = "needs more memory" if isinstance(failure, MemoryError) else "RuntimeError: odd"
    assert expected in str(result.error)


def test_a_model_that_cant_be_loaded(pictures: Path, model: Model, tmp_path: Path) -> None:
    gone = Model("gone", tmp_path, model.card, is_bundled=False)

    with pytest.raises(ModelError):
        list(read_files(find_files([pictures]), gone, NAMED, workers=2))


def test_processes_that_cant_be_started(
    pictures: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiprocessing.spawn, "_python_exe", os.fsencode(sys.executable))
    multiprocessing.set_executable("/bin/false")
    try:
        with pytest.raises(DigitpadError, match="it ended with status 1"):
            list(read_files(find_files([pictures]), model, NAMED, workers=2))
    finally:
        multiprocessing.set_executable(sys.executable)


def test_a_model_is_named_with_its_digest(model: Model) -> None:
    assert name_model(model) == f"default@{model.card.sha256['model.tflite'][:12]}"
