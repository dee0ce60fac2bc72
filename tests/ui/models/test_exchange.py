"""Models from files and to files."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from digitpad import paths
from digitpad.core.errors import ModelError
from digitpad.services.models.archive import export_model
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.ui.background import model_jobs
from tests.ui.models.visitor import Visitor


class SlowImport:
    """An import that goes on until it is told to end."""

    begun = threading.Event()
    may_end = threading.Event()

    def __init__(self, library: ModelLibrary, file: Path) -> None:
        self.file = file
        self._library = library
        self._is_cancelled = False

    def run(self, report: model_jobs.Report) -> Model | None:
        report("Loading TensorFlow")
        self.begun.set()
        assert self.may_end.wait(120)
        if self._is_cancelled:
            return None
        if self.file.stem == "bad":
            raise ModelError("“bad.keras” can't be imported: it is damaged.", "Copy it anew.")
        return self._library.duplicate("default", self.file.stem)

    def cancel(self) -> None:
        self._is_cancelled = True
        self.may_end.set()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> type[SlowImport]:
    monkeypatch.setattr("digitpad.ui.models.model_imports.ModelImport", SlowImport)
    SlowImport.begun.clear()
    SlowImport.may_end.clear()
    return SlowImport


class TestImport:
    def test_a_file_that_is_dropped_becomes_a_model(self, visitor: Visitor, tmp_path: Path) -> None:
        file = shutil.copy(
            paths.bundled_models() / "default" / "model.tflite", tmp_path / "a.tflite"
        )

        assert visitor.drop([Path(file)])
        visitor.wait(lambda: visitor.selected() == "a")

        assert visitor.message() == "“a” is among your models."
        assert visitor.active() == ["left"]
        assert "imported" in visitor.words()
        visitor.wait(lambda: visitor.columns("a")[2].endswith("ms"))
        visitor.click("Undo Import")
        assert visitor.sections()["Trash"] == ["a"]
        visitor.press(Qt.Key.Key_Z, ctrl=True, shift=True)
        assert "a" in visitor.sections()["Your own"]

    def test_files_are_chosen(self, visitor: Visitor, slow: Any, tmp_path: Path) -> None:
        slow.may_end.set()
        (tmp_path / "mine.keras").write_bytes(b"")

        visitor.press(Qt.Key.Key_O, ctrl=True)
        visitor.name_file(tmp_path / "mine.keras")

        visitor.wait(lambda: visitor.selected() == "mine")

    def test_progress_is_shown_and_several_files_wait(
        self, visitor: Visitor, slow: Any, tmp_path: Path
    ) -> None:
        visitor.drop([tmp_path / f"{name}.keras" for name in ("one", "bad", "two")])

        visitor.wait(
            lambda: "“one.keras”: Loading TensorFlow …  2 more to come." in visitor.words()
        )
        assert visitor.can("Cancel Import")
        visitor.select("right")
        visitor.double_click("right")
        assert visitor.active() == ["right"]
        slow.may_end.set()
        visitor.wait(lambda: not visitor.can("Cancel Import"))
        assert visitor.sections()["Your own"] == ["left", "one", "right", "two"]

    def test_a_file_that_is_refused_is_told(
        self, visitor: Visitor, slow: Any, tmp_path: Path
    ) -> None:
        slow.may_end.set()

        visitor.drop([tmp_path / "bad.keras"])

        visitor.wait(lambda: "it is damaged. Copy it anew." in visitor.message())
        assert visitor.sections()["Your own"] == ["left", "right"]
        assert not visitor.can("Undo")

    def test_an_import_is_cancelled_with_all_that_wait(
        self, visitor: Visitor, slow: Any, tmp_path: Path
    ) -> None:
        visitor.drop([tmp_path / "one.keras", tmp_path / "two.keras"])
        visitor.wait(slow.begun.is_set)

        visitor.click("Cancel Import")

        visitor.wait(lambda: not visitor.can("Cancel Import"))
        assert visitor.sections()["Your own"] == ["left", "right"]

    def test_the_end_of_the_app_ends_it(self, visitor: Visitor, slow: Any, tmp_path: Path) -> None:
        visitor.drop([tmp_path / "one.keras", tmp_path / "two.keras"])
        visitor.wait(slow.begun.is_set)

        visitor.window.close_jobs()

        assert [model.name for model in visitor.library.models()] == ["default", "left", "right"]

    @pytest.mark.parametrize("names", [["a.png"], ["a.keras", "a.txt"], []])
    def test_other_files_are_not_taken(
        self, visitor: Visitor, tmp_path: Path, names: list[str]
    ) -> None:
        assert not visitor.drop([tmp_path / name for name in names])

    def test_a_bug_reaches_whoever_reports_bugs(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        def fail(job: SlowImport, report: object) -> None:
            raise KeyError("bug")

        monkeypatch.setattr("digitpad.ui.models.model_imports.ModelImport.run", fail)
        heard: list[Exception] = []
        visitor.window.crashed.connect(heard.append)
        visitor.drop([tmp_path / "one.keras"])

        visitor.wait(lambda: bool(heard))
        assert isinstance(heard[0], KeyError)


class TestExport:
    @pytest.mark.parametrize("kind", ["digitpad", "keras", "tflite"])
    def test_a_model_is_written(self, visitor: Visitor, tmp_path: Path, kind: str) -> None:
        visitor.press(Qt.Key.Key_S, ctrl=True)
        visitor.name_file(tmp_path / "out", kind)

        visitor.wait(lambda: f"“left” is in “out.{kind}”." in visitor.message())
        export_model(visitor.library.find("left"), tmp_path / f"same.{kind}")
        assert (tmp_path / f"out.{kind}").read_bytes() == (tmp_path / f"same.{kind}").read_bytes()

    def test_what_there_is_not_is_not_offered(
        self, visitor: Visitor, library: ModelLibrary
    ) -> None:
        visitor.click("Export")

        dialog = visitor.window.findChild(QFileDialog)
        assert len(dialog.nameFilters()) == 3
        dialog.reject()

    def test_a_folder_that_cant_be_written_to_is_told(
        self, visitor: Visitor, tmp_path: Path
    ) -> None:
        visitor.click("Export")
        (tmp_path / "gone").mkdir()
        dialog = visitor.window.findChild(QFileDialog)
        dialog.fileSelected.emit(str(tmp_path / "gone" / "deeper" / "x.digitpad"))

        visitor.wait(lambda: "No such file" in visitor.message())
        dialog.reject()
