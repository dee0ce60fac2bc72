"""The generator of digits, from a few digits to a file that writes, and what is learned from it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from digitpad import paths
from digitpad.core.classifier import Classifier
from digitpad.training.data.datasets import load_mnist
from digitpad.training.model_card import LITERT_FILE, digest_file
from digitpad.training.rehearsal.generator import DigitGenerator
from digitpad.training.rehearsal.source import GeneratedDigits

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("network_library"),
    # Keras's own, against NumPy.
    pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning"),
]

TEACHER = paths.bundled_models() / "default" / LITERT_FILE


def test_what_is_trained_is_what_is_saved(mnist_file: Path, tmp_path: Path) -> None:
    from digitpad.training.rehearsal.training import GeneratorTraining, train_generator

    mnist = load_mnist(mnist_file)
    training = GeneratorTraining(epochs=12, batch_size=50, code=4, width=48, parts=1)
    generator, history = train_generator(training, mnist.train, mnist.test)

    assert len(history) == 12
    assert history[-1]["val_image_loss"] < history[0]["val_image_loss"] / 2
    file = tmp_path / "rehearsal.npz"
    file.write_bytes(generator.to_bytes())
    labels = np.arange(200) % 10
    exactly, halved = (
        g.write(labels, np.random.default_rng(1)) for g in (generator, DigitGenerator.load(file))
    )
    # It was saved at half precision.
    assert np.abs(exactly - halved).mean() < 0.01


def test_the_same_seed_trains_the_same(mnist_file: Path) -> None:
    from digitpad.training.rehearsal.training import GeneratorTraining, train_generator

    mnist = load_mnist(mnist_file)
    training = GeneratorTraining(epochs=1, batch_size=100, code=3, width=16, parts=1)
    first, again = (train_generator(training, mnist.train, mnist.test) for _ in range(2))

    assert first[1] == again[1]
    np.testing.assert_array_equal(first[0].means, again[0].means)


def test_a_network_learns_digits_from_rehearsal_alone() -> None:
    from digitpad.training.rehearsal.training import FromScratch, train_from_scratch

    teacher = Classifier(TEACHER)
    source = GeneratedDigits(DigitGenerator.load(paths.digit_generator()), teacher)
    few = FromScratch(architecture="softmax", epochs=4, size=1500, learning_rate=0.02)
    network = train_from_scratch(few, source, teacher)

    drawn = source.draw(400, np.random.default_rng(2))
    read = network.predict(drawn.images[..., np.newaxis], verbose=0)
    assert (read.argmax(axis=1) == drawn.probabilities.argmax(axis=1)).mean() > 0.7
    assert network.output_shape == (None, 11)


def test_the_command_writes_the_generator_and_its_card(
    mnist_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digitpad.training.rehearsal.training import main

    settings = (
        "--epochs 12 --batch-size 50 --code 4 --width 48 --parts 1 --scratch-architecture softmax"
    )
    command = ["train_rehearsal", str(mnist_file), str(TEACHER), str(tmp_path), "--test"]
    smaller = [*settings.split(), "--scratch-epochs", "1", "--scratch-size", "200"]
    monkeypatch.setattr(sys, "argv", [*command, *smaller])
    main()

    card = json.loads((tmp_path / "rehearsal.json").read_text())
    assert card["sha256"] == {"rehearsal.npz": digest_file(tmp_path / "rehearsal.npz")}
    assert card["teacher"] == digest_file(TEACHER)
    assert card["training"]["width"] == 48
    assert card["from_scratch"]["architecture"] == "softmax"
    assert 0 <= card["from_scratch"]["mnist_test"] <= 1
    assert card["data"]["mnist_train"]["digits"] == 599
