from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from digitpad import paths
from digitpad.services.models.library import Model, ModelLibrary
from digitpad.services.samples.records import Source
from tests.samples import make_sample
from tests.ui.samples.keepers import keep
from tests.ui.samples.looking_through import Looker


@pytest.fixture(scope="module")
def model() -> Model:
    return ModelLibrary(paths.bundled_models(), Path("none")).default()


@pytest.fixture
def look(qtbot: QtBot) -> Iterator[Callable[..., Looker]]:
    """Open the window of samples."""
    lookers = []

    def open_window(model: Model | None = None) -> Looker:
        lookers.append(Looker(qtbot, model))
        return lookers[-1]

    yield open_window
    for looker in lookers:
        looker.close()


@pytest.fixture
def six() -> list[int]:
    """Keep 0 and 1 drawn, 2 and 3 of photos, 4 and 5 written in a set."""
    kinds = (Source.DRAWING, Source.DRAWING, Source.PHOTO, Source.PHOTO)
    kinds += (Source.PRACTICE, Source.PRACTICE)
    return keep(*(make_sample(number, source=kind) for number, kind in enumerate(kinds)))
