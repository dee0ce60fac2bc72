"""`python -m digitpad.training.ink.training`: how the network that finds ink was made."""

import argparse
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitpad.core.files import write_atomically
from digitpad.core.ink_network import INPUT_PX
from digitpad.training.export import export_litert, save_network
from digitpad.training.ink.network import TileBatches, build_ink_network
from digitpad.training.ink.tiles import InkTiles, TileOrder, compose_tiles
from digitpad.training.model_card import digest_file

NETWORK_FILE, LITERT_FILE, CARD_FILE = "ink.keras", "ink.tflite", "ink.json"

_VALIDATION_SEED, _VALIDATION_PAGES = 12, 40


@dataclass(frozen=True)
class InkTraining:
    """How the network is trained.

    Parameters
    ----------
    pages : int
        To cut tiles from.
    epochs : int
        Over all tiles.
    batch_size : int
        Tiles a step.
    learning_rate : float
        Of Adam at its highest: it warms up within the first twentieth, and falls along a cosine.
    hardship : float
        Of the pages that mix difficulties, see `mix_difficulties`.
    large : float
        Part of the pages, 0 to 1, that have a few large digits.
    at_border : float
        Part of the tiles, 0 to 1, that lie at the picture's border, where bindings are.
    ink_weight : float
        How much more ink counts than paper.
    is_settled : bool
        Whether to normalise by what was seen before, not by each batch: one with a tile of noise in
        it is like no other.
    seed : int
        Of pages, weights and order.
    """

    pages: int = 1350
    epochs: int = 3
    batch_size: int = 16
    learning_rate: float = 0.003
    hardship: float = 0.3
    large: float = 0.0
    at_border: float = 0.0
    ink_weight: float = 1.0
    is_settled: bool = False
    seed: int = 11


def train_ink(
    training: InkTraining,
    tiles: InkTiles,
    validation: InkTiles,
    folder: Path,
    start: Path | None = None,
) -> dict[str, Any]:
    """Train the network, and write its files.

    Parameters
    ----------
    training : InkTraining
        How.
    tiles, validation : InkTiles
        To learn from, and to be judged by.
    folder : Path
        Where `ink.keras`, `ink.tflite` and `ink.json` go; each epoch's network is kept there, too.
    start : Path or None
        A folder like this, to go on from its network.

    Returns
    -------
    dict
        The card, as written.
    """
    network = build_ink_network(training.seed)
    if start is not None:
        network.set_weights(keras.models.load_model(start / NETWORK_FILE).get_weights())
    if training.is_settled:
        for layer in network.layers:
            layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    batches = TileBatches(tiles, training.batch_size, training.seed, training.ink_weight)
    steps = training.epochs * len(batches)
    rate = keras.optimizers.schedules.CosineDecay(
        training.learning_rate / 20,
        steps - steps // 20,
        warmup_target=training.learning_rate,
        warmup_steps=steps // 20,
    )
    network.compile(keras.optimizers.Adam(rate), loss="binary_crossentropy")
    folder.mkdir(parents=True, exist_ok=True)
    pictures, inks = _as_seen(validation)
    losses: dict[str, list[float]] = {"loss": [], "val_loss": []}
    for epoch in range(training.epochs):
        loss = np.mean([network.train_on_batch(*batch) for batch in batches.iterate(epoch)])
        judged = network.evaluate(pictures, inks, training.batch_size, verbose=0)
        losses["loss"].append(float(loss))
        losses["val_loss"].append(float(judged))
        network.save(folder / f"epoch-{epoch + 1}.keras")
        print(f"epoch {epoch + 1}: loss {loss:.4f}, validation {judged:.4f}", flush=True)
    save_network(network, folder / NETWORK_FILE)
    export_ink_network(network, folder / LITERT_FILE)
    card = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": network.count_params(),
        "training": asdict(training),
        "start": None if start is None else digest_file(start / NETWORK_FILE),
        "tiles": {"training": len(tiles.ink), "validation": len(validation.ink)},
        "history": losses,
        "sha256": {name: digest_file(folder / name) for name in (NETWORK_FILE, LITERT_FILE)},
    }
    write_atomically(folder / CARD_FILE, json.dumps(card, indent=2) + "\n")
    return card


def export_ink_network(network: keras.Model, file: Path) -> None:
    """Write the network for LiteRT, which enlarges by fixed sizes only."""
    fixed = build_ink_network(0, INPUT_PX)
    fixed.set_weights(network.get_weights())
    export_litert(fixed, file)


def _as_seen(tiles: InkTiles) -> tuple[np.ndarray, np.ndarray]:
    return tiles.pictures / np.float32(255), tiles.ink[..., np.newaxis] / np.float32(255)


def main() -> None:
    """Compose the pages, and train on them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of MNIST and pen digits")
    parser.add_argument("output", type=Path, help="the folder for the network")
    parser.add_argument("--start", type=Path, help="the folder of a network to go on from")
    for name, value in asdict(InkTraining()).items():
        if isinstance(value, bool):
            parser.add_argument(f"--{name.removeprefix('is_')}", action="store_true", dest=name)
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    data, output, start = (options.pop(name) for name in ("data", "output", "start"))
    training = InkTraining(**options)
    mnist, pen = data / "mnist", data / "pen" / "pendigits-train.jsonl.gz"
    order = TileOrder(
        mnist,
        pen,
        "training",
        training.seed,
        training.hardship,
        training.large,
        training.at_border,
    )
    held_out = TileOrder(mnist, pen, "validation", _VALIDATION_SEED)
    tiles = compose_tiles(order, training.pages)
    validation = compose_tiles(held_out, _VALIDATION_PAGES)
    train_ink(training, tiles, validation, output, start)


if __name__ == "__main__":
    main()
