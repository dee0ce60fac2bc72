"""The network that finds ink, from composed tiles to a file that finds ink."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitpad.core.ink_network import INPUT_PX, InkNetwork
from digitpad.training.ink.tiles import TILE_PX, InkTiles, TileOrder, compose_tiles
from digitpad.training.model_card import digest_file
from tests.written_pages import photograph, write_page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("network_library"),
    # Keras's own, against NumPy.
    pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def tiles() -> InkTiles:
    """Sixteen tiles with one digit each."""
    rng = np.random.default_rng(3)
    pages = [write_page(str(n % 10), 200, margin_px=60) for n in range(16)]
    inks = [np.pad(page, (0, TILE_PX))[:TILE_PX, :TILE_PX] for page in pages]
    pictures = [photograph(ink, noise=float(rng.uniform(0, 4))) for ink in inks]
    return InkTiles(np.stack(pictures), np.round(255 * np.stack(inks)).astype(np.uint8))


def test_tiles_are_cut_from_pages(data_folder: Path) -> None:
    pen = data_folder / "pen" / "pendigits-train.jsonl.gz"
    order = TileOrder(data_folder / "mnist", pen, "validation", seed=4, per_page=6)

    tiles = compose_tiles(order, pages=2, jobs=1)
    again = compose_tiles(order, pages=2, jobs=2)

    assert tiles.pictures.shape == (12, TILE_PX, TILE_PX, 3)
    assert tiles.ink.shape == (12, TILE_PX, TILE_PX)
    assert tiles.ink.max() > 200
    assert 0.0005 < (tiles.ink > 127).mean() < 0.5
    np.testing.assert_array_equal(tiles.pictures, again.pictures)
    np.testing.assert_array_equal(tiles.ink, again.ink)


def test_batches_vary_with_each_epoch_and_repeat_with_the_seed(tiles: InkTiles) -> None:
    from digitpad.training.ink.network import SIDE_PX, TileBatches

    batches, same = (TileBatches(tiles, 4, seed=5, ink_weight=3) for _ in range(2))
    made = list(batches.iterate(0))
    pictures, ink, weights = made[1]

    assert len(made) == len(batches) == 4
    assert pictures.shape == (4, SIDE_PX, SIDE_PX, 3)
    assert ink.shape == (4, SIDE_PX, SIDE_PX, 1)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert ink.max() == pytest.approx(1)
    np.testing.assert_allclose(weights, 1 + 2 * ink[..., 0], rtol=1e-6)
    for batch, other in zip(made, same.iterate(0), strict=True):
        np.testing.assert_array_equal(batch[0], other[0])
    assert not np.array_equal(next(batches.iterate(1))[0], made[0][0])


def test_some_tiles_are_noise_and_some_in_other_ink(tiles: InkTiles) -> None:
    from digitpad.training.ink.network import TileBatches

    epochs = [batch for epoch in range(12) for batch in TileBatches(tiles, 4, 6).iterate(epoch)]
    pictures, ink, _ = (np.concatenate(part) for part in zip(*epochs, strict=True))

    is_bare = (ink == 0).all(axis=(1, 2, 3))
    roughness = np.abs(np.diff(pictures, axis=2)).mean(axis=(1, 2, 3))
    assert 0 < is_bare.mean() < 0.3
    assert 0.03 < (roughness > 0.02).mean() < 0.4
    # All tiles are written in black.
    written = pictures[~is_bare], ink[~is_bare] > 0.9
    hues = [np.ptp(np.median(p[i[..., 0]], axis=0)) for p, i in zip(*written, strict=True)]
    assert 0.03 < np.mean(np.array(hues) > 0.25) < 0.5


@pytest.fixture(scope="module")
def trained(
    tiles: InkTiles, tmp_path_factory: pytest.TempPathFactory, network_library: None
) -> tuple[dict[str, Any], Path]:
    """The card of a network that learned a little, and its folder."""
    from digitpad.training.ink.training import InkTraining, train_ink

    folder = tmp_path_factory.mktemp("trained")
    training = InkTraining(pages=1, epochs=2, batch_size=4)
    few = InkTiles(tiles.pictures[:8], tiles.ink[:8])
    return train_ink(training, few, InkTiles(few.pictures[:2], few.ink[:2]), folder), folder


def test_a_network_is_trained_and_finds_ink(trained: tuple[dict[str, Any], Path]) -> None:
    import keras

    card, folder = trained
    assert json.loads((folder / "ink.json").read_text()) == card
    assert len(card["history"]["val_loss"]) == 2
    assert card["sha256"]["ink.tflite"] == digest_file(folder / "ink.tflite")
    picture = np.random.default_rng(8).integers(0, 256, (INPUT_PX, INPUT_PX, 3), np.uint8)
    network = keras.models.load_model(folder / "ink.keras", compile=False)
    expected = network.predict(picture[np.newaxis] / np.float32(255), verbose=0)[0, ..., 0]
    found = InkNetwork(folder / "ink.tflite").find_ink(picture)
    # Beyond its middle the picture is mirrored by one, and ends for the other.
    middle = np.s_[200:300, 200:300]
    np.testing.assert_allclose(found[middle], expected[middle], atol=0.02)


def test_a_settled_network_keeps_what_it_normalises_by(
    tiles: InkTiles,
    trained: tuple[dict[str, Any], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import keras

    from digitpad.training.ink import training
    from digitpad.training.ink.training import InkTraining, train_ink

    # What LiteRT gets is not looked at here, and takes as long as all the rest.
    monkeypatch.setattr(training, "export_ink_network", lambda _, file: file.touch())
    few = InkTiles(tiles.pictures[:4], tiles.ink[:4])
    settled = InkTraining(epochs=1, batch_size=4, is_settled=True)
    train_ink(settled, few, few, tmp_path, start=trained[1])

    before, after = (
        keras.models.load_model(folder / "ink.keras", compile=False)
        for folder in (trained[1], tmp_path)
    )
    for layer, same in zip(before.layers, after.layers, strict=True):
        weights = zip(layer.get_weights(), same.get_weights(), strict=True)
        is_equal = [np.array_equal(one, other) for one, other in weights]
        assert all(is_equal) if "normalization" in layer.name else not any(is_equal)
