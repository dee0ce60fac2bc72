import os
import random
import select
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from digitpad.services.models.library import ModelLibrary
from digitpad.training.model_card import LITERT_FILE, find_damage

_ROOT = Path(__file__).parents[2]


def start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.services.library_use", *map(str, arguments)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE)


def read_reports(person: subprocess.Popen[bytes], seconds: float) -> bytes:
    """Return what was said until so many seconds after the first report."""
    assert person.stdout is not None
    pipe = person.stdout.fileno()
    said = os.read(pipe, 100_000)
    while select.select([pipe], [], [], seconds)[0] and len(said) < 65 * 200:
        said += os.read(pipe, 100_000)
    return said


def digests(library: ModelLibrary) -> set[str]:
    cards = [model.card for model in (*library.models(), *library.trash())]
    return {card.sha256[LITERT_FILE] for card in cards}


@pytest.mark.skipif(os.name == "nt", reason="waits for pipes")
def test_nothing_is_lost_when_one_of_two_is_killed(
    bundled: Path, own: Path, library: ModelLibrary, tmp_path: Path
) -> None:
    saved: set[str] = set()
    chance = random.Random(4)
    for seed in range(0, 10, 2):
        with ExitStack() as started:
            people = [
                started.enter_context(start(bundled, own, tmp_path / "candidates", seed + number))
                for number in range(2)
            ]
            reports = [read_reports(person, chance.uniform(0.001, 0.05)) for person in people]
            for person in people:
                person.kill()
            for person, said in zip(people, reports, strict=True):
                assert person.stdout is not None
                saved |= set((said + person.stdout.read()).decode().split())

        assert saved <= digests(library)
        for model in (*library.models(), *library.trash()):
            assert find_damage(model.folder, model.card) is None
        names = [model.name for model in library.models()]
        assert len(set(names)) == len(names)
        assert library.active().name in names
    assert len(saved) >= 10

    library.reset(trash_own=True)
    assert {model.is_bundled for model in library.models()} == {True}
    assert saved <= digests(library)
