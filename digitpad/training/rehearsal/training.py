"""`python -m digitpad.training.rehearsal.training`: how the generator of digits was made."""

import argparse
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from digitpad.core.classifier import CLASSES, Classifier
from digitpad.core.files import write_atomically
from digitpad.core.normalization import SIDE_PX
from digitpad.training.architectures import build_network
from digitpad.training.data.datasets import LabelledImages, load_mnist
from digitpad.training.data.splits import MNIST_VALIDATION_START
from digitpad.training.model_card import digest_file
from digitpad.training.rehearsal.generator import LEAK, DigitGenerator
from digitpad.training.rehearsal.mixture import fit_mixture
from digitpad.training.rehearsal.source import DigitSource, GeneratedDigits, draw_rehearsal

GENERATOR_FILE, CARD_FILE = "rehearsal.npz", "rehearsal.json"

Floats = NDArray[np.float32]
_SCRATCH = "scratch_"
_LOG_VARIANCES = (-8.0, 4.0)


@dataclass(frozen=True)
class GeneratorTraining:
    """How the generator is trained.

    Parameters
    ----------
    epochs : int
        Over MNIST's training digits but the last 5,000.
    batch_size : int
        Digits a step.
    learning_rate : float
        Of Adam at first; it falls along a cosine.
    code : int
        Numbers that say how a digit is written.
    width : int
        Of the two layers between a code and its digit.
    code_weight : float
        How much it counts that codes are simple; at 1, as much as that digits are as they were.
    parts : int
        Normal distributions in the mixture of a label.
    seed : int
        Of weights and order.
    """

    epochs: int = 60
    batch_size: int = 250
    learning_rate: float = 0.001
    code: int = 32
    width: int = 512
    code_weight: float = 0.5
    parts: int = 8
    seed: int = 1


def train_generator(
    training: GeneratorTraining, digits: LabelledImages, validation: LabelledImages
) -> tuple[DigitGenerator, list[dict[str, float]]]:
    """Train a variational autoencoder that knows labels, and fit how its codes are spread.

    Parameters
    ----------
    training : GeneratorTraining
        How.
    digits, validation : LabelledImages
        To learn from, and to be judged by.

    Returns
    -------
    DigitGenerator, list of dict
        The half that writes, and the losses of each epoch.

    References
    ----------
    Kingma & Welling, "Auto-Encoding Variational Bayes", 2014; Sohn et al., "Learning Structured
    Output Representation using Deep Conditional Generative Models", 2015.
    """
    keras.utils.set_random_seed(training.seed)
    steps = training.epochs * -(-len(digits) // training.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(training.learning_rate, steps)
    coder = _Coder(training)
    coder.compile(keras.optimizers.Adam(rate))
    found = coder.fit(
        *_as_inputs(digits),
        batch_size=training.batch_size,
        epochs=training.epochs,
        validation_data=_as_inputs(validation),
        validation_batch_size=1000,
        verbose=2,
    )
    columns = {name: [float(value) for value in values] for name, values in found.history.items()}
    history = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    dense = [layer for layer in coder.writer.layers if isinstance(layer, layers.Dense)]
    kernels, biases = zip(*(layer.get_weights() for layer in dense), strict=True)
    generator = DigitGenerator(*_fit_codes(coder, digits, training), kernels, biases)
    return generator, history


class _Coder(keras.Model):
    """A reader that turns a digit into a code, and a writer that turns it back."""

    def __init__(self, training: GeneratorTraining) -> None:
        super().__init__(name="coder")
        image = layers.Input((SIDE_PX, SIDE_PX))
        label = layers.Input((CLASSES,))
        code = layers.Input((training.code + CLASSES,))
        seen = layers.Concatenate()([layers.Flatten()(image), label])
        read = layers.Dense(2 * training.code)(_think(seen, training.width))
        written = layers.Dense(SIDE_PX**2)(_think(code, training.width))
        self.reader = keras.Model([image, label], read)
        self.writer = keras.Model(code, layers.Reshape((SIDE_PX, SIDE_PX))(written))
        self._code_weight = training.code_weight
        self._noise = keras.random.SeedGenerator(training.seed)
        self._means = {
            name: keras.metrics.Mean(name) for name in ("loss", "image_loss", "code_loss")
        }

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return list(self._means.values())

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        image, label = inputs
        mean, log_variance = tf.split(self.reader([image, label]), 2, axis=-1)
        log_variance = tf.clip_by_value(log_variance, *_LOG_VARIANCES)
        noise = keras.random.normal(tf.shape(mean), seed=self._noise)
        code = mean + tf.exp(log_variance / 2) * noise
        return self.writer(tf.concat([code, label], axis=-1)), mean, log_variance

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            loss = self._judge(data)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return dict(self.get_metrics_result())

    def test_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, Any]:
        self._judge(data)
        return dict(self.get_metrics_result())

    def _judge(self, inputs: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        logits, mean, log_variance = self(inputs)
        differences = tf.nn.sigmoid_cross_entropy_with_logits(inputs[0], logits)
        image_loss = tf.reduce_mean(tf.reduce_sum(differences, axis=[1, 2]))
        divergences = (mean**2 + tf.exp(log_variance) - 1 - log_variance) / 2
        code_loss = tf.reduce_mean(tf.reduce_sum(divergences, axis=-1))
        loss = image_loss + self._code_weight * code_loss
        for name, value in zip(self._means, (loss, image_loss, code_loss), strict=True):
            self._means[name].update_state(value)
        return loss


def _think(values: keras.KerasTensor, width: int) -> keras.KerasTensor:
    for _ in range(2):
        values = layers.LeakyReLU(LEAK)(layers.Dense(width)(values))
    return values


def _as_inputs(digits: LabelledImages) -> tuple[Floats, Floats]:
    images = digits.images.astype(np.float32) / np.float32(255)
    return images, np.eye(CLASSES, dtype=np.float32)[digits.labels]


def _fit_codes(
    coder: _Coder, digits: LabelledImages, training: GeneratorTraining
) -> tuple[Floats, Floats, Floats]:
    """Return the weights, means and spreads of the mixtures that codes are drawn from."""
    read = coder.reader.predict(list(_as_inputs(digits)), batch_size=1000, verbose=0)
    means, log_variances = np.split(read, 2, axis=1)
    rng = np.random.default_rng(training.seed)
    deviations = np.exp(np.clip(log_variances, *_LOG_VARIANCES) / 2)
    # A code is as uncertain as the reader says, so a mixture's part never closes in on one digit.
    codes = means + deviations * rng.standard_normal(means.shape)
    mixtures = [
        fit_mixture(codes[digits.labels == label], training.parts, rng) for label in range(CLASSES)
    ]
    weights, centres, spreads = (
        np.array([getattr(mixture, part) for mixture in mixtures], np.float32)
        for part in ("weights", "means", "spreads")
    )
    return weights, centres, spreads


@dataclass(frozen=True)
class FromScratch:
    """How a new network is trained on rehearsal alone, which tells how good that is.

    Parameters
    ----------
    architecture : str
        A key of `digitpad.training.config.ARCHITECTURES`.
    epochs : int
        Each of new images.
    size : int
        Images an epoch.
    batch_size : int
        Images a step.
    learning_rate : float
        Of Adam at first; it falls along a cosine.
    seed : int
        Of weights and images.
    """

    architecture: str = "lenet5"
    epochs: int = 12
    size: int = 30_000
    batch_size: int = 128
    learning_rate: float = 0.002
    seed: int = 7


def train_from_scratch(
    training: FromScratch, source: DigitSource, teacher: Classifier
) -> keras.Model:
    """Train a new network on rehearsal alone.

    Parameters
    ----------
    training : FromScratch
        How.
    source : DigitSource
        Where the digits come from.
    teacher : Classifier
        Says what everything else is.

    Returns
    -------
    keras.Model
        (n, 28, 28, 1) -> (n, 11) probabilities.
    """
    network = build_network(training.architecture, training.seed, CLASSES + 1)
    steps = training.epochs * -(-training.size // training.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(training.learning_rate, steps)
    network.compile(keras.optimizers.Adam(rate), loss="categorical_crossentropy")
    for epoch in range(training.epochs):
        rng = np.random.default_rng((training.seed, epoch))
        drawn = draw_rehearsal(source, teacher, training.size, rng)
        network.fit(
            drawn.images[..., np.newaxis],
            drawn.probabilities,
            batch_size=training.batch_size,
            verbose=2,
        )
    return network


def measure_accuracy(network: keras.Model, digits: LabelledImages) -> float:
    """Return which part of the digits a network reads right."""
    images = digits.images[..., np.newaxis] / np.float32(255)
    read = network.predict(images, batch_size=500, verbose=0)[:, :CLASSES].argmax(axis=1)
    return float((read == digits.labels).mean())


def main() -> None:
    """Train the generator, train a network on what it writes, and write both down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of MNIST")
    parser.add_argument("teacher", type=Path, help="the .tflite file of the bundled model")
    parser.add_argument("output", type=Path, help="the folder for the generator")
    parser.add_argument("--test", action="store_true", help="look at MNIST's test digits, too")
    for prefix, settings in (("", GeneratorTraining()), (_SCRATCH, FromScratch())):
        for name, value in asdict(settings).items():
            flag = f"--{prefix}{name}".replace("_", "-")
            parser.add_argument(flag, type=type(value), default=value)
    options = vars(parser.parse_args())
    data, teacher, output, is_test = (
        options.pop(name) for name in ("data", "teacher", "output", "test")
    )
    scratch = {name: options.pop(_SCRATCH + name) for name in asdict(FromScratch())}
    training, from_scratch = GeneratorTraining(**options), FromScratch(**scratch)
    mnist = load_mnist(data)
    end = min(MNIST_VALIDATION_START, len(mnist.train) - 1)
    digits, validation = mnist.train.part(None, end), mnist.train.part(end, None)
    generator, history = train_generator(training, digits, validation)
    write_atomically(output / GENERATOR_FILE, generator.to_bytes())
    reader = Classifier(teacher)
    source = GeneratedDigits(DigitGenerator.load(output / GENERATOR_FILE), reader)
    network = train_from_scratch(from_scratch, source, reader)
    accuracies = {"mnist_validation": measure_accuracy(network, validation)}
    if is_test:
        accuracies["mnist_test"] = measure_accuracy(network, mnist.test)
    card = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": generator.parameters,
        "training": asdict(training),
        "data": {"mnist_train": {"digits": len(digits), "sha256": digits.fingerprint()}},
        "teacher": digest_file(teacher),
        "history": history,
        "from_scratch": asdict(from_scratch) | accuracies,
        "sha256": {GENERATOR_FILE: digest_file(output / GENERATOR_FILE)},
    }
    write_atomically(output / CARD_FILE, json.dumps(card, indent=2) + "\n")
    print(accuracies)


if __name__ == "__main__":
    main()
