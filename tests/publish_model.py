"""``python -m tests.publish_model FOLDER``: put a trained reference network in `model_store`.

Only what reads goes there, with a card that says so: weights to train on would be several times
the size, and one command trains them again.
"""

import dataclasses
import shutil
import sys
from pathlib import Path

from digitpad import paths
from digitpad.core.files import write_atomically
from digitpad.training.model_card import CARD_FILE, LITERT_FILE, ModelCard, digest_file


def publish(folder: Path, store: Path) -> Path:
    """Copy the model in `folder`; return its place in `store`."""
    card = ModelCard.load(folder)
    target = store / card.name
    target.mkdir(exist_ok=True)
    shutil.copy(folder / LITERT_FILE, target / LITERT_FILE)
    bare = dataclasses.replace(card, sha256={LITERT_FILE: digest_file(folder / LITERT_FILE)})
    write_atomically(target / CARD_FILE, bare.to_json())
    return target


if __name__ == "__main__":
    print(publish(Path(sys.argv[1]), paths.bundled_models()))
