import dataclasses
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.core.errors import ModelError, StorageError
from digitpad.services.models.archive import export_model
from digitpad.services.models.imports import ModelImport, describe_import
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.training.model_card import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    ModelCard,
    digest_file,
)
from tests.processes import has_ended
from tests.saved_models import save_model

_DEFAULT = paths.bundled_models() / "default"


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITPAD_HOME", str(tmp_path / "home"))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))


@pytest.fixture
def own_library(own: Path) -> ModelLibrary:
    return ModelLibrary(paths.bundled_models(), own)


@pytest.fixture
def litert_file(tmp_path: Path) -> Path:
    return shutil.copy(_DEFAULT / LITERT_FILE, tmp_path / "their's.tflite")


def names(library: ModelLibrary) -> list[str]:
    return [model.name for model in library.models()]


def import_file(library: ModelLibrary, file: Path, name: str | None = None) -> Model:
    model = ModelImport(library, file, name).run(lambda text: None)
    assert model is not None
    return model


class TestForReal:
    def test_a_litert_file(
        self, own_library: ModelLibrary, litert_file: Path, tmp_path: Path
    ) -> None:
        said: list[str] = []
        model = ModelImport(own_library, litert_file).run(said.append)

        assert model == own_library.find("their's")
        assert not model.is_bundled
        assert (model.card.architecture, model.card.metrics) == ("imported", {})
        assert model.card.config == {"file": "their's.tflite"}
        assert said == ["Reading sample digits"]
        assert describe_import(model) == ("“their's” is among your models.", "")
        Classifier(model.litert_file)
        assert own_library.active_name() == "default"
        assert list((tmp_path / "scratch").iterdir()) == []

    def test_a_keras_file(self, own_library: ModelLibrary, tmp_path: Path) -> None:
        export_model(own_library.default(), tmp_path / "mine.keras")
        said: list[str] = []

        model = ModelImport(own_library, tmp_path / "mine.keras", " another\n name ").run(
            said.append
        )

        assert model is not None
        assert model.name == "another name"
        assert model.card.parameters == own_library.default().card.parameters
        assert model.card.data["samples"]["right"] == 198
        assert model.keras_file.is_file()
        assert said[0] == "Loading TensorFlow"
        assert own_library.activate("another name") == model

    def test_a_model_of_another_machine(
        self, own_library: ModelLibrary, bundled: Path, tmp_path: Path
    ) -> None:
        theirs = ModelLibrary(paths.bundled_models(), tmp_path / "theirs")
        theirs.duplicate("default", "of Ada")
        theirs.write_note("of Ada", "with regards")
        export_model(theirs.find("of Ada"), tmp_path / "x.digitpad")

        first = import_file(own_library, tmp_path / "x.digitpad")
        second = import_file(own_library, tmp_path / "x.digitpad")

        assert (first.name, second.name) == ("of Ada", "of Ada 2")
        assert first.read_note() == "with regards"
        assert first.card == dataclasses.replace(theirs.find("of Ada").card)
        assert first.card.metrics["mnist_test"] > 0.99

    def test_a_network_of_another_shape(self, own_library: ModelLibrary, tmp_path: Path) -> None:
        shutil.copy(paths.ink_network(), tmp_path / "ink.tflite")

        with pytest.raises(
            ModelError, match=r"“ink\.tflite” can't be imported: it takes"
        ) as caught:
            import_file(own_library, tmp_path / "ink.tflite")
        assert "(28, 28, 1), (28, 28) or (784,)" in caught.value.message

    def test_an_archive_whose_model_does_not_fit(
        self, own_library: ModelLibrary, library: ModelLibrary, tmp_path: Path
    ) -> None:
        export_model(library.default(), tmp_path / "weights.digitpad")

        with pytest.raises(ModelError, match=r"“weights.digitpad” can't be imported: "):
            import_file(own_library, tmp_path / "weights.digitpad")

    def test_a_program_in_an_archive(self, own_library: ModelLibrary, tmp_path: Path) -> None:
        folder = save_model(tmp_path / "evil", "evil")
        with zipfile.ZipFile(folder / KERAS_FILE, "w") as network:
            layers = [{"module": "keras.layers", "class_name": "Lambda", "config": {}}]
            network.writestr("config.json", json.dumps({"config": {"layers": layers}}))
            network.writestr("model.weights.h5", b"")
        card = dataclasses.replace(
            ModelCard.load(folder),
            sha256={name: digest_file(folder / name) for name in (KERAS_FILE, LITERT_FILE)},
        )
        (folder / CARD_FILE).write_text(card.to_json())
        export_model(Model("evil", folder, card, is_bundled=False), tmp_path / "evil.digitpad")

        with pytest.raises(ModelError, match=r"a Lambda layer.*\(model\.keras\)"):
            import_file(own_library, tmp_path / "evil.digitpad")
        assert "evil" not in names(own_library)


class TestDescription:
    @pytest.mark.parametrize(
        ("samples", "is_doubtful"),
        [
            ({"digits": 198, "right": 98}, True),
            ({"digits": 198, "right": 99}, False),
            (None, False),
            ([5], False),
            ({"digits": "many"}, False),
        ],
        ids=str,
    )
    def test_a_model_that_reads_little_is_told(self, samples: object, is_doubtful: bool) -> None:
        card = ModelCard("x", "imported", 0, "2026", data={"samples": samples})

        sentence, hint = describe_import(Model("x", Path("x"), card, is_bundled=False))

        assert ("98 of 198 sample digits right" in sentence) == is_doubtful
        assert ("white ink on black" in hint) == is_doubtful


class TestRefused:
    @pytest.mark.parametrize("name", ["model.h5", "model", "model.zip", "model.py"])
    def test_other_files(self, library: ModelLibrary, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"anything")

        with pytest.raises(ModelError, match="no file that a model can be imported from"):
            import_file(library, tmp_path / name)

    def test_a_missing_file(self, library: ModelLibrary, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="There is no file"):
            import_file(library, tmp_path / "missing.keras")

    def test_a_file_of_a_terabyte(self, library: ModelLibrary, tmp_path: Path) -> None:
        with (tmp_path / "huge.tflite").open("wb") as file:
            file.truncate(1 << 40)

        with pytest.raises(ModelError, match="larger than 512 MB"):
            import_file(library, tmp_path / "huge.tflite")

    def test_a_full_disk(
        self, library: ModelLibrary, litert_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(**options: str) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(tempfile, "TemporaryDirectory", fail)
        with pytest.raises(StorageError, match="No space left"):
            import_file(library, litert_file)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell in place of Python")
class TestTheChildProcess:
    def test_one_that_crashes_is_told_with_its_log(
        self, library: ModelLibrary, litert_file: Path, stand_in: Callable[[str], None]
    ) -> None:
        stand_in("print('why it was', file=sys.stderr, flush=True); os.kill(os.getpid(), 11)")

        with pytest.raises(ModelError, match="was ended by signal 11") as caught:
            import_file(library, litert_file)

        assert str(paths.logs() / "import.txt") in caught.value.hint
        assert (paths.logs() / "import.txt").read_text() == "why it was\n"
        assert names(library) == ["default", "another"]

    def test_one_that_ends_without_a_candidate(
        self, library: ModelLibrary, litert_file: Path, stand_in: Callable[[str], None]
    ) -> None:
        stand_in("print('half a li')")

        with pytest.raises(ModelError):
            import_file(library, litert_file)

    def test_a_disk_that_fills_up_there(
        self, library: ModelLibrary, litert_file: Path, stand_in: Callable[[str], None]
    ) -> None:
        stand_in("report(RunFailed('No space left on device', 'Free some space.')); sys.exit(1)")

        with pytest.raises(ModelError, match="No space left on device") as caught:
            import_file(library, litert_file)
        assert caught.value.hint == "Free some space."

    def test_cancelling_ends_it_at_once(
        self,
        library: ModelLibrary,
        litert_file: Path,
        stand_in: Callable[[str], None],
        tmp_path: Path,
    ) -> None:
        stand_in(
            "report(StatusChanged(str(os.getpid()))); sys.stdin.read(); sys.stdin.close();"
            "import signal; signal.pause()"
        )
        started = threading.Event()
        said: list[str] = []
        job = ModelImport(library, litert_file)

        def report(text: str) -> None:
            said.append(text)
            started.set()

        results: list[Model | None] = []
        thread = threading.Thread(target=lambda: results.append(job.run(report)))
        thread.start()
        assert started.wait(120)
        job.cancel()
        thread.join(120)

        assert results == [None]
        assert has_ended(int(said[0]))
        assert names(library) == ["default", "another"]
        assert list((tmp_path / "scratch").iterdir()) == []

    def test_cancelled_before_it_began(
        self, library: ModelLibrary, litert_file: Path, stand_in: Callable[[str], None]
    ) -> None:
        stand_in("import signal; signal.pause()")
        job = ModelImport(library, litert_file)
        job.cancel()

        assert job.run(lambda text: None) is None

    def test_when_the_app_is_killed_it_ends_and_nothing_is_half_imported(
        self, own: Path, tmp_path: Path, litert_file: Path
    ) -> None:
        program = (
            "import sys; from pathlib import Path; from digitpad import paths\n"
            "from digitpad.services.models.imports import *; import subprocess\n"
            "really = subprocess.Popen\n"
            "def start(*arguments, **options):\n"
            "    process = really(*arguments, **options)\n"
            "    print(process.pid, flush=True)\n"
            "    return process\n"
            "subprocess.Popen = start\n"
            "library = ModelLibrary(paths.bundled_models(), Path(sys.argv[1]))\n"
            "while True: ModelImport(library, Path(sys.argv[2])).run(lambda text: None)\n"
        )
        command = [sys.executable, "-c", program, str(own), str(litert_file)]
        for rounds in (1, 1, 2):
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app:
                assert app.stdout is not None
                children = [int(app.stdout.readline()) for _ in range(rounds)]
                os.kill(app.pid, signal.SIGKILL)
            assert all(map(has_ended, children))

            library = ModelLibrary(paths.bundled_models(), own)
            for model in library.models():
                assert library.find(model.name) == model
