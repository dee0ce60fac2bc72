"""Work that goes on until it is killed: ``python -m tests.endless_work KIND FOLDER``.

It is done in `DIGITPAD_HOME`; the folder holds what it is done with.

Each piece that is done is told on standard output by a line, and must be whole from then on.
"""

import os
import sys
from itertools import count
from pathlib import Path

import numpy as np

from digitpad import paths
from digitpad.services.models.imports import ModelImport
from digitpad.services.models.library import ModelLibrary
from digitpad.services.samples.records import Sample, Source
from digitpad.services.samples.store import SampleStore
from tests.saved_models import save_model


def make_sample(number: int) -> Sample:
    """A sample that tells its number by its label and by every pixel."""
    image = np.full((28, 28), number % 251, np.uint8)
    return Sample(image=image, label=number % 10, source=Source.DRAWING, origin=str(number))


def open_library() -> ModelLibrary:
    """The library that is worked on."""
    return ModelLibrary(paths.bundled_models(), paths.user_models())


def save_models(folder: Path) -> None:
    """Put one model after the other in the library."""
    library = open_library()
    for number in count():
        candidate = save_model(
            folder / f"candidate-{os.getpid()}-{number}", "new", os.urandom(50_000)
        )
        print(library.add(candidate, "model").name, flush=True)


def promote_models(folder: Path) -> None:
    """Make one model after the other the active one."""
    library = open_library()
    while True:
        for model in library.models():
            library.activate(model.name)
            print(model.name, flush=True)


def import_models(folder: Path) -> None:
    """Take in a model that was exported, again and again."""
    library = open_library()
    while True:
        model = ModelImport(library, folder / "exported.digitpad").run(lambda *_: None)
        assert model is not None
        print(model.name, flush=True)


def write_samples(folder: Path) -> None:
    """Keep one sample after the other, some by the handful."""
    with SampleStore(paths.samples_file()) as store:
        for number in count():
            handful = [make_sample(number * 10 + n) for n in range(1 + number % 3)]
            for sample_id, sample in zip(store.add(handful), handful, strict=True):
                print(sample_id, sample.origin, flush=True)


WORK = {
    "save": save_models,
    "promote": promote_models,
    "import": import_models,
    "samples": write_samples,
}
"""Everything that can be killed here, by name."""

if __name__ == "__main__":
    WORK[sys.argv[1]](Path(sys.argv[2]))
