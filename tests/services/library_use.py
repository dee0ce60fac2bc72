"""Somebody who does one thing after the other with a library, until they are killed.

Started as `python -m tests.services.library_use BUNDLED OWN CANDIDATES SEED`. Every line on
standard output is the digest of a model that is saved by then, wherever it went since.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path

from digitpad.core.errors import ModelError
from digitpad.services.models.library import ModelLibrary
from digitpad.training.model_card import LITERT_FILE
from tests.saved_models import save_model


class Person:
    """Does what is possible just now, at random."""

    def __init__(self, bundled: Path, own: Path, candidates: Path, seed: int) -> None:
        self._library = ModelLibrary(bundled, own)
        self._candidates = candidates
        self._random = random.Random(seed)
        self._seed = seed
        self._count = 0

    def go_on(self) -> None:
        deeds: list[Callable[[], object]] = [
            self.add,
            lambda: self._library.duplicate(self.any()),
            lambda: self._library.activate(self.any()),
            lambda: self._library.rename(self.any(), f"name {self._random.randrange(9)}"),
            lambda: self._library.write_note(self.any(), "n" * self._random.randrange(9_999)),
            lambda: self._library.delete(self.any()),
            lambda: self._library.restore(self.any_trashed()),
            self._library.roll_back,
            lambda: self._library.reset(trash_own=self._random.random() < 0.1),
        ]
        while True:
            try:
                self._random.choice(deeds)()
            except ModelError:
                continue  # Bundled, taken, nothing in the trash: told, and nothing done.

    def add(self) -> None:
        self._count += 1
        folder = self._candidates / f"{self._seed}-{self._count}"
        save_model(folder, "new", self._random.randbytes(100_000))
        model = self._library.add(folder, "new")
        print(model.card.sha256[LITERT_FILE], flush=True)

    def any(self) -> str:
        return self._random.choice(self._library.models()).name

    def any_trashed(self) -> str:
        trashed = self._library.trash()
        return self._random.choice(trashed).key if trashed else "nothing"


if __name__ == "__main__":
    Person(*map(Path, sys.argv[1:4]), int(sys.argv[4])).go_on()
